/* socket.h - a client's place in a namespace, for the parts of Socket.IO.
 * For programs there is socketio.h. */
#ifndef SOCKET_H
#define SOCKET_H

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
    struct buf rooms;             /* their names, as of name_room */
    struct ack *acks;             /* that the client owes us */
    uint64_t acked;               /* the number of the last */
    char id[ID_LENGTH];
};

/* NULL: no memory, or no randomness. */
struct socket *socket_new(struct session *session, struct namespace *io);
void socket_remove(struct socket *s); /* from its namespace */
void socket_free(struct socket *s);   /* when nobody can use it any more */
/* An answer came; false: not to a question of ours. */
bool socket_acked(struct socket *s, uint64_t id, struct args args);

#endif
