/* Section 2 of the contract: good requests, in every form. */
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

/* Each is sent whole, byte by byte, and split at every point. All ask for
 * client.h, and the connection stays. */
static const struct {
    const char *what, *text;
} forms[] = {
    {"usual", "GET /client.h HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n"},
    {"bare LF", "GET /client.h HTTP/1.1\nHost: localhost:%d\nX: y\n\n"},
    {"CR LF and LF", "GET /client.h HTTP/1.1\nHost: localhost:%d\r\nX:y\n\r\n"},
    {"an empty line before", "\r\nGET /client.h HTTP/1.1\r\n"
                             "Host: localhost:%d\r\n\r\n"},
    {"absolute form", "GET http://127.0.0.1:%d/client.h HTTP/1.1\r\n"
                      "Host: 127.0.0.1\r\n\r\n"},
    {"absolute form in capitals",
     "GET HTTP://LOCALHOST:%d/client.h HTTP/1.1\r\n"
     "Host: localhost\r\n\r\n"},
    {"query", "GET /client.h?a=/../b&%%00 HTTP/1.1\r\n"
              "Host: localhost:%d\r\n\r\n"},
    {"names in capitals",
     "GET /client.h HTTP/1.1\r\nHOST: LOCALHOST:%d\r\n\r\n"},
    {"white space", "GET /client.h HTTP/1.1\r\nhost:\t localhost:%d \t\r\n"
                    "Empty:\r\nSpaces:  \r\n\r\n"},
    {"a tab and Latin 1 in a value", "GET /client.h HTTP/1.1\r\n"
                                     "Host: localhost:%d\r\n"
                                     "X: a\tb \xe9\xff\r\n\r\n"},
    {"all letters of a name", "GET /client.h HTTP/1.1\r\n"
                              "Host: localhost:%d\r\n"
                              "!#$&'*+-.^_`|~09azAZ: 1\r\n\r\n"},
    {"HTTP/1.2", "GET /client.h HTTP/1.2\r\nHost: localhost:%d\r\n\r\n"},
    {"a body that nobody wants", "GET /client.h HTTP/1.1\r\n"
                                 "Host: localhost:%d\r\n"
                                 "Content-Length: 20\r\n\r\n"
                                 "GET / HTTP/1.1\r\n\r\n\r\n"},
};

enum { FORMS = sizeof forms / sizeof *forms };

START_TEST(form)
{
    char text[512];
    begin(_i % PROGRAMS);
    int length = snprintf(text, sizeof text, forms[_i / PROGRAMS].text,
                          server.port);
    int stop = _i % PROGRAMS == 0 ? length : 1;
    struct client *c = dial(&server);
    for (int at = -1; at < stop; at++) {
        testing("%s: %s, split at %d", server.name, forms[_i / PROGRAMS].what,
                at);
        client_pieces(c, text, (size_t)length, at);
        expect_answer(c, 200);
        ck_assert_ptr_ne(strstr(c->body.data, "CLIENT_H"), NULL);
    }
    expect_alive(c);
    expect_silence(c);
}
END_TEST

/* An absolute form without a path asks for "/". */
START_TEST(absolute_form_of_the_root)
{
    char target[64];
    begin(_i);
    struct client *c = dial(&server);
    snprintf(target, sizeof target, "http://127.0.0.1:%d", server.port);
    ask(c, "HEAD", target, "");
    answer_to(c, HEAD_ONLY);
    expect_status(c, _i == 3 ? 302 : 200);
    strcat(target, "/");
    ask(c, "HEAD", target, "");
    answer_to(c, HEAD_ONLY);
    expect_status(c, _i == 3 ? 302 : 200);
}
END_TEST

/* HEAD has the head of GET, but for the date. */
START_TEST(head)
{
    static const char *const paths[] = {"/client.h", "/", "/nothing-here"};
    static const char *const names[] = {"Content-Length", "Content-Type",
                                        "Cache-Control", "Location"};
    begin(_i);
    struct client *c = dial(&server), *g = dial(&server);
    for (int i = 0; i < 3; i++) {
        if (i == 1 && (_i == 1 || _i == 2))
            continue; /* the messages of lessons 2 and 3: see their tests */
        testing("%s: HEAD %s", server.name, paths[i]);
        ask(c, "HEAD", paths[i], "");
        answer_to(c, HEAD_ONLY);
        expect_silence(c);
        expect_status(c, get(g, paths[i]));
        for (int n = 0; n < 4; n++)
            if (header(g, names[n]) != NULL)
                expect_header(c, names[n], header(g, names[n]));
            else
                ck_assert_ptr_eq(header(c, names[n]), NULL);
    }
}
END_TEST

/* What an address bar gets is the page. */
static const struct {
    const char *header;
    bool page;
} destinations[] = {
    {"Sec-Fetch-Dest: document\r\n", true},
    {"sec-fetch-dest:document\r\n", true},
    {"Sec-Fetch-Dest: iframe\r\n", false},
    {"Sec-Fetch-Dest: empty\r\n", false},
    {"X-Sec-Fetch-Dest: document\r\n", false},
    {"", false},
};

START_TEST(destination)
{
    enum { ROWS = sizeof destinations / sizeof *destinations };
    char location[64];
    begin(_i);
    snprintf(location, sizeof location, "/%s.html", server.name);
    for (int i = 0; i < ROWS; i++) {
        struct client *c = dial(&server);
        bool page = destinations[i].page || _i == 3;
        testing("%s: / with %s", server.name, destinations[i].header);
        ask(c, "HEAD", "/", destinations[i].header);
        answer_to(c, HEAD_ONLY);
        expect_status(c, page ? 302 : 200);
        if (page) {
            expect_header(c, "Location", location);
            ck_assert_int_eq(get_with(c, "/", destinations[i].header), 302);
            expect_header(c, "Location", location);
            ck_assert_int_eq(get_with(c, "/?x", destinations[i].header), 302);
            expect_header(c, "Location", location);
        }
        ask_with(c, "POST", "/", destinations[i].header, "form=1", 6);
        ck_assert_int_ne(answer(c), 302);
        expect_alive(c);
    }
}
END_TEST

/* 100 comes before the body is sent, and only for a body. */
START_TEST(expect_100)
{
    static const char expectation[] = "Expect: 100-continue\r\n";
    begin(_i);
    struct client *c = dial(&server);
    ask(c, "POST", _i == 3 ? "/ajax" : "/",
        "Expect: 100-continue\r\nContent-Length: 5\r\n");
    answer_head(c, 0);
    if (c->status == 100) {
        client_send(c, "hello", 5);
        answer(c);
    }
    expect_status(c, _i == 0 ? 405 : 204);
    if (_i != 0) /* once more, whether it insists on 100 or not */
        ask_with(c, "POST", _i == 3 ? "/ajax" : "/", expectation, "hello", 5);
    while (_i != 0 && answer(c) == 100) {
    }
    expect_status(c, _i == 0 ? 405 : 204);
}
END_TEST

/* HTTP/1.0 knows no 100: the expectation is not one (RFC 9110, 10.1.1). */
START_TEST(expect_100_of_an_old_client)
{
    begin(_i);
    struct client *c = dial(&server);
    client_say(c,
               "POST %s HTTP/1.0\r\nExpect: 100-continue\r\n"
               "Content-Length: 5\r\n\r\n",
               _i == 3 ? "/ajax" : "/");
    settle(&server);
    client_send(c, "hello", 5);
    answer_to(c, OLD);
    expect_status(c, _i == 0 ? 405 : 204);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http");
    TCase *t = tcase_create("good requests");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, form, 0, FORMS * PROGRAMS);
    tcase_add_loop_test(t, absolute_form_of_the_root, 0, HTTP_PROGRAMS);
    tcase_add_loop_test(t, head, 0, PROGRAMS);
    tcase_add_loop_test(t, destination, 0, HTTP_PROGRAMS);
    tcase_add_loop_test(t, expect_100, 0, HTTP_PROGRAMS);
    tcase_add_loop_test(t, expect_100_of_an_old_client, 0, HTTP_PROGRAMS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
