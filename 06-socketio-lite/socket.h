/* socket.h - a client's place in a namespace, for the parts of Socket.IO.
 * For programs there is socketio.h. */
#ifndef SOCKET_H
#define SOCKET_H

#include "random.h"
#include "socketio.h"

struct namespace
{
    const char *name;
    const struct namespace_handlers *on;
    struct socket *first;
    struct namespace *next;
};

struct socket {
    struct session *session; /* NULL: it is disconnected */
    struct namespace *io;
    struct socket *next, *before; /* in its namespace */
    struct socket *sibling;       /* of the same session */
    struct member *rooms;         /* that it is in, */
    size_t room_bytes;            /* and what they cost */
    struct ack *acks;             /* that the client owes us */
    uint64_t next_ack;            /* the number of the next */
    char id[ID_LENGTH];
};

/* NULL: no memory, or no randomness. */
struct socket *socket_new(struct session *session, struct namespace *io);
void socket_remove(struct socket *s); /* from its namespace */
void socket_free(struct socket *s);   /* when nobody can use it any more */
/* An answer came: to a question of ours, or it is ignored. */
void socket_acked(struct socket *s, uint64_t id, struct args args);

#endif
