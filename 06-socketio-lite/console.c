/* console.c - see console.h.
 *
 * A thousand messages in one turn of the loop are a thousand lines, but need
 * not be a thousand writes: lines are collected until the turn is over. */
#include "console.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server.h"
#include "trace.h"

enum { ROOM = 1 << 14, LEAST = 256 };

static char lines[ROOM];
static size_t len;

static void flush(void)
{
    trace_write(STDOUT_FILENO, lines, len); /* if somebody reads it */
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

static void turn_is_over(struct timer *t)
{
    (void)t;
    flush();
}

void console_log(const char *what, struct text text)
{
    static struct timer over;
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
    if (server.stopping)
        flush(); /* there may be no other turn */
    else
        timer_start(&over, 0, turn_is_over);
}
