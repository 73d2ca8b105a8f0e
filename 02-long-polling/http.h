/* http.h - from requests to handlers, and their answers (RFC 9110, 9112).
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

/* method  "GET"   GET and HEAD: app.get(path, h)
 *         "POST"  app.post(path, h)
 *         a word in lower case: requests to upgrade to that protocol
 *         "*"     all; h has to ask request_is_foreign itself. If the body
 *                 comes later h is called twice: first with body.p NULL, when
 *                 it may refuse, and then with the body.
 * The first route that fits is taken. At most 16; both words are kept. */
void http_route(const char *method, const char *path, handler *h);
void http_use(handler *h); /* app.use(h): all other paths */

/* res.status(status).set(headers).send(body): status as in "200 OK", each
 * header with its \r\n, "" for none; all is copied. http_error sends a line of
 * text: why up to 150 bytes, headers up to 200. */
void http_reply(struct conn *c, const char *status, const char *headers,
                const char *body, size_t len);
void http_error(struct conn *c, const char *status, const char *headers,
                const char *why);
/* The same in steps: head (len -1: not known), conn_add, done. */
void http_head(struct conn *c, const char *status, const char *headers,
               int64_t len);
void http_done(struct conn *c);
void http_continue(struct conn *c); /* 100 Continue: the answer is to come */

void http_accept(int fd, bool full); /* for server.c: a new connection */

#endif
