/* Section 7 of the contract: a POST with tens of thousands of packets, each of
 * them much work. It is one client's, and the others are served meanwhile. */
#include "../check_main.h"
#include "eio.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

enum { PACKETS = 50000, PACKET = 20, ROUNDS = 10, ROOMS = 970 };
enum { LONG_MS = 30000 }; /* until all is read, on a busy machine */
enum { ONE_READ = 3000 }; /* packets, which the server reads at once */

static struct program server;
static struct eio much, other;
static struct bytes payload;

static void join(struct eio *e)
{
    eio_open(e, &server, LESSON);
    eio_post(e, "40");
    eio_ask(e);
    answer(e->poll);
    expect_out(&server, "连接成功");
}

static void begin(void)
{
    program_start(&server, "06-socketio-lite", NULL);
    join(&much);
    join(&other);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

/* Joins many rooms, and then as often as is left the one that it takes longest
 * to find that one is in; then this. */
static void post(int packets, const char *last)
{
    char packet[PACKET];
    payload.length = 0;
    for (int i = 0; i < packets; i++) {
        int n = snprintf(packet, PACKET, "42[\"join\",%d]" RS,
                         i < ROOMS ? i : 0);
        bytes_add(&payload, packet, (size_t)n);
    }
    bytes_add(&payload, last, strlen(last));
    client_say(much.post,
               "POST %s HTTP/1.1\r\nHost: localhost\r\n"
               "Content-Length: %zu\r\n\r\n",
               eio_target(&much, "polling"), payload.length);
    client_send(much.post, payload.data, payload.length);
}

static void say_much(const char *last)
{
    post(PACKETS, last);
    for (int i = 0; i < ROUNDS; i++)
        settle(&server); /* it has arrived, and the reading begins */
}

/* Of an echo: behind it nothing of what was said before is still unread. */
static void expect_read(void)
{
    eio_post(&much, "421[\"echo\"]");
    eio_poll(&much, "42[\"message\",\"服务器说:x\"]" RS "431[]");
    expect_out(&server, "接受到客户端发过来的消息:x");
}

START_TEST(holds_up_nobody)
{
    say_much("42[\"message\",\"x\"]");
    eio_post(&other, "421[\"echo\"]");
    expect_silence(much.post);
    eio_poll(&other, "431[]");
    client_idle(much.post, LONG_MS);
    expect_answer(much.post, 200);
    expect_body(much.post, "ok");
    expect_read();
}
END_TEST

/* What stands behind it on its connection waits. */
START_TEST(is_read_before_the_next)
{
    say_much("42[\"message\",\"x\"]");
    eio_say(&much, "421[\"echo\"]");
    eio_ask(&much);
    client_idle(much.post, LONG_MS);
    expect_answer(much.post, 200);
    expect_answer(much.post, 200);
    expect_out(&server, "接受到客户端发过来的消息:x");
}
END_TEST

/* The server sleeps, so that it sees two in one turn. */
START_TEST(is_one_post_until_it_is_read)
{
    siginfo_t asleep;
    struct client *second = much.post, *first = dial(&server);
    settle(&server);
    kill(server.pid, SIGSTOP);
    waitid(P_PID, (id_t)server.pid, &asleep, WSTOPPED | WNOWAIT);
    much.post = first; /* the newest connection has its turn first */
    post(ONE_READ, "42[\"message\",\"x\"]");
    much.post = second;
    eio_say(&much, "421[\"echo\"]");
    kill(server.pid, SIGCONT);
    expect_error(second, 400);
    expect_error(first, 400);
    expect_out(&server, "断开连接:transport error");
    eio_expect_gone(&much);
}
END_TEST

/* Bad at its end; or over before it, which makes the rest nothing. */
START_TEST(may_end_the_session)
{
    say_much(_i == 0 ? "nonsense" : "1" RS "nonsense");
    expect_answer(much.post, _i == 0 ? 400 : 200);
    expect_out(&server,
               _i == 0 ? "断开连接:parse error" : "断开连接:transport close");
    eio_expect_gone(&much);
}
END_TEST

/* What was not read is lost, and so is the session: nothing has a hole. */
START_TEST(breaks_off)
{
    say_much("42[\"message\",\"x\"]");
    client_reset(much.post);
    expect_out(&server, "断开连接:transport error");
    much.post = dial(&server);
    eio_expect_gone(&much);
    expect_no_out(&server);
}
END_TEST

/* The client is gone, with a poll that waits: the server sees both ends in one
 * turn, that of the newest connection first. */
START_TEST(breaks_off_with_its_poll)
{
    siginfo_t asleep;
    much.poll = dial(&server);
    eio_ask(&much);
    say_much("42[\"message\",\"x\"]");
    kill(server.pid, SIGSTOP);
    waitid(P_PID, (id_t)server.pid, &asleep, WSTOPPED | WNOWAIT);
    client_reset(much.post);
    client_reset(much.poll);
    kill(server.pid, SIGCONT);
    expect_out(&server, "断开连接:transport close");
    much.poll = much.post = dial(&server);
    eio_expect_gone(&much);
    expect_no_out(&server);
}
END_TEST

/* In the second that is left it is read, and answered. The server sleeps until
 * both are there, so that it sees them in one turn. */
START_TEST(is_read_when_the_server_stops)
{
    siginfo_t asleep;
    kill(server.pid, SIGSTOP);
    waitid(P_PID, (id_t)server.pid, &asleep, WSTOPPED | WNOWAIT);
    post(ONE_READ, "42[\"message\",\"x\"]");
    kill(server.pid, SIGTERM);
    kill(server.pid, SIGCONT);
    expect_answer(much.post, 200);
    expect_header(much.post, "Connection", "close");
    expect_out(&server, "接受到客户端发过来的消息:x");
    expect_out(&server, "断开连接:server shutting down");
    expect_out(&server, "断开连接:server shutting down");
    ck_assert_int_eq(program_wait(&server, 2000), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06 much");
    TCase *t = tcase_create("much");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 40);
    tcase_add_test(t, holds_up_nobody);
    tcase_add_test(t, is_read_before_the_next);
    tcase_add_test(t, is_one_post_until_it_is_read);
    tcase_add_loop_test(t, may_end_the_session, 0, 2);
    tcase_add_test(t, breaks_off);
    tcase_add_test(t, breaks_off_with_its_poll);
    tcase_add_test(t, is_read_when_the_server_stops);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
