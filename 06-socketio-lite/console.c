/* console.c - see console.h.
 *
 * A thousand messages in one turn of the loop are a thousand lines, but need
 * not be a thousand writes: lines are collected until the turn is over. */
#include "console.h"

#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server.h"
#include "trace.h"

enum { ROOM = 1 << 14, LEAST = 256 };

static char lines[ROOM];
static size_t len;

/* A pipe that can be written takes PIPE_BUF bytes without making us wait. */
static void flush(void)
{
    struct pollfd out = {STDOUT_FILENO, POLLOUT, 0};
    ssize_t n = 1;
    for (size_t at = 0; at < len && n > 0; at += (size_t)n) {
        size_t most = len - at < PIPE_BUF ? len - at : PIPE_BUF;
        bool free = poll(&out, 1, 0) > 0 && out.revents & POLLOUT;
        n = free ? write(STDOUT_FILENO, lines + at, most) : 0;
    }
    len = 0;
}

static void escape(struct text text)
{
    while (text.n > 0) {
        if (len + LEAST > ROOM)
            flush();
        size_t used = trace_escape(lines + len, ROOM - len, INT_MAX, text);
        len += strlen(lines + len);
        text = (struct text){text.p + used, text.n - used};
    }
}

void console_log(const char *what, struct text text)
{
    static bool begun;
    if (!begun)
        atexit(flush);
    begun = true;
    size_t n = strlen(what);
    if (len + n + LEAST > ROOM)
        flush();
    memcpy(lines + len, what, n);
    len += n;
    escape(text);
    lines[len++] = '\n';
    server_at(server.now, flush);
}
