/* The loop and its clock: alarms, deadlines, and the ends of connections. */
#include "peer.h"

#include <time.h>

enum { SOME = 100, LATE = 3000 /* on a slow machine */ };

static void (*script)(void); /* what the test does first */
static int64_t stopped;

static void start(void)
{
    script();
}

static struct {
    struct conn *c; /* NULL: it is over */
    int64_t due;    /* NEVER: it has no deadline */
    int fd, timeouts, closed;
} some[SOME];

/* On the second call all deadlines before the first must have passed. */
static void stop(void)
{
    if (stopped == 0) {
        stopped = server.now;
        server_at(server.now + 50, stop);
        return;
    }
    for (size_t i = 0; i < SOME; i++)
        if (some[i].c && some[i].due < stopped - 64)
            ck_abort_msg("%zu: its deadline is forgotten", i);
    server.stopping = true;
}

/* Runs the program, which does first, until somebody calls stop. */
static void run_server(void (*first)(void))
{
    fflush(stdout);
    int screen = dup(STDOUT_FILENO), null = open("/dev/null", O_WRONLY);
    dup2(null, STDOUT_FILENO); /* no ready line, please */
    signal(SIGPIPE, SIG_IGN);
    server.name = "unit";
    server.port = 0;
    server.stopping = false;
    stopped = 0;
    script = first;
    server_at(0, start);
    int status = server_run();
    fflush(stdout);
    dup2(screen, STDOUT_FILENO);
    ck_assert_int_eq(status, 0);
}

static void expect_now(int64_t due)
{
    ck_assert_int_ge(server.now, due);
    ck_assert_int_lt(server.now, due + LATE);
}

static int64_t due;
static int rings;

/* The first time it is put off, then it is brought forward, then it is late
 * already, and then it is over. */
static void ring(void)
{
    expect_now(due);
    rings++;
    due = server.now + (rings == 1 ? 60 : rings == 2 ? 40 : -5);
    server_at(server.now + (rings == 1 ? 1 : 100000), ring);
    server_at(rings < 4 ? due : NEVER, ring);
    if (rings == 4)
        server_at(server.now + 100, stop);
}

static void begin_to_ring(void)
{
    due = server.now + 20;
    server_at(due, ring);
}

START_TEST(alarms)
{
    rings = 0;
    run_server(begin_to_ring);
    ck_assert_int_eq(rings, 4);
}
END_TEST

static uint64_t ticks[10];
static int tick_count;

static void tick(void)
{
    if (tick_count < 10)
        ticks[tick_count++] = date_now();
    if (tick_count == 10)
        server.stopping = true;
}

static void begin_to_tick(void)
{
    server_every(20, tick);
}

/* At multiples of 20 ms on the clock: never early, so never twice in one. */
START_TEST(every)
{
    tick_count = 0;
    run_server(begin_to_tick);
    for (int i = 1; i < 10; i++) {
        ck_assert_uint_gt(ticks[i] / 20, ticks[i - 1] / 20);
        ck_assert_uint_lt(ticks[i], ticks[i - 1] + LATE);
    }
}
END_TEST

static void set(size_t i, int ms)
{
    some[i].due = ms < 0 ? NEVER : server.now + ms;
    conn_deadline(some[i].c, ms);
}

/* Its own deadline has come, no other's. What now happens to whom: all that
 * can happen. */
static void timeout(struct conn *c)
{
    size_t i = c->mark, other = dice(SOME);
    ck_assert_ptr_eq(some[i].c, c);
    expect_now(some[i].due);
    some[i].timeouts++;
    if (some[i].timeouts < 5)
        set(i, (int)dice(100));
    else
        conn_close(c);
    if (!some[other].c || other == i || other == SOME - 1)
        return;
    switch (dice(4)) {
    case 0:
        conn_finish(some[other].c);
        break;
    case 1:
        conn_close(some[other].c);
        some[other].due = NEVER;
        break;
    default:
        set(other, dice(8) ? (int)dice(100) : -1);
    }
}

static void closed(struct conn *c)
{
    ck_assert_ptr_eq(some[c->mark].c, c);
    some[c->mark].c = NULL;
    some[c->mark].closed++;
}

static const struct state timed = {.timeout = timeout, .closed = closed};

static void begin_some(void)
{
    for (size_t i = 0; i < SOME; i++) {
        int ends[2];
        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
        some[i].fd = ends[1];
        some[i].c = server_add(ends[0], &timed);
        some[i].c->mark = i;
        set(i, i < SOME - 1 ? (int)dice(200) : 100000);
    }
    server_at(server.now + 1000, stop);
}

/* Nobody is forgotten, nobody is early, and each ends once. In between the
 * server sleeps. */
START_TEST(deadlines)
{
    char byte;
    clock_t begun = clock();
    memset(some, 0, sizeof some);
    run_server(begin_some);
    ck_assert_int_lt(clock() - begun, CLOCKS_PER_SEC / 2);
    for (size_t i = 0; i < SOME; i++) {
        ck_assert_int_eq(some[i].closed, 1);
        ck_assert_int_eq(read(some[i].fd, &byte, 1), 0);
        close(some[i].fd);
    }
    ck_assert_int_eq(server.count, OWN_SLOTS);
}
END_TEST

/* Those in this state, each once, but not those that are closed. */
START_TEST(next)
{
    static const struct state one = {0}, two = {0};
    static struct peer peers[6];
    struct conn *conns[6], *c = NULL;
    table_begin();
    for (int i = 0; i < 6; i++)
        conns[i] = server_add(peer_open(&peers[i], SOCK_STREAM),
                              i == 0 || i == 3 ? &two : &one);
    conn_close(conns[2]);
    ck_assert_ptr_eq(c = server_next(NULL, &one), conns[1]);
    ck_assert_ptr_eq(c = server_next(c, &one), conns[4]);
    ck_assert_ptr_eq(c = server_next(c, &one), conns[5]);
    ck_assert_ptr_eq(server_next(c, &one), NULL);
    ck_assert_ptr_eq(c = server_next(NULL, &two), conns[0]);
    ck_assert_ptr_eq(server_next(c, &two), conns[3]);
    ck_assert(conns[0]->id != 0 && conns[0]->id != conns[1]->id);
    table_end();
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("server");
    TCase *t = tcase_create("the loop");
    tcase_set_timeout(t, 20);
    tcase_add_test(t, alarms);
    tcase_add_test(t, deadlines);
    tcase_add_test(t, next);
    tcase_add_test(t, every);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
