/* Timers that wait equally long: who is due, and when the next will be. */
#include "server.h"
#include "timer.h"
#include "unit.h"

enum { WAIT = 1000, MANY = 10000 };

static struct queue q, other;
static struct timer t[MANY];

static void begin(void)
{
    server.now = 5000;
    queue_init(&q, WAIT);
    queue_init(&other, 10);
}

START_TEST(empty)
{
    ck_assert_ptr_null(queue_due(&q));
    ck_assert(queue_next(&q) == NEVER);
    server.now = NEVER - 1;
    ck_assert_ptr_null(queue_due(&q));
}
END_TEST

/* Due at its millisecond, not before, and once. */
START_TEST(one)
{
    timer_start(t, &q);
    ck_assert_int_eq(queue_next(&q), 6000);
    server.now = 5999;
    ck_assert_ptr_null(queue_due(&q));
    server.now = 6000;
    ck_assert_int_eq(queue_next(&q), 6000);
    ck_assert_ptr_eq(queue_due(&q), t);
    ck_assert_ptr_null(t->before);
    ck_assert_ptr_null(queue_due(&q));
    ck_assert(queue_next(&q) == NEVER);
}
END_TEST

START_TEST(stopped)
{
    timer_stop(t); /* it never ran */
    timer_start(t, &q);
    timer_stop(t);
    timer_stop(t);
    ck_assert(queue_next(&q) == NEVER);
    server.now = 100000;
    ck_assert_ptr_null(queue_due(&q));
}
END_TEST

/* Begun anew it is the last, and waits the whole time again. */
START_TEST(anew)
{
    for (int i = 0; i < 3; i++, server.now++)
        timer_start(&t[i], &q);
    timer_start(&t[0], &q);
    ck_assert_int_eq(queue_next(&q), 6001);
    server.now = 7000;
    ck_assert_ptr_eq(queue_due(&q), &t[1]);
    ck_assert_ptr_eq(queue_due(&q), &t[2]);
    ck_assert_int_eq(queue_next(&q), 6003);
    ck_assert_ptr_eq(queue_due(&q), &t[0]);
    ck_assert_ptr_null(queue_due(&q));
}
END_TEST

/* One may go from queue to queue, as a heart's does, when it is due or not. */
START_TEST(two_queues)
{
    timer_start(&t[0], &q);
    timer_start(&t[1], &q);
    timer_start(&t[0], &other);
    ck_assert_int_eq(queue_next(&other), 5010);
    server.now = 6000;
    ck_assert_ptr_eq(queue_due(&q), &t[1]);
    ck_assert_ptr_null(queue_due(&q));
    ck_assert_ptr_eq(queue_due(&other), &t[0]);
    timer_start(&t[0], &q);
    ck_assert_int_eq(queue_next(&q), 7000);
    ck_assert(queue_next(&other) == NEVER);
}
END_TEST

/* The first, the last and those between, all at one time or not. */
START_TEST(stopped_among_others)
{
    for (int step = 0; step < 2; step++)
        for (int gone = 0; gone < 5; gone++) {
            for (int i = 0; i < 5; i++, server.now += step)
                timer_start(&t[i], &q);
            timer_stop(&t[gone]);
            server.now += WAIT;
            for (int i = 0; i < 5; i++)
                if (i != gone)
                    ck_assert_ptr_eq(queue_due(&q), &t[i]);
            ck_assert_ptr_null(queue_due(&q));
        }
}
END_TEST

/* Who is taken may begin anew at once: it is not due again in this turn. */
START_TEST(again_and_again)
{
    for (int i = 0; i < 3; i++)
        timer_start(&t[i], &q);
    for (int turn = 0; turn < 50; turn++) {
        server.now += WAIT;
        for (int i = 0; i < 3; i++) {
            ck_assert_ptr_eq(queue_due(&q), &t[i]);
            timer_start(&t[i], &q);
        }
        ck_assert_ptr_null(queue_due(&q));
    }
}
END_TEST

/* As a table of all that says when each is due would have it. */
START_TEST(many)
{
    static int64_t due[MANY]; /* 0: does not run */
    int64_t last = 0;
    for (int i = 0; i < 200000; i++) {
        unsigned k = dice(MANY);
        server.now += dice(3) == 0;
        if (dice(4) > 0) {
            timer_start(&t[k], &q);
            due[k] = server.now + WAIT;
        } else {
            timer_stop(&t[k]);
            due[k] = 0;
        }
        for (struct timer *head; (head = queue_due(&q));) {
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
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    return run(suite());
}
