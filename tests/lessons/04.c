/* Section 5 of the contract: what only lesson 4 does. The form of events is
 * looked at by inbox.c, wherever a message comes. */
#include "../check_main.h"
#include "inbox.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static struct program server;
static struct client *poster;

static void begin(void)
{
    program_start(&server, "04-sse", NULL);
    poster = dial(&server);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

static void expect_head(const struct client *c)
{
    expect_status(c, 200);
    const char *type = header(c, "Content-Type");
    if (type == NULL || (strcasecmp(type, "text/event-stream") != 0 &&
                         strcasecmp(type, "text/event-stream; charset=utf-8")))
        flunk("the type is %s", type != NULL ? type : "(none)");
    expect_header(c, "Cache-Control", "no-store");
}

/* Waits until the body of a stream holds at least this much. */
static void wait_for(struct client *c, size_t length)
{
    while (c->body.length < length)
        if (!take_chunk(c))
            client_wait(c);
}

START_TEST(begins_at_once)
{
    struct client *c = dial(&server);
    ask(c, "GET", "/ajax", "Accept: text/event-stream\r\n");
    settle(&server);
    answer_head(c, 0);
    expect_head(c);
    expect_header(c, "Transfer-Encoding", "chunked");
    wait_for(c, 13);
    if (strncmp(c->body.data, "retry: 2000\n", 12) != 0 &&
        strncmp(c->body.data, "retry:2000\n", 11) != 0)
        flunk("begins with \"%.40s\"", c->body.data);
}
END_TEST

/* The bytes of an event: the blank behind a colon may be missing. */
START_TEST(one_event)
{
    struct client *c = dial(&server);
    char text[128], *event = NULL, line[64];
    ask(c, "GET", "/ajax", "");
    answer_head(c, 0);
    settle(&server);
    message_id id = post_text(poster, EVENTS, "two\nlines");
    int length = snprintf(line, sizeof line, "id: %llu\n", id);
    snprintf(text, sizeof text, "%sevent: message\ndata: two\ndata: lines\n\n",
             line);
    for (size_t n = 14; event == NULL; n = c->body.length + 1) {
        wait_for(c, n);
        event = strstr(c->body.data, line);
    }
    size_t at = (size_t)(event - c->body.data);
    ck_assert_int_gt(length, 0);
    wait_for(c, at + strlen(text));
    ck_assert_int_eq(strncmp(c->body.data + at, text, strlen(text)), 0);
}
END_TEST

/* The clock's next three messages, the same to both, on even seconds. Returns
 * what is late or lacks, or 0. */
static long long even_seconds(struct inbox *box, struct inbox *other)
{
    long long last = 0, wrong = 0;
    for (int i = 0; i < 3; i++) {
        inbox_next(other);
        do /* it may have spoken between the two openings */
            inbox_next(box);
        while (box->id < other->id);
        ck_assert_uint_eq(box->id, other->id);
        ck_assert_str_eq(box->text.data, other->text.data);
        if (!inbox_has_clock(box))
            flunk("not the clock's: \"%s\"", box->text.data);
        long long ms = atoll(box->text.data), age = wall_ms() - ms;
        if (age < 0 || age > 700)
            wrong = age;
        if (ms / 1000 % 2 != 0)
            wrong = ms;
        if (last != 0 && ms / 1000 - last / 1000 != 2)
            wrong = ms - last;
        last = ms;
    }
    return wrong;
}

/* On every even second the time, to all the same. On time once in three times:
 * the machine may stand still for a moment, our clock may be set. */
START_TEST(the_clock)
{
    struct inbox box, other;
    long long wrong = 1;
    inbox_open(&box, &server, EVENTS, "", "");
    inbox_open(&other, &server, EVENTS, "", "");
    for (int i = 0; i < 3 && wrong != 0; i++)
        wrong = even_seconds(&box, &other);
    if (wrong != 0)
        flunk("three times out of time, at last by %lld ms", wrong);
    inbox_close(&box);
    inbox_close(&other);
}
END_TEST

START_TEST(head)
{
    struct client *c = dial(&server), *old = dial(&server);
    ask(c, "HEAD", "/ajax", "");
    answer_to(c, HEAD_ONLY);
    expect_head(c);
    expect_header(c, "Transfer-Encoding", "chunked");
    expect_silence(c);
    expect_alive(c);
    client_say(old, "HEAD /ajax HTTP/1.0\r\n\r\n");
    answer_to(old, OLD | HEAD_ONLY);
    expect_head(old);
    expect_end(old);
}
END_TEST

/* Without chunks, which a client of HTTP/1.0 does not know. */
START_TEST(http_1_0)
{
    struct inbox box = {.c = dial(&server), .lesson = EVENTS};
    client_say(box.c, "GET /ajax HTTP/1.0\r\n\r\n");
    answer_head(box.c, OLD);
    expect_head(box.c);
    ck_assert_ptr_eq(header(box.c, "Content-Length"), NULL);
    settle(&server);
    for (int i = 0; i < 3; i++)
        inbox_expect(&box, post_text(poster, EVENTS, "hello"), "hello", 5);
    inbox_close(&box);
}
END_TEST

/* The root has no route here; and the address bar may ask for the events. */
START_TEST(routes)
{
    static const char *const destinations[] = {
        "", "Sec-Fetch-Dest: document\r\n", "Sec-Fetch-Dest: empty\r\n",
        "Sec-Fetch-Dest: iframe\r\n"};
    for (int i = 0; i < 4; i++) {
        struct client *c = dial(&server);
        get_with(c, "/", destinations[i]);
        expect_status(c, 302);
        expect_header(c, "Location", "/04-sse.html");
        ask(c, "GET", "/ajax", destinations[i]);
        answer_head(c, 0);
        expect_head(c);
    }
    struct client *c = dial(&server);
    ask(c, "POST", "/", "Content-Length: 0\r\n");
    if (answer(c) != 404)
        expect_status(c, 405);
}
END_TEST

/* A stream has no end, so what is asked behind it is never answered; neither
 * that nor garbage, nor the end of what the client says, disturbs it. */
START_TEST(undisturbed)
{
    struct inbox box[3];
    for (int i = 0; i < 3; i++)
        inbox_open(&box[i], &server, EVENTS, "",
                   i == 0 ? "Connection: close\r\n" : "");
    client_half_close(box[0].c);
    ask(box[1].c, "GET", "/client.h", "");
    client_say(box[2].c, "GARBAGE\r\n\r\n");
    settle(&server);
    for (int m = 0; m < 10; m++) {
        message_id id = post_text(poster, EVENTS, "hello");
        for (int i = 0; i < 3; i++)
            inbox_expect(&box[i], id, "hello", 5);
    }
    for (int i = 0; i < 3; i++)
        inbox_close(&box[i]);
}
END_TEST

START_TEST(in_pieces)
{
    char text[128];
    message_id id = post_text(poster, EVENTS, "hello");
    int length = snprintf(text, sizeof text,
                          "GET /ajax HTTP/1.1\r\nHost: localhost\r\n"
                          "Last-Event-ID: %llu\r\n\r\n",
                          id - 1);
    for (int at = -1; at < length; at++) {
        struct inbox box = {.c = dial(&server), .lesson = EVENTS};
        testing("a stream, its request split at %d", at);
        client_pieces(box.c, text, (size_t)length, at);
        answer_head(box.c, 0);
        inbox_expect(&box, id, "hello", 5);
        inbox_close(&box);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("04-sse");
    TCase *t = tcase_create("streams");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 20);
    tcase_add_test(t, begins_at_once);
    tcase_add_test(t, one_event);
    tcase_add_test(t, the_clock);
    tcase_add_test(t, head);
    tcase_add_test(t, http_1_0);
    tcase_add_test(t, routes);
    tcase_add_test(t, undisturbed);
    tcase_add_test(t, in_pieces);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
