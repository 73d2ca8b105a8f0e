/* console.c - see console.h. */
#include "console.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "trace.h"

/* A pipe that can be written takes PIPE_BUF bytes without making us wait. */
static void print(const char *s)
{
    struct pollfd out = {STDOUT_FILENO, POLLOUT, 0};
    if (poll(&out, 1, 0) <= 0 || !(out.revents & POLLOUT))
        return;
    fputs(s, stdout);
    fflush(stdout);
}

void console_log(const char *what, struct text text)
{
    char line[1024];
    size_t n = (size_t)snprintf(line, 200, "%s", what), used;
    do {
        used = trace_escape(line + n, sizeof line - n - 1, INT_MAX, text);
        text = (struct text){text.p + used, text.n - used};
        if (text.n == 0)
            strcat(line, "\n");
        print(line);
        n = 0;
    } while (text.n > 0);
}
