/* sse.h - one event of a text/event-stream (WHATWG HTML, 9.2). */
#ifndef SSE_H
#define SSE_H

#include "buf.h"

/* Appends the event; id 0: one without. False: no memory, and b has to be
 * thrown away. */
bool sse_add(struct buf *b, uint64_t id, struct text t);

#endif
