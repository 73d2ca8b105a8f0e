/* websocket.h - WebSocket (RFC 6455): it stands for the package ws.
 *
 * The handshake, frames, fragments, UTF-8, pings and the closing; every
 * message is handed on whole. Left out: extensions (so no compression) and
 * subprotocols; none is agreed to. */
#ifndef WEBSOCKET_H
#define WEBSOCKET_H

#include "http.h"

#ifndef MAX_MESSAGE
#define MAX_MESSAGE 1048576 /* bytes; cc -DMAX_MESSAGE=... */
#endif

enum { WS_TEXT = 1, WS_BINARY = 2 };
enum { WS_NORMAL = 1000, WS_GOING_AWAY, WS_NO_STATUS = 1005, WS_ABNORMAL };

/* What the program does on each event; any may be NULL. */
struct ws_handlers {
    void (*on_connection)(struct conn *c);
    /* data is valid until it returns; opcode is WS_TEXT or WS_BINARY. */
    void (*on_message)(struct conn *c, int opcode, struct text data);
    /* Over: by a close frame with this code, 1005 for one without, or 1006
     * when the connection broke. */
    void (*on_close)(struct conn *c, int code);
    size_t max_message; /* 0: MAX_MESSAGE */
    bool own_deadline;  /* no pings: conn_deadline is yours, and closes */
};

/* The end of a handler for the route "websocket": answers 101; or says what
 * was wrong, and returns false. on and data stay the caller's. */
bool ws_accept(struct conn *c, const struct request *r,
               const struct ws_handlers *on, void *data);
void *ws_data(const struct conn *c);
const struct ws_handlers *ws_handlers(const struct conn *c);

/* Sends a message in one frame. */
void ws_send(struct conn *c, int opcode, const char *data, size_t len);
/* The end: on_close is called before it returns, and no ws_... after it. */
void ws_close(struct conn *c, int code, const char *reason);

/* The connection behind c (NULL: the first) that has these handlers. */
struct conn *ws_next(const struct conn *c, const struct ws_handlers *on);

#endif
