/* Section 2 of the contract: the rows of its table of bad input that say
 * "malformed", and other requests whose connection closes. */
#include "../check_main.h"
#include "expect.h"

#include <stdio.h>
#include <string.h>

static struct program server;

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

/* Where the text stands in a request that is otherwise good. */
enum place { LINE, HOST, FIELD };

static const struct {
    const char *what;
    enum place place;
    const char *text; /* ~ stands for NUL */
    int status, also; /* also: as good, where the contract leaves it open */
} rows[] = {
    {"no version", LINE, "GET /", 400, 0},
    {"no target", LINE, "GET HTTP/1.1", 400, 0},
    {"only a word", LINE, "GET", 400, 0},
    {"empty target", LINE, "GET  HTTP/1.1", 400, 0},
    {"two spaces before the target", LINE, "GET  / HTTP/1.1", 400, 0},
    {"two spaces before the version", LINE, "GET /  HTTP/1.1", 400, 0},
    {"a space behind the version", LINE, "GET / HTTP/1.1 ", 400, 0},
    {"a space before the method", LINE, " GET / HTTP/1.1", 400, 0},
    {"a tab for a space", LINE, "GET\t/ HTTP/1.1", 400, 0},
    {"four words", LINE, "GET / / HTTP/1.1", 400, 0},
    {"empty method", LINE, " / HTTP/1.1", 400, 0},
    {"a method that is no token", LINE, "G@T / HTTP/1.1", 400, 0},
    {"a target without a slash", LINE, "GET client.h HTTP/1.1", 400, 0},
    {"NUL in the target", LINE, "GET /~ HTTP/1.1", 400, 0},
    {"NUL in the method", LINE, "G~T / HTTP/1.1", 400, 0},
    {"control byte in the target", LINE, "GET /\x01 HTTP/1.1", 400, 0},
    {"DEL in the target", LINE, "GET /\x7f HTTP/1.1", 400, 0},
    {"bare CR in the target", LINE, "GET /\r HTTP/1.1", 400, 0},
    {"bare CR at the end", LINE, "GET / HTTP/1.1\rHost: x", 400, 0},
    {"two CRs", LINE, "GET / HTTP/1.1\r", 400, 0},
    {"small version", LINE, "GET / http/1.1", 400, 0},
    {"version without a digit", LINE, "GET / HTTP/1.", 400, 0},
    {"version without a dot", LINE, "GET / HTTP/11", 400, 0},
    {"version of one number", LINE, "GET / HTTP/1", 400, 0},
    {"version with a letter", LINE, "GET / HTTP/1.x", 400, 0},
    {"version of two digits", LINE, "GET / HTTP/1.10", 400, 0},
    {"version with two digits before", LINE, "GET / HTTP/11.1", 400, 0},
    {"version with a comma", LINE, "GET / HTTP/1,1", 400, 0},
    {"another protocol", LINE, "GET / FTP/1.1", 400, 0},
    {"version 2.0", LINE, "GET / HTTP/2.0", 505, 0},
    {"version 0.9", LINE, "GET / HTTP/0.9", 505, 0},
    {"version 9.9", LINE, "GET / HTTP/9.9", 505, 0},
    {"the preface of HTTP/2", LINE, "PRI * HTTP/2.0", 505, 400},

    {"missing", HOST, "X: y", 400, 0},
    {"missing, with a target that has it", LINE,
     "GET http://localhost/ HTTP/1.1\r\nX: y\r\n\r\nHost: localhost\r\n", 400,
     0},
    {"repeated", HOST, "Host: localhost\r\nHost: localhost", 400, 0},
    {"repeated, in capitals", HOST, "Host: localhost\r\nHOST: localhost", 400,
     0},
    {"another after it", HOST, "Host: localhost\r\nHost: evil.example", 400, 0},
    {"empty", HOST, "Host:", 400, 403},
    {"two words", HOST, "Host: localhost localhost", 400, 0},
    {"a URL", HOST, "Host: http://localhost/", 400, 0},
    {"with a path", HOST, "Host: localhost/", 400, 0},
    {"with a user", HOST, "Host: me@localhost", 400, 0},
    {"with a word for a port", HOST, "Host: localhost:http", 400, 0},
    {"two ports", HOST, "Host: localhost:80:80", 400, 0},
    {"two with a comma", HOST, "Host: localhost, localhost", 400, 403},
    {"open bracket", HOST, "Host: [::1", 400, 0},
    {"IPv6 without brackets", HOST, "Host: ::1", 400, 0},
    {"backslash", HOST, "Host: localhost\\x", 400, 403},

    {"a line without a colon", FIELD, "Hello", 400, 0},
    {"an empty name", FIELD, ": value", 400, 0},
    {"only a colon", FIELD, ":", 400, 0},
    {"a space before the colon", FIELD, "Name : value", 400, 0},
    {"a tab before the colon", FIELD, "Name\t: value", 400, 0},
    {"a space in the name", FIELD, "Na me: value", 400, 0},
    {"a bracket in the name", FIELD, "Name(x): value", 400, 0},
    {"a letter beyond ASCII in the name", FIELD, "N\xc3\xa4me: x", 400, 0},
    {"a folded line", FIELD, "Name: value\r\n more", 400, 0},
    {"a line folded with a tab", FIELD, "Name: value\r\n\tmore", 400, 0},
    {"a line of one space", FIELD, "Name: value\r\n ", 400, 0},
    {"bare CR in a value", FIELD, "Name: a\rb", 400, 0},
    {"bare CR in a name", FIELD, "Na\rme: b", 400, 0},
    {"two CRs", FIELD, "Name: value\r", 400, 0},
    {"NUL in a value", FIELD, "Name: a~b", 400, 0},
    {"NUL in a name", FIELD, "Na~me: b", 400, 0},
    {"control byte in a value", FIELD, "Name: a\x01", 400, 0},
    {"escape in a value", FIELD, "Name: \x1b[31m", 400, 0},
    {"DEL in a value", FIELD, "Name: a\x7f", 400, 0},
    {"length, repeated", FIELD, "Content-Length: 0\r\nContent-Length: 0", 400,
     0},
    {"two lengths", FIELD, "Content-Length: 1\r\ncontent-length: 2", 400, 0},
    {"a list of lengths", FIELD, "Content-Length: 5, 5", 400, 0},
    {"empty length", FIELD, "Content-Length:", 400, 0},
    {"negative length", FIELD, "Content-Length: -1", 400, 0},
    {"length with a plus", FIELD, "Content-Length: +1", 400, 0},
    {"hexadecimal length", FIELD, "Content-Length: 0x5", 400, 0},
    {"length with a letter", FIELD, "Content-Length: 5a", 400, 0},
    {"length of two numbers", FIELD, "Content-Length: 5 5", 400, 0},
    {"length with a point", FIELD, "Content-Length: 5.0", 400, 0},
    {"length of 2^64", FIELD, "Content-Length: 18446744073709551616", 400, 0},
    {"length of 2^64 + 5", FIELD, "Content-Length: 18446744073709551621", 400,
     0},
    {"length of 30 digits", FIELD,
     "Content-Length: 999999999999999999999999999999", 400, 0},
    {"length and coding", FIELD,
     "Content-Length: 5\r\nTransfer-Encoding: chunked", 400, 0},
    {"coding and length", FIELD,
     "Transfer-Encoding: chunked\r\nContent-Length: 5", 400, 0},
    {"coding", FIELD, "Transfer-Encoding: chunked", 411, 0},
    {"coding in capitals", FIELD, "TRANSFER-ENCODING: CHUNKED", 411, 0},
    {"two codings", FIELD, "Transfer-Encoding: gzip, chunked", 411, 0},
    {"unknown coding", FIELD, "Transfer-Encoding: xchunked", 411, 400},
};

enum { ROWS = sizeof rows / sizeof *rows };

/* The whole request of a row, or its line with a good rest. */
static size_t render(char *text, size_t room, int row, const char *method)
{
    static const char *const places[] = {"request line", "Host", "header"};
    const char *x = rows[row].text;
    int length = 0;
    testing("%s: %s: %s", server.name, places[rows[row].place], rows[row].what);
    if (rows[row].place == LINE)
        length = snprintf(text, room, "%s\r\nHost: localhost\r\n\r\n", x);
    if (rows[row].place == HOST)
        length = snprintf(text, room, "%s / HTTP/1.1\r\n%s\r\n\r\n", method, x);
    if (rows[row].place == FIELD)
        length = snprintf(text, room,
                          "%s / HTTP/1.1\r\nHost: localhost\r\n%s\r\n\r\n",
                          method, x);
    for (int i = 0; i < length; i++)
        if (text[i] == '~')
            text[i] = '\0';
    return (size_t)length;
}

/* The answer, and then the end without a reset. */
static void expect_refusal(struct client *c, int row)
{
    if (answer(c) != rows[row].also)
        expect_status(c, rows[row].status);
    expect_line(c);
    expect_header(c, "Connection", "close");
    expect_end(c);
    client_close(c);
}

/* With 200,000 bytes behind it, which are dropped; and others go on. */
START_TEST(with_more_behind)
{
    static char junk[200000];
    char text[512];
    int row = _i / PROGRAMS;
    program_start(&server, program_names[_i % PROGRAMS], NULL);
    struct client *other = dial(&server);
    expect_alive(other);
    memset(junk, 'x', sizeof junk);
    for (int i = 0; i < 2; i++) {
        size_t length = render(text, sizeof text, row, i == 0 ? "GET" : "POST");
        struct client *c = dial(&server);
        client_send(c, text, length);
        client_push(c, junk, sizeof junk, 100);
        expect_refusal(c, row);
        expect_alive(other);
    }
}
END_TEST

/* Byte by byte, and split at every point. Refused early, it goes on. */
START_TEST(in_pieces)
{
    char text[512];
    program_start(&server, "01-polling", NULL);
    size_t length = render(text, sizeof text, _i, "GET");
    for (int at = -1; at < (int)length; at++) {
        struct client *c = dial(&server);
        client_pieces(c, text, length, at);
        expect_refusal(c, _i);
    }
}
END_TEST

/* The good request before is answered; a body is not taken for a request. */
START_TEST(behind_a_good_request)
{
    char text[512];
    program_start(&server, "01-polling", NULL);
    struct client *c = dial(&server);
    ask_with(c, "POST", "/", "", "GET /x\r\n\r\n", 10);
    ask(c, "GET", "/nothing-here", "");
    client_send(c, text, render(text, sizeof text, _i, "GET"));
    expect_answer(c, 405);
    expect_answer(c, 404);
    expect_refusal(c, _i);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http, bad input");
    TCase *t = tcase_create("refused and closed");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, with_more_behind, 0, ROWS * PROGRAMS);
    tcase_add_loop_test(t, in_pieces, 0, ROWS);
    tcase_add_loop_test(t, behind_a_good_request, 0, ROWS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
