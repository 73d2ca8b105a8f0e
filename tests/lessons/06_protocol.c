/* What the published test suite of Engine.IO 4 asks of a server, in its order
 * and under its names. It wants pings after 300 ms and pongs within 200; for
 * those here that answer them there is more time. */
#include "../check_main.h"
#include "eio.h"

#include <stdio.h>
#include <string.h>

static struct program server;
static struct eio e;

static void begin(void)
{
    program_start(&server, "echo", NULL);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

/* ---- handshake ---- */

START_TEST(opens_by_polling)
{
    eio_open(&e, &server, QUICK);
}
END_TEST

static void expect_400(const char *method, const char *query)
{
    char target[100];
    snprintf(target, sizeof target, QUICK "%s", query);
    testing("%s %s", method, target);
    ask(e.post, method, target, "");
    expect_answer(e.post, 400);
}

START_TEST(refuses_by_polling)
{
    e.post = dial(&server);
    expect_400("GET", "?transport=polling");
    expect_400("GET", "?EIO=abc&transport=polling");
    expect_400("GET", "?EIO=4");
    expect_400("GET", "?EIO=4&transport=abc");
    expect_400("POST", "?EIO=4&transport=polling");
    e.post = dial(&server);
    expect_400("PUT", "?EIO=4&transport=polling");
}
END_TEST

START_TEST(opens_a_websocket)
{
    eio_open_ws(&e, &server, QUICK);
}
END_TEST

START_TEST(refuses_a_websocket)
{
    static const char *const queries[] = {"?transport=websocket",
                                          "?EIO=abc&transport=websocket",
                                          "?EIO=4", "?EIO=4&transport=abc"};
    for (int i = 0; i < 4; i++) {
        char target[100];
        struct client *c = dial(&server);
        snprintf(target, sizeof target, QUICK "%s", queries[i]);
        testing("a WebSocket %s", target);
        ws_ask(c, target, "");
        expect_answer(c, 400);
    }
}
END_TEST

/* ---- message ---- */

START_TEST(one_text_packet)
{
    eio_open(&e, &server, CALM);
    eio_post(&e, "4hello");
    eio_poll(&e, "4hello");
}
END_TEST

START_TEST(several_text_packets)
{
    eio_open(&e, &server, CALM);
    eio_post(&e, "4test1" RS "4test2" RS "4test3");
    eio_poll(&e, "4test1" RS "4test2" RS "4test3");
}
END_TEST

START_TEST(text_and_binary_packets)
{
    eio_open(&e, &server, CALM);
    eio_post(&e, "4hello" RS "bAQIDBA==");
    eio_poll(&e, "4hello" RS "bAQIDBA==");
}
END_TEST

START_TEST(invalid_format)
{
    eio_open(&e, &server, CALM);
    eio_say(&e, "abc");
    expect_answer(e.post, 400);
    eio_ask(&e);
    expect_answer(e.poll, 400);
}
END_TEST

START_TEST(duplicate_polls)
{
    eio_open(&e, &server, CALM);
    struct client *second = dial(&server);
    eio_ask(&e);
    settle(&server);
    ask(second, "GET", eio_target(&e, "polling"), "");
    eio_expect(&e, "1");
    expect_answer(second, 400);
    eio_ask(&e);
    expect_answer(e.poll, 400);
}
END_TEST

START_TEST(cancelled_poll)
{
    eio_open(&e, &server, CALM);
    eio_ask(&e);
    settle(&server);
    client_close(e.poll);
    expect_reason(&server, "transport close");
    e.poll = dial(&server);
    eio_ask(&e);
    expect_answer(e.poll, 400);
}
END_TEST

START_TEST(websocket_packets)
{
    eio_open_ws(&e, &server, CALM);
    ws_say(e.ws, "T:4hello");
    ws_hear(e.ws, "T:4hello");
    ws_say(e.ws, "B#01020304");
    ws_hear(e.ws, "B#01020304");
}
END_TEST

START_TEST(invalid_format_by_websocket)
{
    eio_open_ws(&e, &server, CALM);
    ws_say(e.ws, "T:abc");
    ws_hear(e.ws, "X1000");
}
END_TEST

/* ---- heartbeat ---- */

START_TEST(pings_and_pongs)
{
    eio_open(&e, &server, PINGS);
    for (int i = 0; i < 3; i++) {
        eio_poll(&e, "2");
        eio_post(&e, "3");
    }
    eio_open_ws(&e, &server, PINGS);
    for (int i = 0; i < 3; i++) {
        ws_hear(e.ws, "T:2");
        ws_say(e.ws, "T:3");
    }
}
END_TEST

START_TEST(ping_timeout)
{
    struct eio ws;
    eio_open(&e, &server, QUICK);
    eio_open_ws(&ws, &server, QUICK);
    ws_hear(ws.ws, "T:2|X1000");
    expect_reason(&server, "ping timeout");
    expect_reason(&server, "ping timeout");
    eio_ask(&e);
    expect_answer(e.poll, 400);
}
END_TEST

/* ---- close ---- */

START_TEST(close_by_polling)
{
    eio_open(&e, &server, CALM);
    eio_ask(&e);
    settle(&server);
    eio_post(&e, "1");
    eio_expect(&e, "6");
    eio_ask(&e);
    expect_answer(e.poll, 400);
}
END_TEST

START_TEST(close_by_websocket)
{
    eio_open_ws(&e, &server, CALM);
    ws_say(e.ws, "T:1");
    ws_hear(e.ws, "X1000");
}
END_TEST

/* ---- upgrade ---- */

START_TEST(upgrades)
{
    eio_open(&e, &server, CALM);
    eio_dial(&e);
    ws_say(e.ws, "T:2probe");
    ws_hear(e.ws, "T:3probe");
    ws_say(e.ws, "T:5|T:4hello");
    ws_hear(e.ws, "T:4hello");
}
END_TEST

START_TEST(ignores_requests_after_the_upgrade)
{
    eio_open(&e, &server, CALM);
    eio_upgrade(&e);
    eio_ask(&e);
    expect_answer(e.poll, 400);
    ws_say(e.ws, "T:4hello");
    ws_hear(e.ws, "T:4hello");
}
END_TEST

START_TEST(ignores_a_websocket_after_the_upgrade)
{
    eio_open(&e, &server, CALM);
    eio_upgrade(&e);
    struct client *c = ws_dial(&server, eio_target(&e, "websocket"));
    ws_hear(c, "X1000");
    ws_say(e.ws, "T:4hello");
    ws_hear(e.ws, "T:4hello");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06 protocol");
    TCase *t = tcase_create("Engine.IO");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 20);
    tcase_add_test(t, opens_by_polling);
    tcase_add_test(t, refuses_by_polling);
    tcase_add_test(t, opens_a_websocket);
    tcase_add_test(t, refuses_a_websocket);
    tcase_add_test(t, one_text_packet);
    tcase_add_test(t, several_text_packets);
    tcase_add_test(t, text_and_binary_packets);
    tcase_add_test(t, invalid_format);
    tcase_add_test(t, duplicate_polls);
    tcase_add_test(t, cancelled_poll);
    tcase_add_test(t, websocket_packets);
    tcase_add_test(t, invalid_format_by_websocket);
    tcase_add_test(t, pings_and_pongs);
    tcase_add_test(t, ping_timeout);
    tcase_add_test(t, close_by_polling);
    tcase_add_test(t, close_by_websocket);
    tcase_add_test(t, upgrades);
    tcase_add_test(t, ignores_requests_after_the_upgrade);
    tcase_add_test(t, ignores_a_websocket_after_the_upgrade);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
