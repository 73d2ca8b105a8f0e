/* session.h - what the parts of Engine.IO know of a session, and of the way
 * that it takes. For programs there is engineio.h. */
#ifndef SESSION_H
#define SESSION_H

#include "engineio.h"
#include "random.h"

/* How packets reach the client: each at once, or from s->pending. */
struct transport {
    const char *name;
    void (*send)(struct session *s, int opcode, const char *p, size_t len);
    void (*flush)(struct session *s); /* sends what it can; with send NULL */
    /* The session is over; this packet is the last, and c goes free. */
    void (*hang_up)(struct conn *c, const char *packet);
    /* A stream's: appends what carries this packet. Else NULL. */
    bool (*add)(struct buf *b, struct text packet);
};

struct session {
    struct timer heart; /* for a ping, its pong; in the end, to be freed */
    struct engine *engine;
    const struct transport *transport;
    struct conn *down;  /* the poll, stream or WebSocket; NULL: none now */
    struct conn *probe; /* a WebSocket that may become it */
    unsigned post; /* id of the connection whose POST is being read, or 0 */
    const struct state *posting; /* the state that it is in while it is */
    bool probed;                 /* 3probe is sent, so polls must not wait */
    bool closed, doomed;
    char id[ID_LENGTH];
    struct buf pending;   /* packets not yet sent, as in a polling payload */
    struct session *next; /* in its bucket */
    void *data;
};

/* Not yet among the sessions; free() it, or let it begin, which sends its
 * first packet and calls on_connection. NULL: no memory, no randomness. */
struct session *session_new(struct engine *e, const struct transport *t);
void session_begin(struct session *s);
struct session *session_find(const struct engine *e, struct text id);

/* A packet of text, UTF-8, from the client. False: malformed. */
bool session_receive(struct session *s, struct text packet);
/* As session_close, with another last packet than 1. */
void session_end(struct session *s, const char *reason, const char *packet);
/* Takes the first packet off a payload. False: there was none (p is NULL). */
bool session_next(struct text *payload, struct text *packet);
void session_probe(struct session *s, struct conn *probe); /* NULL: no more */

void session_end_all(void); /* of all engines: the server stops */

#endif
