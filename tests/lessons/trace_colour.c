/* Section 9 of the contract: colour, on a terminal and nowhere else. */
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
    return strchr(trace, '\x1b') != NULL;
}

START_TEST(colour)
{
    ck_assert(colourful(NULL));
    finish();
    ck_assert(!colourful("NO_COLOR"));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("trace, colour");
    TCase *t = tcase_create("on a terminal");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 20);
    tcase_add_test(t, colour);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
