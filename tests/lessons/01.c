/* Section 4 of the contract: lesson 1. */
#include "../check_main.h"
#include "expect.h"

#include <stdlib.h>
#include <string.h>

static struct program server;

static void begin(void)
{
    program_start(&server, "01-polling", NULL);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

/* The time in the body, which must lie between the two. */
static long long expect_time(const struct client *c, long long from,
                             long long to)
{
    expect_status(c, 200);
    if (c->body.length != 13 || strspn(c->body.data, "0123456789") != 13)
        flunk("the body is \"%s\"", c->body.data);
    long long time = atoll(c->body.data);
    if (time < from || time > to)
        flunk("%lld ms is not between %lld and %lld", time, from, to);
    return time;
}

START_TEST(the_time)
{
    struct client *c = dial(&server);
    long long last = 0;
    for (int i = 0; i < 100; i++) {
        long long before = wall_ms();
        get(c, i % 2 == 0 ? "/" : "/?x=1");
        long long now = expect_time(c, before, wall_ms());
        ck_assert_int_ge(now, last);
        last = now;
    }
}
END_TEST

START_TEST(its_headers)
{
    struct client *c = dial(&server);
    get(c, "/");
    expect_header(c, "Content-Type", "text/plain; charset=utf-8");
    expect_header(c, "Cache-Control", "no-store");
    expect_header(c, "Content-Length", "13");
    ck_assert_ptr_eq(header(c, "Connection"), NULL);
    ask(c, "HEAD", "/", "");
    answer_to(c, HEAD_ONLY);
    expect_status(c, 200);
    expect_header(c, "Content-Type", "text/plain; charset=utf-8");
    expect_header(c, "Cache-Control", "no-store");
    expect_header(c, "Content-Length", "13");
    expect_silence(c);
}
END_TEST

/* The date is that of the answer, not that of the one before. */
START_TEST(its_date)
{
    struct client *old = dial(&server), *c = old;
    long long start = monotonic_ms();
    get(old, "/");
    char first[64];
    strncpy(first, header(old, "Date"), sizeof first - 1);
    do {
        c = dial(&server);
        get(c, "/");
        bool differs = strcmp(header(c, "Date"), first) != 0;
        client_close(c);
        if (differs)
            return;
    } while (monotonic_ms() < start + 2500);
    flunk("two seconds later, the date is still %s", first);
}
END_TEST

START_TEST(other_methods)
{
    static const char *const methods[] = {"POST",    "PUT",   "DELETE", "PATCH",
                                          "OPTIONS", "TRACE", "CONNECT"};
    struct client *c = dial(&server);
    testing("01-polling: %s /", methods[_i]);
    ask(c, methods[_i], "/", "");
    expect_error(c, 405);
    expect_allow(c, "GET HEAD");
    get(c, "/");
    expect_time(c, 0, wall_ms());
}
END_TEST

START_TEST(http_1_0)
{
    struct client *c = dial(&server);
    client_say(c, "GET / HTTP/1.0\r\n\r\n");
    answer_to(c, OLD);
    expect_time(c, wall_ms() - 1000, wall_ms());
    expect_header(c, "Content-Length", "13");
    expect_end(c);
}
END_TEST

/* Poll after poll on one connection, split at every point and byte by byte,
 * and pipelined. */
START_TEST(in_pieces)
{
    static const char text[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    struct client *c = dial(&server);
    for (int at = -1; at < (int)sizeof text - 1; at++) {
        client_pieces(c, text, sizeof text - 1, at);
        answer(c);
        expect_time(c, 0, wall_ms());
    }
    for (int i = 0; i < 1000; i++)
        client_say(c, "%s", text);
    for (int i = 0; i < 1000; i++) {
        answer(c);
        expect_time(c, 0, wall_ms());
    }
    expect_silence(c);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("01-polling");
    TCase *t = tcase_create("the time");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 20);
    tcase_add_test(t, the_time);
    tcase_add_test(t, its_headers);
    tcase_add_test(t, its_date);
    tcase_add_loop_test(t, other_methods, 0, 7);
    tcase_add_test(t, http_1_0);
    tcase_add_test(t, in_pieces);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    setenv("TZ", "XYZ-5", 1); /* Date is in GMT, wherever the server stands */
    return run(suite());
}
