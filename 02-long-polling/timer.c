/* timer.c - see timer.h. */
#include "timer.h"
#include <assert.h>
#include <stddef.h>
#include <time.h>
#include "server.h"

enum { MAX_QUEUES = 32, MAX_CLOCKS = 8 };

static struct queue {
    int ms; /* that all its timers wait */
    void (*on_due)(struct timer *t);
    struct timer ends;    /* of the ring that they are in; never due */
} queues[MAX_QUEUES + 1]; /* the last stays empty: there each loop ends */

static struct clock {
    struct timer timer; /* first, so that ring() can get from it to the rest */
    int ms;
    void (*tick)(void);
} clocks[MAX_CLOCKS + 1];

static int64_t read_clock(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

uint64_t date_now(void)
{
    return (uint64_t)read_clock(CLOCK_REALTIME);
}

int64_t clock_now(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

static struct queue *queue_of(int ms, void (*on_due)(struct timer *t))
{
    struct queue *q = queues;
    while (q->on_due && (q->ms != ms || q->on_due != on_due))
        q++;
    assert(q < queues + MAX_QUEUES);
    if (!q->on_due)
        *q = (struct queue){ms, on_due, {&q->ends, &q->ends, NEVER}};
    return q;
}

void timer_stop(struct timer *t)
{
    if (!t->before)
        return;
    t->before->behind = t->behind;
    t->behind->before = t->before;
    t->before = t->behind = NULL;
}

void timer_start(struct timer *t, int ms, void (*on_due)(struct timer *t))
{
    struct queue *q = queue_of(ms, on_due);
    timer_stop(t);
    *t = (struct timer){q->ends.before, &q->ends, server.now + ms};
    t->before->behind = t->behind->before = t;
}

/* It keeps to the clock, as cron does: else it would drift over the edge of a
 * second, and see one twice or not at all. The millisecond more is for two
 * clocks that round down: late, never early. */
static void ring(struct timer *t)
{
    struct clock *k = (struct clock *)t;
    timer_start(t, k->ms, ring);
    t->due = clock_now() + k->ms - (int64_t)date_now() % k->ms + 1;
    if (k->tick)
        k->tick();
}

void timer_every(int ms, void (*tick)(void))
{
    struct clock *k = clocks;
    while (k->ms > 0)
        k++;
    assert(k < clocks + MAX_CLOCKS);
    k->ms = ms;
    ring(&k->timer); /* it has no tick yet */
    k->tick = tick;
}

int64_t timer_next(void)
{
    int64_t next = NEVER;
    for (struct queue *q = queues; q->on_due; q++)
        if (q->ends.behind->due < next)
            next = q->ends.behind->due;
    return next;
}

void timer_ring(void)
{
    for (struct queue *q = queues; q->on_due; q++) {
        struct timer *head;
        while ((head = q->ends.behind)->due <= server.now) {
            timer_stop(head);
            q->on_due(head);
        }
    }
}
