/* Sections 2 and 5 of the contract: who does not read costs at most 1 MiB and
 * one message, and then his connection; who catches up may take his time. */
#include "../check_main.h"
#include "inbox.h"

#include <stdio.h>
#include <string.h>

enum { HOGS = 8, FLOOD = 250, KIB = 1024, HISTORY = KEPT * MAX_MESSAGE / KIB };

static struct program server;
static struct client *poster;
static char big[MAX_MESSAGE];
static int lesson;

static void begin(int index)
{
    lesson = index;
    avoid_second_50();
    program_start(&server, lessons[index].name, NULL);
    poster = dial(&server);
    memset(big, 'x', sizeof big);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

/* Bigger than HISTORY and so much for each of the hogs: a leak. */
static void expect_memory(int hogs)
{
    long now = program_memory(&server);
    long most = HISTORY + hogs * (KIB + 400) + 8 * KIB;
    if (now > most)
        flunk("%ld KiB of memory, more than %ld", now, most);
}

/* Eight do not read while 16 MB are posted; the ninth does. They are dropped
 * and get less than all; he gets all. */
START_TEST(dropped)
{
    struct client *hog[HOGS];
    struct inbox box;
    begin(_i);
    inbox_open(&box, &server, lesson, "", "");
    for (int i = 0; i < HOGS; i++) {
        hog[i] = dial_narrow(&server);
        ask(hog[i], "GET", lessons[lesson].route, "");
    }
    settle(&server);
    for (int i = 0; i < FLOOD; i++)
        inbox_expect(&box, post(poster, lesson, big, sizeof big), big,
                     sizeof big);
    expect_memory(HOGS);
    testing("%s: a client that did not read", server.name);
    for (int i = 0; i < HOGS; i++) {
        size_t total = client_drain(hog[i]);
        if (total > (FLOOD - 16) * sizeof big)
            flunk("gets %zu bytes in the end", total);
    }
    inbox_close(&box);
}
END_TEST

/* What is posted when one is dropped, less what has left by then, is what the
 * server has held for him. */
START_TEST(dropped_past_1_mib)
{
    begin(_i);
    struct client *hog = dial_narrow(&server);
    ask(hog, "GET", lessons[lesson].route, "");
    settle(&server);
    int files = program_files(&server), posted = 0;
    if (files == -1) /* no way to see it */
        return;
    for (; posted < FLOOD && program_files(&server) >= files; posted++) {
        post(poster, lesson, big, sizeof big);
        settle(&server);
    }
    long held = posted * MAX_MESSAGE - (long)client_drain(hog);
    testing("%s: %d messages posted", server.name, posted);
    if (held / KIB < KIB - 2 * 64 || held / KIB > KIB + 3 * 64)
        flunk("dropped with %ld KiB before him", held / KIB);
}
END_TEST

/* Catches up with 256 messages of 64 KiB, as slowly as he likes, while others
 * post: none is lost or comes twice. Six more are asked, and never read. */
START_TEST(catches_up)
{
    struct client *hog[6];
    struct inbox box;
    message_id id = 0;
    begin(_i);
    for (int i = 0; i < KEPT + 4; i++)
        id = post(poster, lesson, big, sizeof big);
    inbox_ask(&box, dial_narrow(&server), lesson, "?after=0", "");
    for (int i = 0; i < 6; i++)
        inbox_ask(&(struct inbox){.c = NULL}, hog[i] = dial_narrow(&server),
                  lesson, "?after=0", "");
    settle(&server);
    expect_memory(7);
    if (lesson != POLL)
        answer_head(box.c, 0);
    inbox_next(&box);
    if (box.id + KEPT - 1 > id || box.id + KEPT - 1 + 20 < id)
        flunk("begins with %llu, the last being %llu", box.id, id);
    for (int i = 0; box.id < id; i++) {
        if (i % 32 == 0)
            settle(&server);
        if (i == KEPT / 2)
            for (int more = 0; more < 5; more++)
                id = post_text(poster, lesson, "meanwhile");
        inbox_next(&box);
    }
    inbox_expect(&box, post_text(poster, lesson, "new"), "new", 3);
    for (int i = 0; i < 6; i++)
        client_reset(hog[i]);
    settle(&server);
    inbox_close(&box);
}
END_TEST

/* He is so slow that what he needs next is not kept any more: then it is over,
 * rather than that one message were missing. He may come back. */
START_TEST(left_behind)
{
    struct inbox box;
    char query[64];
    message_id id = 0;
    begin(_i);
    for (int i = 0; i < KEPT; i++)
        id = post(poster, lesson, big, sizeof big);
    inbox_ask(&box, dial_narrow(&server), lesson, "?after=0", "");
    settle(&server);
    for (int i = 0; i < KEPT + 20; i++)
        id = post_text(poster, lesson, "meanwhile");
    answer_head(box.c, 0);
    bool open = true;
    while (open && box.id < id)
        while (!inbox_take(&box) && open) {
            ssize_t n = client_await(box.c);
            open = n != 0 && n != -2;
        }
    if (open)
        flunk("gets %llu, the last being %llu", box.id, id);
    ck_assert(!box.c->last_chunk); /* it was cut off */
    message_id last = box.id;
    inbox_close(&box);
    snprintf(query, sizeof query, "?after=%llu", last);
    inbox_open(&box, &server, lesson, query, "");
    inbox_next(&box);
    ck_assert_uint_gt(box.id, last + 1); /* now he knows that he missed some */
    inbox_close(&box);
}
END_TEST

/* One after the other does not read what he asked for, or breaks off in the
 * middle of a body: of none of them anything is kept. */
START_TEST(nothing_is_left)
{
    enum { ROUNDS = 200, MOST_KIB = 3000 };
    long before = 0;
    begin(_i);
    for (int i = 0; i < 20; i++)
        post(poster, lesson, big, sizeof big);
    for (int i = 0; i < 2 * ROUNDS; i++) {
        struct client *hog = dial_narrow(&server);
        if (i == ROUNDS)
            before = program_memory(&server);
        if (i % 2) {
            client_say(hog,
                       "POST %s HTTP/1.1\r\nHost: localhost\r\n"
                       "Content-Length: 65536\r\n\r\n",
                       lessons[lesson].route);
            client_send(hog, big, sizeof big - 1);
        } else {
            inbox_ask(&(struct inbox){.c = NULL}, hog, lesson, "?after=0", "");
        }
        settle(&server);
        client_reset(hog);
        settle(&server);
    }
    long more = program_memory(&server) - before;
    if (before != -1 && more > MOST_KIB)
        flunk("%ld KiB more", more);
}
END_TEST

/* Asks and asks and never reads: the server stops reading, or drops him. */
START_TEST(pipeline)
{
    static const char *const targets[] = {"/", "/client.c", "/nothing-here"};
    char request[128];
    struct bytes flood = {.data = NULL};
    program_start(&server, program_names[_i % PROGRAMS], NULL);
    snprintf(request, sizeof request,
             "%s %s HTTP/1.1\r\nHost: localhost\r\n\r\n",
             _i % PROGRAMS == 0 ? "GET" : "HEAD", targets[_i / PROGRAMS]);
    testing("%s: a flood of %s", server.name, request);
    while (flood.length < MAX_MESSAGE)
        bytes_add(&flood, request, strlen(request));
    settle(&server);
    long before = program_memory(&server), after = 0;
    struct client *c = dial_narrow(&server);
    for (int i = 0; i < 500; i++)
        if (client_push(c, flood.data, flood.length, 100) < flood.length)
            break;
    settle(&server);
    after = program_memory(&server);
    if (before != -1 && after - before > 4 * KIB)
        flunk("%ld KiB of memory, then %ld", before, after);
    free(flood.data);
}
END_TEST

/* Whole files asked for in a pipeline: the bodies are the flood. */
START_TEST(pipeline_of_files)
{
    program_start(&server, "01-polling", NULL);
    settle(&server);
    long before = program_memory(&server);
    struct client *c = dial_narrow(&server);
    for (int i = 0; i < 3000; i++) {
        static const char text[] = "GET /client.c HTTP/1.1\r\n"
                                   "Host: localhost\r\n\r\n";
        if (client_push(c, text, sizeof text - 1, 100) < sizeof text - 1)
            break;
    }
    settle(&server);
    long after = program_memory(&server);
    if (before != -1 && after - before > 4 * KIB)
        flunk("%ld KiB of memory, then %ld", before, after);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("hogs");
    TCase *t = tcase_create("do not read");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 30);
    tcase_add_loop_test(t, dropped, IFRAME, LESSONS);
    tcase_add_loop_test(t, dropped_past_1_mib, IFRAME, LESSONS);
    tcase_add_loop_test(t, catches_up, 0, LESSONS);
    tcase_add_loop_test(t, left_behind, IFRAME, LESSONS);
    tcase_add_loop_test(t, nothing_is_left, IFRAME, LESSONS);
    tcase_add_loop_test(t, pipeline, 0, 3 * PROGRAMS);
    tcase_add_test(t, pipeline_of_files);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
