/* Section 1 of the contract: where it listens, and the ready line. */
#include "../check_main.h"
#include "expect.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct program server, second;

static void finish(void)
{
    clients_close();
    program_stop(&server);
    program_stop(&second);
}

static void expect_ready(const struct program *p, const char *host)
{
    char text[512];
    snprintf(text, sizeof text,
             "%s: http://%s:%d/ (page: http://%s:%d/%s.html)\n", p->name, host,
             p->port, host, p->port, p->name);
    ck_assert_str_eq(p->ready, text);
}

START_TEST(says_where_it_listens)
{
    program_start(&server, program_names[_i], NULL);
    expect_ready(&server, "127.0.0.1");
    ck_assert_int_gt(server.port, 0);
    expect_alive(dial(&server));
    get(dial(&server), "/client.h");
    struct pollfd more = {.fd = server.out, .events = POLLIN};
    ck_assert_int_eq(poll(&more, 1, 0), 0); /* one line it was, no more */
    ck_assert_msg(refused("127.0.0.2", server.port),
                  "%s listens not only on 127.0.0.1", server.name);
}
END_TEST

static const struct {
    const char *argument, *host, *connect;
} addresses[] = {
    {"127.0.0.1", "127.0.0.1", "127.0.0.1"},
    {"0.0.0.0", "localhost", "127.0.0.1"},
    {"localhost", NULL, NULL}, /* may be either */
    {"::1", "[::1]", "::1"},
    {"::", "localhost", "::1"},
    {"::ffff:127.0.0.1", "127.0.0.1", "127.0.0.1"},
};

START_TEST(address)
{
    const char *argument = addresses[_i].argument;
    if (strchr(argument, ':') != NULL && free_port(argument) == -1) {
        fprintf(stderr, "no address %s here: not tested\n", argument);
        return;
    }
    program_start(&server, "01-polling", "-a", argument, NULL);
    testing("-a %s", argument);
    if (addresses[_i].host != NULL) {
        expect_ready(&server, addresses[_i].host);
        server.address = addresses[_i].connect;
        expect_alive(dial(&server));
    }
}
END_TEST

START_TEST(port)
{
    char text[16];
    snprintf(text, sizeof text, "%d", free_port("127.0.0.1"));
    program_start(&server, program_names[_i], "-p", text, NULL);
    ck_assert_int_eq(server.port, atoi(text));
    expect_ready(&server, "127.0.0.1");
}
END_TEST

/* 3000 and www, unless somebody else has that port just now. */
START_TEST(defaults)
{
    char folder[] = "/tmp/lessons-XXXXXX", www[64];
    const char *const none[] = {NULL};
    if (mkdtemp(folder) == NULL)
        flunk("mkdtemp: %s", strerror(errno));
    snprintf(www, sizeof www, "%s/www", folder);
    int made = mkdir(www, 0755);
    program_spawn(&server, program_names[_i],
                  &(struct launch){.folder = folder}, none);
    char text[512], begin[64];
    bool ready = program_ready(&server);
    rmdir(www);
    rmdir(folder);
    ck_assert_int_eq(made, 0);
    if (ready) {
        ck_assert_int_eq(server.port, 3000);
        expect_ready(&server, "127.0.0.1");
        ck_assert_uint_eq(program_stderr(&server, begin, sizeof begin), 0);
        return;
    }
    program_stderr(&server, text, sizeof text);
    ck_assert_int_eq(program_wait(&server, PATIENCE), 1);
    snprintf(begin, sizeof begin,
             "%s: cannot listen on 127.0.0.1:3000: ", program_names[_i]);
    ck_assert_msg(strncmp(text, begin, strlen(begin)) == 0, "said %s", text);
}
END_TEST

/* Starts again on the port that it had: connections that the old one closed
 * still linger there. */
START_TEST(same_port_again)
{
    char text[16];
    snprintf(text, sizeof text, "%d", free_port("127.0.0.1"));
    program_start(&server, "01-polling", "-p", text, NULL);
    struct client *c = dial(&server);
    ask(c, "GET", "/nothing-here", "Connection: close\r\n");
    answer(c);
    expect_end(c);
    program_stop(&server);
    program_start(&second, "01-polling", "-p", text, NULL);
    ck_assert_int_eq(second.port, atoi(text));
}
END_TEST

START_TEST(highest_port)
{
    const char *const list[] = {"-p", "65535", "-w", "tests/lessons", NULL};
    program_spawn(&server, "01-polling", &(struct launch){.folder = NULL},
                  list);
    if (program_ready(&server)) /* else somebody has it */
        ck_assert_int_eq(server.port, 65535);
    else
        ck_assert_int_eq(program_wait(&server, PATIENCE), 1);
    struct outcome o; /* whoever has it has it still */
    program_run(&o, "01-polling", &(struct launch){.folder = NULL}, list);
    ck_assert_ptr_nonnull(strstr(o.err, " (try PORT=3000)\n"));
}
END_TEST

/* The longest, too, in full. */
START_TEST(foreign_address)
{
    static const char *const where[][2] = {
        {"192.0.2.1", " 192.0.2.1:0: "},
        {"2001:db8:1000:2000:3000:4000:5000:6000",
         " [2001:db8:1000:2000:3000:4000:5000:6000]:0: "}};
    struct outcome o;
    const char *const list[] = {"-a", where[_i][0],    "-p", "0",
                                "-w", "tests/lessons", NULL};
    program_run(&o, "01-polling", &(struct launch){.folder = NULL}, list);
    if (o.status != 1 || strstr(o.err, where[_i][1]) == NULL)
        flunk("status %d, stderr \"%s\"", o.status, o.err);
    ck_assert_ptr_null(strstr(o.err, "try PORT")); /* it would not help */
}
END_TEST

/* Also at an IPv6 address, which stands in brackets. */
START_TEST(port_taken)
{
    struct outcome o;
    char number[16], text[256];
    const char *where = _i < PROGRAMS ? "127.0.0.1" : "::1";
    const char *const list[] = {"-a", where,           "-p", number,
                                "-w", "tests/lessons", NULL};
    if (free_port(where) == -1) {
        fprintf(stderr, "no address %s here: not tested\n", where);
        return;
    }
    const char *name = program_names[_i % PROGRAMS];
    program_start(&server, name, "-a", where, NULL);
    snprintf(number, sizeof number, "%d", server.port);
    program_run(&o, name, &(struct launch){.folder = NULL}, list);
    snprintf(text, sizeof text,
             "%s: cannot listen on %s:%d: %s (try PORT=%d)\n", name,
             _i < PROGRAMS ? where : "[::1]", server.port, strerror(EADDRINUSE),
             server.port + 1);
    ck_assert_str_eq(o.err, text);
    ck_assert_str_eq(o.out, "");
    ck_assert_int_eq(o.status, 1);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("where it listens");
    TCase *t = tcase_create("listens");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, says_where_it_listens, 0, PROGRAMS);
    tcase_add_loop_test(t, address, 0, sizeof addresses / sizeof *addresses);
    tcase_add_loop_test(t, port, 0, PROGRAMS);
    tcase_add_loop_test(t, defaults, 0, PROGRAMS);
    tcase_add_test(t, same_port_again);
    tcase_add_test(t, highest_port);
    tcase_add_loop_test(t, port_taken, 0, 2 * PROGRAMS);
    tcase_add_loop_test(t, foreign_address, 0, 2);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
