/* sse.c - see sse.h.
 *
 *   id: 1700000000000       what Last-Event-ID says when the browser is back
 *   event: message
 *   data: first line        a line end in the text would end the field, and
 *   data: second line       a text could go on with fields of its own
 *                           the empty line: now the event is complete */
#include "sse.h"

#include <stdio.h>

static size_t line_length(struct text t)
{
    size_t n = 0;
    while (n < t.n && t.p[n] != '\n' && t.p[n] != '\r')
        n++;
    return n;
}

bool sse_add(struct buf *b, uint64_t id, struct text t)
{
    char fields[60];
    int n = snprintf(fields, sizeof fields, "id: %llu\nevent: message\n",
                     (unsigned long long)id);
    bool ok = id == 0 || buf_add(b, fields, (size_t)n);
    while (ok) {
        size_t line = line_length(t);
        ok = buf_add(b, "data: ", 6) && buf_add(b, t.p, line) &&
             buf_add(b, "\n", 1);
        if (line == t.n)
            break; /* so "abc\n" has two lines, the last one empty */
        bool pair = t.p[line] == '\r' && t.n - line > 1 &&
                    t.p[line + 1] == '\n';
        line += pair ? 2 : 1;
        t = (struct text){t.p + line, t.n - line};
    }
    return ok && buf_add(b, "\n", 1);
}
