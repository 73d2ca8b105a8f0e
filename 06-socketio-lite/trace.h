/* trace.h - what crosses the wire, on stderr, for the projector (-v). */
#ifndef TRACE_H
#define TRACE_H

#include "buf.h"

extern bool trace_on;

/* One line: way is '<' from client id, '>' to it, '-' about it. */
void trace_line(unsigned id, char way, const char *bytes, size_t len);
/* An HTTP message: its head line by line, its body on one line. */
void trace_http(unsigned id, char way, const char *bytes, size_t len);

/* Writes to stdout or stderr, but does not wait for a screen that somebody has
 * paused: a moment, once, until it goes on. False: that was not all of it. */
bool trace_write(int fd, const char *bytes, size_t len);
/* Before that: our own way to a terminal, where no write waits; the shell's,
 * which we were given, has to go on waiting. */
void trace_init(void);

/* Writes t with a 0 behind it, cut where max characters or size (at least
 * 5) are full; what could steer a terminal becomes \xNN. Returns how many
 * bytes of t that took. */
size_t trace_escape(char *line, size_t size, int max, struct text t);

#endif
