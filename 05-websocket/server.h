/* server.h - connections, and the one poll() that serves them all.
 *
 * A connection is a state machine: its struct state says what happens next.
 * Bytes go one way: socket -> in -> state->input -> conn_add -> out -> socket.
 * It is closed in conn_close and freed in server.c:reap, after the turn, so
 * that a handler may hold on to one that just died, and send in vain. */
#ifndef SERVER_H
#define SERVER_H

#include <poll.h>
#include "buf.h"
#include "timer.h"

enum { READ_SIZE = 1 << 16 };  /* bytes, at least, that one read may take */
enum { MAX_QUEUED = 1 << 20 }; /* unsent bytes of one who does not read */

struct conn;

/* What to do when something happens to a connection. Each may be NULL. */
struct state {
    /* Gets the bytes that wait in c->in. Returns how many it has used, which
     * are dropped then; 0: it needs more. NULL: they wait. */
    size_t (*input)(struct conn *c, char *bytes, size_t len);
    /* All that had to wait is sent; or conn_again was asked for. */
    void (*drained)(struct conn *c);
    void (*eof)(struct conn *c);     /* it sends no more; NULL: finish */
    void (*timeout)(struct conn *c); /* the deadline; NULL: close */
    void (*goodbye)(struct conn *c); /* it ends in a second; NULL: finish */
    void (*closed)(struct conn *c);  /* it is over: free what is yours */
};

struct conn {
    struct timer timer; /* its deadline */
    const struct state *state;
    struct buf in, out; /* not yet used, not yet sent */
    size_t shown;       /* bytes of in that are in the trace already */
    void *data; /* these three: who puts c into a state sets what it uses */
    uint64_t mark;
    int file;
    int slot;                      /* its place in server.conns */
    unsigned id;                   /* 1, 2, ...: its name in the trace */
    unsigned written;              /* the last turn in which others did */
    bool eof;                      /* the peer has shut down its side */
    bool again;                    /* wants a turn without new bytes */
    bool full;                     /* MAX_QUEUED is passed */
    bool close, http10, head_only; /* http.c: the request in hand */
    uint64_t bytes_in, bytes_out;
};

/* Queues a copy. conn_flush says that a message is complete, and writes what
 * is queued: at once; or, if c was written to before in this turn, in the next;
 * in c's own turn at its end: so that many answers leave in one write. */
void conn_add(struct conn *c, const void *bytes, size_t len);
void conn_flush(struct conn *c);
/* Another state: closed() of the old one is not called, what it owned passes
 * on. Its deadline ends; timeout_ms as for conn_deadline. */
void conn_become(struct conn *c, const struct state *state, int timeout_ms);
void conn_deadline(struct conn *c, int ms); /* from now; -1: none */
/* A turn without new bytes, for .drained and then for what waits in c->in:
 * poll() is asked whether c can be written to, and it nearly always can. */
void conn_again(struct conn *c);
/* Sends what is queued, then closes. It calls closed() at once: so c->data may
 * be gone when it returns, and nothing more should be sent. */
void conn_finish(struct conn *c);
void conn_close(struct conn *c); /* at once; closed() comes after the turn */
void conn_trace(struct conn *c); /* shows what is in c->in, whole or not */
void conn_turn(struct conn *c, short events); /* for server.c */

extern struct server {
    const char *name;             /* of the lesson and its page */
    const char *address, *folder; /* options -a, -w */
    uint64_t port;                /* option -p */
    bool loopback;                /* only this machine can reach us */
    bool stopping;
    unsigned turn;         /* how often poll() was called */
    int64_t now;           /* monotonic ms, as of this turn */
    struct conn **conns;   /* [OWN_SLOTS] is the first */
    struct pollfd *polls;  /* beside it; fd -1: it is dead */
    int count, most, dead; /* slots; closed, but not yet freed */
} server;
enum { LISTENER, SIGNALS, OWN_SLOTS };

/* Reads the command line; ends the program when it can't be obeyed. */
void server_init(const char *name, int argc, char **argv);
int server_listen(void); /* a socket; prints the ready line */
int server_run(void);    /* until a signal; main's exit status */

/* A connection on this socket. NULL: no memory, and fd is closed. */
struct conn *server_add(int fd, const struct state *state);
/* The one behind c (NULL: the first) in this state. */
struct conn *server_next(const struct conn *c, const struct state *state);

#endif
