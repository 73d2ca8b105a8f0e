/* A connection without a network: a peer at the other end of a socket pair.
 * The clock stands still; pass() lets time go by. */
#ifndef PEER_H
#define PEER_H

#include "server.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PEERS = 8 };

struct peer {
    int fd;
    bool end;   /* it has read our end, or a reset */
    size_t len; /* what it has read */
    char text[1 << 22];
};

/* A fixture: a server without sockets of its own. */
static inline void table_begin(void)
{
    signal(SIGPIPE, SIG_IGN);
    server = (struct server){
        .name = "unit",
        .now = 1 << 20,
        .count = OWN_SLOTS,
        .most = OWN_SLOTS + PEERS,
        .conns = calloc(OWN_SLOTS + PEERS, sizeof *server.conns),
        .polls = calloc(OWN_SLOTS + PEERS, sizeof *server.polls)};
    server.polls[LISTENER].fd = server.polls[SIGNALS].fd = -1;
}

static inline void table_end(void)
{
    for (int i = OWN_SLOTS; i < server.count; i++) {
        conn_close(server.conns[i]);
        buf_free(&server.conns[i]->in);
        buf_free(&server.conns[i]->out);
        free(server.conns[i]);
    }
    free(server.conns);
    free(server.polls);
    server = (struct server){.address = "127.0.0.1"};
}

/* The peer's end is in p; returns ours. */
static inline int peer_open(struct peer *p, int type)
{
    int ends[2];
    ck_assert_int_eq(socketpair(AF_UNIX, type, 0, ends), 0);
    for (int i = 0; i < 2; i++)
        fcntl(ends[i], F_SETFL, O_NONBLOCK);
    p->fd = ends[1];
    p->end = false;
    p->len = 0;
    return ends[0];
}

/* Our socket takes but a little before it has been read. */
static inline void narrow(const struct conn *c)
{
    int few = 2048;
    setsockopt(server.polls[c->slot].fd, SOL_SOCKET, SO_SNDBUF, &few,
               sizeof few);
}

static inline bool is_open(const struct conn *c)
{
    return server.polls[c->slot].fd >= 0;
}

/* What the loop of server.c would do. False: there is nothing to do. */
static inline bool one_turn(void)
{
    int ready = poll(server.polls, (nfds_t)server.count, 0);
    server.turn++;
    for (int i = server.count - 1; i >= OWN_SLOTS && ready > 0; i--)
        if (server.polls[i].fd >= 0 && server.polls[i].revents)
            conn_turn(server.conns[i], server.polls[i].revents);
    return ready > 0;
}

static inline void turns(void)
{
    for (int n = 0; one_turn(); n++)
        ck_assert_msg(n < 100000, "it does not come to rest");
}

static inline void pass(int ms)
{
    server.now += ms;
    timer_ring();
    turns();
}

static inline void peer_say(struct peer *p, const char *bytes, size_t len)
{
    for (ssize_t n = 0; len > 0; bytes += n, len -= (size_t)n) {
        n = write(p->fd, bytes, len);
        if (n < 0 && errno != EAGAIN)
            return; /* it is gone */
        if (n < 0)
            n = 0;
        turns();
    }
}

/* Reads what there is, and no more than limit bytes in all. */
static inline void peer_hear(struct peer *p, size_t limit)
{
    ssize_t n = 1;
    for (turns(); n > 0 && p->len < limit; turns()) {
        n = read(p->fd, p->text + p->len, limit - p->len);
        p->end |= n == 0 || (n < 0 && errno != EAGAIN);
        p->len += n > 0 ? (size_t)n : 0;
    }
}

static inline void expect_heard(struct peer *p, const char *want)
{
    peer_hear(p, sizeof p->text);
    expect_bytes("heard", p->text, p->len, want, strlen(want));
    p->len = 0;
}

#endif
