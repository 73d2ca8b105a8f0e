/* Section 7 of the contract, Engine.IO: pings, pongs, and those who do not
 * answer. Never too early, and not later than a busy machine may be. */
#include "../check_main.h"
#include "eio.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { PING = 100, SOON = 2500 };
enum { DEATH = QUICK_PING + QUICK_PONG };

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

static void sleep_ms(int ms)
{
    poll(NULL, 0, ms);
}

/* It is ms after since, or a little later. Returns how much. */
static int expect_after(long long since, int ms)
{
    int late = (int)(monotonic_ms() - since) - ms;
    if (late < 0)
        flunk("%d ms before %d are over", -late, ms);
    if (late > SOON)
        flunk("%d ms too late", late);
    return late;
}

/* Never early; and exact, when the machine has a moment for us. */
START_TEST(exact)
{
    int good = 0;
    long long since = monotonic_ms();
    eio_open(&e, &server, PINGS);
    for (int i = 0; i < 15; i++) {
        testing("ping %d", i);
        eio_poll(&e, "2");
        good += expect_after(since, PING) <= 5;
        since = monotonic_ms();
        eio_post(&e, "3");
    }
    if (good == 0)
        flunk("no ping of 15 was exact");
}
END_TEST

START_TEST(on_a_websocket)
{
    int good = 0;
    long long since = monotonic_ms();
    eio_open_ws(&e, &server, PINGS);
    for (int i = 0; i < 15; i++) {
        testing("ping %d", i);
        ws_hear(e.ws, "T:2");
        good += expect_after(since, PING) <= 5;
        since = monotonic_ms();
        ws_say(e.ws, "T:3");
    }
    if (good == 0)
        flunk("no ping of 15 was exact");
    eio_expect_alive(&e);
}
END_TEST

/* After the ping nothing more, as long as there is no pong. */
START_TEST(one_ping)
{
    eio_open(&e, &server, PINGS);
    eio_poll(&e, "2");
    eio_ask(&e);
    sleep_ms(3 * PING);
    expect_silence(e.poll);
    eio_post(&e, "4a");
    eio_expect(&e, "4a");
    eio_post(&e, "3");
    eio_poll(&e, "2");
    eio_post(&e, "3");
    sleep_ms(2 * PING);
    eio_poll(&e, "2"); /* it has waited for the poll */
    eio_expect_alive(&e);
}
END_TEST

/* The times as they are used: whoever answers in time, lives. */
START_TEST(lives)
{
    long long since = monotonic_ms();
    eio_open(&e, &server, QUICK);
    for (int i = 0; i < 5; i++) {
        eio_poll(&e, "2");
        if (expect_after(since, QUICK_PING) > QUICK_PONG / 2)
            return; /* too busy a machine: we were late, not the server */
        since = monotonic_ms();
        eio_post(&e, "3");
    }
    expect_no_out(&server);
}
END_TEST

/* Who is not there, and who polls, but gives no pong. */
START_TEST(dies)
{
    for (int i = 0; i < 4; i++) {
        testing("one who does not answer, %d", i);
        long long since = monotonic_ms();
        eio_open(&e, &server, QUICK);
        if (i >= 1)
            eio_poll(&e, "2");
        if (i >= 2) {
            eio_ask(&e);
            settle(&server);
        }
        if (i >= 3) {
            client_half_close(e.poll);
            ck_assert_int_eq(answer(e.poll), 100);
        }
        if (i >= 2)
            eio_expect(&e, "1");
        expect_reason(&server, "ping timeout");
        expect_after(since, DEATH);
        eio_expect_gone(&e);
    }
}
END_TEST

START_TEST(dies_on_a_websocket)
{
    long long since = monotonic_ms();
    eio_open_ws(&e, &server, QUICK);
    ws_hear(e.ws, "T:2");
    expect_after(since, QUICK_PING);
    ws_hear(e.ws, "X1000");
    expect_after(since, DEATH);
    expect_reason(&server, "ping timeout");
    eio_expect_gone(&e);
}
END_TEST

START_TEST(dies_on_a_stream)
{
    for (int i = 0; i < 2; i++) {
        long long since = monotonic_ms();
        eio_open(&e, &server, QUICK);
        ask(e.poll, "GET", eio_target(&e, i ? "iframe" : "eventsource"), "");
        ck_assert_int_eq(answer(e.poll), 200);
        expect_after(since, DEATH);
        const char *ping = strchr(e.poll->body.data, '2');
        if (ping == NULL || strchr(ping, '1') == NULL)
            flunk("not a ping and a close: %s", e.poll->body.data);
        expect_reason(&server, "ping timeout");
        eio_expect_gone(&e);
    }
}
END_TEST

/* A message is no pong, nor is a frame of the WebSocket's own. */
START_TEST(only_a_pong_counts)
{
    long long since = monotonic_ms();
    struct eio ws;
    eio_open(&e, &server, QUICK);
    eio_open_ws(&ws, &server, QUICK);
    do {
        sleep_ms(20);
        client_push(ws.ws, "\x8a\x80xxxx\x81\x82\0\0\0\0004a", 14, 0);
        eio_say(&e, "4a" RS "5" RS "6");
    } while (answer(e.post) == 200 && monotonic_ms() - since < DEATH + SOON);
    for (int i = 0; i < 2; i++)
        expect_reason(&server, "ping timeout");
    expect_after(since, DEATH);
    eio_expect_gone(&e);
    eio_expect_gone(&ws);
}
END_TEST

/* The pong has come too late, though it is there before anybody looks. */
START_TEST(timers_first)
{
    struct eio ws;
    eio_open(&e, &server, QUICK);
    eio_open_ws(&ws, &server, QUICK);
    eio_poll(&e, "2");
    ws_hear(ws.ws, "T:2");
    kill(server.pid, SIGSTOP);
    sleep_ms(QUICK_PONG + 50);
    eio_say(&e, "3");
    ws_say(ws.ws, "T:3");
    kill(server.pid, SIGCONT);
    expect_code(e.post, 1);
    ws_hear(ws.ws, "X1000");
    for (int i = 0; i < 2; i++)
        expect_reason(&server, "ping timeout");
}
END_TEST

/* Everybody has a time of his own. */
START_TEST(many)
{
    enum { LIVING = 30, DYING = 100 };
    struct eio living[LIVING], dying[DYING];
    for (int i = 0; i < LIVING; i++)
        eio_open(&living[i], &server, PINGS);
    for (int i = 0; i < DYING; i++) {
        eio_open(&dying[i], &server, QUICK);
        client_close(dying[i].poll);
        client_close(dying[i].post);
    }
    for (int round = 0; round < 8; round++)
        for (int i = 0; i < LIVING; i++) {
            testing("round %d, client %d", round, i);
            eio_poll(&living[i], "2");
            eio_post(&living[i], "3");
        }
    for (int i = 0; i < DYING; i++)
        expect_reason(&server, "ping timeout");
    for (int i = 0; i < DYING; i++)
        eio_expect_gone(&dying[i]);
    expect_no_out(&server);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06 heartbeat");
    TCase *t = tcase_create("heartbeat");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 30);
    tcase_add_test(t, exact);
    tcase_add_test(t, on_a_websocket);
    tcase_add_test(t, one_ping);
    tcase_add_test(t, lives);
    tcase_add_test(t, dies);
    tcase_add_test(t, dies_on_a_websocket);
    tcase_add_test(t, dies_on_a_stream);
    tcase_add_test(t, only_a_pong_counts);
    tcase_add_test(t, timers_first);
    tcase_add_test(t, many);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
