/* request.h - one HTTP/1.x request, parsed (RFC 9112). Pure: no I/O.
 *
 * Strict where leniency lets two programs read two different requests from
 * the same bytes (request smuggling). Left out: bodies in chunks. */
#ifndef REQUEST_H
#define REQUEST_H

#include "buf.h"

enum { MAX_LINE = 4096, MAX_HEAD = 8192, MAX_HEADERS = 64 };
enum { MAX_BODY = 1000000 };

struct header {
    struct text name, value;
};

/* All texts are views into the bytes that were parsed. */
struct request {
    struct text method, path, query;    /* path and query as they were sent */
    struct text host;                   /* with its port; n 0: none was sent */
    int minor;                          /* of HTTP/1.minor */
    bool close, expects_continue, has_host, has_length, has_coding;
    uint64_t length;                    /* Content-Length; 0 without */
    struct text body;                   /* for the caller to fill in */
    const char *status;                 /* after -1: "400 Bad Request" */
    const char *why;                    /* and one line in words */
    int header_count;
    struct header headers[MAX_HEADERS];
};

/* Bytes of the head, with the empty line; 0: need more; -1: bad, and certain
 * to stay so whatever follows. The same for any split of the bytes. */
int request_parse(const char *bytes, size_t len, struct request *r);

/* The value of the first header of this name; p is NULL if there is none. */
struct text request_header(const struct request *r, const char *name);
/* Is token in that header's comma-separated list (all lines of it)? */
bool request_lists(const struct request *r, const char *name,
                   const char *token);
/* The value of name=value in the query; p is NULL if there is none. */
struct text request_query(const struct request *r, const char *name);

/* Splits "host", "host:port" or "[ip6]:port". False: impossible. */
bool host_split(struct text t, struct text *name, int *port, int otherwise);
bool host_is_loopback(struct text name);

#endif
