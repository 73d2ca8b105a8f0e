/* Section 5 of the contract: what only lesson 3 does. The escaping of texts is
 * looked at by inbox.c, wherever a message comes. */
#include "../check_main.h"
#include "inbox.h"

#include <stdio.h>
#include <string.h>

static struct program server;
static struct client *poster;

static void begin(void)
{
    program_start(&server, "03-iframe-stream", NULL);
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
    expect_header(c, "Content-Type", "text/html; charset=utf-8");
    expect_header(c, "Cache-Control", "no-store");
}

/* The head, and a first chunk that makes browsers start: at once. */
START_TEST(begins_at_once)
{
    struct client *c = dial(&server);
    ask(c, "GET", "/", "Sec-Fetch-Dest: iframe\r\n");
    settle(&server);
    answer_head(c, 0);
    expect_head(c);
    expect_header(c, "Transfer-Encoding", "chunked");
    while (!take_chunk(c))
        client_wait(c);
    ck_assert_uint_ge(c->body.length, 1024);
    ck_assert_ptr_eq(strstr(c->body.data, "parent.receive"), NULL);
}
END_TEST

/* One element for a message, as it stands in the contract. */
START_TEST(one_script)
{
    struct client *c = dial(&server);
    char call[128];
    ask(c, "GET", "/", "");
    answer_head(c, 0);
    while (!take_chunk(c))
        client_wait(c);
    settle(&server);
    message_id id = post_text(poster, IFRAME, "hello");
    int length = snprintf(call, sizeof call, "parent.receive(%llu, \"hello\")",
                          id);
    char *found;
    while ((found = strstr(c->body.data, call)) == NULL)
        if (!take_chunk(c))
            client_wait(c);
    while (strstr(found, "</script>") == NULL) {
        size_t at = (size_t)(found - c->body.data);
        if (!take_chunk(c))
            client_wait(c);
        found = c->body.data + at;
    }
    *strstr(found, "</script>") = '\0';
    ck_assert_ptr_ne(strstr(found, "remove()"), NULL);
    ck_assert_ptr_eq(strstr(found + length, "parent.receive"), NULL);
    *found = '\0';
    char *element = strrchr(c->body.data, '<');
    ck_assert_ptr_ne(element, NULL);
    ck_assert_int_eq(strncmp(element, "<script", 7), 0);
}
END_TEST

/* The clock's next four messages, the same to both: a second lies between
 * two. Returns what is late or early, or 0. */
static long long seconds(struct inbox *box, struct inbox *other)
{
    long long last = 0, first = 0, wrong = 0;
    for (int i = 0; i < 4; i++) {
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
        if (last != 0 && (ms - last < 300 || ms - last > 1700))
            wrong = ms - last;
        first = first == 0 ? ms : first;
        last = ms;
    }
    if (last - first < 2500 || last - first > 3500)
        wrong = last - first;
    return wrong;
}

/* Every second the time, to all the same. On time once in three times: the
 * machine may stand still for a moment, our clock may be set. */
START_TEST(the_clock)
{
    struct inbox box, other;
    long long wrong = 1;
    inbox_open(&box, &server, IFRAME, "", "");
    inbox_open(&other, &server, IFRAME, "", "");
    for (int i = 0; i < 3 && wrong != 0; i++)
        wrong = seconds(&box, &other);
    if (wrong != 0)
        flunk("three times out of time, at last by %lld ms", wrong);
    inbox_close(&box);
    inbox_close(&other);
}
END_TEST

START_TEST(head)
{
    struct client *c = dial(&server), *old = dial(&server);
    ask(c, "HEAD", "/", "");
    answer_to(c, HEAD_ONLY);
    expect_head(c);
    expect_header(c, "Transfer-Encoding", "chunked");
    expect_silence(c);
    expect_alive(c);
    client_say(old, "HEAD / HTTP/1.0\r\n\r\n");
    answer_to(old, OLD | HEAD_ONLY);
    expect_head(old);
    expect_end(old);
}
END_TEST

/* Without chunks, which a client of HTTP/1.0 does not know. */
START_TEST(http_1_0)
{
    struct inbox box = {.c = dial(&server), .lesson = IFRAME};
    client_say(box.c, "GET / HTTP/1.0\r\n\r\n");
    answer_head(box.c, OLD);
    expect_head(box.c);
    ck_assert_ptr_eq(header(box.c, "Content-Length"), NULL);
    settle(&server);
    for (int i = 0; i < 3; i++)
        inbox_expect(&box, post_text(poster, IFRAME, "hello"), "hello", 5);
    inbox_close(&box);
}
END_TEST

/* A stream has no end, so what is asked behind it is never answered; neither
 * that nor garbage, nor the end of what the client says, disturbs it. */
START_TEST(undisturbed)
{
    struct inbox box[3];
    for (int i = 0; i < 3; i++)
        inbox_open(&box[i], &server, IFRAME, "",
                   i == 0 ? "Connection: close\r\n" : "");
    client_half_close(box[0].c);
    ask(box[1].c, "GET", "/client.h", "");
    client_say(box[2].c, "GARBAGE\r\n\r\n");
    settle(&server);
    for (int m = 0; m < 10; m++) {
        message_id id = post_text(poster, IFRAME, "hello");
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
    message_id id = post_text(poster, IFRAME, "hello");
    int length = snprintf(text, sizeof text,
                          "GET /?after=%llu HTTP/1.1\r\n"
                          "Host: localhost\r\n\r\n",
                          id - 1);
    for (int at = -1; at < length; at++) {
        struct inbox box = {.c = dial(&server), .lesson = IFRAME};
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
    Suite *s = suite_create("03-iframe-stream");
    TCase *t = tcase_create("streams");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 20);
    tcase_add_test(t, begins_at_once);
    tcase_add_test(t, one_script);
    tcase_add_test(t, the_clock);
    tcase_add_test(t, head);
    tcase_add_test(t, http_1_0);
    tcase_add_test(t, undisturbed);
    tcase_add_test(t, in_pieces);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
