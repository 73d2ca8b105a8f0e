/* timer.h - many who wait equally long, each of them for something else.
 *
 * Whoever begins last is due last: so they stand in a queue, and only its
 * head is looked at, be there ten thousand behind it. */
#ifndef TIMER_H
#define TIMER_H

#include <stdint.h>

struct timer {
    struct timer *before, *behind; /* NULL: it does not run */
    int64_t due;                   /* as server.now */
};

struct queue {
    struct timer ends; /* of the ring that all its timers are in */
    int wait_ms;
};

void queue_init(struct queue *q, int wait_ms);
void timer_start(struct timer *t, struct queue *q); /* anew, if it runs */
void timer_stop(struct timer *t);
/* The head, if it is due, stopped; else NULL. */
struct timer *queue_due(struct queue *q);
int64_t queue_next(const struct queue *q); /* when it is due, or NEVER */

#endif
