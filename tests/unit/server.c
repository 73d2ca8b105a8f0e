/* The loop and its clock: timers, deadlines, and the ends of connections. */
#include "peer.h"

#include <time.h>

enum { SOME = 100, LATE = 3000 /* on a slow machine */ };

static void (*script)(void); /* what the test does first */
static struct timer first, last;

static void start(struct timer *t)
{
    (void)t;
    script();
}

static struct {
    struct conn *c; /* NULL: it is over */
    int64_t due;    /* NEVER: it has no deadline */
    int fd, timeouts, closed;
} some[SOME];

/* All deadlines before now must have passed. */
static void stop(struct timer *t)
{
    (void)t;
    for (size_t i = 0; i < SOME; i++)
        if (some[i].c && some[i].due < server.now)
            ck_abort_msg("%zu: its deadline is forgotten", i);
    server.stopping = true;
}

/* Runs the program, which begins so, until somebody calls stop. */
static void run_server(void (*begin)(void))
{
    fflush(stdout);
    int screen = dup(STDOUT_FILENO), null = open("/dev/null", O_WRONLY);
    dup2(null, STDOUT_FILENO); /* no ready line, please */
    signal(SIGPIPE, SIG_IGN);
    server.name = "unit";
    server.port = 0;
    server.stopping = false;
    server.now = clock_now();
    script = begin;
    timer_start(&first, 0, start);
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

static void never(struct timer *t)
{
    (void)t;
    ck_abort_msg("a stopped timer is due");
}

/* The first time it is put off, then it is brought forward, then it is due at
 * once, and then it is over. */
static void ring(struct timer *t)
{
    static const int wait[] = {0, 60, 40, 0};
    expect_now(due);
    if (++rings == 4) {
        timer_start(t, 50, never);
        timer_stop(t);
        timer_start(&last, 100, stop);
        return;
    }
    due = server.now + wait[rings];
    timer_start(t, rings == 1 ? 1 : 100000, ring);
    timer_start(t, wait[rings], ring);
}

static void begin_to_ring(void)
{
    static struct timer t;
    due = server.now + 20;
    timer_start(&t, 20, ring);
}

START_TEST(timers)
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
    timer_every(20, tick);
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

/* One of a few, as in a program. */
static int some_ms(void)
{
    static const int choice[] = {0, 1, 7, 20, 50, 99, 150, 199};
    return choice[dice(sizeof choice / sizeof *choice)];
}

/* Whatever the time is when it begins. */
static void begin_between(void)
{
    while (date_now() % 20 != 10)
        ;
    timer_every(20, tick);
}

START_TEST(on_the_clock)
{
    int sharp = 0;
    tick_count = 0;
    run_server(begin_between);
    for (int i = 0; i < 10; i++)
        sharp += ticks[i] % 20 < 8;
    ck_assert_int_ge(sharp, 2); /* on a busy machine many are late */
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
        set(i, some_ms());
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
        set(other, dice(8) ? some_ms() : -1);
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
        fcntl(ends[0], F_SETFL, O_NONBLOCK); /* as all that are accepted */
        some[i].fd = ends[1];
        some[i].c = server_add(ends[0], &timed);
        some[i].c->mark = i;
        set(i, i < SOME - 1 ? some_ms() : 100000);
    }
    timer_start(&last, 1000, stop);
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
    tcase_add_test(t, timers);
    tcase_add_test(t, deadlines);
    tcase_add_test(t, next);
    tcase_add_test(t, every);
    tcase_add_test(t, on_the_clock);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
