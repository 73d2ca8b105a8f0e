/* conn.c - one connection: what happens between poll() and its state. */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>
#include "server.h"
#include "trace.h"

enum { OUT_HIGH = 1 << 16 }; /* unsent bytes at which we stop reading */
enum { MESSAGES = 512 };     /* of one connection, in one turn */
enum { FLUSH_MS = 60000 };   /* at most, for our last words to leave, */
enum { LINGER_MS = 2000 };   /* and then for the peer to close */

static struct conn *current; /* whose turn it is */

/* An idle connection has no buffers. It borrows these for a turn, so that ten
 * thousand cost little, and no request costs an allocation. */
static struct buf spare_in, spare_out;

static void hand_over(struct buf *from, struct buf *to)
{
    if (to->data)
        return;
    *to = *from;
    *from = (struct buf){0};
}

/* If it is empty, and has not grown too large to be kept. */
static void give_back(struct buf *b, struct buf *spare)
{
    if (b->len == 0 && b->cap <= 4 * READ_SIZE)
        hand_over(b, spare);
    buf_fit(b);
}

static struct pollfd *poll_of(const struct conn *c)
{
    return &server.polls[c->slot];
}

void conn_close(struct conn *c)
{
    if (poll_of(c)->fd < 0)
        return;
    timer_stop(&c->timer);
    close(poll_of(c)->fd);
    poll_of(c)->fd = -1;
    server.dead++;
}

/* Whether a read or write has moved bytes; an error is the end. */
static bool moved(struct conn *c, ssize_t n)
{
    if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
        conn_close(c);
    return n > 0;
}

/* Says what poll() has to look for. A peer that does not read our answers is
 * not read any further, so that it cannot ask for more and more of them. */
static void watch(struct conn *c)
{
    bool reads = c->state->input && !c->eof && !c->again &&
                 c->out.len < OUT_HIGH;
    bool writes = c->out.len > 0 || c->again;
    poll_of(c)->events = (short)((reads ? POLLIN : 0) | (writes ? POLLOUT : 0));
}

static void write_out(struct conn *c)
{
    if (c->out.len == 0)
        return;
    ssize_t n = write(poll_of(c)->fd, c->out.data, c->out.len);
    if (!moved(c, n))
        return;
    c->bytes_out += (uint64_t)n;
    buf_drop(&c->out, (size_t)n);
}

static void flush(struct conn *c)
{
    write_out(c);
    give_back(&c->out, &spare_out);
    c->full = c->out.len > MAX_QUEUED;
    watch(c);
}

/* A client that says a thousand things to all in one turn would cost each of
 * them a thousand writes. So the first is written at once (then ten thousand
 * listeners fill one spare buffer in turn), and the rest leaves together, when
 * poll() says so. */
void conn_flush(struct conn *c)
{
    bool first = c->written != server.turn;
    if (c == current || poll_of(c)->fd < 0)
        return; /* its own turn ends with that */
    c->written = server.turn;
    c->again |= (poll_of(c)->events & POLLOUT) != 0; /* .drained, .eof wait */
    if (first || c->out.len >= OUT_HIGH)
        flush(c);
    else
        watch(c);
}

void conn_add(struct conn *c, const void *bytes, size_t len)
{
    if (poll_of(c)->fd < 0)
        return;
    hand_over(&spare_out, &c->out);
    if (c->full || !buf_add(&c->out, bytes, len))
        conn_close(c); /* it does not read, or we lack memory */
}

static void on_due(struct timer *t)
{
    struct conn *c = (struct conn *)t; /* its first member */
    if (c->state->timeout)
        c->state->timeout(c);
    else
        conn_close(c);
}

void conn_deadline(struct conn *c, int ms)
{
    if (ms < 0 || poll_of(c)->fd < 0)
        timer_stop(&c->timer);
    else
        timer_start(&c->timer, ms, on_due);
}

void conn_become(struct conn *c, const struct state *state, int timeout_ms)
{
    c->state = state;
    conn_deadline(c, timeout_ms);
    watch(c);
}

void conn_again(struct conn *c)
{
    c->again = true; /* poll() will say that it can be written */
    watch(c);
}

void conn_trace(struct conn *c)
{
    size_t rest = c->in.len - c->shown;
    if (rest > 0 && c->shown > 0)
        trace_line(c->id, '<', c->in.data + c->shown, rest);
    else if (rest > 0)
        trace_http(c->id, '<', c->in.data, rest);
    c->shown = c->in.len;
}

/* Closing a socket that has unread bytes resets the connection, and a reset
 * overtakes our last words. So: shut down our side, read on, then close. */
static size_t discard(struct conn *c, char *bytes, size_t len)
{
    (void)bytes;
    conn_trace(c);
    c->shown = 0;
    return len;
}

static void hang_up(struct conn *c)
{
    shutdown(poll_of(c)->fd, SHUT_WR);
    conn_deadline(c, LINGER_MS);
}

static const struct state lingering = {
    .input = discard, .drained = hang_up, .eof = conn_close};

/* For its state it is over now; what is queued leaves, then both sides end. */
void conn_finish(struct conn *c)
{
    if (c->state == &lingering)
        return;
    const struct state *was = c->state;
    conn_become(c, &lingering, FLUSH_MS);
    if (was->closed)
        was->closed(c);
    conn_again(c);
    conn_flush(c);
}

/* Hands on what is in c->in, message by message. */
static void feed(struct conn *c)
{
    size_t used = 0, n = 1;
    int messages = 0;
    while (n > 0 && used < c->in.len && c->state->input && !c->again &&
           poll_of(c)->fd >= 0) {
        n = c->state->input(c, c->in.data + used, c->in.len - used);
        used += n;
        /* A pause: until it has read its answers, or others had a turn. */
        c->again |= c->out.len >= OUT_HIGH || (n > 0 && ++messages == MESSAGES);
    }
    buf_drop(&c->in, used);
}

static void read_in(struct conn *c)
{
    struct buf *in = &c->in;
    ssize_t n = -1; /* with ENOMEM, if there is no room */
    hand_over(&spare_in, in);
    if (buf_reserve(in, READ_SIZE))
        n = read(poll_of(c)->fd, in->data + in->len, in->cap - in->len);
    c->eof = n == 0;
    if (!moved(c, n))
        return;
    in->len += (size_t)n;
    c->bytes_in += (uint64_t)n;
    feed(c);
}

/* It can be written to: what waited for that, waits no more. */
static void can_write(struct conn *c)
{
    write_out(c);
    if (c->out.len > 0)
        return;
    c->again = c->full = false;
    if (c->state->drained)
        c->state->drained(c);
    feed(c);
}

/* poll() has seen something: all that there is to do for c. */
void conn_turn(struct conn *c, short events)
{
    current = c;
    if (events & POLLOUT)
        can_write(c);
    if (!(events & POLLIN) && events & (POLLERR | POLLHUP | POLLNVAL))
        conn_close(c);
    if (events & POLLIN && poll_of(c)->fd >= 0 && !c->again)
        read_in(c);
    give_back(&c->in, &spare_in);
    current = NULL;
    if (poll_of(c)->fd >= 0)
        flush(c);
    void (*ended)(struct conn *) = c->state->eof ? c->state->eof : conn_finish;
    if (c->eof && c->state->input && !c->out.len && !c->again)
        ended(c); /* it has said all, and so have we */
}
