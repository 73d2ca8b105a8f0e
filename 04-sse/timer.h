/* timer.h - what is to happen later: setInterval, setTimeout, Date.now.
 *
 * Timers that wait equally long for the same thing stand in a queue: who
 * starts last is due last. So to start or to stop one costs the same with ten
 * thousand others beside it, and only the heads of the queues are looked at. */
#ifndef TIMER_H
#define TIMER_H

#include <stdint.h>

#define NEVER INT64_MAX

struct timer {                     /* all zero: it does not run */
    struct timer *before, *behind; /* in its queue */
    int64_t due;                   /* as server.now */
};

/* Calls on_due once, ms after server.now: a setTimeout. If t runs already, it
 * begins anew. on_due may start it again, or free it. Each new pair of ms and
 * on_due makes a queue that stays: at most 32. */
void timer_start(struct timer *t, int ms, void (*on_due)(struct timer *t));
void timer_stop(struct timer *t);
/* Calls tick at each multiple of ms on the clock: a setInterval. At most 8. */
void timer_every(int ms, void (*tick)(void));
uint64_t date_now(void); /* Date.now(): ms since 1970 */

int64_t clock_now(void);  /* for server.c: monotonic ms, */
int64_t timer_next(void); /* when the next timer is due, */
void timer_ring(void);    /* and on_due for all that are */

#endif
