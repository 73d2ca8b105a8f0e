/* timer.c - see timer.h.  heap[i].at is never later than the timer's due. */
#include "timer.h"

#include <stdlib.h>

struct entry {
    int64_t at;
    struct timer *timer;
};

static struct {
    struct entry *heap;
    size_t len, cap;
} timers;

static void place(size_t slot, struct entry e)
{
    timers.heap[slot] = e;
    e.timer->slot = slot;
}

/* Moves e from a hole at slot to where it belongs: up, or else down. */
static void sift(size_t slot, struct entry e)
{
    struct entry *heap = timers.heap;
    for (size_t up; slot > 0 && e.at < heap[up = (slot - 1) / 2].at; slot = up)
        place(slot, heap[up]);
    for (size_t down; (down = 2 * slot + 1) < timers.len; slot = down) {
        if (down + 1 < timers.len && heap[down + 1].at < heap[down].at)
            down++;
        if (e.at <= heap[down].at)
            break;
        place(slot, heap[down]);
    }
    place(slot, e);
}

bool timer_add(struct timer *t, void (*fire)(struct timer *t))
{
    if (timers.len == timers.cap) {
        size_t cap = timers.cap ? 2 * timers.cap : 64;
        struct entry *heap = realloc(timers.heap, cap * sizeof *heap);
        if (!heap)
            return false;
        timers.heap = heap;
        timers.cap = cap;
    }
    *t = (struct timer){.due = NEVER, .fire = fire, .slot = timers.len};
    place(timers.len++, (struct entry){NEVER, t});
    return true;
}

void timer_set(struct timer *t, int64_t due)
{
    t->due = due;
    if (due < timers.heap[t->slot].at)
        sift(t->slot, (struct entry){due, t});
}

void timer_remove(struct timer *t)
{
    struct entry last = timers.heap[--timers.len];
    if (last.timer != t)
        sift(t->slot, last);
}

void timer_run(int64_t now)
{
    while (timer_next() <= now) {
        struct timer *t = timers.heap[0].timer;
        bool due = t->due <= now;
        if (due)
            t->due = NEVER;
        sift(0, (struct entry){t->due, t});
        if (due)
            t->fire(t);
    }
}

int64_t timer_next(void)
{
    return timers.len ? timers.heap[0].at : NEVER;
}
