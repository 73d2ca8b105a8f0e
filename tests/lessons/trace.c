/* Section 9 of the contract: the trace, -v. */
#include "../check_main.h"
#include "inbox.h"

#include <stdio.h>
#include <string.h>

enum { WIDEST = 160 };

static struct program server;
static char trace[1 << 20]; /* what the server has written; lines end in NUL */
static size_t traced;

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

static void begin(int index)
{
    program_start(&server, program_names[index], "-v", NULL);
}

/* Reads the trace so far, and checks the form of each line. */
static void read_trace(void)
{
    settle(&server);
    traced = program_stderr(&server, trace, sizeof trace);
    ck_assert_uint_lt(traced, sizeof trace - 1);
    int width = 0;
    for (size_t i = 0; i < traced; i++) {
        unsigned char byte = (unsigned char)trace[i];
        if (byte != '\n' && (byte < ' ' || byte == 0x7f))
            flunk("the control character %02x in the trace", byte);
        width = byte == '\n' ? 0 : width + ((byte & 0xc0) != 0x80);
        if (width > WIDEST)
            flunk("a line of more than 160: \"%.200s\"", trace + i - WIDEST);
        if (byte == '\n')
            trace[i] = '\0';
    }
}

/* A line, after FROM, of this kind ('<' or '>' or 0 for any) that contains
 * TEXT; or NULL. */
static const char *find_line(const char *from, char kind, const char *text)
{
    const char *end = trace + traced;
    for (const char *l = from; l < end; l += strlen(l) + 1) {
        int skipped = 0;
        char is = 0;
        if (sscanf(l, "#%*d%n %c", &skipped, &is) != 1 && skipped == 0)
            continue;
        if ((kind == 0 || kind == is) && strstr(l + skipped, text) != NULL)
            return l;
    }
    return NULL;
}

static const char *expect_traced(const char *from, char kind, const char *text)
{
    const char *line = find_line(from, kind, text);
    if (line == NULL)
        flunk("no line #N %c with \"%s\"", kind, text);
    return line;
}

static int count_lines(char kind, const char *text)
{
    int count = 0;
    const char *line = trace;
    while ((line = find_line(line, kind, text)) != NULL) {
        count++;
        line += strlen(line) + 1;
    }
    return count;
}

static int number_of(const char *line)
{
    return atoi(line + 1);
}

START_TEST(heads_line_by_line)
{
    begin(_i);
    struct client *c = dial(&server);
    get_with(c, "/client.h", "X-Mine: 1\r\n");
    read_trace();
    const char *line = expect_traced(trace, '<', "GET /client.h HTTP/1.1");
    ck_assert_ptr_eq(strstr(line, "Host"), NULL);
    int number = number_of(line);
    line = expect_traced(line, '<', "Host: 127.0.0.1");
    ck_assert_ptr_eq(strstr(line, "X-Mine"), NULL);
    ck_assert_int_eq(number_of(line), number);
    line = expect_traced(line, '<', "X-Mine: 1");
    line = expect_traced(line, '>', "HTTP/1.1 200 OK");
    ck_assert_int_eq(number_of(line), number);
    line = expect_traced(line, '>', "Content-Length: ");
    line = expect_traced(line, '>', "A client over a plain");
    ck_assert_int_eq(count_lines('>', "A client over a plain"), 1);
}
END_TEST

/* Each connection has a number, and keeps it. */
START_TEST(numbers)
{
    begin(_i);
    struct client *one = dial(&server), *two = dial(&server);
    get(one, "/first");
    get(two, "/second");
    get(one, "/third");
    read_trace();
    int first = number_of(expect_traced(trace, '<', "/first"));
    int second = number_of(expect_traced(trace, '<', "/second"));
    ck_assert_int_ne(first, second);
    ck_assert_int_eq(number_of(expect_traced(trace, '<', "/third")), first);
}
END_TEST

static int highest_number(void)
{
    int highest = 0;
    for (const char *l = trace; l < trace + traced; l += strlen(l) + 1)
        if (*l == '#' && number_of(l) > highest)
            highest = number_of(l);
    return highest;
}

START_TEST(open_and_close)
{
    char line[100];
    begin(_i);
    read_trace();
    int before = highest_number();
    struct client *c = dial(&server);
    read_trace();
    int opened = highest_number();
    ck_assert_int_gt(opened, before);
    ask(c, "GET", "/nothing-here", "Connection: close\r\n");
    size_t sent = strlen("GET /nothing-here HTTP/1.1\r\nHost: 127.0.0.1:\r\n"
                         "Connection: close\r\n\r\n") +
                  (size_t)snprintf(NULL, 0, "%d", server.port);
    size_t received = client_drain(c);
    client_close(c);
    read_trace();
    snprintf(line, sizeof line, "#%d - closed: %zu bytes in, %zu bytes out",
             opened, sent, received);
    for (const char *l = trace; l < trace + traced; l += strlen(l) + 1)
        if (strcmp(l, line) == 0)
            return;
    flunk("no line %s", line);
}
END_TEST

/* Bodies of one line, of many, and longer than what is read at once. */
START_TEST(bodies)
{
    static char body[60000];
    begin(_i);
    const char *route = program_routes[_i];
    for (size_t length = 50; length <= sizeof body; length *= 5) {
        char word[16];
        snprintf(word, sizeof word, "BODY-%zu-", length);
        for (size_t i = 0; i < length; i++)
            body[i] = i % 7 == 0 ? '\n' : '\x1b';
        memcpy(body, word, strlen(word));
        testing("%s: a body of %zu bytes", server.name, length);
        struct client *c = dial(&server);
        ask_with(c, "POST", route, "", body, length);
        answer(c);
        read_trace();
        ck_assert_int_eq(count_lines('<', word), 1);
        const char *line = find_line(trace, '<', word) + 1;
        const char *next = find_line(line, '<', "");
        if (next != NULL && strstr(next, "GET") == NULL &&
            strstr(next, "HEAD") == NULL)
            flunk("the body goes on: \"%s\"", next);
    }
}
END_TEST

/* What would be a nuisance on a projector. */
START_TEST(nuisances)
{
    char value[3001];
    begin(_i);
    memset(value, 'y', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    struct client *c = dial(&server);
    client_say(c,
               "GET /client.h HTTP/1.1\r\nHost: localhost\r\n"
               "X-Long: %s\r\nX-Utf: \xe4\xbd\xa0\xe5\xa5\xbd%s\r\n\r\n",
               value, value);
    expect_answer(c, 200);
    static const char *const bad[] = {
        "GET / HTTP/1.1\r\nHost: localhost\r\nX-Mark: a\x1b[31mred\x07\r\n\r\n",
        "GET /mark\x1b]0;title\x07 HTTP/1.1\r\n\r\n",
        "\x01\x02\x03mark\x7f\r\n\r\n",
        "mark\t\v\f\b\r\r\n\r\n",
    };
    for (int i = 0; i < 4; i++) {
        c = dial(&server);
        client_say(c, "%s", bad[i]);
        expect_error(c, 400);
    }
    read_trace();
    expect_traced(trace, '<', "X-Long: yyyy");
    expect_traced(trace, '<', "X-Mark: a");
    ck_assert_int_ge(count_lines('>', "400"), 4);
}
END_TEST

/* What is waited for and what never ends is traced, too. */
START_TEST(messages)
{
    struct inbox box;
    avoid_second_50();
    program_start(&server, lessons[_i].name, "-v", NULL);
    inbox_open(&box, &server, _i, "", "");
    message_id id = post_text(dial(&server), _i, "hello </script>\r\nworld");
    if (_i == EVENTS)
        inbox_expect(&box, id, "hello </script>\nworld", 21);
    else
        inbox_expect(&box, id, "hello </script>\r\nworld", 22);
    read_trace();
    int reader = number_of(expect_traced(trace, '>', "200 OK"));
    expect_traced(trace, '<', "hello </script>");
    ck_assert_int_eq(number_of(expect_traced(trace, '>', "hello")), reader);
    inbox_close(&box);
}
END_TEST

/* Answers that wait for each other are not shown again with the next. */
START_TEST(pipelined)
{
    static const char one[] = "BREW /a HTTP/1.1\r\nHost: localhost\r\n\r\n";
    begin(_i);
    struct client *c = dial(&server);
    client_say(c, "%s%s%s", one, one, one);
    for (int i = 0; i < 3; i++)
        expect_answer(c, 501);
    read_trace();
    ck_assert_int_eq(count_lines('>', "HTTP/1.1 501"), 3);
}
END_TEST

START_TEST(off)
{
    program_start(&server, program_names[_i], NULL);
    struct client *c = dial(&server);
    get(c, "/client.h");
    client_say(c, "BAD\r\n\r\n");
    expect_error(c, 400);
    client_close(c);
    settle(&server);
    traced = program_stderr(&server, trace, sizeof trace);
    ck_assert_uint_eq(traced, 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("trace");
    TCase *t = tcase_create("-v");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, heads_line_by_line, 0, PROGRAMS);
    tcase_add_loop_test(t, numbers, 0, PROGRAMS);
    tcase_add_loop_test(t, open_and_close, 0, PROGRAMS);
    tcase_add_loop_test(t, bodies, 0, PROGRAMS);
    tcase_add_loop_test(t, nuisances, 0, PROGRAMS);
    tcase_add_loop_test(t, messages, 0, LESSONS);
    tcase_add_loop_test(t, pipelined, 0, PROGRAMS);
    tcase_add_loop_test(t, off, 0, PROGRAMS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
