/* Section 5 of the contract: after, Last-Event-ID, and what is kept. */
#include "../check_main.h"
#include "inbox.h"

#include <stdio.h>
#include <string.h>

enum { POSTED = 5, WAITS = POSTED };

static struct program server;
static struct client *poster;
static int lesson;
static message_id ids[POSTED];

static void begin(int index)
{
    lesson = index;
    avoid_second_50();
    program_start(&server, lessons[index].name, NULL);
    poster = dial(&server);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

static void expect_posted(struct inbox *box, int index)
{
    char text[16];
    snprintf(text, sizeof text, "m%d", index);
    inbox_expect(box, ids[index], text, strlen(text));
}

static void post_five(void)
{
    for (int i = 0; i < POSTED; i++) {
        char text[16];
        snprintf(text, sizeof text, "m%d", i);
        ids[i] = post_text(poster, lesson, text);
    }
}

/* From which of the five on one gets them: after them, whoever asks waits,
 * and gets what is posted then. */
static void expect_from(int first, const char *query, const char *extra)
{
    struct inbox box;
    inbox_open(&box, &server, lesson, query, extra);
    for (int i = first; i < POSTED; i++)
        expect_posted(&box, i);
    inbox_expect_none(&box);
    message_id id = post_text(poster, lesson, "new");
    inbox_expect(&box, id, "new", 3);
    inbox_close(&box);
}

/* %llu in a query stands for the id of one of the five, and more. */
static const struct {
    const char *query;
    int base, more, first;
} afters[] = {
    {"", 0, 0, WAITS},
    {"?", 0, 0, WAITS},
    {"?x=1", 0, 0, WAITS},
    {"?afterx=0", 0, 0, WAITS},
    {"?xafter=0", 0, 0, WAITS},
    {"?x=after=0", 0, 0, WAITS},
    {"?after=%llu", 4, 0, WAITS},
    {"?after=%llu", 3, 0, 4},
    {"?after=%llu", 0, 0, 1},
    {"?after=%llu", 0, -1, 0},
    {"?after=%llu", 0, -1000, 0},
    {"?after=%llu", 4, 1000, 0},
    {"?after=%llu", 4, 1000000000, 0},
    {"?after=0", 0, 0, 0},
    {"?after=1", 0, 0, 0},
    {"?after=9223372036854775807", 0, 0, 0},
    {"?after=9223372036854775808", 0, 0, 0},
    {"?after=18446744073709551615", 0, 0, 0},
    {"?x=1&after=%llu", 3, 0, 4},
    {"?after=%llu&x=1", 3, 0, 4},
    {"?xafter=0&after=%llu", 2, 0, 3},
    {"?x&&after=%llu", 1, 0, 2},
};

enum { AFTERS = sizeof afters / sizeof *afters };

START_TEST(asked_after)
{
    char query[128];
    int row = _i / LESSONS;
    begin(_i % LESSONS);
    post_five();
    snprintf(query, sizeof query, afters[row].query,
             ids[afters[row].base] + (message_id)(long long)afters[row].more);
    testing("%s: %s, the last being %llu", server.name, query, ids[4]);
    expect_from(afters[row].first, query, "");
}
END_TEST

/* One more than the newest is the future, too; but in lessons 3 and 4 the
 * clock might just have made that one. */
START_TEST(after_next)
{
    char query[64];
    begin(POLL);
    post_five();
    snprintf(query, sizeof query, "?after=%llu", ids[4] + 1);
    expect_from(0, query, "");
}
END_TEST

/* With nothing kept yet, any number waits. */
START_TEST(after_nothing)
{
    static const char *const queries[] = {"?after=0", "?after=5",
                                          "?after=18446744073709551615"};
    begin(_i);
    struct inbox box[3];
    for (int i = 0; i < 3; i++)
        inbox_open(&box[i], &server, lesson, queries[i], "");
    for (int i = 0; i < 3; i++)
        inbox_expect_none(&box[i]);
    message_id id = post_text(poster, lesson, "new");
    for (int i = 0; i < 3; i++) {
        inbox_expect(&box[i], id, "new", 3);
        inbox_close(&box[i]);
    }
}
END_TEST

START_TEST(bad_after)
{
    static const char *const values[] = {
        "",     "abc",  "12abc",
        "x12",  "0x10", "18446744073709551616",
        "1%20", "1,2",  "99999999999999999999999999"};
    begin(_i);
    post_five();
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char target[128];
        snprintf(target, sizeof target, "%s?after=%s", lessons[lesson].route,
                 values[i]);
        testing("%s: %s", server.name, target);
        struct client *c = dial(&server);
        ask(c, "GET", target, "");
        expect_error(c, 400);
        c = dial(&server);
        ask(c, "HEAD", target, "");
        answer_to(c, HEAD_ONLY);
        expect_status(c, 400);
        c = dial(&server);
        ask(c, "GET", target, "Last-Event-ID: 1\r\n");
        expect_error(c, 400);
        expect_alive(poster);
    }
}
END_TEST

/* The first id that one gets. */
static message_id first_after(message_id after)
{
    char query[64];
    struct inbox box;
    snprintf(query, sizeof query, "?after=%llu", after);
    inbox_open(&box, &server, lesson, query, "");
    inbox_next(&box);
    message_id id = box.id;
    inbox_close(&box);
    return id;
}

static void expect_first(message_id last, message_id after, message_id first)
{
    if (first != last - KEPT + 1 + (after == last - KEPT + 1))
        flunk("%llu being the last, after %llu comes %llu", last, after, first);
}

/* Exactly 256 are kept. Tried again where the clock of lesson 3 or 4 makes a
 * message meanwhile. */
START_TEST(keeps_256)
{
    begin(_i);
    for (int i = 0; i < 300; i++)
        post_text(poster, lesson, "old");
    for (int attempt = 0; attempt < 10; attempt++) {
        message_id last = post_text(poster, lesson, "last");
        message_id oldest = last - KEPT + 1;
        message_id all = first_after(0), much = first_after(oldest - 40);
        message_id two = first_after(oldest - 2), one = first_after(oldest - 1);
        message_id none = first_after(oldest);
        if (post_text(poster, lesson, "check") != last + 1)
            continue;
        expect_first(last, 0, all);
        expect_first(last, oldest - 40, much);
        expect_first(last, oldest - 2, two);
        expect_first(last, oldest - 1, one);
        expect_first(last, oldest, none);
        return;
    }
    flunk("the clock strikes too often");
}
END_TEST

/* What was missed and what is new: no gap, nothing twice; one catches up
 * while others post. */
START_TEST(catches_up)
{
    struct inbox box;
    char query[64];
    message_id id = 0;
    begin(_i);
    post_five();
    for (int i = 0; i < 200; i++)
        id = post_text(poster, lesson, "missed");
    snprintf(query, sizeof query, "?after=%llu", ids[4]);
    inbox_ask(&box, dial(&server), lesson, query, "");
    for (int i = 0; i < 20; i++)
        id = post_text(poster, lesson, "new");
    if (lesson != POLL)
        answer_head(box.c, 0);
    while (box.id < id)
        inbox_next_posted(&box);
    inbox_expect_none(&box);
    inbox_close(&box);
}
END_TEST

/* Lesson 4 only. A header with one %llu, and a query with one, too. */
static const struct {
    const char *header;
    int base;
    const char *query;
    int query_base, first;
} last_ids[] = {
    {"Last-Event-ID: %llu\r\n", 3, "", 0, 4},
    {"last-event-id:%llu\r\n", 0, "", 0, 1},
    {"Last-Event-ID: %llu\r\n", 4, "", 0, WAITS},
    {"Last-Event-ID: 0\r\n", 0, "", 0, 0},
    {"Last-Event-ID: 18446744073709551615\r\n", 0, "", 0, 0},
    {"Last-Event-ID: %llu\r\n", 3, "?after=%llu", 0, 4},
    {"Last-Event-ID: %llu\r\n", 0, "?after=%llu", 3, 1},
    {"Last-Event-ID: %llu\r\n", 4, "?after=0", 0, WAITS},
    {"Last-Event-ID: 18446744073709551616\r\n", 0, "?after=%llu", 2, 3},
    {"Last-Event-ID: abc\r\n", 0, "?after=%llu", 2, 3},
    {"Last-Event-ID: 5x\r\n", 0, "?after=%llu", 2, 3},
    {"Last-Event-ID:\r\n", 0, "?after=%llu", 2, 3},
    {"Last-Event-ID: abc\r\n", 0, "", 0, WAITS},
    {"Last-Event-ID: 18446744073709551616\r\n", 0, "", 0, WAITS},
    {"Last-Event-ID:\r\n", 0, "", 0, WAITS},
    {"X-Last-Event-ID: 0\r\n", 0, "", 0, WAITS},
};

START_TEST(last_event_id)
{
    char query[64], line[128];
    begin(EVENTS);
    post_five();
    snprintf(line, sizeof line, last_ids[_i].header, ids[last_ids[_i].base]);
    snprintf(query, sizeof query, last_ids[_i].query,
             ids[last_ids[_i].query_base]);
    testing("%s: %s %s", server.name, query, line);
    expect_from(last_ids[_i].first, query, line);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("history");
    TCase *t = tcase_create("after");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 30);
    tcase_add_loop_test(t, asked_after, 0, AFTERS * LESSONS);
    tcase_add_test(t, after_next);
    tcase_add_loop_test(t, after_nothing, 0, LESSONS);
    tcase_add_loop_test(t, bad_after, 0, LESSONS);
    tcase_add_loop_test(t, keeps_256, 0, LESSONS);
    tcase_add_loop_test(t, catches_up, 0, LESSONS);
    tcase_add_loop_test(t, last_event_id, 0,
                        sizeof last_ids / sizeof *last_ids);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
