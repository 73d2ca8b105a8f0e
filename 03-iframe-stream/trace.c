/* trace.c - see trace.h. */
#include "trace.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_CHARS = 160, LINE_BYTES = 4 * MAX_CHARS + 32 };

bool trace_on;

/* The UTF-8 character at p in bytes; 0 if it is none or has no picture:
 * C0 and C1 controls, and those that turn the direction of writing. */
static size_t printable(const char *p, size_t n)
{
    static const unsigned least[] = {0, 0x20, 0xa0, 0x800, 0x10000};
    unsigned char first = (unsigned char)*p;
    size_t len = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    unsigned code = len == 1 ? first : first & (0x7fu >> len);
    if (n < len || (first >= 0x80 && first < 0xc2) || first > 0xf4)
        return 0;
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (p[i] & 0x3f);
    }
    bool steers = code == 0x7f || (code >= 0x200b && code <= 0x200f) ||
                  (code >= 0x2028 && code <= 0x202e) ||
                  (code >= 0x2060 && code <= 0x206f);
    bool none = code < least[len] || code > 0x10ffff || code >> 11 == 27;
    return steers || none ? 0 : len;
}

void trace_escape(char *line, size_t size, int max, struct text t)
{
    char *end = line + size - 5;
    while (t.n > 0 && line < end && max > 0) {
        size_t len = printable(t.p, t.n);
        if (len > 0) {
            memcpy(line, t.p, len);
            line += len;
            max--;
        } else {
            len = 1;
            line += sprintf(line, "\\x%02X", (unsigned)(unsigned char)*t.p);
            max -= 4;
        }
        t.p += len;
        t.n -= len;
    }
    *line = '\0';
}

static void print(unsigned id, char way, const char *line, const char *more)
{
    static int colour = -1;
    if (colour < 0)
        colour = isatty(STDERR_FILENO) && !getenv("NO_COLOR");
    const char *paint = way == '<' ? "\33[36m" : way == '>' ? "\33[32m" : "";
    fprintf(stderr, "%s#%u %c %s%s%s\n", colour ? paint : "", id, way, line,
            more, colour ? "\33[0m" : "");
}

void trace_event(unsigned id, const char *format, ...)
{
    char line[MAX_CHARS];
    va_list args;
    if (!trace_on)
        return;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    print(id, '-', line, "");
}

void trace_line(unsigned id, char way, const char *bytes, size_t len)
{
    char line[LINE_BYTES], more[40] = "";
    if (!trace_on)
        return;
    if (len > MAX_CHARS - 60)
        snprintf(more, sizeof more, " ... (%zu bytes)", len);
    trace_escape(line, sizeof line, MAX_CHARS - 50, (struct text){bytes, len});
    print(id, way, line, more);
}

void trace_http(unsigned id, char way, const char *bytes, size_t len)
{
    const char *p = bytes, *end = bytes + len, *lf;
    while (trace_on && p < end && (lf = memchr(p, '\n', (size_t)(end - p)))) {
        size_t n = (size_t)(lf - p) - (lf > p && lf[-1] == '\r');
        trace_line(id, way, p, n);
        p = lf + 1;
        if (n == 0)
            break;              /* the empty line that ends the head */
    }
    if (trace_on && p < end)
        trace_line(id, way, p, (size_t)(end - p));
}
