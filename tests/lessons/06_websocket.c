/* Section 7 of the contract, Engine.IO: a session on a WebSocket, whether it
 * began there or came by an upgrade, and how it ends. */
#include "../check_main.h"
#include "eio.h"

#include <signal.h>
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

/* Either way. */
static void open_on_ws(int upgraded)
{
    if (!upgraded) {
        eio_open_ws(&e, &server, CALM);
        return;
    }
    eio_open(&e, &server, CALM);
    eio_upgrade(&e);
}

START_TEST(echo)
{
    open_on_ws(_i);
    ws_say(e.ws, "T:4hello|B:hello|T:4|B|t:4a|c:b|C:c|b#00|C#ff|T:4b|T:44");
    ws_hear(e.ws, "T:4hello|B:hello|T:4|B|T:4abc|B#00ff|T:4b|T:44");
    ws_say(e.ws, "T:3|T:5|T:6|P:ping|O:pong|T:4你好");
    ws_hear(e.ws, "O:ping|T:4你好");
    ws_say(e.ws, "T:bAQID|T:b|B:x"); /* a client that wants Base64 here, too */
    ws_hear(e.ws, "B#010203|B|B:x");
    expect_silence(e.ws);
    ws_say_in_pieces(e.ws, "T:4in pieces|B:in pieces", 1);
    ws_hear(e.ws, "T:4in pieces|B:in pieces");
    expect_no_out(&server);
}
END_TEST

static const struct {
    const char *say, *hear, *reason;
} ends[] = {
    {"T:1", "X1000", "transport close"},
    {"T:4a|T:1|T:4b", "T:4a|X1000", "transport close"},
    {"X1000", "X1000", "transport close"},
    {"X", "X", "transport close"},
    {"X1001:bye", "X1001", "transport close"},
    {"T:4a|X4000", "T:4a|X4000", "transport close"},
    {"T:abc", "X1000", "parse error"},
    {"T", "X1000", "parse error"},
    {"T:4a|T:x|T:4b", "T:4a|X1000", "parse error"},
    {"T:0", "X1000", "parse error"},
    {"T:2", "X1000", "parse error"},
    {"T:2probe", "X1000", "parse error"},
    {"T:7", "X1000", "parse error"},
    {"T:bAQ", "X1000", "parse error"},
    {"T: 4a", "X1000", "parse error"},
    {"=c1:4a", "X1002", "transport error"},
    {"=83:4a", "X1002", "transport error"},
    {"C:4a", "X1002", "transport error"},
    {"X999", "X1002", "transport error"},
    {"T#34ff", "X1007", "transport error"},
    {"T#34c3", "X1007", "transport error"},
};
enum { ENDS = sizeof ends / sizeof *ends };

START_TEST(end)
{
    struct eio other;
    eio_open(&other, &server, CALM);
    eio_ask(&other);
    for (int i = 0; i < ENDS; i++) {
        testing("%s on a WebSocket%s", ends[i].say, _i ? ", upgraded" : "");
        open_on_ws(_i);
        ws_say(e.ws, ends[i].say);
        ws_hear(e.ws, ends[i].hear);
        expect_reason(&server, ends[i].reason);
        eio_expect_gone(&e);
    }
    expect_silence(other.poll);
}
END_TEST

START_TEST(breaks)
{
    for (int i = 0; i < 3; i++) {
        testing("a WebSocket that breaks, %d", i);
        open_on_ws(_i);
        if (i == 0)
            client_close(e.ws);
        else if (i == 1)
            client_reset(e.ws);
        else
            client_half_close(e.ws);
        expect_reason(&server, "transport close");
        eio_expect_gone(&e);
    }
}
END_TEST

/* Another WebSocket with its id is let in, and shown out; so is each. */
START_TEST(another)
{
    open_on_ws(_i);
    for (int i = 0; i < 3; i++) {
        struct client *c = dial(&server);
        ws_ask(c, eio_target(&e, "websocket"), "");
        ws_say(c, "T:2probe|T:5|T:4a");
        ws_expect_open(c, WS_ACCEPT);
        ws_hear(c, "X1000");
        expect_silence(e.ws);
        eio_expect_alive(&e);
    }
    expect_no_out(&server);
}
END_TEST

/* Requests for polls and posts are refused, and do no harm. */
START_TEST(requests)
{
    open_on_ws(_i);
    for (int i = 0; i < 2; i++) {
        struct client *c = dial(&server);
        ask(c, "GET", eio_target(&e, "polling"), "");
        expect_code(c, 3);
        ask_with(c, "POST", eio_target(&e, "polling"), "", "1", 1);
        expect_code(c, 3);
    }
    expect_silence(e.ws);
    eio_expect_alive(&e);
}
END_TEST

START_TEST(goodbye)
{
    open_on_ws(_i);
    settle(&server);
    kill(server.pid, SIGTERM);
    ws_hear(e.ws, "X1001");
    expect_reason(&server, "server shutting down");
    ck_assert_int_eq(program_wait(&server, 2000), 0);
}
END_TEST

/* A poll that waits, perhaps half closed, and a WebSocket on trial; half a POST
 * of another session. */
START_TEST(goodbye_to_all)
{
    struct eio idle;
    eio_open(&idle, &server, CALM);
    client_say(idle.post,
               "POST %s HTTP/1.1\r\nHost: localhost\r\n"
               "Content-Length: 50\r\n\r\n4never",
               eio_target(&idle, "polling"));
    eio_ask(&e);
    if (_i) {
        client_half_close(e.poll);
        ck_assert_int_eq(answer(e.poll), 100);
    }
    eio_dial(&e);
    kill(server.pid, SIGTERM);
    ws_hear(e.ws, "X1000"); /* it was not in use yet */
    eio_expect(&e, "1");
    expect_header(e.poll, "Connection", "close");
    expect_end(e.poll);
    expect_reason(&server, "server shutting down");
    ck_assert_int_eq(program_wait(&server, 2000), 0);
}
END_TEST

/* What the polls have left: up to two MiB of it. */
START_TEST(much_to_move)
{
    static char text[900001], script[100];
    memset(text, 'A', sizeof text - 1);
    text[0] = 'b';
    eio_post(&e, "4a");
    text[sizeof text - 1 - 3] = '\0'; /* 3 of 4 x 225,000 - 4 + 1 */
    eio_post(&e, text);
    text[0] = '4';
    eio_post(&e, text);
    eio_upgrade(&e);
    ws_hear(e.ws, "T:4a");
    const struct heard *h = ws_take(e.ws);
    ck_assert_int_eq(h->first, 0x82);
    ck_assert_uint_eq(h->length, (strlen(text) - 1) / 4 * 3);
    h = ws_take(e.ws);
    ck_assert_int_eq(h->first, 0x81);
    ck_assert_uint_eq(h->length, strlen(text));
    snprintf(script, sizeof script, "B*%d", MAX_PAYLOAD);
    ws_say(e.ws, script);
    ws_hear(e.ws, script);
    eio_expect_alive(&e);
    expect_no_out(&server);
}
END_TEST

/* The move and the end of it all, in one breath. */
START_TEST(moves_and_goes)
{
    for (int i = 0; i < 2; i++) {
        eio_open(&e, &server, CALM);
        eio_probe(&e);
        eio_post(&e, "4a" RS "4b");
        ws_say(e.ws, i ? "T:5|T:1" : "T:5|X1000");
        ws_hear(e.ws, "T:4a|T:4b|X1000");
        expect_reason(&server, "transport close");
        eio_expect_gone(&e);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06 websocket");
    TCase *t = tcase_create("websocket");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, echo, 0, 2);
    tcase_add_loop_test(t, end, 0, 2);
    tcase_add_loop_test(t, breaks, 0, 2);
    tcase_add_loop_test(t, another, 0, 2);
    tcase_add_loop_test(t, requests, 0, 2);
    tcase_add_loop_test(t, goodbye, 0, 2);
    tcase_add_loop_test(t, goodbye_to_all, 0, 2);
    tcase_add_test(t, much_to_move);
    tcase_add_test(t, moves_and_goes);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
