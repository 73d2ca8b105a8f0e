/* socketio.h - Socket.IO, protocol 5: it stands for the package socket.io.
 *
 * Events with arguments, acknowledgements, namespaces and rooms, over any
 * session of Engine.IO. Left out: middleware, several servers (adapters), the
 * recovery of a broken connection. */
#ifndef SOCKETIO_H
#define SOCKETIO_H

#include "engineio.h"
#include "packet.h"

enum { MAX_ROOMS = 65536 }; /* bytes of one socket's rooms: their names, and */
                            /* 64 for each */

struct socket;
struct namespace;

/* Arguments are JSON values with commas between, as they came; what is binary
 * in them are attachments, to which they refer. */
struct args {
    struct text json;
    const struct attachments *attached; /* NULL: none */
};
struct attachments {
    int count;
    struct buf parts[MAX_ATTACHMENTS];
};

struct event { /* valid until its handler returns */
    struct args args;
    bool wants_ack;
    uint64_t ack; /* its number, for socket_ack */
};

/* Argument 0, 1, ... alone; null, if there is none. */
struct args event_arg(const struct event *e, int i);

typedef void on_event(struct socket *socket, const struct event *e);
typedef void on_ack(struct socket *socket, struct args args, void *data);

/* A socket may be kept until on_disconnect returns, and used, to no effect,
 * for the rest of that turn. args are valid until the call returns. */

struct listener { /* a table of these ends with a name of NULL */
    const char *name;
    on_event *handler;
};

/* io.of(name) with its handlers; any may be NULL. auth is JSON, or n 0. */
struct namespace_handlers {
    void (*on_connection)(struct socket *socket, struct text auth);
    const struct listener *events;
    void (*on_disconnect)(struct socket *socket, const char *reason);
};
/* Both are kept. NULL: no memory. */
struct namespace *io_of(const char *name, const struct namespace_handlers *on);

/* Begins to serve: path, times and limit of e are the program's, the rest is
 * filled in. connect_timeout: ms for a client to join a namespace. Once. */
void io_attach(struct engine *e, int connect_timeout);

/* io.emit, and io.to(room).emit */
void io_emit(struct namespace *io, const char *event, struct args args);
void io_emit_to(struct namespace *io, struct text room, const char *event,
                struct args args);

void socket_emit(struct socket *to, const char *event, struct args args);
void socket_send(struct socket *to, struct text text); /* as a 'message' */
/* on is called once, or never when the socket goes before it answers. Who
 * does not answer costs 32 bytes a question, so do not ask for ever. */
bool socket_emit_with_ack(struct socket *to, const char *event,
                          struct args args, on_ack *on, void *data);
void socket_ack(struct socket *to, const struct event *e,
                struct args args); /* once */
void socket_broadcast(struct socket *from, const char *event,
                      struct args args); /* to everybody else */
void socket_disconnect(struct socket *socket);

/* Names of rooms are JSON. Each returns how many are in the room then. Who
 * joins more rooms than MAX_ROOMS has room for loses his session. */
int socket_join(struct socket *socket, struct text room);
int socket_leave(struct socket *socket, struct text room);

struct namespace *socket_namespace(const struct socket *socket);

#endif
