/* A client of Engine.IO, protocol 4, over plain sockets: it polls, posts and
 * opens WebSockets just as it is told, also at the wrong moment.
 *
 * The program is build/echo, which sends each message back; or lesson 6.
 * Payloads are as the wire has them: "4a" RS "4b" are two messages.
 */
#ifndef EIO_H
#define EIO_H

#include "expect.h"
#include "stdout.h"
#include "ws_client.h"

#define LESSON "/socket.io/" /* of lesson 6: with the usual times */
#define QUICK "/engine.io/"  /* pings after 300 ms, and wants pongs in 200 */
#define CALM "/calm/"        /* no ping while a test lasts */
#define PINGS "/pings/" /* pings after 100 ms, pongs have 20 s, probes 2 s */

#define RS "\x1e" /* between the packets of a payload */

enum { QUICK_PING = 300, QUICK_PONG = 200, PROBE = 2000, CALM_PING = 300000 };
enum { MAX_PAYLOAD = 1000000 };

struct eio {
    struct program *program;
    const char *path; /* one of those above */
    char sid[24];
    struct client *poll, *post; /* connections, used again and again */
    struct client *ws;          /* the WebSocket; NULL: none */
};

/* Checks the first packet, takes the id from it, returns what follows it. */
const char *eio_read_open(struct eio *e, const char *packet);

/* A new session, by polling; by WebSocket. */
void eio_open(struct eio *e, struct program *p, const char *path);
void eio_open_ws(struct eio *e, struct program *p, const char *path);

/* The target of a request for this session. It is gone at the next call. */
const char *eio_target(const struct eio *e, const char *transport);

/* A poll is asked; answered with this payload; both. */
void eio_ask(struct eio *e);
void eio_expect(struct eio *e, const char *payload);
void eio_poll(struct eio *e, const char *payload);

/* A POST, not yet answered; answered with 'ok'. */
void eio_say(struct eio *e, const char *payload);
void eio_post(struct eio *e, const char *payload);

/* Opens e->ws for the session that polls; and proves it with 2probe. */
void eio_dial(struct eio *e);
void eio_probe(struct eio *e);
/* All of the upgrade, while no poll waits. */
void eio_upgrade(struct eio *e);

/* The session is over; it lives, and a message comes back on its way. */
void eio_expect_gone(struct eio *e);
void eio_expect_alive(struct eio *e);

/* Waits for an error of Engine.IO: its status, its type, its JSON. */
void expect_code(struct client *c, int code);

/* The next line on the program's stdout: "session: REASON". */
void expect_reason(struct program *p, const char *reason);

#endif
