/* trace.c - see trace.h. */
#include "trace.h"
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_CHARS = 110 };   /* of the bytes; 50 are left for the rest */
enum { PATIENCE_MS = 200 }; /* with a screen that takes nothing */

bool trace_on;

/* What beyond ASCII could steer a terminal: controls, line ends, and what
 * turns the direction of writing. What only joins, as in emoji, may pass. */
static bool steers(uint32_t code)
{
    static const uint32_t ranges[][2] = {{0x80, 0x9f},     {0x61c, 0x61c},
                                         {0x200e, 0x200f}, {0x2028, 0x202e},
                                         {0x2066, 0x206f}, {0xfff9, 0xfffb}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (code >= ranges[i][0] && code <= ranges[i][1])
            return true;
    return false;
}

/* The bytes of the character at p; 0 if it is bad UTF-8, or steers. */
static size_t printable(const char *p, size_t n)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)*p;
    if (first < 0x80)
        return first >= 0x20 && first < 0x7f;
    size_t len = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    uint32_t code = first & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if (i == n || (p[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (p[i] & 0x3f);
    }
    bool bad = first < 0xc0 || first > 0xf4 || code < least[len] ||
               code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
    return bad || steers(code) ? 0 : len;
}

size_t trace_escape(char *line, size_t size, int max, struct text t)
{
    const char *begin = t.p;
    for (char *end = line + size - 5; t.n > 0 && line <= end && max > 0;) {
        size_t len = printable(t.p, t.n);
        if (len > 0)
            line = (char *)memcpy(line, t.p, len) + len;
        else
            line += snprintf(line, 5, "\\x%02X", (unsigned)(unsigned char)*t.p);
        max -= len > 0 ? 1 : 4;
        len += len == 0;
        t = (struct text){t.p + len, t.n - len};
    }
    *line = '\0';
    return (size_t)(t.p - begin);
}

void trace_init(void)
{
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
        const char *tty = isatty(fd) ? ttyname(fd) : NULL;
        int own = tty ? open(tty, O_WRONLY | O_NOCTTY | O_NONBLOCK) : -1;
        if (own < 0)
            continue;
        dup2(own, fd);
        close(own);
    }
}

bool trace_write(int fd, const char *bytes, size_t len)
{
    static bool stuck[STDERR_FILENO + 1];
    struct pollfd screen = {fd, POLLOUT, 0};
    while (len > 0) {
        /* A pipe with room takes PIPE_BUF bytes without making us wait. */
        size_t n = len < PIPE_BUF ? len : PIPE_BUF;
        stuck[fd] = poll(&screen, 1, stuck[fd] ? 0 : PATIENCE_MS) <= 0;
        ssize_t written = stuck[fd] ? -1 : write(fd, bytes, n);
        if (written <= 0)
            return false;
        bytes += written;
        len -= (size_t)written;
    }
    return true;
}

void trace_line(unsigned id, char way, const char *bytes, size_t len)
{
    static unsigned long missed;
    char shown[4 * MAX_CHARS + 8], line[4 * MAX_CHARS + 160], more[40] = "";
    int n = 0;
    if (!trace_on)
        return;
    bool colour = isatty(STDERR_FILENO) && !getenv("NO_COLOR");
    const char *paint = !colour      ? ""
                        : way == '<' ? "\33[36m"
                        : way == '>' ? "\33[32m"
                                     : "";
    struct text all = {bytes, len};
    if (trace_escape(shown, sizeof shown, MAX_CHARS, all) < len)
        snprintf(more, sizeof more, " ... (%zu bytes)", len);
    if (missed > 0)
        n = snprintf(line, sizeof line, "... %lu lines are missing here\n",
                     missed);
    n += snprintf(line + n, sizeof line - (size_t)n, "%s#%u %c %s%s%s\n", paint,
                  id, way, shown, more, *paint ? "\33[0m" : "");
    missed = trace_write(STDERR_FILENO, line, (size_t)n) ? 0 : missed + 1;
}

void trace_http(unsigned id, char way, const char *bytes, size_t len)
{
    const char *p = bytes, *end = bytes + len, *lf;
    while (trace_on && p < end && (lf = memchr(p, '\n', (size_t)(end - p)))) {
        size_t n = (size_t)(lf - p) - (lf > p && lf[-1] == '\r');
        trace_line(id, way, p, n);
        p = lf + 1;
        if (n == 0)
            break; /* the empty line that ends the head */
    }
    if (trace_on && p < end)
        trace_line(id, way, p, (size_t)(end - p));
}
