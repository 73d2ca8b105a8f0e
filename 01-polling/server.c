/* server.c - the loop: poll(), and the table of connections. */
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
#include <unistd.h>
#include "http.h"
#include "trace.h"

enum { MOST_SLOTS = 1 << 20, ACCEPTS_A_TURN = 256 };
enum { RESERVE = 32 };      /* descriptors: half of them for files, and half */
                            /* for connections too many, which get a 503 */
enum { GOODBYE_MS = 1000 }; /* to flush what is queued */
enum { PAUSE_MS = 100 };    /* then look if there are descriptors again */

static struct {
    int pipe[2]; /* a signal writes, poll() sees it */
    int shed;    /* connections beyond server.most, for a 503 */
    bool paused; /* accept() found no descriptor */
    struct timer end;
} own;

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

/* Frees it; the last in the table takes its place. */
static void reap(struct conn *c)
{
    char line[80];
    conn_trace(c); /* what never became whole */
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

/* Takes in who is waiting, while there are descriptors. */
static void accept_all(void)
{
    int room = server.most + own.shed - server.count;
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

static void give_up(struct timer *end)
{
    (void)end;
    for (int i = OWN_SLOTS; i < server.count; i++)
        conn_close(server.conns[i]);
}

/* Has it more to say or to hear? Closed with bytes that nobody has read, it
 * would be reset, and answers on their way would be lost. */
static bool is_busy(const struct conn *c)
{
    char byte;
    return c->out.len > 0 || c->again ||
           recv(server.polls[c->slot].fd, &byte, 1, MSG_PEEK) > 0;
}

/* Nobody new, and each state says its last words, for which it has a second. */
static void goodbye(void)
{
    timer_start(&own.end, GOODBYE_MS, give_up);
    close(server.polls[LISTENER].fd);
    server.polls[LISTENER].fd = server.polls[SIGNALS].fd = -1;
    for (int i = OWN_SLOTS; i < server.count; i++) {
        struct conn *c = server.conns[i];
        if (c->state->goodbye)
            c->state->goodbye(c);
        else if (is_busy(c))
            conn_finish(c);
        else
            conn_close(c);
    }
    reap_all();
}

/* One turn: sleep until something happens; then timers first, then bytes. */
static void turn(void)
{
    bool open = !own.paused && server.count < server.most + own.shed;
    int longest = own.paused ? PAUSE_MS : INT_MAX;
    int64_t ms = timer_next() - clock_now();
    int timeout = ms < 0 ? 0 : ms > longest ? longest : (int)ms;
    server.polls[LISTENER].events = open ? POLLIN : 0;
    int ready = poll(server.polls, (nfds_t)server.count, timeout);
    own.paused = false;
    server.turn++;
    server.now = clock_now();
    timer_ring();
    for (int i = server.count - 1; i >= OWN_SLOTS && ready > 0; i--)
        if (server.polls[i].revents && server.polls[i].fd >= 0)
            conn_turn(server.conns[i], server.polls[i].revents);
    if (ready > 0 && server.polls[LISTENER].revents)
        accept_all();
    if (ready > 0 && server.polls[SIGNALS].revents)
        server.stopping = true;
    reap_all();
}

/* Only wakes the loop, which stops; the second time there is no patience. */
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
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0) {
        limit.rlim_cur = 10240; /* as much as macOS gives, be it unlimited */
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    getrlimit(RLIMIT_NOFILE, &limit);
    int slots = limit.rlim_cur < MOST_SLOTS ? (int)limit.rlim_cur : MOST_SLOTS;
    int reserve = slots > 2 * RESERVE ? RESERVE : slots / 2;
    server.most = slots - reserve;
    own.shed = reserve / 2;
    server.count = OWN_SLOTS;
    server.conns = calloc((size_t)slots, sizeof *server.conns);
    server.polls = calloc((size_t)slots, sizeof *server.polls);
    return server.conns && server.polls;
}

int server_run(void)
{
    struct sigaction stop = {.sa_handler = on_signal};
    int fd; /* so that no socket of ours gets the number of stdout */
    while ((fd = open("/dev/null", O_RDWR)) >= 0 && fd <= STDERR_FILENO)
        ;
    close(fd);
    trace_init();
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
    while (server.count > OWN_SLOTS)
        turn();
    return 0;
}
