/* What a response must be; else the test fails. */
#ifndef EXPECT_H
#define EXPECT_H

#include "response.h"

/* The last response must have this status, this header, this body. */
void expect_status(const struct client *c, int status);
void expect_header(const struct client *c, const char *name, const char *value);
void expect_body(const struct client *c, const char *text);

/* Allow must list exactly these methods (separated by spaces). */
void expect_allow(const struct client *c, const char *methods);

/* The last response must be one line of plain text, as errors are. */
void expect_line(const struct client *c);

/* Waits for a response with this status. */
void expect_answer(struct client *c, int status);

/* Waits for an error: the status, and its line. */
void expect_error(struct client *c, int status);

/* The connection must serve one more request. */
void expect_alive(struct client *c);

#endif
