/* Timers that wait equally long: who is due, and when the next will be. */
#include "server.h"
#include "timer.h"
#include "unit.h"

#include <poll.h>

enum { WAIT = 1000, MANY = 10000 };

static struct timer t[MANY];

/* Those that were due, of q and of other, and how many of them are known. */
static struct taken {
    struct timer *timers[MANY];
    int count, known;
} of_q, of_other;
static bool at_once; /* who is taken begins anew */

static void take(struct timer *timer)
{
    ck_assert_ptr_null(timer->before);
    of_q.timers[of_q.count++ % MANY] = timer;
    if (at_once)
        timer_start(timer, WAIT, take);
}

static void take_other(struct timer *timer)
{
    of_other.timers[of_other.count++ % MANY] = timer;
}

static void begin(void)
{
    server.now = 5000;
    at_once = false;
    of_q.known = of_q.count;
    of_other.known = of_other.count;
    for (int i = 0; i < MANY; i++)
        timer_stop(&t[i]);
}

static void start(struct timer *timer)
{
    timer_start(timer, WAIT, take);
}

static void start_other(struct timer *timer)
{
    timer_start(timer, 10, take_other);
}

/* The next of them that is due, or NULL. */
static struct timer *next(struct taken *of)
{
    timer_ring();
    return of->known < of->count ? of->timers[of->known++ % MANY] : NULL;
}

START_TEST(empty)
{
    ck_assert_ptr_null(next(&of_q));
    ck_assert(timer_next() == NEVER);
    server.now = NEVER - 1;
    ck_assert_ptr_null(next(&of_q));
}
END_TEST

/* Due at its millisecond, not before, and once. */
START_TEST(one)
{
    start(t);
    ck_assert_int_eq(timer_next(), 6000);
    server.now = 5999;
    ck_assert_ptr_null(next(&of_q));
    server.now = 6000;
    ck_assert_int_eq(timer_next(), 6000);
    ck_assert_ptr_eq(next(&of_q), t);
    ck_assert_ptr_null(t->before);
    ck_assert_ptr_null(next(&of_q));
    ck_assert(timer_next() == NEVER);
}
END_TEST

START_TEST(stopped)
{
    timer_stop(t); /* it never ran */
    start(t);
    timer_stop(t);
    timer_stop(t);
    ck_assert(timer_next() == NEVER);
    server.now = 100000;
    ck_assert_ptr_null(next(&of_q));
}
END_TEST

/* Begun anew it is the last, and waits the whole time again. */
START_TEST(anew)
{
    for (int i = 0; i < 3; i++, server.now++)
        start(&t[i]);
    start(&t[0]);
    ck_assert_int_eq(timer_next(), 6001);
    server.now = 6002;
    ck_assert_ptr_eq(next(&of_q), &t[1]);
    ck_assert_ptr_eq(next(&of_q), &t[2]);
    ck_assert_ptr_null(next(&of_q));
    ck_assert_int_eq(timer_next(), 6003);
    server.now = 7000;
    ck_assert_ptr_eq(next(&of_q), &t[0]);
    ck_assert_ptr_null(next(&of_q));
}
END_TEST

/* One may go from queue to queue, as a heart's does, when it is due or not. */
START_TEST(two_queues)
{
    start(&t[0]);
    start(&t[1]);
    start_other(&t[0]);
    ck_assert_int_eq(timer_next(), 5010);
    server.now = 6000;
    ck_assert_ptr_eq(next(&of_q), &t[1]);
    ck_assert_ptr_null(next(&of_q));
    ck_assert_ptr_eq(next(&of_other), &t[0]);
    start(&t[0]);
    ck_assert_int_eq(timer_next(), 7000);
}
END_TEST

/* The first, the last and those between, all at one time or not. */
START_TEST(stopped_among_others)
{
    for (int step = 0; step < 2; step++)
        for (int gone = 0; gone < 5; gone++) {
            for (int i = 0; i < 5; i++, server.now += step)
                start(&t[i]);
            timer_stop(&t[gone]);
            server.now += WAIT;
            for (int i = 0; i < 5; i++)
                if (i != gone)
                    ck_assert_ptr_eq(next(&of_q), &t[i]);
            ck_assert_ptr_null(next(&of_q));
        }
}
END_TEST

/* Who is taken may begin anew at once: it is not due again in this turn. */
START_TEST(again_and_again)
{
    for (int i = 0; i < 3; i++)
        start(&t[i]);
    at_once = true;
    for (int turn = 0; turn < 50; turn++) {
        server.now += WAIT;
        for (int i = 0; i < 3; i++)
            ck_assert_ptr_eq(next(&of_q), &t[i]);
        ck_assert_ptr_null(next(&of_q));
    }
}
END_TEST

/* As a table of all that says when each is due would have it. */
START_TEST(many)
{
    static int64_t due[MANY]; /* 0: does not run */
    int64_t last = 0;
    for (int i = 0; i < 50000; i++) {
        unsigned k = dice(MANY);
        server.now += dice(3) == 0;
        if (dice(4) > 0) {
            start(&t[k]);
            due[k] = server.now + WAIT;
        } else {
            timer_stop(&t[k]);
            due[k] = 0;
        }
        for (struct timer *head; (head = next(&of_q));) {
            ck_assert_int_eq(head->due, due[head - t]);
            ck_assert(head->due >= last && head->due <= server.now);
            last = head->due;
            due[head - t] = 0;
        }
    }
    for (int i = 0; i < MANY; i++) {
        ck_assert(due[i] == 0 || due[i] > server.now);
        ck_assert_int_eq(t[i].before != NULL, due[i] != 0);
    }
}
END_TEST

/* The next one of a queue is its first, whoever else is in it. */
START_TEST(next_is_the_first)
{
    start(&t[0]); /* 6000 */
    server.now = 5980;
    start_other(&t[1]); /* 5990 */
    server.now = 5995;
    start_other(&t[2]); /* 6005 */
    ck_assert_int_eq(timer_next(), 5990);
}
END_TEST

/* All that are due are called in one turn. */
START_TEST(all_at_once)
{
    int before = of_q.count;
    for (int i = 0; i < 3; i++)
        start(&t[i]);
    server.now += WAIT;
    timer_ring();
    ck_assert_int_eq(of_q.count - before, 3);
}
END_TEST

static int ticks;

static void tick(void)
{
    ticks++;
}

/* As many kinds of timers, and as many clocks, as timer.h promises. */
START_TEST(as_many_as_there_may_be)
{
    for (int i = 0; i < 8; i++)
        timer_every(50, tick);
    for (int i = 0; i < 31; i++)
        timer_start(&t[i], i + 1, take);
    server.now += 31;
    for (int i = 0; i < 31; i++)
        ck_assert_ptr_eq(next(&of_q), &t[i]);
    while (ticks == 0) {
        poll(NULL, 0, 5);
        server.now = clock_now();
        timer_ring();
    }
    ck_assert_int_eq(ticks, 8);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("timer");
    TCase *c = tcase_create("timers");
    tcase_add_checked_fixture(c, begin, NULL);
    tcase_add_test(c, empty);
    tcase_add_test(c, one);
    tcase_add_test(c, stopped);
    tcase_add_test(c, anew);
    tcase_add_test(c, two_queues);
    tcase_add_test(c, stopped_among_others);
    tcase_add_test(c, again_and_again);
    tcase_add_test(c, many);
    tcase_add_test(c, next_is_the_first);
    tcase_add_test(c, all_at_once);
    tcase_add_test(c, as_many_as_there_may_be);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    return run(suite());
}
