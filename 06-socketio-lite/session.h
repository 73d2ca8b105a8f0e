/* session.h - what the parts of Engine.IO know of a session, and of the way
 * that it takes. For programs there is engineio.h. */
#ifndef SESSION_H
#define SESSION_H

#include "engineio.h"

/* How packets reach the client: each at once, or from s->pending. */
struct transport {
    const char *name;
    void (*send)(struct session *s, int opcode, const char *p, size_t len);
    void (*flush)(struct session *s); /* sends what it can; with send NULL */
    /* The session is over; this packet is the last, and c goes free. */
    void (*hang_up)(struct conn *c, const char *packet);
};

struct session {
    struct timer heart; /* in engine.pings or pongs */
    struct timer probing;
    struct engine *engine;
    const struct transport *transport;
    struct conn *down;  /* the poll, stream or WebSocket; NULL: none now */
    struct conn *probe; /* a WebSocket that may become it */
    unsigned post;      /* conn.id of a POST whose body is yet to come; 0 */
    const struct state *posting; /* in which that waits for it */
    bool probed;                 /* 3probe is sent, so polls must not wait */
    bool closed, doomed;
    char id[ID_LENGTH];
    struct buf pending;   /* packets not yet sent, as in a polling payload */
    struct session *next; /* in its bucket; when closed, among the closed */
    void *data;
};

enum { SEPARATOR = 0x1e }; /* between the packets of a payload */

/* Not yet among the sessions; free() it, or let it begin, which sends its
 * first packet and calls on_connection. NULL: no memory, no randomness. */
struct session *session_new(struct engine *e, const struct transport *t);
void session_begin(struct session *s);
struct session *session_find(const struct engine *e, struct text id);

/* A packet of text, UTF-8, from the client. False: malformed. */
bool session_receive(struct session *s, struct text packet);
/* As session_close, with another last packet than 1. */
void session_end(struct session *s, const char *reason, const char *packet);
/* Takes the first packet off a payload. False: it was the last. */
bool session_next(struct text *payload, struct text *packet);
void session_probe(struct session *s, struct conn *probe); /* NULL: no more */

void session_watch(struct engine *e); /* its timers run from now on */
struct engine *session_engines(void); /* the first of the list */

#endif
