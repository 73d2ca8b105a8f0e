/* stream.c - see stream.h.
 *
 *   5 CR LF h e l l o CR LF     a chunk: its size in hexadecimal, its bytes
 *   0 CR LF CR LF               the last one, without which it was cut off
 *
 * For HTTP/1.0, which knows no chunks, the end of the connection is the end. */
#include "stream.h"

#include <stdio.h>

#include "trace.h"

bool stream_start(struct conn *c, const char *headers,
                  const struct state *state)
{
    http_head(c, "200 OK", headers, -1);
    if (c->head_only) {
        http_done(c);
        return false;
    }
    conn_become(c, state, -1);
    return true;
}

void stream_write(struct conn *c, const char *bytes, size_t len)
{
    char size[20];
    size_t before = c->out.len;
    int n = snprintf(size, sizeof size, "%zx\r\n", len);
    if (len == 0)
        return; /* a chunk of 0 would be the last one */
    if (!c->http10)
        conn_add(c, size, (size_t)n);
    conn_add(c, bytes, len);
    conn_add(c, "\r\n", c->http10 ? 0 : 2);
    if (c->out.len > before)
        trace_line(c->id, '>', c->out.data + before, c->out.len - before);
    conn_flush(c);
}

void stream_end(struct conn *c)
{
    static const char last[] = "0\r\n\r\n";
    if (!c->http10) {
        conn_add(c, last, sizeof last - 1);
        trace_line(c->id, '>', last, sizeof last - 1);
    }
    conn_finish(c);
}
