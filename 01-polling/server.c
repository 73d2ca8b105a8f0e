/* server.c - the loop: poll(), the table of connections, the timers. */
#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "http.h"
#include "trace.h"

enum { FIRST_TABLE = 64, MOST_CONNS = 1 << 20, ACCEPTS_A_TURN = 256 };
enum { RESERVE = 32 };      /* descriptors that are not for connections, */
enum { SHED = 16 };         /* but for these, which only hear a 503 */
enum { PAUSE_MS = 100 };    /* when accept() gets no descriptor */
enum { GOODBYE_MS = 1000 };

static struct {
    int pipe[2];            /* a signal writes, poll() sees it */
    int most;               /* connections; more get a 503 */
    bool paused;
    struct repeat {
        struct timer timer; /* first: repeat() casts it back */
        int ms;
        void (*tick)(void);
    } repeats[MAX_REPEATS];
    int repeat_count;
} own;

static int64_t clock_ms(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

uint64_t date_now(void)
{
    return (uint64_t)clock_ms(CLOCK_REALTIME);
}

/* Aligned to the clock, as cron is: an interval that starts anywhere drifts
 * over the edge of a second, and sees one twice or not at all. The extra
 * millisecond is for two clocks that round down: late, never early. */
static void aim(struct repeat *r)
{
    int64_t now = clock_ms(CLOCK_MONOTONIC);
    timer_set(&r->timer, now + r->ms - clock_ms(CLOCK_REALTIME) % r->ms + 1);
}

static void repeat(struct timer *timer)
{
    struct repeat *r = (struct repeat *)timer;
    aim(r);
    r->tick();
}

void server_every(int ms, void (*tick)(void))
{
    struct repeat *r = &own.repeats[own.repeat_count++];
    r->ms = ms;
    r->tick = tick;
    if (timer_add(&r->timer, repeat))
        aim(r);
}

static bool grow(void)
{
    int cap = server.cap ? 2 * server.cap : FIRST_TABLE;
    void *polls = realloc(server.polls, (size_t)cap * sizeof *server.polls);
    if (polls)
        server.polls = polls;
    void *conns = realloc(server.conns, (size_t)cap * sizeof *server.conns);
    if (conns)
        server.conns = conns;
    if (polls && conns)
        server.cap = cap;
    return polls && conns;
}

static void passed(struct timer *deadline)
{
    struct conn *c = (struct conn *)deadline;
    if (c->state->timeout)
        c->state->timeout(c);
    else
        conn_close(c);
}

struct conn *server_add(int fd, const struct state *state)
{
    static unsigned id;
    bool room = server.count < server.cap || grow();
    struct conn *c = room ? calloc(1, sizeof *c) : NULL;
    if (!c || !timer_add(&c->deadline, passed)) {
        free(c);
        return NULL;
    }
    c->id = ++id;
    c->slot = server.count++;
    server.conns[c->slot] = c;
    server.polls[c->slot] = (struct pollfd){.fd = fd};
    conn_become(c, state, -1);
    trace_event(c->id, "opened");
    return c;
}

struct conn *server_next(const struct conn *c, const struct state *state)
{
    for (int i = c ? c->slot + 1 : OWN_SLOTS; i < server.count; i++)
        if (server.conns[i]->state == state && server.polls[i].fd >= 0)
            return server.conns[i];
    return NULL;
}

static void reap(struct conn *c)
{
    if (c->state->closed)
        c->state->closed(c);
    trace_event(c->id, "closed, %llu bytes in, %llu out",
                (unsigned long long)c->bytes_in,
                (unsigned long long)c->bytes_out);
    timer_remove(&c->deadline);
    buf_free(&c->in);
    buf_free(&c->out);
    server.count--;
    server.polls[c->slot] = server.polls[server.count];
    server.conns[c->slot] = server.conns[server.count];
    server.conns[c->slot]->slot = c->slot;
    free(c);
}

/* A closed() may make others fail, and so be closed: hence the loop. */
static void reap_all(void)
{
    while (server.dead > 0)
        for (int i = server.count - 1; i >= OWN_SLOTS; i--)
            if (server.polls[i].fd < 0) {
                server.dead--;
                reap(server.conns[i]);
            }
}

static void accept_all(void)
{
    for (int i = 0; i < ACCEPTS_A_TURN && server.count < own.most + SHED; i++) {
        int yes = 1, fd = accept(server.polls[LISTENER].fd, NULL, NULL);
        if (fd < 0) {
            own.paused = errno == EMFILE || errno == ENFILE ||
                         errno == ENOBUFS || errno == ENOMEM;
            return;
        }
        fcntl(fd, F_SETFL, O_NONBLOCK);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        http_accept(fd, server.count >= own.most);
    }
}

static void goodbye(void)
{
    close(server.polls[LISTENER].fd);
    server.polls[LISTENER].fd = -1;
    for (int i = OWN_SLOTS; i < server.count; i++) {
        struct conn *c = server.conns[i];
        if (c->state->goodbye)
            c->state->goodbye(c);
        else if (c->out.len > 0)
            conn_finish(c);
        else
            conn_close(c);
    }
    reap_all();
}

/* One turn: sleep until something happens; then timers first, then bytes. */
static void turn(int64_t until)
{
    struct pollfd *listener = &server.polls[LISTENER];
    int64_t next = timer_next() < until ? timer_next() : until;
    int64_t ms = next - clock_ms(CLOCK_MONOTONIC);
    if (own.paused && ms > PAUSE_MS)
        ms = PAUSE_MS;
    bool open = !own.paused && server.count < own.most + SHED;
    listener->events = open ? POLLIN : 0;
    int timeout = ms < 0 ? 0 : ms > INT_MAX ? -1 : (int)ms;
    int ready = poll(server.polls, (nfds_t)server.count, timeout);
    own.paused = false;
    server.now = clock_ms(CLOCK_MONOTONIC);
    timer_run(server.now);
    for (int i = server.count - 1; i >= OWN_SLOTS && ready > 0; i--)
        if (server.polls[i].revents) {
            ready--;
            if (server.polls[i].fd >= 0)
                conn_turn(server.conns[i], server.polls[i].revents);
        }
    if (ready > 0 && server.polls[LISTENER].revents)
        accept_all();
    if (ready > 0 && server.polls[SIGNALS].revents)
        server.stopping = true;
    reap_all();
}

static void on_signal(int signal)
{
    static volatile sig_atomic_t again;
    (void)signal;
    int before = errno;
    if (again++ || write(own.pipe[1], "", 1) < 0)
        _exit(1);
    errno = before;
}

/* As many descriptors as we may have: one for each connection. */
static int most_conns(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    int most = limit.rlim_cur < MOST_CONNS ? (int)limit.rlim_cur : MOST_CONNS;
    return most > 2 * RESERVE ? most - RESERVE : RESERVE;
}

int server_run(void)
{
    struct sigaction stop = {.sa_handler = on_signal};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    own.most = most_conns();
    if (pipe(own.pipe) < 0 || !grow()) {
        perror(server.name);
        return 1;
    }
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGPIPE, &ignore, NULL);  /* write() tells, too */
    server.polls[SIGNALS] = (struct pollfd){own.pipe[0], POLLIN, 0};
    server.polls[LISTENER] = (struct pollfd){server_listen(), POLLIN, 0};
    server.count = OWN_SLOTS;
    while (!server.stopping)
        turn(NEVER);
    server.polls[SIGNALS].fd = -1;
    goodbye();
    for (int64_t end = server.now + GOODBYE_MS;
         server.count > OWN_SLOTS && server.now < end;)
        turn(end);
    return 0;
}
