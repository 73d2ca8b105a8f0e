/* Section 7 of the contract, Engine.IO: what is too large, and too many. */
#include "../check_main.h"
#include "eio.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct program server;
static struct eio e;
static char text[MAX_PAYLOAD + 1];

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

/* Also when it is only announced; the rest of it need not come. */
START_TEST(too_large)
{
    memset(text, '4', sizeof text);
    struct eio other;
    eio_open(&other, &server, CALM);
    eio_ask(&other);
    for (int i = 0; i < 8; i++) {
        testing("a POST that is too large, %d", i);
        eio_open(&e, &server, CALM);
        if (i % 2)
            eio_ask(&e);
        settle(&server);
        client_say(e.post,
                   "POST %s HTTP/1.1\r\nHost: localhost\r\n"
                   "Content-Length: %s\r\n%s\r\n",
                   eio_target(&e, "polling"),
                   i / 2 == 3 ? "1000000000000" : "1000001",
                   i / 2 == 2 ? "Expect: 100-continue\r\n" : "");
        if (i / 2 == 0)
            client_push(e.post, text, sizeof text, PATIENCE);
        expect_error(e.post, 413);
        expect_end(e.post);
        if (i % 2)
            eio_expect(&e, "1");
        expect_reason(&server, "transport error");
        eio_expect_gone(&e);
    }
    expect_silence(other.poll);
}
END_TEST

/* Whoever may not write ends nothing, however large it is. */
START_TEST(too_large_from_elsewhere)
{
    eio_ask(&e);
    client_say(e.post,
               "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
               "1000001\r\nOrigin: http://example.com\r\n\r\n",
               eio_target(&e, "polling"));
    expect_code(e.post, 4);
    e.post = dial(&server);
    client_say(e.post,
               "POST %s HTTP/1.1\r\nHost: example.com\r\nContent-Length: "
               "1000001\r\n\r\n",
               eio_target(&e, "polling"));
    expect_answer(e.post, 403);
    e.post = dial(&server);
    client_say(e.post,
               "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
               "99999999999999999999\r\n\r\n",
               eio_target(&e, "polling"));
    expect_error(e.post, 400);
    expect_silence(e.poll);
    e.post = dial(&server);
    eio_post(&e, "4a");
    eio_expect(&e, "4a");
}
END_TEST

/* The same on a WebSocket: a message of maxPayload, and of a byte more. */
START_TEST(too_large_for_a_websocket)
{
    struct eio other;
    char frames[64];
    eio_open_ws(&other, &server, CALM);
    for (int i = 0; i < 6; i++) {
        testing("a large message, %d", i);
        if (i % 2)
            eio_upgrade(&e);
        else
            eio_open_ws(&e, &server, CALM);
        snprintf(frames, sizeof frames, "%s%d", i / 2 ? "T:4|B*" : "B*",
                 MAX_PAYLOAD);
        ws_say(e.ws, frames);
        ws_hear(e.ws, frames);
        ws_say(e.ws, i / 2 == 2 ? "b*600000|C*400001" : "B*1000001");
        ws_hear(e.ws, "X1009");
        expect_reason(&server, "transport error");
        eio_expect_gone(&e);
        eio_open(&e, &server, CALM);
    }
    eio_expect_alive(&other);
}
END_TEST

/* Nobody polls: a MiB and a message more are kept, then it is over. */
START_TEST(nobody_polls)
{
    struct eio other;
    eio_open(&other, &server, CALM);
    memset(text, '4', sizeof text);
    text[900000] = '\0';
    for (int i = 0; i < 10; i++) {
        eio_open(&e, &server, CALM);
        eio_post(&e, text);
        eio_post(&e, text);
        expect_no_out(&server);
        eio_post(&e, text);
        expect_reason(&server, "transport error");
        eio_expect_gone(&e);
    }
    eio_expect_alive(&other);
}
END_TEST

/* It is over, though a pong comes behind what was too much. */
START_TEST(nobody_polls_but_answers_pings)
{
    memset(text, '4', sizeof text);
    text[900000] = '\0';
    eio_post(&e, text);
    eio_post(&e, text);
    eio_post(&e, "4a" RS "3");
    expect_reason(&server, "transport error");
    eio_expect_gone(&e);
}
END_TEST

/* The packet too much may be a ping. */
START_TEST(nobody_polls_for_a_ping)
{
    struct eio silent;
    eio_open(&silent, &server, PINGS);
    memset(text, '4', sizeof text);
    text[900000] = '\0';
    eio_post(&silent, text);
    eio_post(&silent, text);
    eio_say(&silent, "3"); /* so that another ping comes, if one has been */
    answer(silent.post);
    expect_reason(&server, "transport error");
    eio_expect_gone(&silent);
}
END_TEST

/* Who does not read a stream is dropped. */
START_TEST(nobody_reads)
{
    static const char *const names[] = {"iframe", "eventsource"};
    memset(text, '4', sizeof text);
    text[900000] = '\0';
    for (int i = 0; i < 2; i++) {
        testing("nobody reads: %s", names[i]);
        eio_open(&e, &server, CALM);
        ask(dial_narrow(&server), "GET", eio_target(&e, names[i]), "");
        settle(&server);
        for (int k = 0; k < 8; k++) {
            eio_say(&e, text);
            if (answer(e.post) != 200)
                break;
        }
        expect_reason(&server, "transport close");
        eio_expect_gone(&e);
    }
}
END_TEST

/* From one who does not read his echo nothing more is read; nor a pong. */
START_TEST(nobody_reads_a_websocket)
{
    struct eio other;
    eio_open_ws(&other, &server, CALM);
    struct client *c = dial_narrow(&server);
    ws_ask(c, QUICK "?EIO=4&transport=websocket", "");
    ws_expect_open(c, WS_ACCEPT);
    ws_say(c, "B*900000");
    eio_expect_alive(&other);
    expect_reason(&server, "ping timeout");
    eio_expect_alive(&other);
}
END_TEST

/* What is said behind a poll that waits is not read without end, and does not
 * keep the answer from it. */
START_TEST(much_behind_a_poll)
{
    enum { MOST_KIB = 20000, PIECES = 60 };
    memset(text, 'x', sizeof text);
    long before = program_memory(&server);
    size_t sent = 0;
    eio_ask(&e);
    for (int i = 0; i < PIECES; i++)
        sent += client_push(e.poll, text, sizeof text, 20);
    if (sent == PIECES * sizeof text)
        flunk("all was read: %zu bytes", sent);
    if (program_memory(&server) > before + MOST_KIB)
        flunk("it takes %ld KiB", program_memory(&server) - before);
    eio_post(&e, "4a");
    eio_expect(&e, "4a");
    client_reset(e.poll);
    e.poll = dial(&server);
    eio_expect_alive(&e);
    eio_ask(&e);
    settle(&server);
    client_push(e.poll, text, sizeof text, 20);
    client_reset(e.poll);
    expect_reason(&server, "transport close");
}
END_TEST

/* As many sessions as connections, and then 503; they go, and others come. */
START_TEST(too_many)
{
    enum { FILES = 100, RESERVE = 32 };
    struct program small;
    struct eio all[FILES];
    const char *arguments[] = {"-p", "0", "-w", "tests/lessons", NULL};
    program_spawn(&small, "echo",
                  &(struct launch){.files_soft = FILES, .files_hard = FILES},
                  arguments);
    ck_assert(program_ready(&small));
    struct client *c = dial(&small);
    int count = 0;
    while (get(c, CALM "?EIO=4&transport=polling") == 200 && count < FILES) {
        all[count] = (struct eio){.program = &small, .path = CALM, .post = c};
        eio_read_open(&all[count++], c->body.data);
    }
    expect_status(c, 503);
    expect_line(c);
    ck_assert_int_eq(count, FILES - RESERVE);
    struct client *ws = dial(&small);
    ws_ask(ws, CALM "?EIO=4&transport=websocket", "");
    expect_error(ws, 503);
    ck_assert_int_eq(get(c, QUICK "?EIO=4&transport=polling"), 200);
    eio_post(&all[0], "4to one of those who are there");
    eio_post(&all[7], "1");
    settle(&small);
    ck_assert_int_eq(get(c, CALM "?EIO=4&transport=polling"), 200);
    ck_assert_int_eq(get(c, CALM "?EIO=4&transport=polling"), 503);
    eio_post(&all[3], "1");
    settle(&small);
    clients_close();
    small.ping = NULL;
    struct eio last;
    eio_open_ws(&last, &small, CALM);
    eio_expect_alive(&last);
    clients_close();
    program_stop(&small);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06 limits");
    TCase *t = tcase_create("limits");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 20);
    tcase_add_test(t, too_large);
    tcase_add_test(t, too_large_from_elsewhere);
    tcase_add_test(t, too_large_for_a_websocket);
    tcase_add_test(t, nobody_polls);
    tcase_add_test(t, nobody_polls_but_answers_pings);
    tcase_add_test(t, nobody_polls_for_a_ping);
    tcase_add_test(t, nobody_reads);
    tcase_add_test(t, nobody_reads_a_websocket);
    tcase_add_test(t, much_behind_a_poll);
    tcase_add_test(t, too_many);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
