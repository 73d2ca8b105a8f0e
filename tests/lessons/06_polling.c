/* Section 7 of the contract, Engine.IO: packets in polls and posts. */
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

/* NULL: comes back as it went. */
static const char *const payloads[][2] = {
    {"4hello", NULL},
    {"4", NULL},
    {"b", NULL},
    {"4test1" RS "4test2" RS "4test3", NULL},
    {"4hello" RS "bAQIDBA==", NULL},
    {"bAQIDBA==" RS "4" RS "bAAA=" RS "b" RS "b////", NULL},
    {"b+/9A", NULL},
    {"4\n\r\t\"\\<script>\x7f", NULL},
    {"4你好" RS "4\xf0\x9f\x98\x80\xe2\x80\xa8", NULL},
    {"44" RS "4b" RS "4bAQ==", NULL},
    {"3" RS "4a" RS "3" RS "4b", "4a" RS "4b"},
    {"5" RS "6" RS "4behind upgrade and noop", "4behind upgrade and noop"},
};
enum { PAYLOADS = sizeof payloads / sizeof *payloads };

static const char *echo_of(int i)
{
    return payloads[i][1] != NULL ? payloads[i][1] : payloads[i][0];
}

/* Before the poll, and while it waits: then the first packet answers it. */
START_TEST(echo)
{
    char first[100];
    for (int i = 0; i < PAYLOADS; i++) {
        const char *want = echo_of(i);
        size_t n = strcspn(want, "\x1e");
        testing("a payload \"%s\"", payloads[i][0]);
        eio_post(&e, payloads[i][0]);
        eio_poll(&e, want);
        snprintf(first, sizeof first, "%.*s", (int)n, want);
        eio_ask(&e);
        expect_silence(e.poll);
        eio_post(&e, payloads[i][0]);
        eio_expect(&e, first);
        if (want[n] != '\0')
            eio_poll(&e, want + n + 1);
    }
    eio_ask(&e);
    expect_silence(e.poll);
}
END_TEST

/* A POST in pieces is one POST, whatever came with the head. */
START_TEST(in_pieces)
{
    char text[400];
    int length;
    for (int i = 0; i < PAYLOADS; i++) {
        length = snprintf(text, sizeof text,
                          "POST %s HTTP/1.1\r\nHost: localhost\r\n"
                          "Content-Length: %zu\r\n\r\n%s",
                          eio_target(&e, "polling"), strlen(payloads[i][0]),
                          payloads[i][0]);
        int body = (int)strlen(payloads[i][0]);
        for (int at = -1; at <= body; at++) {
            testing("\"%s\", split %d bytes before its end", payloads[i][0],
                    at);
            client_pieces(e.post, text, (size_t)length,
                          at == -1 ? -1 : length - at);
            expect_answer(e.post, 200);
            expect_body(e.post, "ok");
            eio_poll(&e, echo_of(i));
        }
    }
}
END_TEST

/* Polls and posts in turn, all over one connection; over new ones. */
START_TEST(connections)
{
    char payload[32];
    struct client *second = e.post;
    for (int i = 0; i < 200; i++) {
        snprintf(payload, sizeof payload, "4message %d", i);
        e.post = i < 100 ? e.poll : second;
        eio_post(&e, payload);
        eio_poll(&e, payload);
        if (i < 150)
            continue;
        client_close(e.poll);
        client_close(second);
        e.poll = dial(&server);
        second = dial(&server);
    }
    expect_no_out(&server);
}
END_TEST

/* The second poll waits behind the first in its own connection, unread. */
START_TEST(pipelined_polls)
{
    eio_ask(&e);
    eio_ask(&e);
    eio_ask(&e);
    settle(&server);
    eio_post(&e, "4a");
    eio_expect(&e, "4a");
    expect_silence(e.poll);
    eio_post(&e, "4b" RS "4c");
    eio_expect(&e, "4b");
    eio_expect(&e, "4c");
    eio_expect_alive(&e);
}
END_TEST

/* Two POSTs behind one another are not two at once. */
START_TEST(pipelined_posts)
{
    char text[600];
    for (int at = -1; at < 250; at += 10) {
        testing("two POSTs, split at %d", at);
        int n = 0;
        for (int i = 0; i < 2; i++)
            n += snprintf(text + n, sizeof text - (size_t)n,
                          "POST %s HTTP/1.1\r\nHost: localhost\r\n"
                          "Content-Length: 8\r\n\r\n4number%d",
                          eio_target(&e, "polling"), i);
        client_pieces(e.post, text, (size_t)n, at < n ? at : 0);
        for (int i = 0; i < 2; i++) {
            expect_answer(e.post, 200);
            expect_body(e.post, "ok");
        }
        eio_poll(&e, "4number0" RS "4number1");
    }
}
END_TEST

/* What a GET carries is read, whenever it comes, and ignored. */
START_TEST(a_poll_with_a_body)
{
    eio_post(&e, "4a" RS "4b");
    client_say(e.poll,
               "GET %s HTTP/1.1\r\nHost: localhost\r\n"
               "Content-Length: 3\r\n\r\n",
               eio_target(&e, "polling"));
    expect_silence(e.poll);
    client_say(e.poll, "abc");
    eio_expect(&e, "4a" RS "4b");
    eio_expect_alive(&e);
}
END_TEST

/* A client that has shut down its sending side is still served. To see if it
 * is there at all it is sent an interim answer, which says nothing. */
START_TEST(half_closed)
{
    for (int i = 0; i < 4; i++) {
        testing("half closed, %d", i);
        eio_ask(&e);
        if (i % 2)
            settle(&server);
        client_half_close(e.poll);
        ck_assert_int_eq(answer(e.poll), 100);
        expect_silence(e.poll);
        eio_post(&e, "4a" RS "4b");
        eio_expect(&e, "4a");
        expect_end(e.poll);
        client_close(e.poll);
        e.poll = dial(&server);
        eio_poll(&e, "4b");
    }
    expect_no_out(&server);
}
END_TEST

/* ... unless the answer is there already. */
START_TEST(half_closed_with_an_answer)
{
    eio_post(&e, "4a");
    eio_ask(&e);
    client_half_close(e.poll);
    eio_expect(&e, "4a");
    expect_end(e.poll);
    eio_say(&e, "4b");
    client_half_close(e.post);
    expect_answer(e.post, 200);
    expect_end(e.post);
    e.poll = dial(&server);
    eio_poll(&e, "4b");
}
END_TEST

/* HTTP/1.0 knows no interim answers; after the answer the connection ends. */
START_TEST(old_client)
{
    for (int i = 0; i < 2; i++) {
        client_say(e.poll, "GET %s HTTP/1.0\r\n\r\n",
                   eio_target(&e, "polling"));
        settle(&server);
        if (i == 1)
            client_half_close(e.poll);
        expect_silence(e.poll);
        eio_post(&e, "4a");
        ck_assert_int_eq(answer_to(e.poll, OLD), 200);
        expect_body(e.poll, "4a");
        expect_end(e.poll);
        e.poll = dial(&server);
    }
    eio_expect_alive(&e);
}
END_TEST

/* The largest payload there may be, and the largest message. */
START_TEST(max_payload)
{
    static char text[MAX_PAYLOAD + 1];
    memset(text, 'x', MAX_PAYLOAD);
    text[0] = '4';
    eio_post(&e, text);
    eio_poll(&e, text);
    for (int i = 0; i < MAX_PAYLOAD; i += 2)
        memcpy(text + i, i + 2 < MAX_PAYLOAD ? "4\x1e" : "4.", 2);
    eio_post(&e, text);
    eio_poll(&e, text);
    eio_expect_alive(&e);
}
END_TEST

/* One who wants to know before it sends a body is told to go on. */
START_TEST(expect_100)
{
    ask(e.post, "POST", eio_target(&e, "polling"),
        "Content-Length: 2\r\nExpect: 100-continue\r\n");
    ck_assert_int_eq(answer(e.post), 100);
    client_say(e.post, "4a");
    expect_answer(e.post, 200);
    eio_poll(&e, "4a");
    ask(e.post, "POST", CALM "?EIO=4&transport=polling&sid=abc",
        "Content-Length: 2\r\nExpect: 100-continue\r\n");
    expect_code(e.post, 1);
    expect_end(e.post);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06 polling");
    TCase *t = tcase_create("polling");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 20);
    tcase_add_test(t, echo);
    tcase_add_test(t, in_pieces);
    tcase_add_test(t, connections);
    tcase_add_test(t, pipelined_polls);
    tcase_add_test(t, pipelined_posts);
    tcase_add_test(t, a_poll_with_a_body);
    tcase_add_test(t, half_closed);
    tcase_add_test(t, half_closed_with_an_answer);
    tcase_add_test(t, old_client);
    tcase_add_test(t, max_payload);
    tcase_add_test(t, expect_100);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
