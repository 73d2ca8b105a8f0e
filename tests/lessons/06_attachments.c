/* Section 7 of the contract: large attachments, as many as are allowed, and
 * that nothing of them stays behind; on every way. */
#include "../check_main.h"
#include "sio.h"
#include "stdout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define P0 "{\"_placeholder\":true,\"num\":0}"
#define P1 "{\"_placeholder\":true,\"num\":1}"

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
}

/* 300 kB. */
START_TEST(large)
{
    enum { LETTERS = 400000 };
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrs"
                                 "tuvwxyz0123456789+/";
    static char part[LETTERS + 2] = "b";
    char *line = malloc(2 * LETTERS + 200);
    enter(&a, _i);
    for (int i = 0; i < LETTERS; i++)
        part[1 + i] = digits[(i * 7 + i / 64) % 64];
    sprintf(line, "452-1[\"echo\"," P0 "," P1 "]" RS "%s" RS "%s", part, part);
    sio_say(&a, line);
    sio_hear(&a, "462-1[" P0 "," P1 "]");
    sio_hear(&a, part);
    sio_hear(&a, part);
    sio_hear_nothing(&a);
    free(line);
}
END_TEST

/* All that is allowed, at once: nobody who reads is dropped for it. With a
 * byte more than maxPayload the sender is. */
START_TEST(large_to_all)
{
    enum { PARTS = 9, LETTERS = 140000 };
    static char part[LETTERS + 2] = "b";
    memset(part + 1, 'A', LETTERS);
    enter(&a, BY_SOCKET);
    enter(&b, _i);
    for (int times = 0; times < 2; times++) {
        sio_say(&a, "459-[\"others\"," P0 "]");
        for (int i = 0; i < PARTS; i++)
            sio_say(&a, part);
        sio_hear(&b, "459-[\"message\"," P0 "]");
        for (int i = 0; i < PARTS; i++)
            sio_hear(&b, part);
    }
    sio_say(&a, "4510-[\"others\"," P0 "]");
    for (int i = 0; i < PARTS; i++)
        sio_say(&a, part);
    sio_say_bad(&a, part);
    sio_hear_nothing(&b);
}
END_TEST

/* One may be as large as any message, whatever the text says. */
START_TEST(largest)
{
    enum { LETTERS = 1333336 };
    static char part[LETTERS + 2] = "b";
    memset(part + 1, 'A', LETTERS - 2);
    memset(part + LETTERS - 1, '=', 2);
    enter(&a, BY_SOCKET);
    enter(&b, _i);
    sio_say(&a, "451-[\"others\"," P0 ",\"and some text\"]");
    sio_say(&a, part);
    sio_hear(&b, "451-[\"message\"," P0 "]");
    sio_hear(&b, part);
}
END_TEST

/* Attachments of 1 MiB in all, to the byte. */
START_TEST(just_small_enough)
{
    enum { PARTS = 8, LETTERS = 174764 };
    static char part[LETTERS + 2] = "b";
    memset(part + 1, 'A', LETTERS - 1);
    part[LETTERS] = '=';
    enter(&a, BY_SOCKET);
    enter(&b, _i);
    sio_say(&a, "458-[\"others\"," P0 "]");
    for (int i = 0; i < PARTS; i++)
        sio_say(&a, part);
    sio_hear(&b, "458-[\"message\"," P0 "]");
    for (int i = 0; i < PARTS; i++)
        sio_hear(&b, part);
}
END_TEST

/* Nor is any of it kept when it has been handled. */
START_TEST(nothing_is_left)
{
    enum { ROUNDS = 200, LETTERS = 40000, MOST_KIB = 3000 };
    static char part[LETTERS + 2] = "b";
    long before = 0;
    memset(part + 1, 'A', LETTERS);
    enter(&a, _i);
    for (int i = 0; i < 2 * ROUNDS; i++) {
        if (i == ROUNDS)
            before = program_memory(&server);
        sio_say(&a, "451-1[\"echo\"," P0 "]");
        sio_say(&a, part);
        sio_hear(&a, "461-1[" P0 "]");
        sio_hear(&a, part);
    }
    long more = program_memory(&server) - before;
    if (before != -1 && more > MOST_KIB)
        flunk("%ld KiB more", more);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06-socketio-lite: large attachments");
    TCase *t = tcase_create("attachments");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, large, 0, WAYS);
    tcase_add_loop_test(t, large_to_all, 0, WAYS);
    tcase_add_loop_test(t, largest, 0, WAYS);
    tcase_add_loop_test(t, just_small_enough, 0, WAYS);
    tcase_add_loop_test(t, nothing_is_left, 0, WAYS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
