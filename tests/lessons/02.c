/* Section 5 of the contract: what only lesson 2 does. */
#include "../check_main.h"
#include "inbox.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static struct program server;
static struct client *poster;

static void begin(void)
{
    avoid_second_50();
    program_start(&server, "02-long-polling", NULL);
    poster = dial(&server);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

static void expect_message(struct client *c, message_id id, const char *text)
{
    answer(c);
    expect_status(c, 200);
    ck_assert_uint_eq(id_of(c), id);
    expect_body(c, text);
    expect_header(c, "Content-Type", "text/plain; charset=utf-8");
    expect_header(c, "Cache-Control", "no-store");
}

/* Waits, is answered, and the next poll of the connection waits again. */
START_TEST(waits)
{
    struct client *c = dial(&server);
    post_text(poster, POLL, "before");
    for (int i = 0; i < 3; i++) {
        ask(c, "GET", "/", "");
        expect_silence(c);
        expect_message(c, post_text(poster, POLL, "hello"), "hello");
        expect_silence(c);
    }
}
END_TEST

START_TEST(at_once)
{
    char target[64];
    struct client *c = dial(&server);
    message_id id = post_text(poster, POLL, "one");
    post_text(poster, POLL, "two");
    snprintf(target, sizeof target, "/?after=%llu", id);
    ask(c, "GET", target, "");
    expect_message(c, id + 1, "two");
    ask(c, "GET", "/?after=0", "");
    expect_message(c, id, "one");
    snprintf(target, sizeof target, "/?after=%llu", id + 1);
    ask(c, "GET", target, "");
    expect_silence(c);
    expect_message(c, post_text(poster, POLL, "three"), "three");
}
END_TEST

/* Requests behind a waiting poll wait for it, and are answered in order;
 * also to one who has nothing more to say. */
START_TEST(pipelined_behind_a_poll)
{
    struct client *c = dial(&server);
    ask(c, "GET", "/", "");
    ask(c, "GET", "/client.h", "");
    ask(c, "HEAD", "/client.h", "");
    ask(c, "GET", "/?after=0", "");
    ask(c, "BREW", "/", "");
    ask(c, "GET", "/", "");
    ask(c, "GET", "/nothing-here", "");
    if (_i == 1)
        client_half_close(c);
    expect_silence(c);
    message_id id = post_text(poster, POLL, "one");
    expect_message(c, id, "one");
    expect_answer(c, 200);
    ck_assert_ptr_ne(strstr(c->body.data, "CLIENT_H"), NULL);
    answer_to(c, HEAD_ONLY);
    expect_status(c, 200);
    expect_message(c, id, "one");
    expect_error(c, 501);
    expect_silence(c);
    expect_message(c, post_text(poster, POLL, "two"), "two");
    expect_answer(c, 404);
    if (_i == 1)
        expect_end(c);
    else
        expect_silence(c);
}
END_TEST

/* More than the server likes to keep: it may read them later. */
START_TEST(much_behind_a_poll)
{
    struct client *c = dial(&server);
    ask(c, "GET", "/", "");
    for (int i = 0; i < 500; i++)
        ask(c, "HEAD", "/client.h", "X: a line that makes it longer\r\n");
    expect_silence(c);
    expect_message(c, post_text(poster, POLL, "one"), "one");
    for (int i = 0; i < 500; i++) {
        answer_to(c, HEAD_ONLY);
        expect_status(c, 200);
    }
    expect_silence(c);
}
END_TEST

/* Bad input behind a poll: the poll is answered first. */
START_TEST(garbage_behind_a_poll)
{
    struct client *c = dial(&server);
    ask(c, "GET", "/", "");
    client_say(c, "GARBAGE\r\n\r\n");
    settle(&server);
    expect_message(c, post_text(poster, POLL, "one"), "one");
    expect_error(c, 400);
    expect_end(c);
}
END_TEST

START_TEST(half_closed)
{
    struct client *c = dial(&server);
    ask(c, "GET", "/", "");
    client_half_close(c);
    expect_silence(c);
    expect_message(c, post_text(poster, POLL, "hello"), "hello");
    expect_end(c);
}
END_TEST

START_TEST(close_after_this)
{
    struct client *c = dial(&server), *old = dial(&server);
    ask(c, "GET", "/", "Connection: close\r\n");
    client_say(old, "GET / HTTP/1.0\r\n\r\n");
    expect_silence(c);
    expect_silence(old);
    message_id id = post_text(poster, POLL, "hello");
    expect_message(c, id, "hello");
    expect_header(c, "Connection", "close");
    expect_end(c);
    answer_to(old, OLD);
    expect_status(old, 200);
    expect_header(old, "Content-Length", "5");
    expect_body(old, "hello");
    ck_assert_uint_eq(id_of(old), id);
    expect_end(old);
}
END_TEST

START_TEST(in_pieces)
{
    static const char text[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    struct client *c = dial(&server);
    for (int at = -1; at < (int)sizeof text - 1; at++) {
        testing("a poll, split at %d", at);
        client_pieces(c, text, sizeof text - 1, at);
        expect_silence(c);
        expect_message(c, post_text(poster, POLL, "hello"), "hello");
    }
}
END_TEST

/* HEAD has the length where GET would have it; else GET would wait, but HEAD
 * does not. */
START_TEST(head)
{
    struct client *c = dial(&server);
    ask(c, "HEAD", "/", "");
    answer_to(c, HEAD_ONLY);
    expect_status(c, 200);
    expect_header(c, "Content-Type", "text/plain; charset=utf-8");
    expect_header(c, "Cache-Control", "no-store");
    expect_header(c, "Transfer-Encoding", "chunked");
    expect_silence(c);
    message_id id = post_text(poster, POLL, "hello");
    ask(c, "HEAD", "/?after=0", "");
    answer_to(c, HEAD_ONLY);
    expect_status(c, 200);
    expect_header(c, "Content-Length", "5");
    ck_assert_uint_eq(id_of(c), id);
    expect_silence(c);
    struct client *old = dial(&server);
    client_say(old, "HEAD / HTTP/1.0\r\n\r\n");
    answer_to(old, OLD | HEAD_ONLY);
    expect_status(old, 200);
    expect_end(old);
}
END_TEST

START_TEST(two_hundred)
{
    struct client *all[200];
    for (int i = 0; i < 200; i++) {
        all[i] = dial(&server);
        ask(all[i], "GET", "/", "");
    }
    settle(&server);
    message_id id = post_text(poster, POLL, "to everybody");
    for (int i = 0; i < 200; i++)
        expect_message(all[i], id, "to everybody");
}
END_TEST

/* Empty after 30 s; at second 50 of the minute the clock's message. Both take
 * a minute in all. The time of the clock's is that of its making, and all get
 * the same. */
static void expect_clock(struct client *c, long long asked)
{
    long long ms = c->body.length == 13 ? atoll(c->body.data) : 0;
    if (strspn(c->body.data, "0123456789") != 13 || ms / 1000 % 60 != 50)
        flunk("the clock says \"%s\"", c->body.data);
    if (ms < asked || ms > wall_ms() || ms < wall_ms() - 1500)
        flunk("the clock says %lld at %lld", ms, wall_ms());
}

START_TEST(the_clock_and_nothing)
{
    bool clock = false, nothing = false;
    long long second = wall_ms() / 1000 % 60;
    struct timespec pause = {.tv_sec = 22 - second};
    if (second >= 18 && second < 22) /* else both would come together */
        nanosleep(&pause, NULL);
    program_start(&server, "02-long-polling", NULL);
    struct client *c = dial(&server), *other = dial(&server);
    struct client *third = dial(&server);
    while (!clock || !nothing) {
        long long asked = wall_ms();
        ask(c, "GET", "/", "");
        ask(other, "GET", "/", "");
        client_idle(c, 33000);
        answer(c);
        answer(other);
        ck_assert_int_eq(other->status, c->status);
        if (c->status == 200) {
            expect_clock(c, asked);
            ck_assert_uint_eq(id_of(c), id_of(other));
            ck_assert_str_eq(c->body.data, other->body.data);
            ask(third, "GET", "/", ""); /* it is said once */
            client_idle(third, 1100);
            expect_silence(third);
            clock = true;
            continue;
        }
        expect_status(c, 204);
        ck_assert_uint_eq(id_of(c), id_of(other)); /* to ask after */
        long long waited = wall_ms() - asked;
        if (waited < 29500 || waited > 32000)
            flunk("204 after %lld ms", waited);
        nothing = true;
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("02-long-polling");
    TCase *t = tcase_create("polls");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 20);
    tcase_add_test(t, waits);
    tcase_add_test(t, at_once);
    tcase_add_loop_test(t, pipelined_behind_a_poll, 0, 2);
    tcase_add_test(t, much_behind_a_poll);
    tcase_add_test(t, garbage_behind_a_poll);
    tcase_add_test(t, half_closed);
    tcase_add_test(t, close_after_this);
    tcase_add_test(t, in_pieces);
    tcase_add_test(t, head);
    tcase_add_test(t, two_hundred);
    suite_add_tcase(s, t);
    t = tcase_create("slow");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 80);
    tcase_add_test(t, the_clock_and_nothing);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
