/* socket.c - see socket.h and socketio.h.
 *
 * What goes to many is rendered once, and then sent to each. */
#include "socket.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "room.h"

struct ack {
    struct ack *next;
    uint64_t id;
    on_ack *on;
    void *data;
};

static struct buf out;     /* the packet last rendered */
static struct buf scratch; /* on its way into JSON */

struct socket *socket_new(struct session *session, struct namespace *io)
{
    struct socket *s = calloc(1, sizeof *s);
    if (!s || !random_id(s->id)) {
        free(s);
        return NULL;
    }
    s->session = session;
    s->io = io;
    s->next = io->first;
    if (s->next)
        s->next->before = s;
    io->first = s;
    return s;
}

void socket_remove(struct socket *s)
{
    if (s->before)
        s->before->next = s->next;
    else
        s->io->first = s->next;
    if (s->next)
        s->next->before = s->before;
    room_leave_all(s);
    s->session = NULL;
}

void socket_free(struct socket *s)
{
    while (s->acks) {
        struct ack *a = s->acks;
        s->acks = a->next;
        free(a);
    }
    free(s);
}

/* ---- out ---- */

static bool render(struct packet p, const struct namespace *io,
                   const char *event, struct args args)
{
    p.nsp = (struct text){io->name, strlen(io->name)};
    p.attachments = args.attached ? args.attached->count : 0;
    bool ok = packet_begin(&out, &p) && buf_add(&out, "[", 1);
    if (event)
        ok = ok && json_quote(&out, (struct text){event, strlen(event)}) &&
             buf_add(&out, ",", args.json.n > 0);
    return ok && buf_add(&out, args.json.p, args.json.n) &&
           buf_add(&out, "]", 1);
}

static void send_out(struct socket *to, const struct attachments *attached)
{
    session_send(to->session, WS_TEXT, out.data, out.len);
    for (int i = 0; attached && i < attached->count; i++)
        session_send(to->session, WS_BINARY, attached->parts[i].data,
                     attached->parts[i].len);
}

/* To all but one, or NULL. */
static void emit(struct namespace *io, const struct socket *but,
                 const char *event, struct args args)
{
    if (!render((struct packet){.type = PACKET_EVENT}, io, event, args))
        return;
    for (struct socket *s = io->first; s; s = s->next)
        if (s != but)
            send_out(s, args.attached);
}

void io_emit(struct namespace *io, const char *event, struct args args)
{
    emit(io, NULL, event, args);
}

void socket_broadcast(struct socket *from, const char *event, struct args args)
{
    emit(from->io, from, event, args);
}

void io_emit_to(struct namespace *io, struct text room, const char *event,
                struct args args)
{
    const struct member *m = room_members(io, room);
    if (!m || !render((struct packet){.type = PACKET_EVENT}, io, event, args))
        return;
    for (; m; m = m->next)
        send_out(m->socket, args.attached);
}

static bool send_one(struct socket *to, struct packet p, const char *event,
                     struct args args)
{
    if (!to->session || !render(p, to->io, event, args))
        return false;
    send_out(to, args.attached);
    return true;
}

void socket_emit(struct socket *to, const char *event, struct args args)
{
    send_one(to, (struct packet){.type = PACKET_EVENT}, event, args);
}

void socket_send(struct socket *to, struct text text)
{
    scratch.len = 0;
    if (!json_quote(&scratch, text))
        return;
    struct text json = {scratch.data, scratch.len};
    socket_emit(to, "message", (struct args){json, NULL});
}

/* ---- acknowledgements ---- */

void socket_ack(struct socket *to, const struct event *e, struct args args)
{
    struct packet p = {.type = PACKET_ACK, .has_id = true, .id = e->ack};
    if (e->wants_ack)
        send_one(to, p, NULL, args);
}

bool socket_emit_with_ack(struct socket *to, const char *event,
                          struct args args, on_ack *on, void *data)
{
    struct packet p = {
        .type = PACKET_EVENT, .has_id = true, .id = to->next_ack};
    struct ack *a = malloc(sizeof *a);
    if (!a || !send_one(to, p, event, args)) {
        free(a);
        return false;
    }
    *a = (struct ack){to->acks, to->next_ack++, on, data};
    to->acks = a;
    return true;
}

void socket_acked(struct socket *s, uint64_t id, struct args args)
{
    struct ack **at = &s->acks;
    while (*at && (*at)->id != id)
        at = &(*at)->next;
    struct ack *a = *at;
    if (!a)
        return;
    *at = a->next;
    a->on(s, args, a->data);
    free(a);
}

struct namespace *socket_namespace(const struct socket *socket)
{
    return socket->io;
}
