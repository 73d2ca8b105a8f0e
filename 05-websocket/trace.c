/* trace.c - see trace.h. */
#include "trace.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_CHARS = 110 }; /* of the bytes; 50 are left for the rest */

bool trace_on;

/* The bytes of the character at p; 0 if it is bad UTF-8, or has no picture:
 * C0 and C1 controls, and those that turn the direction of writing. */
static size_t printable(const char *p, size_t n)
{
    static const uint32_t least[] = {0, 0, 0xa0, 0x800, 0x10000};
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
    bool steers = code == 0x61c || (code >= 0x200b && code <= 0x200f) ||
                  (code >= 0x2028 && code <= 0x202e) ||
                  (code >= 0x2060 && code <= 0x206f);
    return bad || steers ? 0 : len;
}

size_t trace_escape(char *line, size_t size, int max, struct text t)
{
    const char *begin = t.p;
    for (char *end = line + size - 5; t.n > 0 && line <= end && max > 0;) {
        size_t len = printable(t.p, t.n);
        if (len > 0)
            line = (char *)memcpy(line, t.p, len) + len;
        else
            line += sprintf(line, "\\x%02X", (unsigned)(unsigned char)*t.p);
        max -= len > 0 ? 1 : 4;
        len += len == 0;
        t = (struct text){t.p + len, t.n - len};
    }
    *line = '\0';
    return (size_t)(t.p - begin);
}

void trace_line(unsigned id, char way, const char *bytes, size_t len)
{
    char line[4 * MAX_CHARS + 8], more[40] = "";
    if (!trace_on)
        return;
    bool colour = isatty(STDERR_FILENO) && !getenv("NO_COLOR");
    const char *paint = way == '<' ? "\33[36m" : way == '>' ? "\33[32m" : "";
    struct text all = {bytes, len};
    if (trace_escape(line, sizeof line, MAX_CHARS, all) < len)
        snprintf(more, sizeof more, " ... (%zu bytes)", len);
    fprintf(stderr, "%s#%u %c %s%s%s\n", colour ? paint : "", id, way, line,
            more, colour ? "\33[0m" : "");
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
