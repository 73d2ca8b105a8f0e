/* Section 7 of the contract, Engine.IO: a WebSocket on trial that comes to
 * nothing. The session stays with its polls, and they wait again. */
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

/* The session polls, is heard, and can try again. */
static void expect_polling(void)
{
    e.ws = NULL;
    eio_expect_alive(&e);
    eio_ask(&e);
    expect_silence(e.poll);
    eio_post(&e, "4a poll waits again");
    eio_expect(&e, "4a poll waits again");
    expect_no_out(&server);
    eio_upgrade(&e);
    eio_expect_alive(&e);
    expect_no_out(&server);
    client_close(e.ws);
    expect_reason(&server, "transport close");
}

/* hear NULL: the client goes: away, with a reset. */
static const struct {
    const char *what, *say, *hear;
} failures[] = {
    {"closes", "", NULL},
    {"is reset", "", NULL},
    {"says goodbye", "X1000", "X1000"},
    {"closes without a code", "X", "X"},
    {"says 5 only", "T:5", "X1000"},
    {"begins with data", "T:4data", "X1000"},
    {"begins with binary data", "B:data", "X1000"},
    {"pings", "T:2", "X1000"},
    {"pings too much", "T:2probe2", "X1000"},
    {"pongs", "T:3", "X1000"},
    {"says nothing", "T", "X1000"},
    {"says nonsense", "T:nonsense", "X1000"},
    {"wants to close the session", "T:1", "X1000"},
    {"proves itself in binary", "B:2probe", "X1000"},
    {"breaks the protocol", "=c1:2probe", "X1002"},
    {"sends no UTF-8", "T#ff", "X1007"},
    {"goes on talking", "T:4a|T:2probe|T:5|T:4b", "X1000"},
};
enum { FAILURES = sizeof failures / sizeof *failures };

static void give_up(int i)
{
    if (failures[i].hear != NULL) {
        ws_say(e.ws, failures[i].say);
        ws_hear(e.ws, failures[i].hear);
    } else if (i == 0) {
        client_close(e.ws);
    } else {
        client_reset(e.ws);
    }
}

/* Before 2probe: the poll that waits does not even notice. */
START_TEST(before_the_probe)
{
    for (int i = 0; i < FAILURES; i++) {
        testing("a WebSocket that %s", failures[i].what);
        eio_open(&e, &server, CALM);
        eio_ask(&e);
        eio_dial(&e);
        give_up(i);
        expect_silence(e.poll);
        eio_post(&e, "4a" RS "4b");
        eio_expect(&e, "4a");
        eio_poll(&e, "4b");
        expect_polling();
    }
}
END_TEST

/* After 3probe; what has come meanwhile is still there. */
START_TEST(after_the_probe)
{
    for (int i = 0; i < FAILURES; i++) {
        if (strcmp(failures[i].say, "T:5") == 0)
            continue;
        testing("a WebSocket that is proved, and then %s", failures[i].what);
        eio_open(&e, &server, CALM);
        eio_ask(&e);
        eio_probe(&e);
        eio_expect(&e, "6");
        eio_post(&e, "4a" RS "bAQ==");
        give_up(i);
        settle(&server);
        eio_poll(&e, "4a" RS "bAQ==");
        expect_polling();
    }
}
END_TEST

/* Whoever asks twice hears it twice. */
START_TEST(asked_twice)
{
    eio_dial(&e);
    ws_say(e.ws, "T:2probe|T:2probe");
    ws_hear(e.ws, "T:3probe|T:3probe");
    eio_poll(&e, "6");
    ws_say(e.ws, "T:5");
    eio_expect_alive(&e);
}
END_TEST

/* A second WebSocket is let in and shown out, at once; the first goes on. */
START_TEST(second_probe)
{
    for (int i = 0; i < 2; i++) {
        testing("a second probe, %d", i);
        eio_open(&e, &server, CALM);
        eio_ask(&e);
        if (i)
            eio_probe(&e);
        else
            eio_dial(&e);
        struct client *c = dial(&server);
        ws_ask(c, eio_target(&e, "websocket"), "");
        ws_say(c, "T:2probe|T:5|T:4a");
        ws_expect_open(c, WS_ACCEPT);
        ws_hear(c, "X1000");
        if (!i) {
            expect_silence(e.poll);
            ws_say(e.ws, "T:2probe");
            ws_hear(e.ws, "T:3probe");
        }
        eio_expect(&e, "6");
        eio_poll(&e, "6");
        eio_post(&e, "4a");
        ws_say(e.ws, "T:5");
        ws_hear(e.ws, "T:4a");
        eio_expect_alive(&e);
        expect_no_out(&server);
    }
}
END_TEST

/* One that takes too long is dropped, proved or not; one that has moved is
 * not. */
START_TEST(timeout)
{
    struct eio moved;
    eio_open(&moved, &server, PINGS);
    long long since = monotonic_ms();
    eio_upgrade(&moved);
    eio_open(&e, &server, PINGS);
    eio_poll(&e, "2"); /* it is the last: there is no pong */
    if (_i)
        eio_probe(&e);
    else
        eio_dial(&e);
    ws_hear(e.ws, "X1000");
    long long ms = monotonic_ms() - since;
    if (ms < PROBE || ms > PROBE + 2500)
        flunk("a probe was dropped after %lld ms", ms);
    e.ws = NULL;
    eio_ask(&e);
    expect_silence(e.poll);
    eio_post(&e, "4a");
    eio_expect(&e, "4a");
    ws_hear(moved.ws, "T:2");
    eio_expect_alive(&moved);
    expect_no_out(&server);
}
END_TEST

/* The session ends, and with it the WebSocket on trial. */
START_TEST(session_ends)
{
    for (int i = 0; i < 6; i++) {
        testing("the session ends in a trial, %d", i);
        eio_open(&e, &server, CALM);
        if (i % 2)
            eio_probe(&e);
        else
            eio_dial(&e);
        if (i < 4) {
            eio_say(&e, i < 2 ? "1" : "nonsense");
            expect_answer(e.post, i < 2 ? 200 : 400);
        } else {
            ask(e.post, "POST", eio_target(&e, "polling"),
                "Content-Length: 1000001\r\n");
            expect_error(e.post, 413);
        }
        ws_hear(e.ws, "X1000");
        expect_reason(&server, i < 2   ? "transport close"
                               : i < 4 ? "parse error"
                                       : "transport error");
        eio_expect_gone(&e);
    }
}
END_TEST

/* So it is when nobody answers the ping. */
START_TEST(ping_timeout)
{
    eio_open(&e, &server, QUICK);
    eio_probe(&e);
    ws_hear(e.ws, "X1000");
    expect_reason(&server, "ping timeout");
    eio_expect_gone(&e);
}
END_TEST

/* While a WebSocket is on trial, but not proved, polls wait; and two of them
 * are one too many. */
START_TEST(two_polls)
{
    eio_dial(&e);
    eio_ask(&e);
    settle(&server);
    struct client *c = dial(&server);
    ask(c, "GET", eio_target(&e, "polling"), "");
    eio_expect(&e, "1");
    expect_code(c, 3);
    ws_hear(e.ws, "X1000");
    expect_reason(&server, "transport error");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06 probe");
    TCase *t = tcase_create("probe");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 20);
    tcase_add_test(t, before_the_probe);
    tcase_add_test(t, after_the_probe);
    tcase_add_test(t, asked_twice);
    tcase_add_test(t, second_probe);
    tcase_add_loop_test(t, timeout, 0, 2);
    tcase_add_test(t, session_ends);
    tcase_add_test(t, ping_timeout);
    tcase_add_test(t, two_polls);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
