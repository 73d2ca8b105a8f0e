/* Section 7 of the contract, Engine.IO: the times of lesson 6 itself, all at
 * once, for about 48 s. */
#include "../check_main.h"
#include "eio.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { PING_MS = 25000, DEATH_MS = 45000, PROBE_MS = 10000, BODY_MS = 30000 };
enum { CONNECT_MS = 45000 };
enum { SOON = 2500 };

#define ECHO "42[\"echo\",1]"

static struct program server;
static struct eio silent, on_trial, stalls, lives, mute, outside;

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

/* A session that has joined the namespace /, so that it may stay. */
static void join(struct eio *e)
{
    eio_open(e, &server, LESSON);
    eio_post(e, "40");
    eio_ask(e);
    answer(e->poll);
    if (strncmp(e->poll->body.data, "40{", 3) != 0)
        flunk("not let in: \"%s\"", e->poll->body.data);
}

/* Waits until something comes: ms after since, or a little later. */
static void expect_after(struct client *c, long long since, int ms)
{
    long long left = since + ms + SOON - monotonic_ms();
    client_idle(c, left > 0 ? (int)left : 0);
    int late = (int)(monotonic_ms() - since) - ms;
    if (late < 0 || late > SOON)
        flunk("%d ms after %d", late, ms);
}

static void echo(struct eio *e)
{
    eio_post(e, ECHO);
    eio_expect(e, ECHO);
    eio_ask(e);
}

/* The POST that came to nothing is not in the way of the next, though its
 * connection is still there. */
static void post_again(void)
{
    expect_error(stalls.post, 408);
    stalls.post = dial(&server);
    eio_post(&stalls, ECHO);
    eio_poll(&stalls, "2" RS ECHO);
    eio_post(&stalls, "3");
}

static void join_by_socket(struct eio *e)
{
    eio_open_ws(e, &server, LESSON);
    ws_say(e->ws, "T:40");
    ws_take(e->ws);
}

static void answer_ping(struct eio *e)
{
    eio_expect(e, "2");
    eio_post(e, "3");
    eio_ask(e);
}

/* Two of them get no pong. */
static void expect_pings(void)
{
    eio_expect(&silent, "2");
    eio_ask(&silent);
    answer_ping(&on_trial);
    ws_hear(lives.ws, "T:2");
    ws_say(lives.ws, "T:3");
    ws_hear(mute.ws, "T:2");
    answer_ping(&outside);
}

/* Over polls, and by a WebSocket that asks for no pong of its own. */
static void expect_death(long long start)
{
    expect_silence(mute.ws);
    expect_after(silent.poll, start, DEATH_MS);
    eio_expect(&silent, "1");
    eio_expect_gone(&silent);
    expect_after(mute.ws, start, DEATH_MS);
    ws_hear(mute.ws, "X1000");
    for (int i = 0; i < 5; i++)
        expect_out(&server, "连接成功");
    expect_out(&server, "断开连接:ping timeout");
    expect_out(&server, "断开连接:ping timeout");
}

/* It answers pings, but joins no namespace. It comes when the others are there,
 * so that its end can be told from theirs. */
static long long open_outside(void)
{
    poll(NULL, 0, 2000);
    long long since = monotonic_ms();
    eio_open(&outside, &server, LESSON);
    eio_ask(&outside);
    return since;
}

START_TEST(all_at_once)
{
    program_start(&server, "06-socketio-lite", NULL);
    long long start = monotonic_ms();
    join(&silent);
    join(&on_trial);
    join(&stalls);
    join_by_socket(&lives);
    join_by_socket(&mute);
    eio_ask(&silent);
    eio_ask(&on_trial);
    client_say(stalls.post,
               "POST %s HTTP/1.1\r\nHost: localhost\r\n"
               "Content-Length: 50\r\n\r\n4never",
               eio_target(&stalls, "polling"));
    eio_dial(&on_trial);
    long long opened = open_outside();

    testing("a probe that is none");
    expect_after(on_trial.ws, start, PROBE_MS);
    ws_hear(on_trial.ws, "X1000");
    expect_silence(on_trial.poll);
    echo(&on_trial);

    testing("the first ping");
    expect_after(silent.poll, start, PING_MS);
    expect_pings();

    testing("half a POST");
    expect_after(stalls.post, start, BODY_MS);
    post_again();

    testing("no pong");
    expect_death(start);
    echo(&on_trial);
    testing("no CONNECT");
    expect_after(outside.poll, opened, CONNECT_MS);
    eio_expect(&outside, "1");
    eio_expect_gone(&outside);
    eio_ask(&stalls);
    echo(&stalls);
    ws_say(lives.ws, "T:" ECHO);
    ws_hear(lives.ws, "T:" ECHO);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06 slow");
    TCase *t = tcase_create("times");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 70);
    tcase_add_test(t, all_at_once);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
