/* Section 7 of the contract, Engine.IO: how a session opens. */
#include "../check_main.h"
#include "eio.h"

#include <stdio.h>
#include <string.h>

static struct program server;

static void begin(void)
{
    program_start(&server, "echo", NULL);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

START_TEST(by_polling)
{
    static const char *const targets[] = {
        QUICK "?EIO=4&transport=polling",
        QUICK "?transport=polling&EIO=4",
        QUICK "?EIO=4&transport=polling&t=abc&x",
        "?",
        QUICK "?EIO=4&transport=polling&sid=",
        QUICK "?&&EIO=4&transport=polling"};
    char seen[64][21];
    int count = 0;
    for (size_t i = 0; i < 10 * sizeof targets / sizeof *targets; i++) {
        const char *target = targets[i % (sizeof targets / sizeof *targets)];
        if (*target == '?')
            target = "http://127.0.0.1" QUICK "?EIO=4&transport=polling";
        testing("GET %s", target);
        struct eio e = {.program = &server, .path = QUICK};
        struct client *c = dial(&server);
        ck_assert_int_eq(get(c, target), 200);
        if (*eio_read_open(&e, c->body.data) != '\0')
            flunk("more than one packet: %s", c->body.data);
        for (int k = 0; k < count; k++)
            ck_assert_str_ne(seen[k], e.sid);
        strcpy(seen[count++], e.sid);
        expect_alive(c);
        client_close(c);
    }
}
END_TEST

START_TEST(by_websocket)
{
    struct eio e[10];
    for (int i = 0; i < 10; i++) {
        eio_open_ws(&e[i], &server, CALM);
        for (int k = 0; k < i; k++)
            ck_assert_str_ne(e[i].sid, e[k].sid);
    }
    for (int i = 0; i < 10; i++)
        eio_expect_alive(&e[i]);
}
END_TEST

/* One client's session is no other's, nor another engine's. */
START_TEST(by_many)
{
    struct eio a, b;
    eio_open(&a, &server, CALM);
    eio_open(&b, &server, CALM);
    eio_post(&a, "4to a");
    eio_post(&b, "4to b");
    eio_poll(&b, "4to b");
    eio_poll(&a, "4to a");
    b.path = PINGS;
    eio_expect_gone(&b);
    b.path = CALM;
    eio_expect_alive(&b);
}
END_TEST

/* Every character of an id differs from one to the next, sooner or later; and
 * no file stays open for it. */
START_TEST(ids)
{
    struct client *c = dial(&server);
    struct eio one = {.program = &server, .path = CALM, .post = c}, e = one;
    int files = 0;
    bool differs[20] = {false};
    for (int i = 0; i < 50; i++) {
        ck_assert_int_eq(get(c, CALM "?EIO=4&transport=polling"), 200);
        eio_read_open(i == 0 ? &one : &e, c->body.data);
        if (i == 0)
            files = program_files(&server);
        for (int k = 0; i > 0 && k < 20; k++)
            differs[k] |= e.sid[k] != one.sid[k];
    }
    for (int k = 0; k < 20; k++)
        ck_assert_msg(differs[k], "character %d is always the same", k);
    ck_assert_int_eq(program_files(&server), files);
}
END_TEST

/* No other path is the engine's. */
START_TEST(other_paths)
{
    static const char *const paths[] = {"/engine.io", "/engine.io/x",
                                        "/Engine.io/", "/engine%2eio/"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        char target[100];
        snprintf(target, sizeof target, "%s?EIO=4&transport=polling", paths[i]);
        testing("GET %s", target);
        ck_assert_int_eq(get(dial(&server), target), 404);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06 open");
    TCase *t = tcase_create("opening");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 20);
    tcase_add_test(t, by_polling);
    tcase_add_test(t, by_websocket);
    tcase_add_test(t, by_many);
    tcase_add_test(t, ids);
    tcase_add_test(t, other_paths);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
