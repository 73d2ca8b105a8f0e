/* engineio.h - Engine.IO, protocol 4: it stands for the package engine.io.
 *
 * A session is a connection that outlives its connections: messages go both
 * ways, in order, over requests that the client polls with, over a stream, or
 * over a WebSocket. It works without Socket.IO. Left out: protocol 3, JSONP,
 * compression, cookies, WebTransport. */
#ifndef ENGINEIO_H
#define ENGINEIO_H

#include "websocket.h"

struct session;

/* All zero but for what is yours to set: everything down to on_close. */
struct engine {
    const char *path;                /* "/engine.io/" */
    int ping_interval, ping_timeout; /* ms; a ping, and then for its pong */
    int probe_timeout;               /* ms; for an upgrade, once begun */
    size_t max_payload;              /* bytes, at most MAX_BODY */
    void (*on_connection)(struct session *s); /* none of the three is NULL */
    /* data is valid until it returns. False: malformed; the session ends. */
    bool (*on_message)(struct session *s, int opcode, struct text data);
    /* It is over: nothing can be sent, and s is freed when the turn ends. */
    void (*on_close)(struct session *s, const char *reason);

    struct engine *next; /* from here on it is the engine's own */
    struct ws_handlers ws;
    int count; /* of its sessions */
};

void engine_attach(struct engine *e); /* before server_run; keep e */

/* WS_BINARY: a message; WS_TEXT: one with the '4' of its packet in front.
 * Calls no handler: a session with too much unsent is closed a little later. */
void session_send(struct session *s, int opcode, const char *p, size_t len);
/* Calls on_close, if it is not over yet. The reason is not copied. */
void session_close(struct session *s, const char *reason);

void **session_data(struct session *s); /* yours; NULL at first */

#endif
