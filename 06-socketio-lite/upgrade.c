/* upgrade.c - see upgrade.h. */
#include "upgrade.h"

#include <stdlib.h>

#include "base64.h"
#include "frame.h"

static void send_frame(struct session *s, int opcode, const char *p, size_t len)
{
    ws_send(s->down, opcode, p, len);
}

static void hang_up(struct conn *c, const char *packet)
{
    (void)packet; /* the close frame says it */
    ws_close(c, WS_NORMAL, "");
}

const struct transport websocket = {
    .name = "websocket", .send = send_frame, .hang_up = hang_up};

/* What the polls have not fetched goes down the WebSocket. */
static void send_pending(struct session *s)
{
    struct text rest = {s->pending.data, s->pending.len}, packet;
    while (session_next(&rest, &packet)) {
        char *p = s->pending.data + (packet.p - s->pending.data);
        long n = *p == 'b' ? base64_decode(p + 1, packet.n - 1, p) : -1;
        if (n < 0)
            session_send(s, WS_TEXT, p, packet.n);
        else
            session_send(s, WS_BINARY, p, (size_t)n);
    }
    buf_free(&s->pending);
}

static void move(struct session *s)
{
    struct conn *c = s->probe; /* no poll waits since 3probe: down is NULL */
    s->probe = NULL;
    s->probed = false;
    conn_deadline(c, -1);
    s->transport = &websocket;
    s->down = c;
    send_pending(s);
}

static void probe_message(struct conn *c, struct session *s, struct text packet)
{
    if (text_is(packet, "2probe")) {
        ws_send(c, WS_TEXT, "3probe", 6);
        s->probed = true;
        s->transport->flush(s); /* the poll that waits */
    } else if (text_is(packet, "5") && s->probed) {
        move(s);
    } else {
        session_probe(s, NULL);
    }
}

static void on_message(struct conn *c, int opcode, struct text data)
{
    struct session *s = ws_data(c);
    bool ok = true;
    if (c == s->probe)
        probe_message(c, s, opcode == WS_TEXT ? data : (struct text){0});
    else if (opcode == WS_BINARY)
        ok = s->engine->on_message(s, WS_BINARY, data);
    else
        ok = session_receive(s, data);
    if (!ok)
        session_close(s, "parse error");
}

static void on_close(struct conn *c, int code)
{
    struct session *s = ws_data(c);
    bool error = code == PROTOCOL_ERROR || code == BAD_DATA || code == TOO_BIG;
    if (s && s->probe == c) {
        s->probe = NULL;
        s->probed = false;
    } else if (s && s->down == c) {
        s->down = NULL;
        session_close(s, server.stopping ? "server shutting down"
                         : error         ? "transport error"
                                         : "transport close");
    }
}

const struct ws_handlers upgrade_handlers = {
    .on_message = on_message, .on_close = on_close, .own_deadline = true};

static void begin(struct conn *c, const struct request *r, struct engine *e)
{
    struct session *s = session_new(e, &websocket);
    if (!s) {
        http_error(c, "503 Service Unavailable", "", "no memory");
    } else if (!ws_accept(c, r, &e->ws, s)) {
        free(s);
    } else {
        s->down = c;
        session_begin(s);
    }
}

void upgrade(struct conn *c, const struct request *r, struct engine *e,
             struct session *s)
{
    bool second = s && (s->probe || s->transport == &websocket);
    if (!s)
        begin(c, r, e);
    else if (!ws_accept(c, r, &e->ws, second ? NULL : s))
        return; /* it has got an HTTP error */
    else if (second)
        ws_close(c, WS_NORMAL, "");
    else
        session_probe(s, c);
}
