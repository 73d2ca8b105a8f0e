/* timer.h - deadlines: a heap that keeps the next one at the top.
 *
 * Cheap for 10,000 connections that put theirs off at every byte: putting
 * off is one assignment, the heap is told only when the old time comes. */
#ifndef TIMER_H
#define TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NEVER INT64_MAX

/* Part of whatever has a deadline; its first member, so that fire() can
 * cast the timer back to its owner. */
struct timer {
    int64_t due;                        /* in ms of the caller's clock */
    void (*fire)(struct timer *t);      /* once; may set the timer again */
    size_t slot;
};

/* A new timer, not due. False: no memory. The owner removes it. */
bool timer_add(struct timer *t, void (*fire)(struct timer *t));
void timer_set(struct timer *t, int64_t due);       /* NEVER: not at all */
void timer_remove(struct timer *t);

void timer_run(int64_t now);            /* fires all that are due, in order */
int64_t timer_next(void);               /* when to call timer_run again */

#endif
