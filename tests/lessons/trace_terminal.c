/* Section 9 of the contract: on a terminal, and only there, it has colours; and
 * a terminal may be slow, or stand still. */
#define _XOPEN_SOURCE 700 /* posix_openpt */
#include "../check_main.h"
#include "expect.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct program server;
static char trace[1 << 16]; /* what the server has written */
static size_t traced;

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

/* On a terminal: its slave is the server's stderr. Returns the master. */
static int open_terminal(int *slave)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    *slave = -1;
    if (master == -1 || grantpt(master) == -1 || unlockpt(master) == -1)
        return -1;
    fcntl(master, F_SETFD, FD_CLOEXEC);
    *slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    return *slave == -1 ? -1 : master;
}

static bool colourful(const char *variable)
{
    const char *const list[] = {"-p", "0", "-w", "tests/lessons", "-v", NULL};
    struct launch launch = {.variable = variable};
    int master = open_terminal(&launch.err);
    if (master == -1) /* no terminals here: nothing to be seen */
        return variable == NULL;
    unsetenv("NO_COLOR");
    setenv("TERM", "xterm", 1);
    program_spawn(&server, "01-polling", &launch, list);
    ck_assert(program_ready(&server));
    get(dial(&server), "/client.h");
    settle(&server);
    struct pollfd wait = {.fd = master, .events = POLLIN};
    traced = 0;
    while (traced < sizeof trace - 1 && poll(&wait, 1, 100) > 0) {
        ssize_t n = read(master, trace + traced, sizeof trace - 1 - traced);
        if (n <= 0)
            break;
        traced += (size_t)n;
    }
    close(master);
    trace[traced] = '\0';
    ck_assert_ptr_ne(strstr(trace, "GET /client.h"), NULL);
    if (strchr(trace, '\x1b') == NULL)
        return false;
    ck_assert_ptr_nonnull(strstr(trace, "\x1b[36m#1 < GET"));
    ck_assert_ptr_nonnull(strstr(trace, "\x1b[32m#1 > HTTP/1.1 200"));
    ck_assert(*trace == '#'); /* opened: in no colour */
    return true;
}

/* It does not take a line more, and nothing stops for that. What it had room
 * for is there. */
START_TEST(stands_still)
{
    const char *const list[] = {"-p", "0", "-w", "tests/lessons", "-v", NULL};
    struct launch launch = {.err = 0};
    int master = open_terminal(&launch.err);
    if (master == -1)
        return;
    program_spawn(&server, program_names[_i], &launch, list);
    ck_assert(program_ready(&server));
    for (int i = 0; i < 200; i++) {
        struct client *c = dial(&server);
        get(c, "/nothing-here");
        client_close(c);
    }
    expect_alive(dial(&server));
    ck_assert_int_gt(read(master, trace, sizeof trace - 1), 0);
    ck_assert_ptr_ne(strstr(trace, "GET /nothing-here"), NULL);
    program_stop(&server);
    close(master);
}
END_TEST

START_TEST(colour)
{
    ck_assert(colourful(NULL));
    finish();
    ck_assert(!colourful("NO_COLOR"));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("trace, terminal");
    TCase *t = tcase_create("on a terminal");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 20);
    tcase_add_test(t, colour);
    tcase_add_loop_test(t, stands_still, 0, PROGRAMS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
