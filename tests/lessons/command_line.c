/* Section 1 of the contract: arguments, and the surroundings of the start. */
#include "../check_main.h"
#include "expect.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct program server;

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

/* No server: usage or one line that names the culprit. */
static const struct {
    const char *arguments[4], *culprit;
} mistakes[] = {
    {{"-x"}, "x"},
    {{"--nonsense"}, ": --nonsense ("},
    {{"--help=1"}, "--help=1"},
    {{"--", "--help"}, "--help"},
    {{"-p"}, "p"},
    {{"-a"}, "a"},
    {{"-w"}, "w"},
    {{"-a", ""}, "address"},
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

/* In a folder without www: it runs, and says on stderr that there are no
 * pages; but who has named a folder wants that one. */
START_TEST(no_www)
{
    char folder[] = "/tmp/lessons-XXXXXX", text[1024];
    const char *const none[] = {"-p", "0", NULL};
    const char *const named[] = {"-p", "0", "-w", "www", NULL};
    const char *name = program_names[_i];
    struct launch launch = {.folder = folder};
    struct outcome o;
    ck_assert_ptr_ne(mkdtemp(folder), NULL);
    program_spawn(&server, name, &launch, none);
    bool ready = program_ready(&server);
    program_run(&o, name, &launch, named);
    rmdir(folder);
    program_stderr(&server, text, sizeof text);
    testing("%s in a folder without www", name);
    if (!ready || strstr(text, "www") == NULL ||
        strchr(text, '\n') != text + strlen(text) - 1)
        flunk("ready %d, stderr \"%s\"", ready, text);
    expect_alive(dial(&server));
    if (o.status != 2 || o.out[0] != '\0' || strstr(o.err, "www") == NULL)
        flunk("-w www: status %d, stderr \"%s\"", o.status, o.err);
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

/* Waits until it listens, for it has no stdout to say so. False: it ended. */
static bool comes_up(int port)
{
    long long end = monotonic_ms() + PATIENCE;
    while (refused("127.0.0.1", port)) {
        if (waitpid(server.pid, NULL, WNOHANG) == server.pid) {
            server.pid = 0;
            return false;
        }
        if (monotonic_ms() > end)
            flunk("does not listen on port %d", port);
        poll(NULL, 0, 5);
    }
    server.port = port;
    return true;
}

/* Tries again where somebody takes the port in between. */
static void start_without(const char *name, int closed)
{
    for (int attempt = 0; attempt < 5; attempt++) {
        char number[16];
        const char *const list[] = {"-v", "-p", number, "-w", "tests/lessons",
                                    NULL};
        int port = free_port("127.0.0.1");
        snprintf(number, sizeof number, "%d", port);
        program_spawn(&server, name, &(struct launch){.closed = closed}, list);
        if (comes_up(port))
            return;
    }
    flunk("ends by itself");
}

/* Started without stdin, stdout or stderr, in any combination: none of its
 * sockets and pipes gets such a number, and then what is meant for the screen
 * (with -v that is much). */
START_TEST(no_standard_files)
{
    int closed = 1 + _i / PROGRAMS;
    const char *name = program_names[_i % PROGRAMS];
    testing("%s, closed: %d (1 stdin, 2 stdout, 4 stderr)", name, closed);
    start_without(name, closed);
    struct client *one = dial(&server), *two = dial(&server);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(get(one, "/client.h"), 200);
        expect_alive(two);
    }
    expect_silence(one);
    expect_silence(two);
    for (int fd = 0; fd < 3; fd++) {
        char path[64], is[64] = "";
        snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)server.pid, fd);
        if (closed & 1 << fd && readlink(path, is, sizeof is - 1) > 0 &&
            (strncmp(is, "socket:", 7) == 0 || strncmp(is, "pipe:", 5) == 0))
            flunk("its number %d is %s", fd, is);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("command line");
    TCase *t = tcase_create("starts");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, raises_the_limit, 0, PROGRAMS);
    tcase_add_loop_test(t, no_www, 0, PROGRAMS);
    tcase_add_loop_test(t, no_standard_files, 0, 7 * PROGRAMS);
    suite_add_tcase(s, t);
    t = tcase_create("does not start");
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, mistake, 0, MISTAKES * PROGRAMS);
    tcase_add_loop_test(t, help, 0, PROGRAMS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
