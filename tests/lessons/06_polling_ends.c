/* Section 7 of the contract, Engine.IO: how a session that polls ends. */
#include "../check_main.h"
#include "eio.h"

#include <stdio.h>
#include <string.h>

static struct program server;
static struct eio e;

static void begin(void)
{
    program_start(&server, "echo", NULL);
    eio_open(&e, &server, CALM);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

/* What the waiting poll gets before the end: what was good before it. */
static const struct {
    const char *payload;
    size_t length;
    const char *poll;
} malformed[] = {
    {"abc", 3, "1"},
    {"", 0, "1"},
    {"\x1e", 1, "1"},
    {"\0", 1, "1"},
    {" 4a", 3, "1"},
    {RS "4a", 3, "1"},
    {"4a\x1e", 3, "4a"},
    {"4a\x1e" RS "4b", 6, "4a"},
    {"4a" RS "4b" RS "7", 7, "4a"},
    {"0", 1, "1"},
    {"0{\"sid\":\"abc\"}", 13, "1"},
    {"2", 1, "1"},
    {"2probe", 6, "1"},
    {"7", 1, "1"},
    {"x4a", 3, "1"},
    {"b!!!!", 5, "1"},
    {"bA", 2, "1"},
    {"bAAAAA", 6, "1"},
    {"b=", 2, "1"},
    {"bAQ==AQ==", 9, "1"},
    {"bAQI-", 5, "1"},
    {"b4a", 3, "1"},
    {"4\xff", 2, "1"},
    {"4\xc3", 2, "1"},
    {"4\xc0\xaf", 3, "1"},
    {"4\xed\xa0\x80", 4, "1"},
};

START_TEST(malformed_packet)
{
    struct eio other;
    eio_open(&other, &server, CALM);
    eio_ask(&other);
    for (size_t i = 0; i < 2 * sizeof malformed / sizeof *malformed; i++) {
        testing("a payload \"%s\", %s", malformed[i / 2].payload,
                i % 2 ? "while a poll waits" : "while none does");
        eio_open(&e, &server, CALM);
        if (i % 2)
            eio_ask(&e);
        settle(&server);
        ask_with(e.post, "POST", eio_target(&e, "polling"), "",
                 malformed[i / 2].payload, malformed[i / 2].length);
        expect_error(e.post, 400);
        if (i % 2)
            eio_expect(&e, malformed[i / 2].poll);
        expect_reason(&server, "parse error");
        eio_expect_gone(&e);
        expect_alive(e.post);
        client_close(e.post);
        client_close(e.poll);
    }
    expect_silence(other.poll);
}
END_TEST

static const char *const goodbyes[][2] = {
    {"1", "6"},         {"4a" RS "1", "4a"},
    {"1" RS "4b", "6"}, {"1" RS "nonsense", "6"},
    {"3" RS "1", "6"},
};

START_TEST(closed_by_the_client)
{
    for (size_t i = 0; i < 2 * sizeof goodbyes / sizeof *goodbyes; i++) {
        testing("\"%s\" %s", goodbyes[i / 2][0],
                i % 2 ? "while a poll waits" : "while none does");
        eio_open(&e, &server, CALM);
        if (i % 2)
            eio_ask(&e);
        settle(&server);
        eio_post(&e, goodbyes[i / 2][0]);
        if (i % 2)
            eio_expect(&e, goodbyes[i / 2][1]);
        expect_reason(&server, "transport close");
        eio_expect_gone(&e);
        eio_say(&e, "4a");
        expect_code(e.post, 1);
        expect_alive(e.poll);
    }
}
END_TEST

START_TEST(two_polls)
{
    struct eio other;
    eio_open(&other, &server, CALM);
    struct client *second = dial(&server);
    eio_ask(&other);
    eio_ask(&e);
    settle(&server);
    ask(second, "GET", eio_target(&e, "polling"), "");
    eio_expect(&e, "1");
    expect_code(second, 3);
    expect_reason(&server, "transport error");
    eio_expect_gone(&e);
    expect_alive(second);
    expect_silence(other.poll);
}
END_TEST

/* A POST of which only the head has come, or a part of the body, is one. */
START_TEST(two_posts)
{
    struct eio other;
    eio_open(&other, &server, CALM);
    eio_ask(&other);
    for (int i = 0; i < 4; i++) {
        testing("two POSTs, %d", i);
        eio_open(&e, &server, CALM);
        struct client *second = dial(&server);
        eio_ask(&e);
        client_say(e.post,
                   "POST %s HTTP/1.1\r\nHost: localhost\r\n"
                   "Content-Length: 5\r\n\r\n%s",
                   eio_target(&e, "polling"), i % 2 ? "4fi" : "");
        settle(&server);
        client_say(second,
                   "POST %s HTTP/1.1\r\nHost: localhost\r\n"
                   "Content-Length: 5\r\n\r\n%s",
                   eio_target(&e, "polling"), i / 2 ? "4seco" : "");
        expect_error(second, 400);
        eio_expect(&e, "1");
        expect_reason(&server, "transport error");
        client_say(e.post, i % 2 ? "rs" : "4firs");
        expect_code(e.post, 1);
        eio_expect_gone(&e);
    }
    expect_silence(other.poll);
}
END_TEST

/* One POST that broke off is not in the way of the next. */
START_TEST(a_post_that_breaks)
{
    for (int i = 0; i < 3; i++) {
        testing("a POST that is %s", i == 0   ? "reset"
                                     : i == 1 ? "closed"
                                              : "closed half");
        client_say(e.post,
                   "POST %s HTTP/1.1\r\nHost: localhost\r\n"
                   "Content-Length: 50\r\n\r\n4never",
                   eio_target(&e, "polling"));
        settle(&server);
        if (i == 0)
            client_reset(e.post);
        else if (i == 1)
            client_close(e.post);
        else
            client_half_close(e.post);
        settle(&server);
        e.post = dial(&server);
        settle(&server);
        eio_expect_alive(&e);
    }
    expect_no_out(&server);
}
END_TEST

/* Nobody may wait any more, or the answer would go nowhere. */
START_TEST(a_poll_that_breaks)
{
    struct eio other;
    eio_open(&other, &server, CALM);
    eio_ask(&other);
    for (int i = 0; i < 4; i++) {
        testing("a poll that is %s", i == 0   ? "reset"
                                     : i == 1 ? "closed"
                                     : i == 2 ? "closed half, then reset"
                                              : "closed behind another");
        eio_open(&e, &server, CALM);
        eio_ask(&e);
        if (i == 3)
            eio_ask(&e);
        settle(&server);
        if (i == 2) {
            client_half_close(e.poll);
            ck_assert_int_eq(answer(e.poll), 100);
        }
        if (i % 2)
            client_close(e.poll);
        else
            client_reset(e.poll);
        long long since = monotonic_ms();
        expect_reason(&server, "transport close");
        if (monotonic_ms() - since > 2000)
            flunk("the end of a session took %lld ms", monotonic_ms() - since);
        eio_expect_gone(&e);
    }
    expect_silence(other.poll);
}
END_TEST

/* Of the connections of a session only the one that waits is its life. */
START_TEST(connections_that_do_not_wait)
{
    eio_poll(&e, (eio_post(&e, "4a"), "4a"));
    client_reset(e.poll);
    client_reset(e.post);
    settle(&server);
    e.poll = dial(&server);
    e.post = dial(&server);
    eio_expect_alive(&e);
    expect_no_out(&server);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06 polling ends");
    TCase *t = tcase_create("ends");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 20);
    tcase_add_test(t, malformed_packet);
    tcase_add_test(t, closed_by_the_client);
    tcase_add_test(t, two_polls);
    tcase_add_test(t, two_posts);
    tcase_add_test(t, a_post_that_breaks);
    tcase_add_test(t, a_poll_that_breaks);
    tcase_add_test(t, connections_that_do_not_wait);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
