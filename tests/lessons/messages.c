/* Section 5 of the contract: what lessons 2, 3 and 4 have in common. */
#include "../check_main.h"
#include "inbox.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static struct program server;
static struct client *poster;
static int lesson;

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

/* Six clients, two of which have shut down their sending side, and twenty
 * messages. */
START_TEST(everybody_gets_everything)
{
    enum { CLIENTS = 6, MESSAGES = 20 };
    struct inbox box[CLIENTS];
    message_id id[MESSAGES];
    char text[MESSAGES][32];
    begin(_i);
    for (int i = 0; i < CLIENTS; i++)
        inbox_open(&box[i], &server, lesson, "", "");
    if (lesson != POLL) /* a poller would like to ask again */
        client_half_close(box[1].c);
    for (int m = 0; m < MESSAGES; m++) {
        snprintf(text[m], sizeof text[m], "message %d", m);
        id[m] = post_text(poster, lesson, text[m]);
    }
    for (int i = 0; i < CLIENTS; i++) {
        for (int m = 0; m < MESSAGES; m++)
            inbox_expect(&box[i], id[m], text[m], strlen(text[m]));
        inbox_expect_none(&box[i]);
        inbox_close(&box[i]);
    }
}
END_TEST

/* The first id is the time, the next are one more each; so they still grow
 * when the server starts anew. */
START_TEST(ids)
{
    begin(_i);
    message_id now = (message_id)wall_ms();
    message_id first = post_text(poster, lesson, "first");
    if (first < now - 2000 || first > now + 1000)
        flunk("the first id is %llu, the time %llu", first, now);
    message_id second = post_text(poster, lesson, "second");
    if (second != first + 1) /* the clock's may lie between */
        ck_assert_uint_eq(second, first + 2);
    while ((message_id)wall_ms() <= second) {
        /* two messages in one millisecond are ahead of the time */
    }
    finish();
    begin(_i);
    message_id later = post_text(poster, lesson, "later");
    if (later <= second)
        flunk("id %llu, after a restart %llu", second, later);
}
END_TEST

/* Two clients, for a message must not depend on how it was sent. */
START_TEST(post_in_pieces)
{
    char text[256];
    struct inbox box;
    begin(_i);
    inbox_open(&box, &server, lesson, "", "");
    int length = snprintf(text, sizeof text,
                          "POST %s HTTP/1.1\r\nHost: localhost\r\n"
                          "Content-Length: 12\r\n\r\nhello\nworld!",
                          lessons[lesson].route);
    for (int at = -1; at < length; at++) {
        testing("%s: POST split at %d", server.name, at);
        client_pieces(poster, text, (size_t)length, at);
        expect_answer(poster, 204);
        inbox_expect(&box, id_of(poster), "hello\nworld!", 12);
    }
    inbox_close(&box);
}
END_TEST

START_TEST(pipelined_posts)
{
    struct inbox box;
    begin(_i);
    inbox_open(&box, &server, lesson, "", "");
    for (int i = 0; i < 60; i++)
        ask_with(poster, "POST", lessons[lesson].route, "", "a\nb\nc\nd", 7);
    message_id last = 0;
    for (int i = 0; i < 60; i++) {
        expect_answer(poster, 204);
        if (id_of(poster) <= last)
            flunk("id %llu after %llu", id_of(poster), last);
        last = id_of(poster);
        inbox_expect(&box, last, "a\nb\nc\nd", 7);
    }
    inbox_expect_none(&box);
    inbox_close(&box);
}
END_TEST

/* They go away in every manner; those who stay get what they wait for. */
START_TEST(going_away)
{
    struct inbox box[30], stays;
    begin(_i);
    inbox_open(&stays, &server, lesson, "", "");
    for (int i = 0; i < 30; i++)
        inbox_open(&box[i], &server, lesson, "", "");
    for (int i = 0; i < 30; i++) {
        if (i % 3 == 0)
            client_half_close(box[i].c);
        if (i % 3 == 1)
            client_reset(box[i].c);
        else if (i % 2 == 0)
            client_close(box[i].c);
        inbox_expect(&stays, post_text(poster, lesson, "still there?"),
                     "still there?", 12);
    }
    inbox_close(&stays);
}
END_TEST

/* They are gone, which nobody has told the server; and many posts come in one
 * piece, so that it writes again to who has just refused. */
START_TEST(gone_without_a_word)
{
    struct bytes all = {.data = NULL};
    struct inbox box[10];
    char one[128];
    begin(_i);
    for (int i = 0; i < 10; i++)
        inbox_open(&box[i], &server, lesson, "", "");
    for (int i = 0; i < 10; i++)
        client_close(box[i].c);
    snprintf(one, sizeof one,
             "POST %s HTTP/1.1\r\nHost: localhost\r\n"
             "Content-Length: 5\r\n\r\nhello",
             lessons[lesson].route);
    for (int i = 0; i < 10; i++)
        bytes_add(&all, one, strlen(one));
    client_send(poster, all.data, all.length);
    free(all.data);
    for (int i = 0; i < 10; i++)
        expect_answer(poster, 204);
    settle(&server);
}
END_TEST

START_TEST(old_client)
{
    begin(_i);
    struct client *c = dial(&server);
    client_say(c, "POST %s HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi",
               lessons[lesson].route);
    answer_to(c, OLD);
    expect_status(c, 204);
    id_of(c);
    expect_end(c);
}
END_TEST

/* Who waits and has all that there is costs no time. */
START_TEST(at_rest)
{
    enum { REST_MS = 1000 };
    struct rusage used;
    struct inbox box;
    begin(_i);
    inbox_open(&box, &server, lesson, "", "");
    inbox_expect(&box, post_text(poster, lesson, "hello"), "hello", 5);
    poll(NULL, 0, REST_MS);
    inbox_close(&box);
    finish();
    getrusage(RUSAGE_CHILDREN, &used);
    long ms = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
              (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
    if (ms > REST_MS / 4)
        flunk("has worked for %ld ms", ms);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("messages");
    TCase *t = tcase_create("posted");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 30);
    tcase_add_loop_test(t, everybody_gets_everything, 0, LESSONS);
    tcase_add_loop_test(t, ids, 0, LESSONS);
    tcase_add_loop_test(t, post_in_pieces, 0, LESSONS);
    tcase_add_loop_test(t, pipelined_posts, 0, LESSONS);
    tcase_add_loop_test(t, going_away, 0, LESSONS);
    tcase_add_loop_test(t, gone_without_a_word, 0, LESSONS);
    tcase_add_loop_test(t, old_client, 0, LESSONS);
    tcase_add_loop_test(t, at_rest, 0, LESSONS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
