/* http.h - requests to handlers, and answers (RFC 9110, 9112).
 *
 * With server and files it stands for Express. A handler answers at once, or
 * puts the connection into a state of its own (conn_become) and answers
 * later, or without end. Pipelined requests wait until it has answered. */
#ifndef HTTP_H
#define HTTP_H

#include "request.h"
#include "server.h"

/* r and its views are valid until the handler returns. */
typedef void handler(struct conn *c, const struct request *r);

/* app.METHOD(path, h). GET serves HEAD, too. "*" is every method, and leaves
 * the question of who may write (http_is_foreign) to the handler. */
void http_route(const char *method, const char *path, handler *h);
/* app.use(h): for GET of any other path. */
void http_use(handler *h);
/* A request that asks for another protocol comes here first. Returns whether
 * it took it. */
void http_on_upgrade(bool (*take)(struct conn *c, const struct request *r));

/* res.status(status).set(headers).send(body). status is as on the wire, as in
 * "200 OK"; each header ends in \r\n. http_error sends one line of text. */
void http_reply(struct conn *c, const char *status, const char *headers,
                const char *body, size_t len);
void http_error(struct conn *c, const char *status, const char *why);
void http_not_allowed(struct conn *c, const char *methods);
/* The same in steps: head (length -1: not known), conn_add, done. */
void http_head(struct conn *c, const char *status, const char *headers,
               int64_t len);
void http_done(struct conn *c);

/* Did another web site's page send this? (Origin; no Origin: no.) */
bool http_is_foreign(const struct request *r);
void http_accept(int fd, bool full);    /* for server.c: a new connection */

#endif
