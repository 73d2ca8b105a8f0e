/* Section 7 of the contract, Engine.IO: streams that break, and those that have
 * to be the only downlink. */
#include "../check_main.h"
#include "eio_stream.h"

#include <signal.h>

static struct program server;
static struct eio e;
static struct client *down; /* the stream */
static enum downlink kind;

static void begin(void)
{
    program_start(&server, "echo", NULL);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

static void open_stream(int which, const char *path)
{
    kind = (enum downlink)which;
    testing("%s", downlinks[kind]);
    eio_open(&e, &server, path);
    down = stream_open(&e, kind);
}

static void expect_packet(const char *want)
{
    stream_expect(down, kind, want);
}

/* A second downlink, of whatever kind, ends both. */
START_TEST(one_at_a_time)
{
    static const char *const seconds[] = {"polling", "iframe", "eventsource"};
    for (int i = 0; i < 3; i++) {
        open_stream(_i, CALM);
        testing("%s, and then %s", downlinks[kind], seconds[i]);
        struct client *second = dial(&server);
        ask(second, "GET", eio_target(&e, seconds[i]), "");
        expect_code(second, 3);
        stream_expect_last(down, kind, "1");
        expect_reason(&server, "transport error");
        eio_expect_gone(&e);
    }
    testing("a poll, and then %s", downlinks[kind]);
    eio_open(&e, &server, CALM);
    down = dial(&server);
    eio_ask(&e);
    settle(&server);
    ask(down, "GET", eio_target(&e, downlinks[kind]), "");
    expect_code(down, 3);
    eio_expect(&e, "1");
    expect_reason(&server, "transport error");
    eio_expect_gone(&e);
}
END_TEST

/* And a WebSocket can neither be proved beside a stream nor taken over. */
START_TEST(no_upgrade)
{
    open_stream(_i, CALM);
    struct client *c = dial(&server);
    ws_ask(c, eio_target(&e, "websocket"), "");
    expect_code(c, 3);
    eio_post(&e, "4a");
    expect_packet("4a");
    eio_open(&e, &server, CALM);
    eio_probe(&e);
    ask(e.poll, "GET", eio_target(&e, downlinks[kind]), "");
    expect_code(e.poll, 3);
    ws_say(e.ws, "T:5");
    eio_expect_alive(&e);
    expect_no_out(&server);
}
END_TEST

START_TEST(breaks)
{
    for (int i = 0; i < 2; i++) {
        open_stream(_i, CALM);
        settle(&server);
        if (i == 0)
            client_close(down);
        else
            client_reset(down);
        expect_reason(&server, "transport close");
        eio_expect_gone(&e);
    }
}
END_TEST

/* Half closed, it is served on. The empty line says nothing to a browser. */
START_TEST(half_closed)
{
    open_stream(_i, CALM);
    client_half_close(down);
    stream_expect_text(down, "\n");
    for (int i = 0; i < 3; i++) {
        eio_post(&e, "4a" RS "bAQ==");
        expect_packet("4a");
        expect_packet("bAQ==");
    }
    stream_expect_nothing(down);
}
END_TEST

START_TEST(goodbye_half_closed)
{
    open_stream(_i, CALM);
    client_half_close(down);
    stream_expect_text(down, "\n");
    kill(server.pid, SIGTERM);
    stream_expect_last(down, kind, "1");
    expect_reason(&server, "server shutting down");
    ck_assert_int_eq(program_wait(&server, 2000), 0);
}
END_TEST

/* A packet without sense ends the stream as it ends a poll. */
START_TEST(malformed_packet)
{
    open_stream(_i, CALM);
    eio_say(&e, "4a" RS "x");
    expect_error(e.post, 400);
    expect_packet("4a");
    stream_expect_last(down, kind, "1");
    expect_reason(&server, "parse error");
    eio_expect_gone(&e);
}
END_TEST

START_TEST(old_client)
{
    open_stream(_i, CALM);
    eio_open(&e, &server, CALM);
    down = dial(&server);
    client_say(down, "GET %s HTTP/1.0\r\n\r\n",
               eio_target(&e, downlinks[kind]));
    stream_expect_open(down, kind, OLD);
    eio_post(&e, "4a" RS "1");
    expect_packet("4a");
    expect_packet("6");
    expect_end(down);
}
END_TEST

START_TEST(goodbye)
{
    open_stream(_i, CALM);
    settle(&server);
    kill(server.pid, SIGTERM);
    stream_expect_last(down, kind, "1");
    expect_reason(&server, "server shutting down");
    ck_assert_int_eq(program_wait(&server, 2000), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06 streams ends");
    TCase *t = tcase_create("streams");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, one_at_a_time, 0, DOWNLINKS);
    tcase_add_loop_test(t, no_upgrade, 0, DOWNLINKS);
    tcase_add_loop_test(t, breaks, 0, DOWNLINKS);
    tcase_add_loop_test(t, half_closed, 0, DOWNLINKS);
    tcase_add_loop_test(t, goodbye_half_closed, 0, DOWNLINKS);
    tcase_add_loop_test(t, malformed_packet, 0, DOWNLINKS);
    tcase_add_loop_test(t, old_client, 0, DOWNLINKS);
    tcase_add_loop_test(t, goodbye, 0, DOWNLINKS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
