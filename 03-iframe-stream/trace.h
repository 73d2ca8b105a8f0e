/* trace.h - what crosses the wire, on stderr, for the projector (-v). */
#ifndef TRACE_H
#define TRACE_H

#include "buf.h"

extern bool trace_on;

/* id is the connection's; way is '<' from the client or '>' to it. */
void trace_event(unsigned id, const char *format, ...);
void trace_line(unsigned id, char way, const char *bytes, size_t len);
/* An HTTP message: its head line by line, its body on one. */
void trace_http(unsigned id, char way, const char *bytes, size_t len);

/* Writes a 0-terminated line of at most size bytes and max characters, in
 * which nothing can steer a terminal: the rest is shown as \xNN. */
void trace_escape(char *line, size_t size, int max, struct text t);

#endif
