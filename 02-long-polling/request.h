/* request.h - one HTTP/1.x request, parsed (RFC 9112); no I/O. Strict where
 * two readers could see two different requests in the same bytes (request
 * smuggling). Left out: bodies in chunks. */
#ifndef REQUEST_H
#define REQUEST_H

#include "host.h"

enum { MAX_LINE = 4096, MAX_HEAD = 8192, MAX_HEADERS = 64 }; /* bytes */
enum { MAX_BODY = 1000000 };

struct request {                     /* all texts are views into the bytes */
    struct text method, path, query; /* as sent, nothing decoded */
    struct host host;
    int minor; /* of HTTP/1.minor */
    bool close, upgrade, expects_continue;
    uint64_t length;          /* Content-Length; 0 without */
    struct text body;         /* for the caller to fill in */
    const char *status, *why; /* after -1: "400 Bad Request", a line */
    bool has_host, has_length, has_coding;
    int header_count;
    struct header {
        struct text name, value;
    } headers[MAX_HEADERS];
};

/* Bytes of the head with its empty line; 0: need more; -1: bad, whatever
 * follows. The answer is the same for any split of the bytes. */
int request_parse(const char *bytes, size_t len, struct request *r);

/* The first header of this name, name=value of the query: p NULL if none. */
struct text request_header(const struct request *r, const char *name);
struct text request_query(const struct request *r, const char *name);
/* Is the token in its list (a, b, token)? It may come in several lines. */
bool request_lists(const struct request *r, const char *name,
                   const char *token);

/* Was it sent by a page of another site (Origin)? */
bool request_is_foreign(const struct request *r);

#endif
