/* Section 3 of the contract: who may write, and under which name. */
#include "../check_main.h"
#include "inbox.h"

#include <stdio.h>
#include <string.h>

static struct program server;

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

/* Writes PATTERN with the port for each $ and the next one for each &. */
static void fill(char *text, size_t room, const char *pattern)
{
    size_t at = 0;
    for (; *pattern != '\0' && at + 8 < room; pattern++)
        if (*pattern == '$' || *pattern == '&')
            at += (size_t)snprintf(text + at, room - at, "%d",
                                   server.port + (*pattern == '&'));
        else
            text[at++] = *pattern;
    text[at] = '\0';
}

static int ask_as(const char *method, const char *target, const char *host,
                  const char *origin)
{
    char h[256], o[256];
    fill(h, sizeof h, host);
    fill(o, sizeof o, origin);
    struct client *c = dial(&server);
    client_say(c, "%s %s HTTP/1.1\r\nHost: %s\r\n%s%s", method, target, h, o,
               strcmp(method, "POST") == 0 ? "Content-Length: 2\r\n\r\nhi"
                                           : "\r\n");
    int status = answer(c);
    if (status == 403) {
        expect_line(c);
        if (header(c, "Connection") == NULL) {
            get(c, "/nothing-here"); /* the body was not taken for a request */
            expect_status(c, 404);
        }
    }
    client_close(c);
    return status;
}

/* Of POST. $ is the port, & another one. */
static const struct {
    const char *host, *origin;
    int status, also;
} origins[] = {
    {"127.0.0.1:$", "", 204, 0},
    {"127.0.0.1:$", "Origin: http://127.0.0.1:$\r\n", 204, 0},
    {"localhost:$", "Origin: http://localhost:$\r\n", 204, 0},
    {"[::1]:$", "Origin: http://[::1]:$\r\n", 204, 0},
    {"127.0.0.1:$", "Origin: http://localhost:$\r\n", 204, 0},
    {"127.0.0.1:$", "Origin: http://[::1]:$\r\n", 204, 0},
    {"localhost:$", "Origin: http://127.0.0.1:$\r\n", 204, 0},
    {"localhost:$", "Origin: http://[::1]:$\r\n", 204, 0},
    {"[::1]:$", "Origin: http://localhost:$\r\n", 204, 0},
    {"[::1]:$", "Origin: http://127.0.0.1:$\r\n", 204, 0},
    {"127.0.0.1:$", "origin:http://127.0.0.1:$ \r\n", 204, 0},
    {"LocalHost:$", "Origin: http://localhost:$\r\n", 204, 0},
    {"localhost", "Origin: http://localhost\r\n", 204, 0},
    {"localhost", "Origin: http://127.0.0.1\r\n", 204, 0},
    {"127.9.9.9:$", "Origin: http://127.9.9.9:$\r\n", 204, 0},
    {"127.0.0.1:$", "Origin: https://127.0.0.1:$\r\n", 403, 204},
    {"127.0.0.1:$", "Origin: null\r\n", 403, 0},
    {"127.0.0.1:$", "Origin:\r\n", 403, 0},
    {"127.0.0.1:$", "Origin: http://127.0.0.1:&\r\n", 403, 0},
    {"127.0.0.1:$", "Origin: http://localhost:&\r\n", 403, 0},
    {"127.0.0.1:$", "Origin: http://127.0.0.1\r\n", 403, 0},
    {"localhost:$", "Origin: http://localhost\r\n", 403, 0},
    {"localhost", "Origin: http://localhost:$\r\n", 403, 0},
    {"127.0.0.1:$", "Origin: http://127.0.0.1:$0\r\n", 403, 0},
    {"127.0.0.1:$", "Origin: http://127.0.0.2:$\r\n", 403, 0},
    {"127.0.0.1:$", "Origin: http://evil.example\r\n", 403, 0},
    {"127.0.0.1:$", "Origin: http://evil.example:$\r\n", 403, 0},
    {"127.0.0.1:$", "Origin: http://localhost.evil.example:$\r\n", 403, 0},
    {"127.0.0.1:$", "Origin: http://evil-localhost:$\r\n", 403, 0},
    {"127.0.0.1:$", "Origin: http://127.0.0.1.evil.example:$\r\n", 403, 0},
    {"127.0.0.1:$", "Origin: http://127.0.0.1:$.evil.example\r\n", 403, 0},
    {"127.0.0.1:$", "Origin: http://evil.example/127.0.0.1:$\r\n", 403, 0},
    {"127.0.0.1:$", "Origin: http://evil.example?127.0.0.1:$\r\n", 403, 0},
    {"127.0.0.1:$", "Origin: http://127.0.0.1:$@evil.example\r\n", 403, 0},
    {"127.0.0.1:$", "Origin: file://\r\n", 403, 0},
    {"127.0.0.1:$", "Origin: 127.0.0.1:$\r\n", 403, 0},
    {"127.0.0.1:$", "Origin: chrome-extension://127.0.0.1\r\n", 403, 0},
    {"127.0.0.1:$", "Origin: http://\r\n", 403, 0},
    {"127.0.0.1:$", "Origin: http://:$\r\n", 403, 0},
    {"127.0.0.1:$",
     "Origin: http://evil.example\r\nOrigin: http://127.0.0.1:$\r\n", 403, 400},
    {"127.0.0.1:$",
     "Origin: http://127.0.0.1:$\r\nOrigin: http://evil.example\r\n", 403, 400},
    {"127.0.0.1:$", "Origin: http://127.0.0.1:$ http://evil.example\r\n", 403,
     400},
    {"evil.example:$", "Origin: http://evil.example:$\r\n", 403, 0},
    {"evil.example:$", "", 403, 0},
};

enum { ORIGINS = sizeof origins / sizeof *origins };

START_TEST(origin)
{
    int row = _i / LESSONS, lesson = _i % LESSONS;
    program_start(&server, lessons[lesson].name, NULL);
    testing("%s: Host: %s, %s", server.name, origins[row].host,
            origins[row].origin);
    int status = ask_as("POST", lessons[lesson].route, origins[row].host,
                        origins[row].origin);
    if (status != origins[row].status && status != origins[row].also)
        flunk("status %d, not %d", status, origins[row].status);
}
END_TEST

/* A refused message is nobody's message. */
START_TEST(refused_is_not_sent)
{
    struct inbox box;
    avoid_second_50();
    program_start(&server, lessons[_i].name, NULL);
    inbox_open(&box, &server, _i, "", "");
    ck_assert_int_eq(ask_as("POST", lessons[_i].route, "127.0.0.1:$",
                            "Origin: http://evil.example\r\n"),
                     403);
    inbox_expect_none(&box);
    message_id id = post_text(dial(&server), _i, "ours");
    inbox_expect(&box, id, "ours", 4);
    inbox_close(&box);
}
END_TEST

/* Reading is no writing: only POST asks for the origin. */
START_TEST(reading)
{
    static const char *const foreign = "Origin: http://evil.example\r\n";
    program_start(&server, program_names[_i], NULL);
    testing("%s: GET with a foreign origin", server.name);
    ck_assert_int_eq(ask_as("GET", "/client.h", "127.0.0.1:$", foreign), 200);
    if (_i == 0)
        ck_assert_int_eq(ask_as("GET", "/", "127.0.0.1:$", foreign), 200);
}
END_TEST

/* Of any request, where the program listens on 127.0.0.1. */
static const struct {
    const char *host;
    int status, also;
} hosts[] = {
    {"localhost", 200, 0},
    {"localhost:$", 200, 0},
    {"localhost:1", 200, 0},
    {"LOCALHOST:$", 200, 0},
    {"127.0.0.1", 200, 0},
    {"127.0.0.1:$", 200, 0},
    {"127.9.9.9", 200, 0},
    {"127.255.255.255:$", 200, 0},
    {"[::1]", 200, 0},
    {"[::1]:$", 200, 0},
    {"evil.example", 403, 0},
    {"evil.example:$", 403, 0},
    {"localhost.evil.example", 403, 0},
    {"evil-localhost", 403, 0},
    {"localhostx", 403, 0},
    {"localhos", 403, 0},
    {"local", 403, 0},
    {"127.0.0.1.evil.example", 403, 0},
    {"127.evil.example", 403, 0},
    {"127.0.0.x", 403, 400},
    {"127.0.0.1.1", 403, 400},
    {"127.0.0.256", 403, 400},
    {"128.0.0.1", 403, 0},
    {"126.0.0.1", 403, 0},
    {"12.7.0.1", 403, 0},
    {"1270.0.0.1", 403, 400},
    {"0.0.0.0:$", 403, 0},
    {"192.168.1.1:$", 403, 0},
    {"[::2]", 403, 0},
    {"[::]", 403, 0},
    {"[2001:db8::1]:$", 403, 0},
};

enum { HOSTS = sizeof hosts / sizeof *hosts };

START_TEST(host)
{
    int row = _i / PROGRAMS;
    program_start(&server, program_names[_i % PROGRAMS], NULL);
    testing("%s: Host: %s", server.name, hosts[row].host);
    int status = ask_as("GET", "/client.h", hosts[row].host, "");
    if (status != hosts[row].status && status != hosts[row].also)
        flunk("status %d, not %d", status, hosts[row].status);
}
END_TEST

/* Whatever is asked for: a route, a page, nothing, an unknown method. */
START_TEST(rebinding)
{
    static const char *const rows[][2] = {
        {"GET", "/"},         {"GET", "/ajax"},     {"GET", "/nothing-here"},
        {"GET", "/client.h"}, {"POST", "/"},        {"POST", "/ajax"},
        {"PUT", "/"},         {"DELETE", "/ajax"},  {"OPTIONS", "/client.h"},
        {"GET", "/?after=0"}, {"GET", "/?after=x"}, {"GET", "/ajax?after=0"}};
    program_start(&server, program_names[_i], NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        testing("%s: %s %s of evil.example", server.name, rows[i][0],
                rows[i][1]);
        ck_assert_int_eq(ask_as(rows[i][0], rows[i][1], "evil.example:$", ""),
                         403);
        ck_assert_int_eq(ask_as(rows[i][0], rows[i][1], "evil.example:$",
                                "Origin: http://127.0.0.1:$\r\n"),
                         403);
    }
}
END_TEST

/* Other addresses by which only this machine can reach it. An IPv4 address
 * within an IPv6 one is reached by IPv4. */
static const char *const loopbacks[][2] = {{"127.0.0.2", "127.0.0.2"},
                                           {"::1", "::1"},
                                           {"::ffff:127.0.0.1", "127.0.0.1"}};

START_TEST(rebinding_elsewhere)
{
    const char *address = loopbacks[_i / PROGRAMS][0];
    if (free_port(address) == -1) {
        fprintf(stderr, "no address %s here: not tested\n", address);
        return;
    }
    program_start(&server, program_names[_i % PROGRAMS], "-a", address, NULL);
    server.address = loopbacks[_i / PROGRAMS][1];
    testing("%s -a %s", server.name, address);
    ck_assert_int_eq(ask_as("GET", "/client.h", "evil.example", ""), 403);
    ck_assert_int_eq(ask_as("POST", "/", "evil.example:$", ""), 403);
    ck_assert_int_eq(ask_as("GET", "/client.h", "[::1]:$", ""), 200);
    ck_assert_int_eq(ask_as("GET", "/client.h", "127.0.0.1:$", ""), 200);
}
END_TEST

/* Open to the classroom, it answers to any name, but still keeps foreign
 * pages from writing. */
START_TEST(any_address)
{
    const char *route = lessons[_i].route;
    program_start(&server, lessons[_i].name, "-a", "0.0.0.0", NULL);
    testing("%s -a 0.0.0.0", server.name);
    ck_assert_int_eq(ask_as("GET", "/client.h", "teacher.example:$", ""), 200);
    ck_assert_int_eq(ask_as("GET", "/client.h", "192.168.1.1:$", ""), 200);
    ck_assert_int_eq(ask_as("POST", route, "teacher.example:$", ""), 204);
    ck_assert_int_eq(ask_as("POST", route, "teacher.example:$",
                            "Origin: http://teacher.example:$\r\n"),
                     204);
    ck_assert_int_eq(ask_as("POST", route, "192.168.1.1:$",
                            "Origin: http://192.168.1.1:$\r\n"),
                     204);
    ck_assert_int_eq(ask_as("POST", route, "192.168.1.1:$",
                            "Origin: http://192.168.1.1:&\r\n"),
                     403);
    ck_assert_int_eq(ask_as("POST", route, "teacher.example:$",
                            "Origin: http://localhost:$\r\n"),
                     403);
    ck_assert_int_eq(ask_as("POST", route, "localhost:$",
                            "Origin: http://evil.example:$\r\n"),
                     403);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http, origins");
    TCase *t = tcase_create("who may write");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, origin, 0, ORIGINS * LESSONS);
    tcase_add_loop_test(t, refused_is_not_sent, 0, LESSONS);
    tcase_add_loop_test(t, reading, 0, PROGRAMS);
    tcase_add_loop_test(t, host, 0, HOSTS * PROGRAMS);
    tcase_add_loop_test(t, rebinding, 0, PROGRAMS);
    tcase_add_loop_test(t, rebinding_elsewhere, 0, 3 * PROGRAMS);
    tcase_add_loop_test(t, any_address, 0, LESSONS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
