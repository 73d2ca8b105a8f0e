/* session.c - see session.h and engineio.h.
 *
 * Nothing ends while a packet is sent: who emits to a thousand may go through
 * a list of them. A session that has to end for it is doomed, and closed in
 * the next turn; one that is closed is freed in the turn after that, when no
 * connection can point to it any more. */
#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"

enum { BUCKETS = 4096 };

static struct {
    struct engine *engines;
    struct session *sessions[BUCKETS]; /* by their ids, of all engines */
    struct session *closed;            /* to be freed */
    bool doomed;                       /* there are such */
} own;

/* ---- the timers, and what waits for the next turn ---- */

static void tick(void);

static void schedule(void)
{
    int64_t due = own.closed || own.doomed ? server.now : NEVER;
    for (struct engine *e = own.engines; e; e = e->next) {
        struct queue *queues[] = {&e->pings, &e->pongs, &e->probes};
        for (int i = 0; i < 3; i++)
            if (queue_next(queues[i]) < due)
                due = queue_next(queues[i]);
    }
    server_at(due, tick);
}

static void doom(struct session *s)
{
    s->doomed = own.doomed = true;
    schedule();
}

static void close_doomed(void)
{
    own.doomed = false; /* until another is */
    for (int i = 0; i < BUCKETS; i++)
        for (struct session *s = own.sessions[i]; s;)
            if (s->doomed) {
                session_close(s, "transport error");
                s = own.sessions[i]; /* on_close may have closed the next */
            } else {
                s = s->next;
            }
}

static void run_queues(struct engine *e)
{
    struct timer *t;
    while ((t = queue_due(&e->pings))) {
        timer_start(t, &e->pongs);
        session_send((struct session *)t, "2", 1); /* heart is its first */
    }
    while ((t = queue_due(&e->pongs)))
        session_close((struct session *)t, "ping timeout");
    while ((t = queue_due(&e->probes)))
        session_probe((void *)((char *)t - offsetof(struct session, probing)),
                      NULL);
}

static void tick(void)
{
    while (own.closed) {
        struct session *s = own.closed;
        own.closed = s->next;
        free(s);
    }
    if (own.doomed)
        close_doomed();
    for (struct engine *e = own.engines; e; e = e->next)
        run_queues(e);
    schedule();
}

void session_watch(struct engine *e)
{
    queue_init(&e->pings, e->ping_interval);
    queue_init(&e->pongs, e->ping_timeout);
    queue_init(&e->probes, e->probe_timeout);
    e->next = own.engines;
    own.engines = e;
}

struct engine *session_engines(void)
{
    return own.engines;
}

/* ---- from beginning to end ---- */

static unsigned bucket(const char *id)
{
    unsigned hash = 0;
    for (int i = 0; i < 4; i++) /* random enough */
        hash = hash * 61 + (unsigned char)id[i];
    return hash % BUCKETS;
}

struct session *session_find(const struct engine *e, struct text id)
{
    struct session *s = id.n == ID_LENGTH ? own.sessions[bucket(id.p)] : NULL;
    while (s && (s->engine != e || memcmp(s->id, id.p, ID_LENGTH) != 0))
        s = s->next;
    return s;
}

struct session *session_new(struct engine *e, const struct transport *t)
{
    struct session *s = calloc(1, sizeof *s);
    if (s && !random_id(s->id)) {
        free(s);
        return NULL;
    }
    if (s) {
        s->engine = e;
        s->transport = t;
    }
    return s;
}

void session_begin(struct session *s)
{
    char open[200];
    struct engine *e = s->engine;
    struct session **head = &own.sessions[bucket(s->id)];
    s->next = *head;
    *head = s;
    e->count++;
    timer_start(&s->heart, &e->pings);
    int n = snprintf(open, sizeof open,
                     "0{\"sid\":\"%.*s\",\"upgrades\":[%s],\"pingInterval\":%d,"
                     "\"pingTimeout\":%d,\"maxPayload\":%zu}",
                     ID_LENGTH, s->id,
                     s->transport->send ? "" : "\"websocket\"",
                     e->ping_interval, e->ping_timeout, e->max_payload);
    session_send(s, open, (size_t)n);
    schedule();
    e->on_connection(s);
}

static void forget(struct session *s)
{
    struct session **at = &own.sessions[bucket(s->id)];
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    s->engine->count--;
    timer_stop(&s->heart);
    s->next = own.closed;
    own.closed = s;
    schedule();
}

void session_end(struct session *s, const char *reason, const char *packet)
{
    struct conn *down = s->down;
    if (s->closed)
        return;
    s->closed = true;
    s->down = NULL;
    forget(s);
    session_probe(s, NULL);
    if (down)
        s->transport->hang_up(down, packet);
    s->engine->on_close(s, reason);
    buf_free(&s->pending);
}

void session_close(struct session *s, const char *reason)
{
    session_end(s, reason, "1");
}

void session_probe(struct session *s, struct conn *probe)
{
    struct conn *old = s->probe;
    s->probe = probe;
    s->probed = false;
    timer_stop(&s->probing);
    if (probe) {
        timer_start(&s->probing, &s->engine->probes);
        schedule();
    }
    if (old)
        ws_close(old, 1000, "");
}

/* ---- packets ---- */

static bool append(struct session *s, int opcode, const char *p, size_t len)
{
    static const char separator[] = {SEPARATOR};
    struct buf *b = &s->pending;
    size_t most = MAX_QUEUED; /* more: nobody fetches it */
    if (opcode == WS_BINARY)  /* it goes with the text that let it begin */
        most += 2 * s->engine->max_payload;
    if (b->len > most)
        return false;
    if (b->len > 0 && !buf_add(b, separator, 1))
        return false;
    if (opcode == WS_TEXT)
        return buf_add(b, p, len);
    if (!buf_add(b, "b", 1) || !buf_reserve(b, (len + 2) / 3 * 4))
        return false;
    b->len += base64_encode(p, len, b->data + b->len);
    return true;
}

static void send_packet(struct session *s, int opcode, const char *p, size_t n)
{
    if (s->closed || s->doomed)
        return;
    if (s->transport->send)
        s->transport->send(s, opcode, p, n);
    else if (append(s, opcode, p, n))
        s->transport->flush(s);
    else
        doom(s);
}

void session_send(struct session *s, const char *packet, size_t len)
{
    send_packet(s, WS_TEXT, packet, len);
}

void session_send_binary(struct session *s, const char *data, size_t len)
{
    send_packet(s, WS_BINARY, data, len);
}

bool session_next(struct text *payload, struct text *packet)
{
    const char *end = memchr(payload->p, SEPARATOR, payload->n);
    *packet = *payload;
    if (!end)
        return false;
    packet->n = (size_t)(end - payload->p);
    *payload = (struct text){end + 1, payload->n - packet->n - 1};
    return true;
}

static bool receive_binary(struct session *s, struct text base64)
{
    struct buf b = {0};
    if (!buf_reserve(&b, base64.n + 1))
        return false;
    long n = base64_decode(base64.p, base64.n, b.data);
    bool ok = n >= 0 && s->engine->on_message(s, WS_BINARY,
                                              (struct text){b.data, (size_t)n});
    buf_free(&b);
    return ok;
}

bool session_receive(struct session *s, struct text packet)
{
    struct text data = {packet.p + 1, packet.n - 1};
    switch (packet.n > 0 ? *packet.p : '\0') {
    case '1':
        session_end(s, "transport close", "6");
        return true;
    case '3':
        timer_start(&s->heart, &s->engine->pings);
        schedule(); /* the ping may be due before any pong is */
        return true;
    case '4':
        return s->engine->on_message(s, WS_TEXT, data);
    case 'b':
        return receive_binary(s, data);
    case '5':
    case '6':
        return true;
    default:
        return false;
    }
}

void session_set_data(struct session *s, void *data)
{
    s->data = data;
}

void *session_data(const struct session *s)
{
    return s->data;
}
