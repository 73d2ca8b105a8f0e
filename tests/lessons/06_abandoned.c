/* Section 7 of the contract, Engine.IO: sessions without a client leave no
 * memory behind; nor do those that end in any other way. */
#include "../check_main.h"
#include "eio.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { SESSIONS = 5000, ROUNDS = 3 };

static struct program server;
static struct client *c;
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

/* Another session. If there are too many, some have to die first. */
static void open_one(const char *path)
{
    char target[64];
    snprintf(target, sizeof target, "%s?EIO=4&transport=polling", path);
    e = (struct eio){.program = &server, .path = path, .poll = c, .post = c};
    while (get(c, target) == 503)
        poll(NULL, 0, 20);
    expect_status(c, 200);
    eio_read_open(&e, c->body.data);
}

static void post_a_kib(void)
{
    char text[1025];
    memset(text, 'x', sizeof text - 1);
    text[0] = '4';
    text[sizeof text - 1] = '\0';
    eio_say(&e, text);
}

/* The answer to it. False: half a second has gone by, and so is the session. */
static bool posted(void)
{
    if (answer(c) == 200)
        return true;
    expect_status(c, 400);
    client_close(c); /* refused before its body came, it would be closed */
    c = dial(&server);
    return false;
}

/* Waits until the last session is gone; it was the last to come. */
static void wait_for_the_end(void)
{
    long long end = monotonic_ms() + PATIENCE;
    do {
        poll(NULL, 0, 50);
        eio_say(&e, "6");
    } while (answer(c) == 200 && monotonic_ms() < end);
    expect_status(c, 400);
    client_close(c); /* refused before its body came, it would be closed */
    c = dial(&server);
    settle(&server);
}

static void abandon(int i)
{
    (void)i;
    open_one(QUICK);
}

/* Each has a message that nobody fetches; one in fifty has a WebSocket on
 * trial, too, and one has half a POST. */
static void abandon_more(int i)
{
    struct client *other;
    do {
        open_one(QUICK);
        post_a_kib();
    } while (!posted());
    if (i % 50 == 1) {
        e.ws = dial(&server);
        ws_ask(e.ws, eio_target(&e, "websocket"), "");
        settle(&server);
        client_reset(e.ws);
    } else if (i % 50 == 2) {
        other = dial(&server);
        client_say(other,
                   "POST %s HTTP/1.1\r\nHost: localhost\r\n"
                   "Content-Length: 100000\r\n\r\n4 and so on",
                   eio_target(&e, "polling"));
        client_reset(other);
    }
}

/* Closed by the client, by nonsense, by a poll that breaks, on a WebSocket. */
static void finish_one(int i)
{
    open_one(CALM);
    if (i % 4 == 0) {
        post_a_kib();
        ck_assert(posted());
        eio_post(&e, "1");
    } else if (i % 4 == 1) {
        post_a_kib();
        ck_assert(posted());
        eio_say(&e, "nonsense");
        expect_error(c, 400);
    } else if (i % 4 == 2) {
        e.poll = dial(&server);
        eio_ask(&e);
        settle(&server);
        client_reset(e.poll);
    } else {
        eio_upgrade(&e);
        client_reset(e.ws);
    }
}

/* Round after round the memory is back, but for what the allocator keeps. */
static void rounds(void (*one)(int i), int count, int keeps_kib)
{
    long before = program_memory(&server);
    if (before == -1)
        return; /* nobody can tell */
    c = dial(&server);
    for (int round = 0; round < ROUNDS; round++) {
        testing("round %d", round);
        for (int i = 0; i < count; i++)
            one(i);
        open_one(QUICK);
        wait_for_the_end();
        long after = program_memory(&server);
        if (after > before + keeps_kib)
            flunk("%ld KiB before, %ld afterwards", before, after);
    }
    eio_open(&e, &server, CALM);
    eio_expect_alive(&e);
}

START_TEST(abandoned)
{
    rounds(abandon, SESSIONS, 2048);
}
END_TEST

START_TEST(abandoned_with_messages)
{
    rounds(abandon_more, SESSIONS, 12 * 1024);
}
END_TEST

START_TEST(finished)
{
    rounds(finish_one, SESSIONS / 4, 1024);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06 abandoned");
    TCase *t = tcase_create("memory");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, abandoned);
    tcase_add_test(t, abandoned_with_messages);
    tcase_add_test(t, finished);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
