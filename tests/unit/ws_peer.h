/* A program of handlers, with a WebSocket to it, for the suite of websocket.c;
 * and scripts of frames.h, said and heard on it. */
#ifndef WS_PEER_H
#define WS_PEER_H

#include "websocket.h"
#include "../frames.h"
#include "peer.h"

#define HEAD                                                                   \
    "GET %s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"             \
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"                     \
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

static struct peer peer;
static struct conn *c;
static struct word word;
static unsigned char bytes[MOST_BYTES];

static struct {
    int connections, messages, closes, code;
} seen;

static inline void connected(struct conn *it)
{
    (void)it;
    seen.connections++;
}

static inline void echo(struct conn *it, int opcode, struct text data)
{
    seen.messages++;
    if (data.n == 5 && memcmp(data.p, "leave", 5) == 0) {
        ws_close(it, 4000, "as you wish");
        ws_close(it, 4001, "twice");
        ws_send(it, WS_TEXT, "in vain", 7);
    }
    ws_send(it, opcode, data.p, data.n);
}

static inline void closed(struct conn *it, int code)
{
    (void)it;
    seen.closes++;
    seen.code = code;
}

static inline void refuse(struct conn *it)
{
    char reason[201];
    memset(reason, 'x', 200);
    reason[200] = '\0';
    ws_send(it, WS_TEXT, "go", 2);
    ws_close(it, 1013, reason);
}

static const struct ws_handlers echoing = {
    .on_connection = connected, .on_message = echo, .on_close = closed};
static const struct ws_handlers silent = {0};
static const struct ws_handlers small = {.on_connection = connected,
                                         .on_message = echo,
                                         .on_close = closed,
                                         .max_message = 10};
static const struct ws_handlers refusing = {.on_connection = refuse,
                                            .on_close = closed};

static inline void open_echo(struct conn *it, const struct request *r)
{
    ws_accept(it, r, &echoing, &seen);
}

static inline void open_silent(struct conn *it, const struct request *r)
{
    ws_accept(it, r, &silent, NULL);
}

static inline void open_small(struct conn *it, const struct request *r)
{
    ws_accept(it, r, &small, NULL);
}

static inline void open_refusing(struct conn *it, const struct request *r)
{
    ws_accept(it, r, &refusing, NULL);
}

static inline void add_routes(void)
{
    http_route("websocket", "/", open_echo);
    http_route("websocket", "/silent", open_silent);
    http_route("websocket", "/small", open_small);
    http_route("websocket", "/refusing", open_refusing);
}

static inline struct conn *enter(struct peer *p, int type, const char *path)
{
    char head[400];
    int n = sprintf(head, HEAD, path);
    http_accept(peer_open(p, type), false);
    peer_say(p, head, (size_t)n);
    peer_hear(p, sizeof p->text - 1);
    p->text[p->len] = '\0';
    char *end = strstr(p->text, "\r\n\r\n");
    ck_assert_msg(end && strncmp(p->text, "HTTP/1.1 101 ", 13) == 0 &&
                      strstr(p->text, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"),
                  "%s", p->text);
    p->len -= (size_t)(end + 4 - p->text);
    memmove(p->text, end + 4, p->len);
    return server.conns[server.count - 1];
}

static inline void begin(void)
{
    table_begin();
    memset(&seen, 0, sizeof seen);
    c = enter(&peer, SOCK_STREAM, "/");
}

static inline void leave(void)
{
    for (int i = OWN_SLOTS; i < server.count; i++)
        if (server.conns[i]->state->closed)
            server.conns[i]->state->closed(server.conns[i]);
    table_end();
    close(peer.fd);
}

static inline void say(const char *script)
{
    peer_say(&peer, (char *)bytes, script_bytes(script, bytes));
}

/* The peer has heard exactly this, and the end behind a close frame. */
static inline void expect_frames(const char *name, const char *script)
{
    struct heard h = {0};
    size_t at = 0;
    peer_hear(&peer, sizeof peer.text);
    for (; (script = word_next(script, &word)); at += h.used) {
        int is = hear((unsigned char *)peer.text + at, peer.len - at, &h);
        const char *wrong = is > 0 ? not_heard(&word, &h) : h.wrong;
        if (is == 0)
            wrong = "nothing";
        ck_assert_msg(!wrong, "%s: %s", name, wrong);
        ck_assert_msg((h.first == 0x88) ==
                          (peer.end && at + h.used == peer.len),
                      "%s: ends %d", name, peer.end);
    }
    ck_assert_msg(at == peer.len, "%s: %zu bytes, not %zu", name, peer.len, at);
    peer.len = 0;
}

/* Says n bytes: split at AT; 0: whole; -1: byte by byte. */
static inline void say_split(size_t n, int at)
{
    size_t piece = at == 0 ? n : at < 0 ? 1 : (size_t)at;
    for (size_t k = 0; k < n; k += piece, piece = at < 0 ? 1 : n - k)
        peer_say(&peer, (char *)bytes + k, n - k < piece ? n - k : piece);
}

#endif
