/* stream.h - a response that does not end: res.write() again and again, in
 * chunked coding (RFC 9112, 7.1). */
#ifndef STREAM_H
#define STREAM_H

#include "http.h"

/* Sends the head; then the connection is in your state, whose .goodbye
 * must end in stream_end. False: it was HEAD, and is answered. */
bool stream_start(struct conn *c, const char *headers,
                  const struct state *state);
/* Closes c if it does not read, or without memory. */
void stream_write(struct conn *c, const char *bytes, size_t len);
/* The last chunk; then conn_finish(c). */
void stream_end(struct conn *c);

#endif
