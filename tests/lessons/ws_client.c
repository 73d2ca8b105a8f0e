/* A WebSocket client: see ws_client.h. */
#include "ws_client.h"

#include <string.h>

static struct word word;
static unsigned char out[MOST_BYTES];

void ws_ask(struct client *c, const char *path, const char *extra)
{
    client_say(c,
               "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
               "Upgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
               "Sec-WebSocket-Version: 13\r\n%s\r\n",
               path, c->program->port, extra);
}

void ws_expect_open(struct client *c, const char *accept)
{
    answer_head(c, 0);
    if (c->status != 101)
        flunk("status %d, not 101", c->status);
    expect_header(c, "Upgrade", "websocket");
    expect_header(c, "Connection", "Upgrade");
    expect_header(c, "X-Content-Type-Options", "nosniff");
    if (header(c, "Date") == NULL)
        flunk("no Date");
    const char *is = header(c, "Sec-WebSocket-Accept");
    if (is == NULL || strcmp(is, accept) != 0)
        flunk("Sec-WebSocket-Accept: %s, not %s", is ? is : "(none)", accept);
    if (header(c, "Sec-WebSocket-Extensions") != NULL ||
        header(c, "Sec-WebSocket-Protocol") != NULL)
        flunk("agrees to what it does not have");
    if (header(c, "Content-Length") != NULL ||
        header(c, "Transfer-Encoding") != NULL)
        flunk("a 101 with a length");
}

static struct client *enter(struct client *c, const char *path)
{
    ws_ask(c, path, "");
    ws_expect_open(c, WS_ACCEPT);
    return c;
}

struct client *ws_dial(struct program *p, const char *path)
{
    return enter(dial(p), path);
}

struct client *ws_dial_narrow(struct program *p, const char *path)
{
    return enter(dial_narrow(p), path);
}

void ws_say(struct client *c, const char *script)
{
    client_send(c, out, script_bytes(script, out));
}

void ws_say_in_pieces(struct client *c, const char *script, size_t piece)
{
    size_t n = script_bytes(script, out);
    for (size_t at = 0; at < n; at += piece)
        client_send(c, out + at, n - at < piece ? n - at : piece);
}

const struct heard *ws_take(struct client *c)
{
    static struct heard h;
    static struct bytes last;
    int is;
    while ((is = c->in.length == 0 ? 0
                                   : hear((unsigned char *)c->in.data,
                                          c->in.length, &h)) == 0)
        client_wait(c);
    if (is < 0)
        flunk("the server sends %s", h.wrong);
    last.length = 0;
    bytes_add(&last, h.payload, h.length);
    h.payload = (unsigned char *)last.data;
    bytes_drop(&c->in, h.used);
    return &h;
}

void ws_hear(struct client *c, const char *script)
{
    while ((script = word_next(script, &word)) != NULL) {
        const char *wrong = not_heard(&word, ws_take(c));
        if (wrong != NULL)
            flunk("%s", wrong);
        if (word.first == 0x88)
            expect_end(c);
    }
}

void ws_expect_alive(struct client *c)
{
    ws_say(c, "P:alive?");
    ws_hear(c, "O:alive?");
}
