/* server.c - the loop: poll(), the table of connections, the timers. */
#include "server.h"
#include <assert.h>
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

enum { MOST_SLOTS = 1 << 20, ACCEPTS_A_TURN = 256 };
enum { RESERVE = 32 };      /* descriptors not for connections, but for files */
enum { SHED = 16 };         /* and for these connections, which get a 503 */
enum { GOODBYE_MS = 1000 }; /* to flush what is queued */
enum { SHORT_MS = 100 };    /* no longer sleep then, or without a descriptor */

static struct {
    int pipe[2]; /* a signal writes, poll() sees it */
    bool paused; /* accept() found no descriptor */
    struct alarm {
        int64_t due;
        int every; /* ms; 0: once */
        void (*ring)(void);
    } alarms[MAX_ALARMS + 1]; /* the last never rings */
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

/* A periodic one keeps to the clock, as cron does: else it would drift over
 * the edge of a second, and see one twice or not at all. The millisecond more
 * is for two clocks that round down: late, never early. */
static int64_t next_multiple(int ms)
{
    int64_t date = (int64_t)date_now();
    return clock_ms(CLOCK_MONOTONIC) + ms - date % ms + 1;
}

static void set(void (*f)(void), int64_t due, int every)
{
    struct alarm *a = own.alarms;
    while (a->ring && a->ring != f)
        a++;
    assert(a < own.alarms + MAX_ALARMS);
    *a = (struct alarm){due, every, f};
}

void server_every(int ms, void (*f)(void))
{
    set(f, next_multiple(ms), ms);
}

void server_at(int64_t due, void (*f)(void))
{
    set(f, due, 0);
}

static int64_t next_due(void)
{
    int64_t next = NEVER;
    for (struct alarm *a = own.alarms; a->ring; a++)
        next = a->due < next ? a->due : next;
    return next;
}

static void ring_alarms(void)
{
    for (struct alarm *a = own.alarms; a->ring; a++)
        if (a->due <= server.now) {
            a->due = a->every > 0 ? next_multiple(a->every) : NEVER;
            a->ring();
        }
}

struct conn *server_add(int fd, const struct state *state)
{
    static unsigned id;
    struct conn *c = calloc(1, sizeof *c);
    if (!c) {
        close(fd);
        return NULL;
    }
    c->id = ++id;
    c->slot = server.count++;
    server.conns[c->slot] = c;
    server.polls[c->slot] = (struct pollfd){.fd = fd};
    conn_become(c, state, -1);
    trace_line(c->id, '-', "opened", 6);
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
    char line[80];
    if (c->state->closed)
        c->state->closed(c);
    int n = snprintf(line, sizeof line, "closed: %llu bytes in, %llu bytes out",
                     (unsigned long long)c->bytes_in,
                     (unsigned long long)c->bytes_out);
    trace_line(c->id, '-', line, (size_t)n);
    buf_free(&c->in);
    buf_free(&c->out);
    server.dead--;
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
            if (server.polls[i].fd < 0)
                reap(server.conns[i]);
}

static void accept_all(void)
{
    int room = server.most + SHED - server.count;
    for (int i = 0; i < ACCEPTS_A_TURN && i < room; i++) {
        int yes = 1, fd = accept(server.polls[LISTENER].fd, NULL, NULL);
        if (fd < 0) {
            own.paused = errno == EMFILE || errno == ENFILE ||
                         errno == ENOBUFS || errno == ENOMEM;
            return;
        }
        fcntl(fd, F_SETFL, O_NONBLOCK);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        http_accept(fd, server.count >= server.most);
    }
}

static void goodbye(void)
{
    close(server.polls[LISTENER].fd);
    server.polls[LISTENER].fd = server.polls[SIGNALS].fd = -1;
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
static void turn(void)
{
    bool open = !own.paused && server.count < server.most + SHED;
    int most = own.paused || server.stopping ? SHORT_MS : INT_MAX;
    int64_t ms = next_due() - clock_ms(CLOCK_MONOTONIC);
    int timeout = ms < 0 ? 0 : ms > most ? most : (int)ms;
    server.polls[LISTENER].events = open ? POLLIN : 0;
    int ready = poll(server.polls, (nfds_t)server.count, timeout);
    own.paused = false;
    server.now = clock_ms(CLOCK_MONOTONIC);
    ring_alarms();
    for (int i = server.count - 1; i >= OWN_SLOTS && ready > 0; i--)
        if (server.polls[i].revents && server.polls[i].fd >= 0)
            conn_turn(server.conns[i], server.polls[i].revents);
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

/* A slot for each descriptor that we may have; memory only when it is used. */
static bool make_table(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    int most = limit.rlim_cur < MOST_SLOTS ? (int)limit.rlim_cur : MOST_SLOTS;
    server.most = most > 2 * RESERVE ? most - RESERVE : RESERVE;
    server.count = OWN_SLOTS;
    server.conns = calloc((size_t)server.most + SHED, sizeof *server.conns);
    server.polls = calloc((size_t)server.most + SHED, sizeof *server.polls);
    return server.conns && server.polls;
}

int server_run(void)
{
    struct sigaction stop = {.sa_handler = on_signal};
    int fd; /* so that no socket of ours gets the number of stdout */
    while ((fd = open("/dev/null", O_RDWR)) >= 0 && fd <= STDERR_FILENO)
        ;
    close(fd);
    if (pipe(own.pipe) < 0 || !make_table()) {
        perror(server.name);
        return 1;
    }
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGTERM, &stop, NULL);
    signal(SIGPIPE, SIG_IGN); /* write() tells, too */
    server.polls[SIGNALS] = (struct pollfd){own.pipe[0], POLLIN, 0};
    server.polls[LISTENER].fd = server_listen();
    while (!server.stopping)
        turn();
    goodbye();
    int64_t end = server.now + GOODBYE_MS;
    while (server.count > OWN_SLOTS && server.now < end)
        turn();
    return 0;
}
