/* polling.c - see polling.h. */
#include "polling.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"
#include "sse.h"
#include "stream.h"
#include "utf8.h"

enum { PADDING = 1024 }; /* a browser collects as much before it renders */
enum { PACKETS = 64 };   /* of one payload, in one turn */

static const struct state unheard;
static struct buf rendered;

static void answer(struct conn *c, const char *body, size_t len)
{
    http_reply(c, "200 OK",
               "Content-Type: text/plain; charset=UTF-8\r\n"
               "Cache-Control: no-store\r\n",
               body, len);
}

/* ---- down: a poll ---- */

/* While a WebSocket is on trial no poll may wait, so that the client can stop
 * polling without losing a packet: then 6 says that there is nothing. */
static void flush_poll(struct session *s)
{
    struct conn *c = s->down;
    if (!c || (s->pending.len == 0 && !s->probed))
        return;
    struct buf payload = s->pending;
    s->pending = (struct buf){0};
    s->down = NULL;
    if (payload.len > 0)
        answer(c, payload.data, payload.len);
    else
        answer(c, "6", 1);
    buf_free(&payload);
    if (server.polls[c->slot].fd < 0) { /* it broke: that was for nobody, */
        s->down = c;                    /* and will be the end of s */
        conn_become(c, &unheard, -1);
    }
}

static void hang_up_poll(struct conn *c, const char *packet)
{
    answer(c, packet, strlen(packet));
}

const struct transport polling = {
    .name = "polling", .flush = flush_poll, .hang_up = hang_up_poll};

/* ---- down: a stream ---- */

static void write_packet(struct conn *c, struct text packet)
{
    const struct session *s = c->data;
    rendered.len = 0;
    if (s->transport->add(&rendered, packet))
        stream_write(c, rendered.data, rendered.len);
    else
        conn_close(c);
}

static void flush_stream(struct session *s)
{
    struct text rest = {s->pending.data, s->pending.len}, packet;
    if (!s->down)
        return;
    while (session_next(&rest, &packet))
        write_packet(s->down, packet);
    buf_free(&s->pending);
}

static void hang_up_stream(struct conn *c, const char *packet)
{
    write_packet(c, (struct text){packet, strlen(packet)});
    stream_end(c);
}

static bool add_script(struct buf *b, struct text packet)
{
    return script_add(b, "frameElement.receive(", packet);
}

static bool add_event(struct buf *b, struct text packet)
{
    return sse_add(b, 0, packet);
}

const struct transport iframe = {.name = "iframe",
                                 .flush = flush_stream,
                                 .hang_up = hang_up_stream,
                                 .add = add_script};
const struct transport eventsource = {.name = "eventsource",
                                      .flush = flush_stream,
                                      .hang_up = hang_up_stream,
                                      .add = add_event};

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
    conn_become(c, &unheard, -1);
    if (s->transport->add)
        stream_write(c, "\n", 1);
    else if (!c->http10)
        http_continue(c);
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

/* A payload may be thousands of packets, and each of them for thousands of
 * clients: it is read some packets a turn, so that others have theirs. */
struct upload {
    const struct engine *engine;
    char id[ID_LENGTH]; /* of the session, which may end meanwhile */
    struct buf payload;
    struct text rest; /* of it */
};

static struct session *session_of(const struct upload *up)
{
    return session_find(up->engine, (struct text){up->id, ID_LENGTH});
}

static void drop_upload(struct conn *c)
{
    struct upload *up = c->data;
    buf_free(&up->payload);
    free(up);
}

/* The rest of its packets is lost, and what follows would have a hole. */
static void broken_upload(struct conn *c)
{
    struct session *s = session_of(c->data);
    if (s)
        session_close(s, "transport error");
    drop_upload(c);
}

static void end_post(struct conn *c, struct session *s, bool ok)
{
    if (s)
        s->post = 0;
    if (ok) {
        answer(c, "ok", 2);
        return;
    }
    if (s)
        session_close(s, "parse error");
    http_error(c, "400 Bad Request", "",
               s ? "a packet that makes no sense" : "the session is over");
}

static void read_some(struct conn *c)
{
    struct upload *up = c->data;
    struct text packet;
    struct session *s = session_of(up);
    bool ok = s;
    for (int i = 0; i < PACKETS && ok && !s->closed; i++)
        ok = !session_next(&up->rest, &packet) || session_receive(s, packet);
    if (up->rest.p && ok && !s->closed) {
        conn_again(c);
        return;
    }
    drop_upload(c);
    end_post(c, s, ok);
}

static const struct state reading = {
    .drained = read_some, .goodbye = read_some, .closed = broken_upload};

static void receive(struct conn *c, struct session *s, struct text payload)
{
    struct utf8 u = {0}; /* it may go on to a WebSocket, where text is that */
    struct upload *up = calloc(1, sizeof *up);
    if (!up || payload.n == 0 || !utf8_check(&u, payload.p, payload.n) ||
        u.need > 0 || !buf_add(&up->payload, payload.p, payload.n)) {
        free(up);
        end_post(c, s, false);
        return;
    }
    up->rest = (struct text){up->payload.data, payload.n};
    up->engine = s->engine;
    memcpy(up->id, s->id, ID_LENGTH);
    c->data = up;
    conn_become(c, s->posting = &reading, -1);
    read_some(c);
}

/* Its body is still to come or to be read, on a connection that lives. */
static bool is_under_way(const struct session *s)
{
    struct conn *c = s->post > 0 ? server_next(NULL, s->posting) : NULL;
    while (c && c->id != s->post)
        c = server_next(c, s->posting);
    return c;
}

void polling_post(struct conn *c, struct session *s, const struct request *r)
{
    bool other = s->post != c->id && is_under_way(s);
    bool large = r->length > s->engine->max_payload;
    s->post = c->id;
    s->posting = c->state;
    if (other || large) {
        session_close(s, "transport error");
        http_error(c, other ? "400 Bad Request" : "413 Content Too Large", "",
                   other ? "a POST beside another" : "more than maxPayload");
    } else if (r->body.p) {
        receive(c, s, r->body);
    }
}
