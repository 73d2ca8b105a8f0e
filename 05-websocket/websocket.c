/* websocket.c - see websocket.h.
 *
 * A frame stays in c->in until it is whole. Its payload is unmasked there, as
 * it arrives, and a message of one frame is handed on from there. */
#include "websocket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "frame.h"
#include "sha1.h"
#include "trace.h"
#include "utf8.h"

enum { SILENCE_MS = 30000, PONG_MS = 10000 };

_Static_assert((int)WS_TEXT == TEXT && (int)WS_BINARY == BINARY, "one thing");

struct ws {
    const struct ws_handlers *on;
    void *data;
    struct buf message; /* its fragments so far */
    size_t unmasked;    /* payload bytes of the frame in c->in */
    uint64_t sent;      /* c->bytes_out at the last timeout */
    struct utf8 utf8;
    unsigned char opcode; /* of the message begun; 0: none */
    bool pinged;          /* and no sign of life since */
    unsigned short code;  /* with which it was closed; 0: not yet */
};

static const struct state websocket;

static void send_frame(struct conn *c, int opcode, const char *p, size_t len)
{
    unsigned char header[10];
    struct frame f = {true, (unsigned char)opcode, .length = len};
    frame_trace(c->id, '>', &f, p);
    conn_add(c, header, frame_header(header, opcode, len));
    conn_add(c, p, len);
    conn_flush(c);
}

void ws_send(struct conn *c, int opcode, const char *data, size_t len)
{
    if (c->state == &websocket)
        send_frame(c, opcode, data, len);
}

/* Our last words. conn_finish waits up to 2 s for the peer's close frame, and
 * for its end of the connection: dropped at once, ours might not arrive. */
void ws_close(struct conn *c, int code, const char *reason)
{
    char payload[MAX_CONTROL] = {(char)(code >> 8), (char)code};
    struct ws *ws = c->data;
    if (c->state != &websocket)
        return;
    size_t n = strlen(reason) < MAX_CONTROL - 2 ? strlen(reason)
                                                : MAX_CONTROL - 2;
    memcpy(payload + 2, reason, n);
    send_frame(c, CLOSE, payload, code == WS_NO_STATUS ? 0 : 2 + n);
    ws->code = (unsigned short)code;
    conn_finish(c);
}

static bool is_code(int code)
{
    return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 &&
            code != 1006) ||
           (code >= 3000 && code <= 4999);
}

static void peer_closes(struct conn *c, const char *p, size_t n)
{
    struct utf8 u = {0};
    int code = n < 2 ? WS_NO_STATUS
                     : (unsigned char)p[0] << 8 | (unsigned char)p[1];
    if (n == 1 || (n > 1 && !is_code(code)))
        ws_close(c, PROTOCOL_ERROR, "no such close code");
    else if (n > 2 && (!utf8_check(&u, p + 2, n - 2) || u.need > 0))
        ws_close(c, BAD_DATA, "a reason that is not UTF-8");
    else
        ws_close(c, code, ""); /* the echo of its code */
}

static void deliver(struct conn *c, int opcode, struct text data)
{
    struct ws *ws = c->data;
    if (opcode == TEXT && ws->utf8.need > 0)
        ws_close(c, BAD_DATA, "text that ends inside a character");
    else if (ws->on->on_message)
        ws->on->on_message(c, opcode, data);
}

/* A message of one frame is handed on where it is; others are collected. */
static void data_frame(struct conn *c, const struct frame *f, const char *p)
{
    struct ws *ws = c->data;
    int opcode = f->opcode == CONTINUATION ? ws->opcode : f->opcode;
    ws->opcode = f->fin ? 0 : (unsigned char)opcode;
    if (f->fin && f->opcode != CONTINUATION) {
        deliver(c, opcode, (struct text){p, (size_t)f->length});
    } else if (!buf_add(&ws->message, p, (size_t)f->length)) {
        conn_close(c);
    } else if (f->fin) {
        struct buf whole = ws->message;
        ws->message = (struct buf){0}; /* deliver may be the end of ws */
        deliver(c, opcode, (struct text){whole.data, whole.len});
        buf_free(&whole);
    }
}

static void whole_frame(struct conn *c, const struct frame *f, const char *p)
{
    frame_trace(c->id, '<', f, p);
    if (f->opcode == PING)
        send_frame(c, PONG, p, (size_t)f->length);
    else if (f->opcode == CLOSE)
        peer_closes(c, p, (size_t)f->length);
    else if (f->opcode != PONG)
        data_frame(c, f, p);
}

/* No frame of ours: the trace has its bytes as they are. */
static size_t bad(struct conn *c, const char *bytes, size_t len, int code,
                  const char *why)
{
    trace_line(c->id, '<', bytes, len);
    ws_close(c, code, why);
    return len;
}

static size_t input(struct conn *c, char *bytes, size_t len)
{
    struct ws *ws = c->data;
    struct frame f;
    size_t most = ws->on->max_message ? ws->on->max_message : MAX_MESSAGE;
    ws->pinged = false;
    if (!ws->on->own_deadline)
        conn_deadline(c, SILENCE_MS);
    int header = frame_parse(bytes, len, ws->opcode, most - ws->message.len,
                             &f);
    if (header <= 0)
        return header < 0 ? bad(c, bytes, len, f.error, f.why) : 0;
    size_t come = len - (size_t)header, begin = ws->unmasked;
    come = come < f.length ? come : (size_t)f.length;
    char *p = bytes + header;
    bool text = f.opcode == TEXT ||
                (f.opcode == CONTINUATION && ws->opcode == TEXT);
    frame_unmask(p + begin, come - begin, f.mask, begin);
    if (text && !utf8_check(&ws->utf8, p + begin, come - begin))
        return bad(c, bytes, len, BAD_DATA, "text that is not UTF-8");
    ws->unmasked = come < f.length ? come : 0;
    if (come < f.length)
        return 0; /* it stays in c->in, and grows there */
    whole_frame(c, &f, p);
    return (size_t)header + come;
}

static void timeout(struct conn *c)
{
    struct ws *ws = c->data;
    bool reads = c->out.len > 0 && c->bytes_out > ws->sent;
    ws->sent = c->bytes_out;
    if (ws->on->own_deadline) {
        ws_close(c, WS_NORMAL, "");
    } else if (reads) { /* slowly: its pong may be in what we do not read yet */
        conn_deadline(c, SILENCE_MS);
    } else if (ws->pinged) {
        conn_close(c); /* no sign of life: nobody is there */
    } else {
        ws->pinged = true;
        send_frame(c, PING, "", 0);
        conn_deadline(c, PONG_MS);
    }
}

static void goodbye(struct conn *c)
{
    ws_close(c, WS_GOING_AWAY, "the server stops");
}

static void closed(struct conn *c)
{
    struct ws *ws = c->data;
    if (ws->on->on_close)
        ws->on->on_close(c, ws->code ? ws->code : WS_ABNORMAL);
    buf_free(&ws->message);
    free(ws);
}

static const struct state websocket = {
    .input = input, .timeout = timeout, .goodbye = goodbye, .closed = closed};

void *ws_data(const struct conn *c)
{
    return ((struct ws *)c->data)->data;
}

const struct ws_handlers *ws_handlers(const struct conn *c)
{
    return ((struct ws *)c->data)->on;
}

struct conn *ws_next(const struct conn *c, const struct ws_handlers *on)
{
    struct conn *next = server_next(c, &websocket);
    while (next && ws_handlers(next) != on)
        next = server_next(next, &websocket);
    return next;
}

/* ---- the handshake ---- */

/* The header that may come but once; p is NULL if there are none or two. */
static struct text only(const struct request *r, const char *name)
{
    struct text value = {0};
    for (int i = 0, seen = 0; i < r->header_count; i++)
        if (text_like(r->headers[i].name, name))
            value = seen++ > 0 ? (struct text){0} : r->headers[i].value;
    return value;
}

static bool is_key(struct text key)
{
    unsigned char bytes[18];
    return key.n == 24 && base64_decode(key.p, 24, bytes) == 16;
}

/* base64(sha1(key + GUID)): shows that we have read it, and know what it is */
static void answer(struct conn *c, struct text key)
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    char both[24 + sizeof guid], headers[200], accept[29] = "";
    unsigned char digest[20];
    memcpy(both, key.p, 24);
    memcpy(both + 24, guid, sizeof guid);
    sha1(both, strlen(both), digest);
    base64_encode(digest, sizeof digest, accept);
    snprintf(headers, sizeof headers,
             "Upgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Accept: %s\r\n",
             accept);
    c->close = false;
    http_head(c, "101 Switching Protocols", headers, -1);
}

bool ws_accept(struct conn *c, const struct request *r,
               const struct ws_handlers *on, void *data)
{
    static const char version[] =
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\n";
    struct text key = only(r, "Sec-WebSocket-Key");
    struct ws *ws = NULL;
    if (!text_is(r->method, "GET") || r->minor == 0)
        http_error(c, "400 Bad Request", "",
                   "a WebSocket begins with GET, by HTTP/1.1");
    else if (!text_is(only(r, "Sec-WebSocket-Version"), "13"))
        http_error(c, "426 Upgrade Required", version, "only version 13");
    else if (!is_key(key))
        http_error(c, "400 Bad Request", "",
                   "Sec-WebSocket-Key wants 16 bytes in Base64, once");
    else if (!(ws = calloc(1, sizeof *ws)))
        http_error(c, "503 Service Unavailable", "", "no memory");
    if (!ws)
        return false;
    answer(c, key);
    *ws = (struct ws){.on = on, .data = data};
    c->data = ws;
    conn_become(c, &websocket, on->own_deadline ? -1 : SILENCE_MS);
    if (on->on_connection)
        on->on_connection(c);
    return true;
}
