/* session.c - see session.h and engineio.h.
 *
 * Nothing ends while a packet is sent: who emits to a thousand may go through
 * a list of them. A session that has to end for it is doomed, and closed in
 * the next turn; one that is closed is freed in a turn after that, when no
 * connection can point to it any more. */
#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"

enum { SEPARATOR = 0x1e }; /* between the packets of a payload */
enum { BUCKETS = 4093 };   /* a prime: so all bits count */

static struct session *sessions[BUCKETS]; /* by their ids, of all engines */

/* ---- what a timer does when it is due; heart is a session's first ---- */

static void no_pong(struct timer *heart)
{
    session_close((struct session *)heart, "ping timeout");
}

static void ping(struct timer *heart)
{
    struct session *s = (struct session *)heart;
    timer_start(heart, s->engine->ping_timeout, no_pong);
    session_send(s, WS_TEXT, "2", 1);
}

static void too_much_pending(struct timer *heart)
{
    session_close((struct session *)heart, "transport error");
}

static void free_session(struct timer *heart)
{
    free(heart);
}

/* ---- from beginning to end ---- */

static unsigned bucket(const char *id)
{
    uint32_t front; /* of what is random from end to end */
    memcpy(&front, id, sizeof front);
    return front % BUCKETS;
}

struct session *session_find(const struct engine *e, struct text id)
{
    struct session *s = id.n == ID_LENGTH ? sessions[bucket(id.p)] : NULL;
    while (s && (s->engine != e || memcmp(s->id, id.p, ID_LENGTH) != 0))
        s = s->next;
    return s;
}

struct session *session_new(struct engine *e, const struct transport *t)
{
    struct session *s = calloc(1, sizeof *s);
    if (!s || !random_id(s->id)) {
        free(s);
        return NULL;
    }
    s->engine = e;
    s->transport = t;
    return s;
}

void session_begin(struct session *s)
{
    char open[200];
    struct engine *e = s->engine;
    struct session **head = &sessions[bucket(s->id)];
    s->next = *head;
    *head = s;
    e->count++;
    timer_start(&s->heart, e->ping_interval, ping);
    int n = snprintf(open, sizeof open,
                     "0{\"sid\":\"%.*s\",\"upgrades\":[%s],\"pingInterval\":%d,"
                     "\"pingTimeout\":%d,\"maxPayload\":%zu}",
                     ID_LENGTH, s->id,
                     s->transport->send ? "" : "\"websocket\"",
                     e->ping_interval, e->ping_timeout, e->max_payload);
    session_send(s, WS_TEXT, open, (size_t)n);
    e->on_connection(s);
}

static void forget(struct session *s)
{
    struct session **at = &sessions[bucket(s->id)];
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    s->engine->count--;
}

void session_end(struct session *s, const char *reason, const char *packet)
{
    struct conn *down = s->down;
    if (s->closed)
        return;
    s->closed = true;
    s->down = NULL;
    forget(s);
    timer_start(&s->heart, 1, free_session); /* not in this turn */
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
    if (probe)
        conn_deadline(probe, s->engine->probe_timeout);
    if (old)
        ws_close(old, WS_NORMAL, "");
}

/* ---- packets ---- */

static bool append(struct session *s, int opcode, const char *p, size_t len)
{
    static const char separator[] = {SEPARATOR};
    struct buf *b = &s->pending;
    size_t most = MAX_QUEUED; /* more: nobody fetches it */
    if (opcode == WS_BINARY)  /* the rest of a message whose text was let in */
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

void session_send(struct session *s, int opcode, const char *p, size_t len)
{
    if (s->closed || s->doomed)
        return;
    if (s->transport->send) {
        s->transport->send(s, opcode, p, len);
    } else if (append(s, opcode, p, len)) {
        s->transport->flush(s);
    } else {
        s->doomed = true;
        timer_start(&s->heart, 0, too_much_pending);
    }
}

bool session_next(struct text *payload, struct text *packet)
{
    if (!payload->p)
        return false;
    const char *end = memchr(payload->p, SEPARATOR, payload->n);
    struct text all = *payload, none = {NULL, 0};
    size_t n = end ? (size_t)(end - all.p) : all.n;
    *packet = (struct text){all.p, n};
    *payload = end ? (struct text){end + 1, all.n - n - 1} : none;
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
        if (!s->doomed)
            timer_start(&s->heart, s->engine->ping_interval, ping);
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

void **session_data(struct session *s)
{
    return &s->data;
}

/* Those are left that are between two polls: no connection told us of them. */
void session_end_all(void)
{
    for (int i = 0; i < BUCKETS; i++)
        while (sessions[i])
            session_close(sessions[i], "server shutting down");
}
