/* Section 2 of the contract: sizes, on both sides of each limit. */
#include "../check_main.h"
#include "inbox.h"

#include <stdio.h>
#include <string.h>

enum {
    REQUEST_LINE = 4096,
    HEAD = 8192,
    LINES = 64,
    BODY = 1000000,
    ROOM = 16384,
};

static struct program server;
static char text[ROOM];

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

static void begin(int index)
{
    program_start(&server, program_names[index], NULL);
}

/* What is said comes in two pieces; the answer is this status, the connection
 * closes unless it is 200, and others go on. */
static void expect(const char *request, int status)
{
    struct client *c = dial(&server);
    size_t length = strlen(request);
    client_pieces(c, request, length, (int)length / 2);
    if (status == 200) {
        answer(c);
        expect_status(c, 200);
        expect_alive(c);
        return;
    }
    expect_error(c, status);
    expect_header(c, "Connection", "close");
    expect_end(c);
    settle(&server);
}

/* A request line of this length, its line end not counted. */
static void render_line(size_t length)
{
    static const char begin_[] = "GET /client.h?", end[] = " HTTP/1.1";
    memset(text, 'x', length);
    memcpy(text, begin_, sizeof begin_ - 1);
    strcpy(text + length - (sizeof end - 1), end);
}

START_TEST(request_line)
{
    begin(_i);
    testing("%s: request line of 4096 bytes", server.name);
    render_line(REQUEST_LINE);
    strcat(text, "\r\nHost: localhost\r\n\r\n");
    expect(text, 200);
    testing("%s: request line of 4097 bytes", server.name);
    render_line(REQUEST_LINE + 1);
    strcat(text, "\r\nHost: localhost\r\n\r\n");
    expect(text, 414);
    testing("%s: request line of 8000 bytes, without an end", server.name);
    memset(text, 'x', 8000);
    text[8000] = '\0';
    expect(text, 414);
    testing("%s: HEAD with 8000 bytes", server.name);
    memcpy(text, "HEAD /", 6);
    struct client *c = dial(&server);
    client_say(c, "%s", text);
    ck_assert_int_eq(answer_to(c, HEAD_ONLY), 414);
    expect_end(c);
}
END_TEST

/* A head of this length, the empty line included. */
static void render_head(size_t length)
{
    static const char first[] = "GET /client.h HTTP/1.1\r\nHost: localhost\r\n";
    size_t at = sizeof first - 1;
    strcpy(text, first);
    memset(text + at, 'x', length - at);
    text[at + 1] = ':';
    text[length / 2] = '\r';
    text[length / 2 + 1] = '\n';
    text[length / 2 + 3] = ':';
    strcpy(text + length - 4, "\r\n\r\n");
}

/* Whether the empty line counts is open: the next limit is 5 bytes away. */
START_TEST(head)
{
    begin(_i);
    testing("%s: head of 8192 bytes", server.name);
    render_head(HEAD);
    expect(text, 200);
    testing("%s: head of 8197 bytes", server.name);
    render_head(HEAD + 5);
    expect(text, 431);
    testing("%s: head of 12,000 bytes, without an end", server.name);
    render_head(12000);
    text[12000 - 4] = '\0';
    expect(text, 431);
}
END_TEST

/* LINES includes Host. */
static void render_lines(int lines)
{
    strcpy(text, "GET /client.h HTTP/1.1\r\nHost: localhost\r\n");
    for (int i = 1; i < lines; i++)
        strcat(text, "A: b\r\n");
    strcat(text, "\r\n");
}

START_TEST(header_lines)
{
    begin(_i);
    testing("%s: 64 header lines", server.name);
    render_lines(LINES);
    expect(text, 200);
    testing("%s: 65 header lines", server.name);
    render_lines(LINES + 1);
    expect(text, 431);
    testing("%s: 1000 header lines", server.name);
    render_lines(1000);
    expect(text, 431);
}
END_TEST

/* Refused before the body comes, with or without an expectation. */
START_TEST(body_announced)
{
    static const char *const rows[] = {
        "Content-Length: 1000001\r\n",
        "Content-Length: 1000001\r\nExpect: 100-continue\r\n",
        "Content-Length: 4294967296\r\n",
        "Content-Length: 4294967301\r\nExpect: 100-continue\r\n",
        "Content-Length: 9223372036854775807\r\n",
    };
    begin(_i);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        testing("%s: %s", server.name, rows[i]);
        struct client *c = dial(&server);
        ask(c, "POST", program_routes[_i], rows[i]);
        expect_error(c, 413);
        expect_header(c, "Connection", "close");
        expect_end(c);
        settle(&server);
    }
}
END_TEST

/* Sent all the same, in one piece with the head: the answer is not lost. */
START_TEST(body_too_long)
{
    struct bytes all = {.data = NULL};
    char *body = calloc(2, BODY), first[128];
    begin(_i);
    int length = snprintf(first, sizeof first,
                          "POST %s HTTP/1.1\r\nHost: localhost\r\n"
                          "Content-Length: %d\r\n\r\n",
                          program_routes[_i], 2 * BODY);
    bytes_add(&all, first, (size_t)length);
    bytes_add(&all, body, (size_t)2 * BODY);
    struct client *c = dial(&server);
    client_push(c, all.data, all.length, 100);
    free(body);
    free(all.data);
    testing("%s: a body of 2,000,000 bytes", server.name);
    expect_error(c, 413);
    expect_end(c);
    settle(&server);
}
END_TEST

/* No more than a message, no more than a body: read, and what is behind it
 * is the next request. */
START_TEST(body_just_fits)
{
    char *body = malloc(BODY);
    begin(_i);
    memset(body, 'x', BODY);
    struct client *c = dial(&server);
    testing("%s: a body of 1,000,000 bytes", server.name);
    ask_with(c, "POST", program_routes[_i], "", body, BODY);
    answer(c);
    expect_status(c, _i == 0 ? 405 : 413);
    expect_line(c);
    const char *connection = header(c, "Connection");
    if (connection != NULL && strcmp(connection, "close") == 0)
        expect_end(c);
    else
        expect_alive(c);
    c = dial(&server);
    testing("%s: a message of 65,536 bytes", server.name);
    ask_with(c, "POST", program_routes[_i], "", body, MAX_MESSAGE);
    answer(c);
    expect_status(c, _i == 0 ? 405 : 204);
    expect_alive(c);
    c = dial(&server);
    testing("%s: a message of 65,537 bytes", server.name);
    ask_with(c, "POST", program_routes[_i], "", body, MAX_MESSAGE + 1);
    free(body);
    answer(c);
    expect_status(c, _i == 0 ? 405 : 413);
    expect_line(c);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http, limits");
    TCase *t = tcase_create("sizes");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, request_line, 0, PROGRAMS);
    tcase_add_loop_test(t, head, 0, PROGRAMS);
    tcase_add_loop_test(t, header_lines, 0, PROGRAMS);
    tcase_add_loop_test(t, body_announced, 0, HTTP_PROGRAMS);
    tcase_add_loop_test(t, body_too_long, 0, HTTP_PROGRAMS);
    tcase_add_loop_test(t, body_just_fits, 0, HTTP_PROGRAMS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
