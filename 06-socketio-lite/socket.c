/* socket.c - see socket.h and socketio.h.
 *
 * What goes to many is rendered once, and then sent to each. */
#include "socket.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"

struct ack {
    struct ack *next;
    uint64_t id;
    on_ack *on;
    void *data;
};

static struct buf out;  /* the packet last rendered */
static struct buf room; /* the name of a room, last looked for */
static struct buf quoted;

struct socket *socket_new(struct session *session, struct namespace *io)
{
    struct socket *s = calloc(1, sizeof *s);
    if (s && !random_id(s->id)) {
        free(s);
        return NULL;
    }
    if (!s)
        return NULL;
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
    s->session = NULL;
}

void socket_free(struct socket *s)
{
    while (s->acks) {
        struct ack *a = s->acks;
        s->acks = a->next;
        free(a);
    }
    buf_free(&s->rooms);
    free(s);
}

/* ---- out ---- */

static bool render(struct packet *p, const struct namespace *io,
                   const char *event, struct args args)
{
    p->nsp = (struct text){io->name, strlen(io->name)};
    p->attachments = args.attached ? args.attached->count : 0;
    bool ok = packet_begin(&out, p) && buf_add(&out, "[", 1);
    if (event)
        ok = ok && json_quote(&out, (struct text){event, strlen(event)}) &&
             buf_add(&out, ",", args.json.n > 0);
    return ok && buf_add(&out, args.json.p, args.json.n) &&
           buf_add(&out, "]", 1);
}

static bool render_event(const struct namespace *io, const char *event,
                         struct args args)
{
    struct packet p = {.type = PACKET_EVENT};
    return render(&p, io, event, args);
}

static void send_out(struct socket *to, const struct attachments *attached)
{
    session_send(to->session, out.data, out.len);
    for (int i = 0; attached && i < attached->count; i++)
        session_send_binary(to->session, attached->parts[i].data,
                            attached->parts[i].len);
}

static void emit(struct namespace *io, const struct socket *but,
                 const char *event, struct args args)
{
    if (!render_event(io, event, args))
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

void socket_emit(struct socket *to, const char *event, struct args args)
{
    if (to->session && render_event(to->io, event, args))
        send_out(to, args.attached);
}

void socket_send(struct socket *to, struct text text)
{
    quoted.len = 0;
    if (!json_quote(&quoted, text))
        return;
    struct text json = {quoted.data, quoted.len};
    socket_emit(to, "message", (struct args){json, NULL});
}

/* ---- acknowledgements ---- */

void socket_ack(struct socket *to, const struct event *e, struct args args)
{
    struct packet p = {.type = PACKET_ACK, .has_id = true, .id = e->ack};
    if (to->session && e->wants_ack && render(&p, to->io, NULL, args))
        send_out(to, args.attached);
}

bool socket_emit_with_ack(struct socket *to, const char *event,
                          struct args args, on_ack *on, void *data)
{
    struct packet p = {.type = PACKET_EVENT, .has_id = true, .id = to->acked};
    struct ack *a = to->session ? malloc(sizeof *a) : NULL;
    if (!a || !render(&p, to->io, event, args)) {
        free(a);
        return false;
    }
    *a = (struct ack){to->acks, to->acked++, on, data};
    to->acks = a;
    send_out(to, args.attached);
    return true;
}

bool socket_acked(struct socket *s, uint64_t id, struct args args)
{
    struct ack **at = &s->acks;
    while (*at && (*at)->id != id)
        at = &(*at)->next;
    struct ack *a = *at;
    if (!a)
        return false;
    *at = a->next;
    a->on(s, args, a->data);
    free(a);
    return true;
}

/* ---- rooms ---- */

/* The name without what JSON leaves open, "a" and "\u0061" are one room; and
 * in front of it, in two bytes, how long that is together. */
static bool name_room(struct text json)
{
    struct buf text = {0};
    uint16_t n = 0;
    room.len = 0;
    bool ok = json.n <= 6 * MAX_ROOMS && buf_add(&room, &n, sizeof n);
    if (ok && json_is_string(json))
        ok = json_decode(&text, json) &&
             json_quote(&room, (struct text){text.data, text.len});
    else
        ok = ok && buf_add(&room, json.p, json.n);
    buf_free(&text);
    n = (uint16_t)room.len;
    if (ok)
        memcpy(room.data, &n, sizeof n);
    return ok && room.len == n;
}

/* Where the room last named stands among those of s; NULL: nowhere. */
static char *find_room(const struct socket *s)
{
    char *p = s->rooms.data;
    uint16_t n;
    for (size_t left = s->rooms.len; left > 0; left -= n, p += n) {
        memcpy(&n, p, sizeof n);
        if (n == room.len && memcmp(p, room.data, n) == 0)
            return p;
    }
    return NULL;
}

static int count_room(const struct namespace *io)
{
    int n = 0;
    for (const struct socket *s = io->first; s; s = s->next)
        n += find_room(s) != NULL;
    return n;
}

int socket_join(struct socket *socket, struct text json)
{
    if (!name_room(json))
        return 0;
    if (!find_room(socket) && socket->rooms.len + room.len <= MAX_ROOMS)
        buf_add(&socket->rooms, room.data, room.len);
    return count_room(socket->io);
}

int socket_leave(struct socket *socket, struct text json)
{
    if (!name_room(json))
        return 0;
    char *p = find_room(socket);
    if (p) {
        char *end = socket->rooms.data + socket->rooms.len;
        memmove(p, p + room.len, (size_t)(end - p) - room.len);
        socket->rooms.len -= room.len;
    }
    return count_room(socket->io);
}

void io_emit_to(struct namespace *io, struct text json, const char *event,
                struct args args)
{
    if (!name_room(json) || !render_event(io, event, args))
        return;
    for (struct socket *s = io->first; s; s = s->next)
        if (find_room(s))
            send_out(s, args.attached);
}

struct namespace *socket_namespace(const struct socket *socket)
{
    return socket->io;
}

const char *socket_id(const struct socket *socket)
{
    return socket->id;
}
