/* What a program prints: see stdout.h. */
#include "stdout.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

void expect_out(struct program *p, const char *line)
{
    static char is[20000];
    struct pollfd wait = {.fd = p->out, .events = POLLIN};
    size_t n = 0;
    do {
        if (n == sizeof is - 1 || poll(&wait, 1, PATIENCE) <= 0 ||
            read(p->out, is + n, 1) != 1)
            flunk("stdout: \"%.*s\", not \"%s\"", (int)n, is, line);
    } while (is[n++] != '\n');
    is[n - 1] = '\0';
    if (strcmp(is, line) != 0)
        flunk("stdout: \"%s\", not \"%s\"", is, line);
}

void expect_no_out(struct program *p)
{
    struct pollfd wait = {.fd = p->out, .events = POLLIN};
    settle(p);
    if (poll(&wait, 1, 0) != 0)
        flunk("more on stdout");
}
