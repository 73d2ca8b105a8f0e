/* timer.c - see timer.h. */
#include "timer.h"

#include <stddef.h>

#include "server.h"

void queue_init(struct queue *q, int wait_ms)
{
    q->ends = (struct timer){&q->ends, &q->ends, NEVER};
    q->wait_ms = wait_ms;
}

void timer_stop(struct timer *t)
{
    if (!t->before)
        return;
    t->before->behind = t->behind;
    t->behind->before = t->before;
    t->before = t->behind = NULL;
}

void timer_start(struct timer *t, struct queue *q)
{
    timer_stop(t);
    *t = (struct timer){q->ends.before, &q->ends, server.now + q->wait_ms};
    t->before->behind = t->behind->before = t;
}

struct timer *queue_due(struct queue *q)
{
    struct timer *head = q->ends.behind;
    if (head->due > server.now)
        return NULL;
    timer_stop(head);
    return head;
}

int64_t queue_next(const struct queue *q)
{
    return q->ends.behind->due; /* NEVER, if that is the end itself */
}
