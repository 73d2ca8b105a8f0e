/* Section 1 of the contract: arguments and the ready line. */
#include "../check_main.h"
#include "response.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
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
    ck_assert_msg(refused("127.0.0.2", server.port),
                  "%s listens not only on 127.0.0.1", server.name);
}
END_TEST

/* An address of this machine: false where there is no IPv6. */
static bool has_ipv6(void)
{
    struct sockaddr_in6 a = {.sin6_family = AF_INET6,
                             .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    bool has = fd != -1 && bind(fd, (struct sockaddr *)&a, sizeof a) == 0;
    if (fd != -1)
        close(fd);
    return has;
}

static const struct {
    const char *argument, *host, *connect;
} addresses[] = {
    {"127.0.0.1", "127.0.0.1", "127.0.0.1"},
    {"0.0.0.0", "localhost", "127.0.0.1"},
    {"localhost", NULL, NULL}, /* may be either */
    {"::1", "[::1]", "::1"},
    {"::", "localhost", "::1"},
};

START_TEST(address)
{
    const char *argument = addresses[_i].argument;
    if (strchr(argument, ':') != NULL && !has_ipv6())
        return;
    program_start(&server, "01-polling", "-a", argument, NULL);
    testing("-a %s", argument);
    if (addresses[_i].host != NULL) {
        expect_ready(&server, addresses[_i].host);
        server.address = addresses[_i].connect;
        expect_alive(dial(&server));
    }
}
END_TEST

/* A port that was free just now. */
static int free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bind(fd, (struct sockaddr *)&a, length);
    getsockname(fd, (struct sockaddr *)&a, &length);
    close(fd);
    return ntohs(a.sin_port);
}

START_TEST(port)
{
    char text[16];
    snprintf(text, sizeof text, "%d", free_port());
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
    bool ready = program_ready(&server);
    rmdir(www);
    rmdir(folder);
    ck_assert_int_eq(made, 0);
    if (ready) {
        ck_assert_int_eq(server.port, 3000);
        expect_ready(&server, "127.0.0.1");
        return;
    }
    char text[512], begin[64];
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
    program_start(&server, "01-polling", NULL);
    struct client *c = dial(&server);
    ask(c, "GET", "/nothing-here", "Connection: close\r\n");
    answer(c);
    expect_end(c);
    snprintf(text, sizeof text, "%d", server.port);
    program_stop(&server);
    program_start(&second, "01-polling", "-p", text, NULL);
    ck_assert_int_eq(second.port, atoi(text));
}
END_TEST

/* No server: usage or one line that names the culprit. */
static const struct {
    const char *arguments[4], *culprit;
} mistakes[] = {
    {{"-x"}, "x"},
    {{"--nonsense"}, "nonsense"},
    {{"-p"}, "p"},
    {{"-a"}, "a"},
    {{"-w"}, "w"},
    {{"-p", "abc"}, "abc"},
    {{"-p", "65536"}, "65536"},
    {{"-p", "-1"}, "-1"},
    {{"-p", ""}, "port"},
    {{"-p", "80x"}, "80x"},
    {{"-p", "x80"}, "x80"},
    {{"-p", "4294967296"}, "4294967296"},
    {{"-p", "99999999999999999999"}, "99999999999999999999"},
    {{"stray"}, "stray"},
    {{"-v", "stray"}, "stray"},
    {{"-w", "tests/no-such-folder"}, "tests/no-such-folder"},
    {{"-w", "tests/check_main.h"}, "tests/check_main.h"}, /* a file */
};

enum { MISTAKES = sizeof mistakes / sizeof *mistakes };

START_TEST(mistake)
{
    struct outcome o;
    const char *list[6] = {NULL};
    int row = _i / PROGRAMS, count = 0;
    while (count < 4 && mistakes[row].arguments[count] != NULL) {
        list[count] = mistakes[row].arguments[count];
        count++;
    }
    const char *name = program_names[_i % PROGRAMS];
    testing("%s %s %s", name, list[0], list[1] != NULL ? list[1] : "");
    program_run(&o, name, &(struct launch){.folder = NULL}, list);
    if (o.status != 2 || o.out[0] != '\0' || o.err[0] == '\0')
        flunk("status %d, stdout \"%s\", stderr \"%s\"", o.status, o.out,
              o.err);
    bool usage = strstr(o.err, "usage") != NULL || strstr(o.err, "Usage");
    bool line = strchr(o.err, '\n') == o.err + strlen(o.err) - 1;
    if (!usage && (!line || strstr(o.err, mistakes[row].culprit) == NULL))
        flunk("neither usage nor a line naming the culprit: %s", o.err);
}
END_TEST

/* Without -w, in a folder that has no www. */
START_TEST(no_folder)
{
    struct outcome o;
    const char *const list[] = {"-p", "0", NULL};
    program_run(&o, program_names[_i], &(struct launch){.folder = "tests"},
                list);
    if (o.status != 2 || o.out[0] != '\0' || !strstr(o.err, "www"))
        flunk("status %d, stdout \"%s\", stderr \"%s\"", o.status, o.out,
              o.err);
}
END_TEST

START_TEST(foreign_address)
{
    struct outcome o;
    const char *const list[] = {"-a", "192.0.2.1",     "-p", "0",
                                "-w", "tests/lessons", NULL};
    program_run(&o, "01-polling", &(struct launch){.folder = NULL}, list);
    if (o.status == 0 || o.status > 2 || strstr(o.err, "192.0.2.1") == NULL)
        flunk("status %d, stderr \"%s\"", o.status, o.err);
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
}
END_TEST

START_TEST(help)
{
    struct outcome o;
    const char *const list[] = {"--help", NULL};
    static const char *const options[] = {"-a", "-p", "-w", "-v"};
    program_run(&o, program_names[_i], &(struct launch){.folder = NULL}, list);
    testing("%s --help", program_names[_i]);
    if (o.status != 0 || o.err[0] != '\0')
        flunk("status %d, stderr \"%s\"", o.status, o.err);
    for (int i = 0; i < 4; i++)
        if (strstr(o.out, options[i]) == NULL)
            flunk("does not mention %s: %s", options[i], o.out);
}
END_TEST

START_TEST(port_taken)
{
    struct outcome o;
    char number[16], text[256];
    const char *const list[] = {"-p", number, "-w", "tests/lessons", NULL};
    program_start(&server, program_names[_i], NULL);
    snprintf(number, sizeof number, "%d", server.port);
    program_run(&o, program_names[_i], &(struct launch){.folder = NULL}, list);
    snprintf(text, sizeof text,
             "%s: cannot listen on 127.0.0.1:%d: %s (try PORT=%d)\n",
             program_names[_i], server.port, strerror(EADDRINUSE),
             server.port + 1);
    ck_assert_str_eq(o.err, text);
    ck_assert_str_eq(o.out, "");
    ck_assert_int_eq(o.status, 1);
}
END_TEST

/* 20 files would do for a dozen clients; 400 do for more than 200. */
START_TEST(raises_the_limit)
{
    const char *const list[] = {"-p", "0", "-w", "tests/lessons", NULL};
    struct launch launch = {.files_soft = 20, .files_hard = 400};
    program_spawn(&server, program_names[_i], &launch, list);
    ck_assert(program_ready(&server));
    testing("%s, soft limit 20, hard limit 400", server.name);
    struct client *all[200];
    for (int i = 0; i < 200; i++)
        all[i] = dial(&server);
    for (int i = 0; i < 200; i++)
        expect_alive(all[i]);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("command line");
    TCase *t = tcase_create("starts");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, says_where_it_listens, 0, PROGRAMS);
    tcase_add_loop_test(t, address, 0, sizeof addresses / sizeof *addresses);
    tcase_add_loop_test(t, port, 0, PROGRAMS);
    tcase_add_loop_test(t, defaults, 0, PROGRAMS);
    tcase_add_test(t, same_port_again);
    tcase_add_test(t, highest_port);
    tcase_add_loop_test(t, port_taken, 0, PROGRAMS);
    tcase_add_loop_test(t, raises_the_limit, 0, PROGRAMS);
    suite_add_tcase(s, t);
    t = tcase_create("does not start");
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, mistake, 0, MISTAKES * PROGRAMS);
    tcase_add_loop_test(t, no_folder, 0, PROGRAMS);
    tcase_add_test(t, foreign_address);
    tcase_add_loop_test(t, help, 0, PROGRAMS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
