/* Section 2 of the contract: methods, and the order of routing. */
#include "../check_main.h"
#include "inbox.h"

#include <string.h>

static struct program server;

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

static const char *const known[] = {"PUT",     "DELETE", "PATCH",
                                    "OPTIONS", "TRACE",  "CONNECT"};
static const char *const unknown[] = {"BREW", "get",      "Post",
                                      "GETS", "PROPFIND", "GE"};
enum { METHODS = 6 };

/* 405, and the connection stays, also when a body came. */
static void expect_405(const char *method, const char *target,
                       const char *allow)
{
    struct client *c = dial(&server);
    testing("%s: %s %s", server.name, method, target);
    ask(c, method, target, "");
    expect_error(c, 405);
    expect_allow(c, allow);
    expect_alive(c);
    ask_with(c, method, target, "", "GET / HTTP/1.1\r\n\r\n", 18);
    expect_error(c, 405);
    expect_allow(c, allow);
    expect_alive(c);
    expect_silence(c);
}

START_TEST(not_for_this_route)
{
    program_start(&server, program_names[_i], NULL);
    const char *route = program_routes[_i];
    const char *allow = _i == 0 ? "GET HEAD" : "GET HEAD POST";
    for (int i = 0; i < METHODS; i++)
        expect_405(known[i], route, allow);
    if (_i == 0)
        expect_405("POST", "/", allow);
    expect_405("PUT", _i == 3 ? "/ajax?x" : "/?x", allow);
}
END_TEST

START_TEST(not_for_a_file)
{
    program_start(&server, program_names[_i], NULL);
    for (int i = 0; i < METHODS; i++)
        expect_405(known[i], "/client.h", "GET HEAD");
    expect_405("POST", "/client.h", "GET HEAD");
}
END_TEST

START_TEST(not_implemented)
{
    static const char *const targets[] = {"/", "/client.h", "/nothing-here",
                                          "/ajax"};
    program_start(&server, program_names[_i], NULL);
    struct client *c = dial(&server);
    for (int i = 0; i < METHODS * 4; i++) {
        testing("%s: %s %s", server.name, unknown[i / 4], targets[i % 4]);
        ask(c, unknown[i / 4], targets[i % 4], "");
        expect_error(c, 501);
        expect_alive(c);
    }
}
END_TEST

/* Forms that are not for us: any refusal will do. */
START_TEST(other_forms)
{
    static const char *const rows[][2] = {
        {"OPTIONS", "*"}, {"CONNECT", "localhost:80"}, {"CONNECT", "[::1]:80"}};
    program_start(&server, program_names[_i], NULL);
    for (int i = 0; i < 3; i++) {
        struct client *c = dial(&server);
        testing("%s: %s %s", server.name, rows[i][0], rows[i][1]);
        ask(c, rows[i][0], rows[i][1], "");
        if (answer(c) < 400 || c->status > 405)
            expect_status(c, 405);
        settle(&server);
    }
}
END_TEST

START_TEST(not_found)
{
    static const char *const paths[] = {
        "/nothing-here", "/nothing/here", "/index.html", "/ajax/",
        "/client.h/",    "/Client.h",     "/01-polling"};
    program_start(&server, program_names[_i], NULL);
    struct client *c = dial(&server);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        testing("%s: GET %s", server.name, paths[i]);
        get(c, paths[i]);
        expect_status(c, 404);
        ask(c, "HEAD", paths[i], "");
        answer_to(c, HEAD_ONLY);
        expect_status(c, 404);
        expect_silence(c);
    }
}
END_TEST

/* A preflight gets no CORS headers: every response is looked through. */
START_TEST(preflight)
{
    program_start(&server, program_names[_i], NULL);
    struct client *c = dial(&server);
    ask(c, "OPTIONS", _i == 3 ? "/ajax" : "/",
        "Origin: http://evil.example\r\nAccess-Control-Request-Method: POST\r\n"
        "Access-Control-Request-Private-Network: true\r\n");
    expect_error(c, 405);
    get_with(c, "/client.h", "Origin: http://evil.example\r\n");
    expect_status(c, 200);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http, methods");
    TCase *t = tcase_create("routing");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, not_for_this_route, 0, HTTP_PROGRAMS);
    tcase_add_loop_test(t, not_for_a_file, 0, PROGRAMS);
    tcase_add_loop_test(t, not_implemented, 0, PROGRAMS);
    tcase_add_loop_test(t, other_forms, 0, PROGRAMS);
    tcase_add_loop_test(t, not_found, 0, PROGRAMS);
    tcase_add_loop_test(t, preflight, 0, PROGRAMS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
