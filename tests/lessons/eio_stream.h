/* The downlinks of Engine.IO that are streams, read strictly. */
#ifndef EIO_STREAM_H
#define EIO_STREAM_H

#include "eio.h"

enum downlink { IFRAME, EVENTSOURCE, DOWNLINKS };

extern const char *const downlinks[DOWNLINKS]; /* their names */

/* Asks for a stream of e, and waits for its head and what a browser needs. */
struct client *stream_open(const struct eio *e, enum downlink kind);

/* The same, when it has been asked; how: as for answer_to(). */
void stream_expect_open(struct client *c, enum downlink kind, int how);

/* The next packet; the last, and then the end of the stream; none. */
void stream_expect(struct client *c, enum downlink kind, const char *packet);
void stream_expect_last(struct client *c, enum downlink kind,
                        const char *packet);
void stream_expect_nothing(struct client *c);

/* This text comes in the stream, as it is. */
void stream_expect_text(struct client *c, const char *text);

#endif
