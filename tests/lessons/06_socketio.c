/* What the published test suite of Socket.IO's protocol 5 asks for, and the
 * times, of a program whose times are short; on every way. */
#include "../check_main.h"
#include "sio.h"
#include "stdout.h"

#include <stdio.h>
#include <string.h>

#define P0 "{\"_placeholder\":true,\"num\":0}"
#define P1 "{\"_placeholder\":true,\"num\":1}"

enum { CONNECT_MS = 1500, PING_MS = 300, PONG_MS = 2000, SLACK = 1500 };

static struct program server;
static struct sio a, b;

static void begin(void)
{
    program_start(&server, "echo", NULL);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

static void open_one(struct sio *s, int way)
{
    testing("%s", ways[way]);
    sio_open(s, &server, (enum way)way);
}

static void enter(struct sio *s, int way)
{
    open_one(s, way);
    sio_join(s, "0");
    sio_hear(s, "42[\"auth\",{}]");
}

START_TEST(connects)
{
    static const char *const rows[][2] = {
        {"0", "42[\"auth\",{}]"},
        {"0{}", "42[\"auth\",{}]"},
        {"0{\"token\":\"123\"}", "42[\"auth\",{\"token\":\"123\"}]"},
        {"0{ \"a\" : [1.0] }", "42[\"auth\",{ \"a\" : [1.0] }]"},
        {"0/custom", "42/custom,[\"auth\",{}]"},
        {"0/custom,", "42/custom,[\"auth\",{}]"},
        {"0/custom,{\"token\":\"abc\"}",
         "42/custom,[\"auth\",{\"token\":\"abc\"}]"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        open_one(&a, _i);
        testing("%s: CONNECT %s", ways[_i], rows[i][0]);
        sio_join(&a, rows[i][0]);
        sio_hear(&a, rows[i][1]);
        sio_vanish(&a);
    }
}
END_TEST

START_TEST(unknown_namespaces)
{
    open_one(&a, _i);
    sio_say(&a, "40/random");
    sio_hear(&a, "44/random,{\"message\":\"Invalid namespace\"}");
    sio_say(&a, "40/custo,{\"a\":1}" RS "40/customs," RS "40/Custom");
    sio_hear(&a, "44/custo,{\"message\":\"Invalid namespace\"}" RS
                 "44/customs,{\"message\":\"Invalid namespace\"}" RS
                 "44/Custom,{\"message\":\"Invalid namespace\"}");
    sio_say(&a, "40/custom/");
    sio_hear(&a, "44/custom/,{\"message\":\"Invalid namespace\"}");
    sio_join(&a, "0/custom"); /* all the same it may come in */
    sio_hear(&a, "42/custom,[\"auth\",{}]");
}
END_TEST

static void expect_ms(long long start, int least, int most)
{
    long long ms = monotonic_ms() - start;
    if (ms < least || ms > most)
        flunk("%lld ms, not %d to %d", ms, least, most);
}

/* Who joins nothing in time is sent away; what is refused is no joining. */
START_TEST(joins_nothing)
{
    long long start = monotonic_ms();
    open_one(&a, _i);
    sio_say(&a, "40/random" RS "41" RS "41/custom");
    sio_hear(&a, "44/random,{\"message\":\"Invalid namespace\"}");
    sio_wait(&a);
    sio_expect_over(&a);
    expect_ms(start, CONNECT_MS, CONNECT_MS + SLACK);
    expect_no_out(&server); /* no socket was there to be disconnected */
}
END_TEST

/* Who has joined may stay, even if it leaves. */
START_TEST(joins_and_leaves)
{
    open_one(&a, _i);
    sio_join(&a, "0/custom");
    sio_hear(&a, "42/custom,[\"auth\",{}]");
    sio_say(&a, "41/custom");
    expect_out(&server, "socket: client namespace disconnect");
    long long end = monotonic_ms() + CONNECT_MS + 300;
    while (monotonic_ms() < end) {
        sio_say(&a, "3"); /* then no ping comes */
        client_idle(a.down, 100);
    }
    sio_join(&a, "0/custom");
    sio_hear(&a, "42/custom,[\"auth\",{}]");
}
END_TEST

START_TEST(disconnects)
{
    enter(&a, _i);
    sio_join(&a, "0/custom");
    sio_hear(&a, "42/custom,[\"auth\",{}]");
    sio_say(&a, "41/custom");
    expect_out(&server, "socket: client namespace disconnect");
    sio_say(&a, "42[\"message\",\"message to main namespace\"]");
    sio_hear(&a, "42[\"message-back\",\"message to main namespace\"]");
    sio_say(&a, "41/custom"); /* again: it is not there */
    sio_say(&a, "41");
    expect_out(&server, "socket: client namespace disconnect");
    a.deaf = true; /* the session goes on */
    sio_hear(&a, "2");
    sio_say(&a, "3");
    a.deaf = false;
    sio_join(&a, "0");
    sio_hear(&a, "42[\"auth\",{}]");
    expect_no_out(&server);
}
END_TEST

/* Said, and heard then. */
static const char *const exchanges[][2] = {
    {"42[\"message\",1,\"2\",{\"3\":[true]}]",
     "42[\"message-back\",1,\"2\",{\"3\":[true]}]"},
    {"452-[\"message\"," P0 "," P1 "]" RS "bAQID" RS "bBAUG",
     "452-[\"message-back\"," P0 "," P1 "]" RS "bAQID" RS "bBAUG"},
    {"42456[\"message-with-ack\",1,\"2\",{\"3\":[false]}]",
     "43456[1,\"2\",{\"3\":[false]}]"},
    {"452-789[\"message-with-ack\"," P0 "," P1 "]" RS "bAQID" RS "bBAUG",
     "462-789[" P0 "," P1 "]" RS "bAQID" RS "bBAUG"},
    {"42[\"message-with-ack\",1]" RS "42[\"message\"]",
     "42[\"message-back\"]"}};

START_TEST(messages)
{
    enter(&a, _i);
    for (size_t i = 0; i < sizeof exchanges / sizeof *exchanges; i++) {
        sio_say(&a, exchanges[i][0]);
        sio_hear(&a, exchanges[i][1]);
    }
}
END_TEST

/* We are asked, and answer; the program emits what we said. Numbers that no
 * question has, or had, are nothing. */
START_TEST(acknowledges)
{
    enter(&a, _i);
    sio_join(&a, "0/custom");
    sio_hear(&a, "42/custom,[\"auth\",{}]");
    sio_say(&a, "42[\"ask\",1,{\"a\":2}]" RS "42[\"ask\"]");
    sio_hear(&a, "420[\"question\",1,{\"a\":2}]" RS "421[\"question\"]");
    sio_say(&a, "42/custom,[\"ask\",5]");
    sio_hear(&a, "42/custom,0[\"question\",5]");
    sio_say(&a, "431[\"b\", 1.0]" RS "431[\"again\"]" RS "437[\"never\"]");
    sio_hear(&a, "42[\"answer\",\"b\", 1.0]");
    sio_say(&a, "430[]" RS "430[1]");
    sio_hear(&a, "42[\"answer\"]");
    sio_say(&a, "43/custom,0[ ]"); /* nothing, with a blank in it */
    sio_hear(&a, "42/custom,[\"answer\"]");
    sio_say(&a, "451-[\"ask\"," P0 "]" RS "bAQID");
    sio_hear(&a, "451-2[\"question\"," P0 "]" RS "bAQID");
    sio_say(&a, "462-2[" P1 ",2," P0 "]" RS "bAQ==" RS "bAg==");
    sio_hear(&a, "452-[\"answer\"," P1 ",2," P0 "]" RS "bAQ==" RS "bAg==");
    sio_say(&a, "42[\"message\"]");
    sio_hear(&a, "42[\"message-back\"]");
}
END_TEST

static const char *const bad[] = {
    "4abc", "42{}", "42abc[\"message-with-ack\",1,\"2\",{\"3\":[false]}]", "4",
    "42[]"};

enum { BAD = sizeof bad / sizeof *bad };

START_TEST(invalid_formats)
{
    enter(&a, _i % WAYS);
    sio_say_bad(&a, bad[_i / WAYS]);
    expect_out(&server, "socket: parse error");
    open_one(&a, _i % WAYS); /* instead of a CONNECT, too */
    sio_say_bad(&a, bad[_i / WAYS]);
    expect_no_out(&server);
}
END_TEST

START_TEST(ping_timeout)
{
    long long start = monotonic_ms();
    enter(&a, _i);
    a.deaf = true;
    sio_hear(&a, "2");
    sio_wait(&a);
    sio_expect_over(&a);
    expect_ms(start, PING_MS + PONG_MS, PING_MS + PONG_MS + SLACK);
    expect_out(&server, "socket: ping timeout");
}
END_TEST

/* The program disconnects a socket in the middle of a payload: what follows
 * for it is for nobody, so the session ends; another namespace it leaves. */
START_TEST(disconnected_by_the_program)
{
    enter(&a, _i);
    sio_join(&a, "0/custom");
    sio_hear(&a, "42/custom,[\"auth\",{}]");
    sio_say(&a, "42/custom,[\"leave-me\"]" RS "42[\"message\",1]");
    sio_hear(&a, "41/custom," RS "42[\"message-back\",1]");
    expect_out(&server, "socket: server namespace disconnect");
    sio_say(&a, "42[\"ask\"]" RS "421[\"leave-me\"]" RS "41");
    sio_hear(&a, "420[\"question\"]" RS "41");
    expect_out(&server, "socket: server namespace disconnect");
    sio_join(&a, "0");
    sio_hear(&a, "42[\"auth\",{}]");
    sio_say(&a, "430[]"); /* it was asked of another */
    sio_say(&a, "451-[\"leave-me\"]" RS "bAQID" RS "40");
    sio_hear(&a, "41");
    sio_take(&a);
    sio_hear(&a, "42[\"auth\",{}]");
    expect_out(&server, "socket: server namespace disconnect");
    expect_no_out(&server);
}
END_TEST

/* A question that is asked when another is answered. */
START_TEST(asks_twice)
{
    enter(&a, _i);
    sio_say(&a, "42[\"ask-twice\",1]");
    sio_hear(&a, "420[\"question\",1]");
    sio_say(&a, "430[2]");
    sio_hear(&a, "421[\"question\",2]");
    sio_say(&a, "431[3]");
    sio_hear(&a, "42[\"answer\",3]");
}
END_TEST

/* Who is told of a socket that leaves: those who stay. */
START_TEST(others_hear_who_leaves)
{
    enter(&a, _i);
    sio_join(&a, "0/left");
    enter(&b, BY_SOCKET);
    sio_join(&b, "0/left");
    sio_say(&a, "41/left" RS "42[\"message\",1]");
    sio_hear(&a, "42[\"message-back\",1]");
    sio_hear(&b, "42/left,[\"left\",1]");
    sio_join(&a, "0/left");
    sio_say(&a, "42/left,[\"leave-me\"]" RS "42[\"message\",2]");
    sio_hear(&a, "41/left," RS "42[\"message-back\",2]");
    sio_hear(&b, "42/left,[\"left\",1]");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06-socketio-lite: events");
    TCase *t = tcase_create("protocol 5");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 15);
    tcase_add_loop_test(t, connects, 0, WAYS);
    tcase_add_loop_test(t, unknown_namespaces, 0, WAYS);
    tcase_add_loop_test(t, joins_nothing, 0, WAYS);
    tcase_add_loop_test(t, joins_and_leaves, 0, WAYS);
    tcase_add_loop_test(t, disconnects, 0, WAYS);
    tcase_add_loop_test(t, messages, 0, WAYS);
    tcase_add_loop_test(t, acknowledges, 0, WAYS);
    tcase_add_loop_test(t, invalid_formats, 0, BAD * WAYS);
    tcase_add_loop_test(t, ping_timeout, 0, WAYS);
    tcase_add_loop_test(t, disconnected_by_the_program, 0, WAYS);
    tcase_add_loop_test(t, asks_twice, 0, WAYS);
    tcase_add_loop_test(t, others_hear_who_leaves, 0, WAYS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
