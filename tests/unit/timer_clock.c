/* timer_every keeps to the clock on the wall, though the loop sleeps by
 * another. Both are ours here, and differ by any part of a millisecond. */
#include "server.h"
#include "timer.h"
#include "unit.h"

#include <time.h>

enum { EVERY = 20, PHASES = 11, PARTS = 7 }; /* ms, and two numbers of rows */

static int64_t monotonic_us = 7000000, real_us;
static int ticks;
static int64_t last; /* multiple of EVERY */

/* In place of libc's. */
int clock_gettime(clockid_t id, struct timespec *t)
{
    int64_t us = id == CLOCK_REALTIME ? real_us : monotonic_us;
    *t = (struct timespec){us / 1000000, us % 1000000 * 1000};
    return 0;
}

static void tick(void)
{
    int64_t ms = (int64_t)date_now();
    ck_assert_msg(ms % EVERY <= 1, "%d ms late", (int)(ms % EVERY));
    ck_assert_int_eq(ms / EVERY, last + 1);
    last++;
    ticks++;
}

/* The turn may have begun some time ago, when server.now was set. */
START_TEST(on_every_multiple)
{
    monotonic_us += _i / PHASES * 153;
    real_us = INT64_C(1700000000000000) + _i % PHASES * 1900;
    last = (int64_t)date_now() / EVERY;
    server.now = clock_now() - 5;
    timer_every(EVERY, tick);
    ck_assert_int_eq(ticks, 0);
    for (int i = 0; i < 100 * EVERY * 10; i++) {
        monotonic_us += 100;
        real_us += 100;
        if (clock_now() < timer_next())
            continue;
        server.now = clock_now();
        timer_ring();
    }
    ck_assert_int_ge(ticks, 99);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("timer, clock");
    TCase *c = tcase_create("clocks");
    tcase_add_loop_test(c, on_every_multiple, 0, PHASES * PARTS);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    return run(suite());
}
