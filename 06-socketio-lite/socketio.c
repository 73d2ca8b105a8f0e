/* socketio.c - see socketio.h.  What comes in, and for which socket. */
#include "socketio.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "socket.h"

/* What Socket.IO knows of a session. */
struct client {
    struct timer connecting; /* until it has joined a namespace */
    struct session *session;
    struct socket *sockets;
    struct partial *partial; /* NULL: no packet is incomplete */
};

/* A packet whose attachments are still coming. */
struct partial {
    struct buf text;
    struct packet packet; /* text, parsed */
    size_t size;          /* of its attachments so far */
    struct attachments got;
};

static struct {
    struct namespace *namespaces;
    int connect_timeout; /* ms */
    struct socket *gone; /* to be freed in the next turn */
    struct timer next_turn;
} own;

/* Handlers further up may hold a socket that is gone: so it is freed later. */
static void free_gone(struct timer *next_turn)
{
    (void)next_turn;
    while (own.gone) {
        struct socket *s = own.gone;
        own.gone = s->next;
        socket_free(s);
    }
}

struct namespace *io_of(const char *name, const struct namespace_handlers *on)
{
    struct namespace *io = calloc(1, sizeof *io);
    if (io) {
        *io = (struct namespace){name, on, NULL, own.namespaces};
        own.namespaces = io;
    }
    return io;
}

static struct socket **socket_of(struct client *c, struct text nsp)
{
    struct socket **at = &c->sockets;
    while (*at && !text_is(nsp, (*at)->io->name))
        at = &(*at)->sibling;
    return at;
}

/* Takes the socket at this place out. */
static void remove_at(struct socket **at, const char *reason)
{
    struct socket *s = *at;
    const struct namespace_handlers *on = s->io->on;
    *at = s->sibling;
    socket_remove(s);
    if (on->on_disconnect)
        on->on_disconnect(s, reason);
    s->next = own.gone;
    own.gone = s;
    timer_start(&own.next_turn, 0, free_gone);
}

static void send_control(struct session *s, enum packet_type type,
                         struct text nsp, struct text json)
{
    struct buf b = {0};
    struct packet p = {.type = type, .nsp = nsp};
    if (packet_begin(&b, &p) && buf_add(&b, json.p, json.n))
        session_send(s, WS_TEXT, b.data, b.len);
    buf_free(&b);
}

void socket_disconnect(struct socket *socket)
{
    if (!socket->session)
        return;
    struct client *c = *session_data(socket->session);
    struct text nsp = {socket->io->name, strlen(socket->io->name)};
    send_control(c->session, PACKET_DISCONNECT, nsp, (struct text){0});
    remove_at(socket_of(c, nsp), "server namespace disconnect");
}

/* ---- what comes in ---- */

static void join(struct client *c, const struct packet *p, struct namespace *io)
{
    char json[40];
    struct socket *s = socket_new(c->session, io);
    if (!s)
        return;
    s->sibling = c->sockets;
    c->sockets = s;
    timer_stop(&c->connecting);
    int n = snprintf(json, sizeof json, "{\"sid\":\"%.*s\"}", ID_LENGTH, s->id);
    send_control(c->session, PACKET_CONNECT, p->nsp,
                 (struct text){json, (size_t)n});
    if (io->on->on_connection)
        io->on->on_connection(s, p->data);
}

static void connect_packet(struct client *c, const struct packet *p)
{
    static const char invalid[] = "{\"message\":\"Invalid namespace\"}";
    struct namespace *io = own.namespaces;
    while (io && !text_is(p->nsp, io->name))
        io = io->next;
    if (!io)
        send_control(c->session, PACKET_CONNECT_ERROR, p->nsp,
                     (struct text){invalid, sizeof invalid - 1});
    else if (!*socket_of(c, p->nsp))
        join(c, p, io);
}

static void event_packet(struct socket *s, const struct packet *p,
                         const struct attachments *attached)
{
    struct event e = {{p->args, attached}, p->has_id, p->id};
    const struct listener *l = s->io->on->events;
    while (l && l->name && !json_says(p->name, l->name))
        l++;
    if (l && l->name)
        l->handler(s, &e);
}

/* False: it is for a namespace in which the client is not. */
static bool handle(struct client *c, const struct packet *p,
                   const struct attachments *attached)
{
    struct socket **at = socket_of(c, p->nsp);
    if (p->type == PACKET_CONNECT) {
        connect_packet(c, p);
        return true;
    }
    if (!*at)
        return p->type == PACKET_DISCONNECT;
    if (p->type == PACKET_DISCONNECT)
        remove_at(at, "client namespace disconnect");
    else if (p->type == PACKET_ACK || p->type == PACKET_BINARY_ACK)
        socket_acked(*at, p->id, (struct args){p->args, attached});
    else
        event_packet(*at, p, attached);
    return true;
}

/* ---- attachments ---- */

static void free_partial(struct partial *p)
{
    if (!p)
        return;
    for (int i = 0; i < p->got.count; i++)
        buf_free(&p->got.parts[i]);
    buf_free(&p->text);
    free(p);
}

static bool begin_partial(struct client *c, struct text t)
{
    struct partial *p = calloc(1, sizeof *p);
    c->partial = p;
    if (!p || !buf_add(&p->text, t.p, t.n))
        return false;
    return packet_parse((struct text){p->text.data, t.n}, &p->packet);
}

static bool attach(struct client *c, struct text data)
{
    struct partial *p = c->partial;
    if (!p)
        return false;
    p->size += data.n; /* who gets all of it at once can queue no more */
    if (p->size > MAX_QUEUED ||
        !buf_add(&p->got.parts[p->got.count++], data.p, data.n))
        return false;
    if (p->got.count < p->packet.attachments)
        return true;
    c->partial = NULL; /* c may be gone when it has been handled */
    bool ok = handle(c, &p->packet, &p->got);
    free_partial(p);
    return ok;
}

static bool on_message(struct session *s, int opcode, struct text data)
{
    struct client *c = *session_data(s);
    struct packet p;
    if (opcode == WS_BINARY)
        return attach(c, data);
    if (c->partial || !packet_parse(data, &p))
        return false;
    if (p.attachments > 0)
        return begin_partial(c, data);
    return handle(c, &p, NULL);
}

/* ---- sessions ---- */

static void never_joined(struct timer *connecting) /* a client's first */
{
    session_close(((struct client *)connecting)->session, "forced close");
}

static void on_connection(struct session *s)
{
    struct client *c = calloc(1, sizeof *c);
    *session_data(s) = c;
    if (!c) {
        session_close(s, "transport error");
        return;
    }
    c->session = s;
    timer_start(&c->connecting, own.connect_timeout, never_joined);
}

static void on_close(struct session *s, const char *reason)
{
    struct client *c = *session_data(s);
    if (!c)
        return;
    while (c->sockets)
        remove_at(&c->sockets, reason);
    timer_stop(&c->connecting);
    free_partial(c->partial);
    free(c);
}

void io_attach(struct engine *e, int connect_timeout)
{
    own.connect_timeout = connect_timeout;
    e->on_connection = on_connection;
    e->on_message = on_message;
    e->on_close = on_close;
    engine_attach(e);
}

struct args event_arg(const struct event *e, int i)
{
    /* The list with the bracket or comma before it, and the one behind it. */
    struct text key, item, rest = {e->args.json.p - 1, e->args.json.n + 2};
    while (e->args.json.n > 0 && json_next(&rest, &key, &item))
        if (i-- == 0) { /* without attachments, if it refers to none */
            struct text in = item;
            bool list = *item.p == '[' || *item.p == '{';
            bool refers = list && !packet_all_attached(&in, 0);
            return (struct args){item, refers ? e->args.attached : NULL};
        }
    return (struct args){{"null", 4}, NULL};
}
