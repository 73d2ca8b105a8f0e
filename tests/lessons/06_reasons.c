/* Section 7 of the contract: why a socket is disconnected, which the program
 * prints, once for each namespace that the session was in. */
#include "../check_main.h"
#include "expect.h"
#include "sio.h"
#include "stdout.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

static struct program server;
static struct sio a, b;

static void begin(void)
{
    program_start(&server, "06-socketio-lite", NULL);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

static void enter(struct sio *s, int way)
{
    sio_enter(s, &server, (enum way)way);
    expect_out(&server, "连接成功");
    sio_join(s, "0/chat");
    expect_out(&server, "连接成功");
    sio_wait(s);
}

/* a has gone, for this reason; b has not, and does not hear of it. */
static void expect_gone(const char *reason)
{
    char line[100];
    snprintf(line, sizeof line, "断开连接:%s", reason);
    expect_out(&server, line);
    expect_out(&server, line);
    sio_hear_nothing(&b);
    sio_say(&b, "42[\"broadcast\",\"still here?\"]");
    sio_hear(&b, "42[\"message\",\"still here?\"]");
    expect_no_out(&server);
}

START_TEST(breaks)
{
    enter(&b, BY_SOCKET);
    enter(&a, _i);
    client_close(a.down);
    expect_gone("transport close");
    enter(&a, _i);
    client_reset(a.down);
    expect_gone("transport close");
}
END_TEST

/* In the turn in which it is to get something, which must not be lost. */
START_TEST(breaks_while_spoken_to)
{
    siginfo_t asleep;
    enter(_i == 0 ? &a : &b, _i == 0 ? BY_POLLS : BY_SOCKET);
    enter(_i == 0 ? &b : &a, _i == 0 ? BY_SOCKET : BY_POLLS);
    kill(server.pid, SIGSTOP);
    waitid(P_PID, (id_t)server.pid, &asleep, WSTOPPED | WNOWAIT);
    client_reset(a.down);
    ws_say(b.down, "T:42[\"others\",\"lost?\"]");
    kill(server.pid, SIGCONT);
    expect_gone("transport close");
}
END_TEST

/* A word of goodbye: 1, or a close frame. */
START_TEST(says_goodbye)
{
    static const char *const frames[] = {"X1000", "X1001", "X3000:bye"};
    enter(&b, BY_SOCKET);
    for (int i = 0; _i == BY_SOCKET && i < 3; i++) {
        enter(&a, _i);
        ws_say(a.down, frames[i]);
        expect_gone("transport close");
    }
    enter(&a, _i);
    sio_say(&a, "1");
    sio_expect_over(&a);
    expect_gone("transport close");
    enter(&a, _i); /* what comes behind it counts no more */
    sio_say(&a, "42[\"others\",1]" RS "1" RS "42[\"others\",2]");
    sio_hear(&b, "42[\"message\",1]");
    sio_expect_over(&a);
    expect_gone("transport close");
}
END_TEST

START_TEST(bad_frames)
{
    static const char *const frames[][2] = {{"=f1:42[]", "X1002"},
                                            {"C:42[]", "X1002"},
                                            {"T#34ff", "X1007"},
                                            {"T*1000001", "X1009"},
                                            {"$8100", "X1002"}};
    enter(&b, BY_POLLS);
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        enter(&a, BY_SOCKET);
        testing("the frame %s", frames[i][0]);
        ws_say(a.down, frames[i][0]);
        ws_hear(a.down, frames[i][1]);
        expect_gone("transport error");
    }
}
END_TEST

/* A second poll beside one that waits; a payload that is too long. */
START_TEST(bad_requests)
{
    char target[100];
    enter(&b, BY_SOCKET);
    enter(&a, _i);
    snprintf(target, sizeof target, "/socket.io/?EIO=4&transport=%s&sid=%s",
             ways[_i], a.sid);
    struct client *c = dial(&server);
    ck_assert_int_eq(get(c, target), 400);
    sio_expect_over(&a);
    expect_gone("transport error");
    enter(&a, _i);
    snprintf(target, sizeof target,
             "/socket.io/?EIO=4&transport=polling&sid=%s", a.sid);
    client_say(c,
               "POST %s HTTP/1.1\r\nHost: localhost\r\n"
               "Content-Length: 1000001\r\n\r\n",
               target);
    expect_error(c, 413);
    sio_expect_over(&a);
    expect_gone("transport error");
}
END_TEST

/* It does not fetch what it is sent. */
START_TEST(full)
{
    enum { PART = 200000, MOST = 60 };
    static char part[PART + 1];
    char target[100];
    enter(&b, BY_SOCKET);
    sio_enter(&a, &server, BY_POLLS);
    expect_out(&server, "连接成功");
    memset(part, 'x', PART);
    memcpy(part, "42[\"others\",\"", 13);
    strcpy(part + PART - 2, "\"]");
    for (int i = 0; i < MOST; i++)
        sio_say(&b, part);
    expect_out(&server, "断开连接:transport error");
    snprintf(target, sizeof target,
             "/socket.io/?EIO=4&transport=polling&sid=%s", a.sid);
    ck_assert_int_eq(get(dial(&server), target), 400);
    sio_hear_nothing(&b);
    expect_no_out(&server);
}
END_TEST

/* The program ends: each is told on its way, and each is printed. */
START_TEST(shutting_down)
{
    enum { MANY = 12 };
    static struct sio all[MANY];
    for (int i = 0; i < MANY; i++) {
        enter(&all[i], i % WAYS);
        all[i].deaf = true;
    }
    kill(server.pid, SIGTERM);
    for (int i = 0; i < MANY; i++) {
        testing("%s, SIGTERM", ways[i % WAYS]);
        if (all[i].way == BY_SOCKET)
            ws_hear(all[i].down, "X1001");
        else
            sio_hear(&all[i], "1");
    }
    for (int i = 0; i < 2 * MANY; i++)
        expect_out(&server, "断开连接:server shutting down");
    ck_assert_int_eq(program_wait(&server, 2000), 0);
}
END_TEST

/* Also of one who is between two polls, and can be told nothing. */
START_TEST(shutting_down_unheard)
{
    sio_enter(&a, &server, BY_POLLS);
    expect_out(&server, "连接成功");
    ck_assert(!a.asked);
    kill(server.pid, SIGTERM);
    expect_out(&server, "断开连接:server shutting down");
    ck_assert_int_eq(program_wait(&server, 2000), 0);
}
END_TEST

/* Also of one who waits, but sends no more. */
START_TEST(shutting_down_half_closed)
{
    sio_enter(&a, &server, BY_POLLS);
    expect_out(&server, "连接成功");
    sio_wait(&a);
    client_half_close(a.down);
    ck_assert_int_eq(answer(a.down), 100);
    kill(server.pid, SIGTERM);
    sio_hear(&a, "1");
    expect_out(&server, "断开连接:server shutting down");
    ck_assert_int_eq(program_wait(&server, 2000), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06-socketio-lite: reasons");
    TCase *t = tcase_create("reasons");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 15);
    tcase_add_loop_test(t, breaks, 0, WAYS);
    tcase_add_loop_test(t, breaks_while_spoken_to, 0, 2);
    tcase_add_loop_test(t, says_goodbye, 0, WAYS);
    tcase_add_test(t, bad_frames);
    tcase_add_loop_test(t, bad_requests, BY_POLLS, WAYS);
    tcase_add_test(t, full);
    tcase_add_test(t, shutting_down);
    tcase_add_test(t, shutting_down_unheard);
    tcase_add_test(t, shutting_down_half_closed);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
