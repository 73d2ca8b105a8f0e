/* Requests, and a strict reader of responses.
 *
 * It fails the test on a malformed response; on a missing, repeated or wrong
 * Date; on neither, or both, of Content-Length and chunked coding (the other
 * way round for 204); on a missing nosniff; on any CORS header.
 */
#ifndef RESPONSE_H
#define RESPONSE_H

#include "client.h"

/* What the request was, if not a usual one. */
enum {
    HEAD_ONLY = 1,
    OLD = 2, /* HTTP/1.0 */
};

/* Sends a request. extra: more header lines, each with its CRLF. */
void ask(struct client *c, const char *method, const char *target,
         const char *extra);

/* Sends a request with a body and Content-Length. */
void ask_with(struct client *c, const char *method, const char *target,
              const char *extra, const void *body, size_t length);

/* Takes the next head, if all of it has arrived. */
bool take_head(struct client *c, int kind);

/* Takes a chunk of a stream, or all there is if it is not chunked, and appends
 * it to body. False: nothing there now. */
bool take_chunk(struct client *c);

/* Waits for a response or its head only, returns its status. */
int answer_head(struct client *c, int kind);
int answer_to(struct client *c, int kind);
int answer(struct client *c);

/* ask and answer. */
int get(struct client *c, const char *target);
int get_with(struct client *c, const char *target, const char *extra);

/* The value of a header of the last response, or NULL. */
const char *header(const struct client *c, const char *name);

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
