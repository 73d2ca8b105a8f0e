/* Sections 2 and 5 of the contract: out of memory, the server sheds load and
 * goes on. One allocation after the other fails, and each costs at most one
 * connection; who comes back misses nothing. */
#include "../check_main.h"
#include "inbox.h"
#include "scarcity.h"

#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { MOST = 100, WATCHERS = 3, POSTS = 4 };

static struct program server;
static int lost; /* connections */
static int row;  /* allocations that fail, one behind the other */

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

static void begin(const char *program, int number)
{
    scarce_start_row(&server, program, number, number + row - 1);
    lost = 0;
}

/* Has one failed? Then it must not have cost more than one connection. */
static bool has_failed(void)
{
    if (!scarce_failed(&server))
        return false;
    if (lost > row)
        flunk("%d connections are lost", lost);
    settle(&server);
    return true;
}

/* Waits; false: the server has closed. */
static bool more(struct client *c)
{
    ssize_t n = client_await(c);
    return n != 0 && n != -2;
}

/* An answer; or none, and the connection is lost. */
static bool answered(struct client *c)
{
    while (!take_head(c, 0))
        if (!more(c)) {
            lost++;
            return false;
        }
    while (c->in.length < (size_t)c->expected && c->expected > 0)
        if (!more(c)) {
            lost++;
            return false;
        }
    return true;
}

/* Asks in two pieces, if anybody listens. */
static struct client *request(const char *method, const char *target,
                              const void *body, size_t length)
{
    struct client *c = dial(&server);
    struct bytes all = {.data = NULL};
    char head[200];
    int n = snprintf(head, sizeof head,
                     "%s %s HTTP/1.1\r\nHost: localhost\r\n"
                     "Content-Length: %zu\r\n\r\n",
                     method, target, length);
    bytes_add(&all, head, (size_t)n);
    bytes_add(&all, body, length);
    if (client_push(c, all.data, 20, 100) == 20) {
        poll(NULL, 0, 1); /* now the server has, most likely, read it */
        client_push(c, all.data + 20, all.length - 20, 100);
    }
    free(all.data);
    return c;
}

/* As settle(), but it may be that connection which is lost. */
static void pass_by(void)
{
    for (int round = 0; round < 2; round++) {
        struct client *c = request("GET", "/nothing-here", "", 0);
        answered(c);
        client_close(c);
    }
}

/* New connections, files, and errors. */
START_TEST(requests)
{
    static const char *const targets[] = {"/client.h", "/nothing-here",
                                          "/client.c"};
    bool failed = true;
    int number = 0;
    row = 1;
    while (failed && number < MOST) {
        begin(program_names[_i], ++number);
        testing("%s: allocation %d of three requests", server.name, number);
        scarce_now(&server);
        for (int i = 0; i < 3; i++) {
            struct client *c = request("GET", targets[i], "", 0);
            if (answered(c) && c->status != 503)
                expect_status(c, i == 1 ? 404 : 200);
        }
        failed = has_failed();
        finish();
    }
    ck_assert_int_gt(number, 3);
    ck_assert_int_lt(number, MOST);
}
END_TEST

static struct inbox box[WATCHERS];

/* Comes back, and asks for what is newer than what it has. */
static void come_back(struct inbox *b)
{
    char query[64];
    message_id id = b->id;
    if (b->c->in.length > 0 && b->lesson == POLL)
        flunk("half an answer: \"%.60s\"", b->c->in.data);
    free(b->text.data);
    client_close(b->c);
    lost++;
    snprintf(query, sizeof query, "?after=%llu", id);
    inbox_open(b, &server, b->lesson, query, "");
    b->id = id;
}

static void take_next(struct inbox *b)
{
    while (!inbox_take(b))
        if (!more(b->c))
            come_back(b);
}

/* It has its message at once, and not only with the next one. */
static void expect_at_once(struct inbox *b)
{
    ssize_t n;
    while ((n = client_read(b->c, SIZE_MAX)) > 0) {
    }
    if (n == -1 && b->c->in.length == 0)
        flunk("nothing has come");
}

/* Posts, and returns the id; 0: it was refused, or nobody knows. */
static message_id try_to_post(int lesson, const char *text, size_t length)
{
    struct client *c = request("POST", lessons[lesson].route, text, length);
    message_id id = 0;
    if (answered(c) && c->status != 503) {
        expect_status(c, 204);
        id = id_of(c);
    }
    client_close(c);
    return id;
}

/* Every byte becomes six in lesson 3, and a line in lesson 4. */
static const char *text_of(int lesson, int post, size_t *length)
{
    static char text[40000];
    *length = post % 2 == 0 ? 10 : sizeof text;
    memset(text, lesson == IFRAME ? '\x01' : '\n', *length);
    text[0] = (char)('a' + post);
    return text;
}

/* Short and long messages; what was answered with an id reaches everybody. */
static void post_all(int lesson)
{
    for (int m = 0; m < POSTS; m++) {
        size_t length;
        const char *text = text_of(lesson, m, &length);
        message_id id = try_to_post(lesson, text, length);
        if (id == 0)
            continue;
        pass_by();
        for (int i = 0; i < WATCHERS; i++) {
            expect_at_once(&box[i]);
            while (box[i].id < id)
                take_next(&box[i]);
            if (box[i].id != id || box[i].text.length != length ||
                memcmp(box[i].text.data, text, length) != 0)
                flunk("%d: message %llu is \"%.20s\", not %llu, \"%.20s\"", i,
                      box[i].id, box[i].text.data, id, text);
        }
    }
}

/* One fails, or two in a row: what could not be rendered for all cannot be
 * rendered for one who catches up, either. */
START_TEST(messages)
{
    bool failed = true;
    int number = 0, lesson = _i % LESSONS;
    row = 1 + _i / LESSONS;
    while (failed && number < MOST) {
        avoid_second_50();
        begin(lessons[lesson].name, ++number);
        testing("%s: allocation %d of four messages", server.name, number);
        for (int i = 0; i < WATCHERS; i++)
            inbox_open(&box[i], &server, lesson, "", "");
        struct client *poster = dial(&server);
        message_id first = post_text(poster, lesson, "the first");
        client_close(poster);
        for (int i = 0; i < WATCHERS; i++)
            inbox_expect(&box[i], first, "the first", 9);
        scarce_now(&server);
        post_all(lesson);
        pass_by(); /* where the last may fail */
        failed = has_failed();
        for (int i = 0; i < WATCHERS; i++)
            inbox_close(&box[i]);
        finish();
    }
    ck_assert_int_gt(number, 5);
    ck_assert_int_lt(number, MOST);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("scarce");
    TCase *t = tcase_create("out of memory");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, requests, 0, PROGRAMS);
    tcase_add_loop_test(t, messages, 0, 2 * LESSONS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
