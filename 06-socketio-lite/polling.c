/* polling.c - see polling.h. */
#include "polling.h"

#include <stdio.h>
#include <string.h>

#include "script.h"
#include "sse.h"
#include "stream.h"
#include "utf8.h"

enum { PADDING = 1024 }; /* a browser collects as much before it renders */

static struct buf rendered;

static void answer(struct conn *c, const char *status, const char *body,
                   size_t len)
{
    http_reply(c, status,
               "Content-Type: text/plain; charset=UTF-8\r\n"
               "Cache-Control: no-store\r\n",
               body, len);
}

/* ---- down: a poll ---- */

/* While a WebSocket is on trial no poll may wait, so that the client can stop
 * to poll without losing a packet: then 6 says that there is nothing. */
static void flush_poll(struct session *s)
{
    struct conn *c = s->down;
    if (!c || (s->pending.len == 0 && !s->probed))
        return;
    struct buf payload = s->pending;
    s->pending = (struct buf){0};
    s->down = NULL;
    if (payload.len > 0)
        answer(c, "200 OK", payload.data, payload.len);
    else
        answer(c, "200 OK", "6", 1);
    buf_free(&payload);
}

static void hang_up_poll(struct conn *c, const char *packet)
{
    answer(c, "200 OK", packet, strlen(packet));
}

const struct transport polling = {"polling", NULL, flush_poll, hang_up_poll};

/* ---- down: a stream ---- */

static void write_script(struct conn *c, struct text packet)
{
    rendered.len = 0;
    if (script_add(&rendered, "frameElement.receive(", packet))
        stream_write(c, rendered.data, rendered.len);
    else
        conn_close(c);
}

static void write_event(struct conn *c, struct text packet)
{
    rendered.len = 0;
    if (sse_add(&rendered, 0, packet))
        stream_write(c, rendered.data, rendered.len);
    else
        conn_close(c);
}

static void flush_to(struct session *s,
                     void (*write)(struct conn *c, struct text packet))
{
    struct text rest = {s->pending.data, s->pending.len}, packet;
    bool more = s->down && rest.n > 0;
    while (more) {
        more = session_next(&rest, &packet);
        write(s->down, packet);
    }
    if (s->down)
        buf_free(&s->pending);
}

static void flush_iframe(struct session *s)
{
    flush_to(s, write_script);
}

static void flush_eventsource(struct session *s)
{
    flush_to(s, write_event);
}

static void hang_up_iframe(struct conn *c, const char *packet)
{
    write_script(c, (struct text){packet, strlen(packet)});
    stream_end(c);
}

static void hang_up_eventsource(struct conn *c, const char *packet)
{
    write_event(c, (struct text){packet, strlen(packet)});
    stream_end(c);
}

const struct transport iframe = {"iframe", NULL, flush_iframe, hang_up_iframe};
const struct transport eventsource = {"eventsource", NULL, flush_eventsource,
                                      hang_up_eventsource};

/* ---- a connection on which the client waits ---- */

static void broken(struct conn *c)
{
    struct session *s = c->data;
    if (s->down != c)
        return;
    s->down = NULL;
    session_close(s, "transport close");
}

static void stop(struct conn *c)
{
    session_close(c->data, "server shutting down");
}

static const struct state unheard = {.closed = broken, .goodbye = stop};

/* The next request stays where it is until this one is answered. */
static size_t keep(struct conn *c, char *bytes, size_t len)
{
    (void)bytes;
    if (len > READ_SIZE)
        conn_become(c, &unheard, -1);
    return 0;
}

/* It sends no more. Has it gone, or does it still read? Who has gone answers
 * any byte with a reset; so it gets some that mean nothing. */
static void still_there(struct conn *c)
{
    struct session *s = c->data;
    static const char interim[] = "HTTP/1.1 100 Continue\r\n\r\n";
    conn_become(c, &unheard, -1);
    if (s->transport != &polling)
        stream_write(c, "\n", 1);
    else if (!c->http10)
        conn_add(c, interim, sizeof interim - 1);
    conn_flush(c);
}

static const struct state waiting = {
    .input = keep, .eof = still_there, .closed = broken, .goodbye = stop};

static void start_stream(struct conn *c, bool html)
{
    char padding[PADDING + 1];
    stream_start(c,
                 html ? "Content-Type: text/html; charset=utf-8\r\n"
                        "Cache-Control: no-store\r\n"
                      : "Content-Type: text/event-stream\r\n"
                        "Cache-Control: no-store\r\n",
                 &waiting);
    int n = snprintf(padding, sizeof padding, "%-*s\n", PADDING - 1,
                     "<!doctype html><title>A page without end</title>");
    if (html)
        stream_write(c, padding, (size_t)n);
}

bool polling_get(struct conn *c, struct session *s, const struct transport *t)
{
    if (s->down) {
        session_close(s, "transport error");
        return false;
    }
    s->down = c;
    s->transport = t;
    c->data = s;
    if (t == &polling)
        conn_become(c, &waiting, -1);
    else
        start_stream(c, t == &iframe);
    t->flush(s);
    return true;
}

/* ---- up ---- */

/* Its body is still to come, on a connection that lives. */
static bool is_under_way(const struct session *s)
{
    for (int i = OWN_SLOTS; i < server.count && s->post > 0; i++)
        if (server.conns[i]->id == s->post)
            return server.polls[i].fd >= 0 &&
                   server.conns[i]->state == s->posting;
    return false;
}

static void receive(struct conn *c, struct session *s, struct text payload)
{
    struct text packet;
    struct utf8 u = {0}; /* some may hear of it by WebSocket: no other text */
    bool more = true, ok = utf8_check(&u, payload.p, payload.n) && !u.need;
    while (more && ok && !s->closed) {
        more = session_next(&payload, &packet);
        ok = session_receive(s, packet);
    }
    if (ok) {
        answer(c, "200 OK", "ok", 2);
        return;
    }
    session_close(s, "parse error");
    http_error(c, "400 Bad Request", "", "a packet that makes no sense");
}

void polling_post(struct conn *c, struct session *s, const struct request *r)
{
    bool other = s->post != c->id && is_under_way(s);
    c->close |= !r->body.p && (other || r->length > s->engine->max_payload);
    s->post = r->body.p ? 0 : c->id;
    s->posting = c->state;
    if (other) {
        session_close(s, "transport error");
        http_error(c, "400 Bad Request", "", "a POST beside another");
    } else if (r->length > s->engine->max_payload) {
        session_close(s, "transport error");
        http_error(c, "413 Content Too Large", "", "more than maxPayload");
    } else if (r->body.p) {
        receive(c, s, r->body);
    }
}
