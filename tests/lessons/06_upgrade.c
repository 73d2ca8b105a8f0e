/* Section 7 of the contract, Engine.IO: from polls to a WebSocket. In whatever
 * order things meet, nothing is lost, doubled or reordered. */
#include "../check_main.h"
#include "eio.h"

#include <poll.h>
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

static void sleep_ms(int ms)
{
    poll(NULL, 0, ms);
}

/* On the WebSocket there is nothing, least of all a 6. */
static void expect_moved(void)
{
    settle(&server);
    expect_silence(e.ws);
    eio_expect_alive(&e);
    expect_silence(e.ws);
    expect_no_out(&server);
}

/* The poll that waits is answered, so that the client can stop to poll; and
 * so is each that comes. */
START_TEST(polls_meet_the_probe)
{
    for (int i = 0; i < 4; i++) {
        testing("a poll %s", i == 0   ? "that waits already"
                             : i == 1 ? "after the handshake"
                             : i == 2 ? "that is half closed"
                                      : "behind another");
        eio_open(&e, &server, CALM);
        if (i != 1)
            eio_ask(&e);
        if (i == 2) {
            client_half_close(e.poll);
            ck_assert_int_eq(answer(e.poll), 100);
        }
        eio_dial(&e);
        if (i == 1 || i == 3)
            eio_ask(&e);
        expect_silence(e.poll);
        ws_say(e.ws, "T:2probe");
        ws_hear(e.ws, "T:3probe");
        eio_expect(&e, "6");
        if (i == 3)
            eio_expect(&e, "6");
        if (i == 2)
            e.poll = dial(&server);
        for (int k = 0; k < 5; k++)
            eio_poll(&e, "6");
        ws_say(e.ws, "T:5");
        expect_moved();
    }
}
END_TEST

/* A message between 3probe and 5: by a poll, or else by the WebSocket. */
START_TEST(messages_meet_the_probe)
{
    eio_dial(&e);
    eio_post(&e, "4before 2probe");
    ws_say(e.ws, "T:2probe");
    ws_hear(e.ws, "T:3probe");
    eio_poll(&e, "4before 2probe");
    eio_post(&e, "4a" RS "bAQ==");
    eio_post(&e, "4b");
    eio_poll(&e, "4a" RS "bAQ==" RS "4b");
    eio_poll(&e, "6");
    eio_post(&e, "4c" RS "bAgM=" RS "b" RS "4");
    eio_post(&e, "4d");
    ws_say(e.ws, "T:5|T:4e|B:f|T:4g");
    ws_hear(e.ws, "T:4c|B#0203|B|T:4|T:4d|T:4e|B:f|T:4g");
    expect_moved();
}
END_TEST

/* All at once, in one packet or byte by byte, with a poll that waits. */
START_TEST(in_one_breath)
{
    static unsigned char frames[1000];
    for (int i = 0; i < 4; i++) {
        testing("in one breath, %d", i);
        eio_open(&e, &server, CALM);
        if (i % 2) {
            eio_ask(&e);
            settle(&server);
        }
        e.ws = dial(&server);
        size_t n = (size_t)snprintf(
            (char *)frames, sizeof frames,
            "GET %s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            eio_target(&e, "websocket"));
        n += script_bytes("T:2probe|T:5|T:4a|t:4|C:b", frames + n);
        client_pieces(e.ws, (char *)frames, n, i / 2 ? -1 : 0);
        ws_expect_open(e.ws, WS_ACCEPT);
        ws_hear(e.ws, "T:3probe|T:4a|T:4b");
        if (i % 2)
            eio_expect(&e, "6");
        expect_moved();
    }
}
END_TEST

/* Polls that came too late, and posts, are for no session that has moved;
 * they do it no harm. */
START_TEST(requests_after_the_move)
{
    eio_upgrade(&e);
    for (int i = 0; i < 3; i++) {
        eio_ask(&e);
        expect_code(e.poll, 3);
        eio_say(&e, i == 0 ? "4a" : i == 1 ? "1" : "nonsense");
        expect_code(e.post, 3);
        e.post = dial(&server); /* was it refused before its body came? */
        ask(e.poll, "GET", eio_target(&e, i ? "iframe" : "eventsource"), "");
        expect_code(e.poll, 3);
    }
    expect_moved();
}
END_TEST

/* A POST that began before the 5 and ends behind it is heard. */
START_TEST(post_around_the_move)
{
    for (int i = 0; i < 3; i++) {
        testing("a POST of which %s came before the move",
                i == 0   ? "the head"
                : i == 1 ? "half"
                         : "all but a byte");
        eio_open(&e, &server, CALM);
        eio_probe(&e);
        client_say(e.post,
                   "POST %s HTTP/1.1\r\nHost: localhost\r\n"
                   "Content-Length: 5\r\n\r\n%.*s",
                   eio_target(&e, "polling"), 2 * i, "4a" RS "4b");
        settle(&server);
        ws_say(e.ws, "T:5|T:4between");
        ws_hear(e.ws, "T:4between");
        client_say(e.post, "%s", &("4a" RS "4b")[2 * i]);
        expect_answer(e.post, 200);
        expect_body(e.post, "ok");
        ws_hear(e.ws, "T:4a|T:4b");
        eio_say(&e, "4c");
        expect_code(e.post, 3);
        expect_moved();
    }
}
END_TEST

/* And it may end the session. */
START_TEST(post_around_the_move_that_ends_it)
{
    for (int i = 0; i < 2; i++) {
        eio_open(&e, &server, CALM);
        eio_probe(&e);
        client_say(e.post,
                   "POST %s HTTP/1.1\r\nHost: localhost\r\n"
                   "Content-Length: 1\r\n\r\n",
                   eio_target(&e, "polling"));
        settle(&server);
        ws_say(e.ws, "T:5");
        settle(&server);
        client_say(e.post, i ? "1" : "x");
        expect_answer(e.post, i ? 200 : 400);
        ws_hear(e.ws, "X1000");
        expect_reason(&server, i ? "transport close" : "parse error");
        eio_expect_gone(&e);
    }
}
END_TEST

/* A ping while the probe stands goes one way, and one way only. */
START_TEST(pings_meet_the_probe)
{
    for (int i = 0; i < 4; i++) {
        testing("a ping %s", i == 0   ? "before the probe"
                             : i == 1 ? "that a poll fetches after 3probe"
                             : i == 2 ? "that nobody fetches before 5"
                                      : "that a poll waits for");
        eio_open(&e, &server, PINGS);
        if (i == 0)
            eio_poll(&e, "2");
        if (i == 3)
            eio_ask(&e);
        eio_probe(&e);
        if (i == 3 && (answer(e.poll), strcmp(e.poll->body.data, "6") != 0))
            return; /* too busy a machine: the ping was before the probe */
        sleep_ms(150);
        if (i == 1)
            eio_poll(&e, "2");
        if (i < 2)
            eio_poll(&e, "6");
        ws_say(e.ws, "T:5");
        if (i >= 2)
            ws_hear(e.ws, "T:2");
        sleep_ms(150);
        expect_silence(e.ws);
        for (int k = 0; k < 3; k++) {
            ws_say(e.ws, "T:3");
            ws_hear(e.ws, "T:2");
        }
        expect_silence(e.ws);
        client_close(e.ws);
        expect_reason(&server, "transport close");
    }
}
END_TEST

/* The pong to a ping of the polls may come by WebSocket. */
START_TEST(pong_on_the_other_way)
{
    eio_open(&e, &server, PINGS);
    eio_poll(&e, "2");
    eio_upgrade(&e);
    ws_say(e.ws, "T:3");
    ws_hear(e.ws, "T:2");
    eio_expect_alive(&e);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06 upgrade");
    TCase *t = tcase_create("upgrade");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 20);
    tcase_add_test(t, polls_meet_the_probe);
    tcase_add_test(t, messages_meet_the_probe);
    tcase_add_test(t, in_one_breath);
    tcase_add_test(t, requests_after_the_move);
    tcase_add_test(t, post_around_the_move);
    tcase_add_test(t, post_around_the_move_that_ends_it);
    tcase_add_test(t, pings_meet_the_probe);
    tcase_add_test(t, pong_on_the_other_way);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
