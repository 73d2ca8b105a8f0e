/* Section 2 of the contract: many requests on one connection, and its end. */
#include "../check_main.h"
#include "expect.h"

#include <stdio.h>
#include <string.h>

static struct program server;

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

static void begin(int index)
{
    program_start(&server, program_names[index], NULL);
}

START_TEST(keep_alive)
{
    begin(_i);
    struct client *c = dial(&server);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(get(c, "/client.h"), 200);
        ck_assert_ptr_ne(strstr(c->body.data, "CLIENT_H"), NULL);
        expect_alive(c);
    }
    expect_silence(c);
}
END_TEST

/* 99 requests in one piece, answered in order; then the end, if the client
 * has shut down its side. */
START_TEST(pipelining)
{
    begin(_i / 2);
    struct client *c = dial(&server);
    static const char *const paths[] = {"client.h", "inbox.h", "nothing-here"};
    struct bytes all = {.data = NULL};
    char text[128];
    for (int i = 0; i < 99; i++) {
        snprintf(text, sizeof text,
                 "%s /%s HTTP/1.1\r\nHost: localhost:%d\r\n\r\n",
                 i % 2 == 0 ? "GET" : "HEAD", paths[i % 3], server.port);
        bytes_add(&all, text, strlen(text));
    }
    client_send(c, all.data, all.length);
    free(all.data);
    if (_i % 2 == 1)
        client_half_close(c);
    for (int i = 0; i < 99; i++) {
        testing("%s: request %d of a pipeline", server.name, i);
        answer_to(c, i % 2 == 0 ? 0 : HEAD_ONLY);
        expect_status(c, i % 3 == 2 ? 404 : 200);
        if (i % 6 == 0)
            ck_assert_ptr_ne(strstr(c->body.data, "CLIENT_H"), NULL);
        if (i % 6 == 4)
            ck_assert_ptr_ne(strstr(c->body.data, "INBOX_H"), NULL);
    }
    if (_i % 2 == 1)
        expect_end(c);
    else
        expect_silence(c);
}
END_TEST

static const char *const closings[] = {
    "Connection: close\r\n",
    "connection: CLOSE\r\n",
    "Connection: x, close\r\n",
    "Connection: keep-alive,close \r\n",
    "Connection: x\r\nConnection: close\r\n",
};

START_TEST(closes_if_asked)
{
    enum { ROWS = sizeof closings / sizeof *closings };
    begin(_i % PROGRAMS);
    for (int row = 0; row < ROWS; row++) {
        testing("%s: %s", server.name, closings[row]);
        struct client *c = dial(&server);
        ask(c, "GET", "/client.h", closings[row]);
        ask(c, "GET", "/not-asked-any-more", "");
        expect_answer(c, 200);
        expect_header(c, "Connection", "close");
        expect_end(c);
    }
}
END_TEST

START_TEST(http_1_0)
{
    begin(_i);
    struct client *c = dial(&server);
    client_say(c, "GET /client.h HTTP/1.0\r\n\r\n");
    answer_to(c, OLD);
    expect_status(c, 200);
    ck_assert_ptr_ne(header(c, "Content-Length"), NULL);
    ck_assert_ptr_ne(strstr(c->body.data, "CLIENT_H"), NULL);
    expect_end(c);
    c = dial(&server);
    client_say(c, "HEAD /nothing HTTP/1.0\r\nHost: localhost\r\n\r\n");
    answer_to(c, OLD | HEAD_ONLY);
    expect_status(c, 404);
    expect_end(c);
}
END_TEST

/* Staying open is allowed, if the server says so. */
START_TEST(http_1_0_keep_alive)
{
    begin(_i);
    struct client *c = dial(&server);
    static const char text[] = "GET /client.h HTTP/1.0\r\n"
                               "Connection: keep-alive\r\n\r\n";
    client_say(c, "%s", text);
    answer_to(c, OLD);
    expect_status(c, 200);
    const char *connection = header(c, "Connection");
    if (connection == NULL || strcmp(connection, "keep-alive") != 0) {
        expect_end(c);
        return;
    }
    client_say(c, "%s", text);
    answer_to(c, OLD);
    expect_status(c, 200);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http, connections");
    TCase *t = tcase_create("connections");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, keep_alive, 0, PROGRAMS);
    tcase_add_loop_test(t, pipelining, 0, 2 * PROGRAMS);
    tcase_add_loop_test(t, closes_if_asked, 0, PROGRAMS);
    tcase_add_loop_test(t, http_1_0, 0, PROGRAMS);
    tcase_add_loop_test(t, http_1_0_keep_alive, 0, PROGRAMS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
