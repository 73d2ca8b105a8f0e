/* room.c - see room.h and socketio.h.
 *
 * A room is there as long as somebody is in it. To join or leave one costs as
 * much as the rooms of that one socket, however many the others are in. */
#include "room.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "socket.h"

enum { BUCKETS = 4093 };   /* a prime: so all bits count */
enum { MEMBER_COST = 64 }; /* bytes that a membership takes beside a name */

struct room {
    const struct namespace *io;
    struct room *next; /* in its bucket */
    struct member *members;
    int count; /* of them */
    size_t len;
    char name[];
};

static struct room *rooms[BUCKETS];
static struct buf name, plain; /* of the room in question; on its way there */

/* The name without what JSON leaves open: "a" and "\u0061" are one room.
 * False: no memory. */
static bool read_name(struct text json)
{
    name.len = plain.len = 0;
    if (!json_is_string(json))
        return buf_add(&name, json.p, json.n);
    return json_decode(&plain, json) &&
           json_quote(&name, (struct text){plain.data, plain.len});
}

/* Where it is, or would be. Nobody can make names that all fall into one
 * bucket: the sum begins with an address that he does not know. */
static struct room **find_room(const struct namespace *io, const char *p,
                               size_t len)
{
    uint32_t sum = (uint32_t)(uintptr_t)io;
    for (size_t i = 0; i < len; i++)
        sum = (sum ^ (unsigned char)p[i]) * 16777619u; /* FNV-1a */
    struct room **at = &rooms[sum % BUCKETS];
    while (*at && ((*at)->io != io || (*at)->len != len ||
                   memcmp((*at)->name, p, len) != 0))
        at = &(*at)->next;
    return at;
}

/* NULL: nobody is there, or we lack memory. */
static struct room *room_called(const struct namespace *io, struct text json)
{
    return read_name(json) ? *find_room(io, name.data, name.len) : NULL;
}

/* The place of its membership in the list of s; there is none if it is NULL. */
static struct member **find_member(struct socket *s, const struct room *r)
{
    struct member **at = &s->rooms;
    while (*at && (*at)->room != r)
        at = &(*at)->sibling;
    return at;
}

/* The room of that name, whose place is at, is opened if it is not there. */
static bool enter(struct socket *s, struct room **at)
{
    struct member *m = malloc(sizeof *m);
    struct room *r = *at ? *at : malloc(sizeof *r + name.len);
    if (r && !*at) {
        *r = (struct room){.io = s->io, .len = name.len};
        memcpy(r->name, name.data, name.len);
    }
    if (!m || !r) {
        free(m);
        if (!*at)
            free(r);
        return false;
    }
    *at = r;
    *m = (struct member){s, r, r->members, &r->members, s->rooms};
    if (m->next)
        m->next->link = &m->next;
    r->members = s->rooms = m;
    r->count++;
    s->room_bytes += r->len + MEMBER_COST;
    return true;
}

/* Ends the membership at this place. Returns how many are in the room then. */
static int quit(struct socket *s, struct member **at)
{
    struct member *m = *at;
    struct room *r = m->room;
    *at = m->sibling;
    *m->link = m->next;
    if (m->next)
        m->next->link = m->link;
    free(m);
    s->room_bytes -= r->len + MEMBER_COST;
    if (--r->count > 0)
        return r->count;
    *find_room(r->io, r->name, r->len) = r->next;
    free(r);
    return 0;
}

int socket_join(struct socket *socket, struct text json)
{
    bool ok = socket->session && read_name(json);
    struct room **at = find_room(socket->io, name.data, ok ? name.len : 0);
    if (ok && *at && *find_member(socket, *at))
        return (*at)->count;
    if (ok && socket->room_bytes + name.len + MEMBER_COST <= MAX_ROOMS &&
        enter(socket, at))
        return (*at)->count;
    if (socket->session)
        session_close(socket->session, "forced close");
    return 0;
}

int socket_leave(struct socket *socket, struct text json)
{
    struct room *r = room_called(socket->io, json);
    struct member **at = r ? find_member(socket, r) : NULL;
    return at && *at ? quit(socket, at) : r ? r->count : 0;
}

void room_leave_all(struct socket *s)
{
    while (s->rooms)
        quit(s, &s->rooms);
}

const struct member *room_members(const struct namespace *io, struct text json)
{
    struct room *r = room_called(io, json);
    return r ? r->members : NULL;
}
