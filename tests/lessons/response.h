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

#endif
