/* The answer of request.c, which is the same for any split of the bytes. */
#ifndef REQUEST_SPLITS_H
#define REQUEST_SPLITS_H

#include "request.h"
#include "unit.h"

enum { ROOM = 3 * MAX_HEAD };

/* What follows a head is none of its business. */
static const char tail[] = "\r\nGET /next HTTP/1.1\r\n\x01\x7f\r : \n\n";

/* What the parser said, in words: on the first line the request or the status,
 * then the headers or the reason. */
static inline size_t tell(char told[ROOM], const struct request *r, int used)
{
    if (used <= 0)
        return (size_t)sprintf(told, "%s\n%s\n", used < 0 ? r->status : "more",
                               used < 0 ? r->why : "");
    size_t n = (size_t)sprintf(told, "%.*s %.*s?%.*s @%.*s", (int)r->method.n,
                               r->method.p, (int)r->path.n, r->path.p,
                               (int)r->query.n, r->query.p, (int)r->host.name.n,
                               r->host.name.p ? r->host.name.p : "");
    if (r->host.name.n > 0 && r->host.port != 80)
        n += (size_t)sprintf(told + n, ":%d", (int)r->host.port);
    n += (size_t)sprintf(told + n, " 1.%d%s%s%s", r->minor,
                         r->close ? " close" : "", r->upgrade ? " upgrade" : "",
                         r->expects_continue ? " continue" : "");
    if (r->length > 0)
        n += (size_t)sprintf(told + n, " +%llu", (unsigned long long)r->length);
    n += (size_t)sprintf(told + n, "\n%d bytes\n", used);
    for (int i = 0; i < r->header_count; i++)
        n += (size_t)sprintf(told + n, "%.*s=%.*s\n", (int)r->headers[i].name.n,
                             r->headers[i].name.p, (int)r->headers[i].value.n,
                             r->headers[i].value.p);
    return n;
}

/* Parses a copy that ends where the bytes end. */
static inline int parse(char told[ROOM], const char *bytes, size_t len)
{
    struct request r;
    char *copy = exact(bytes, len);
    int used = request_parse(copy, len, &r);
    tell(told, &r, used);
    free(copy);
    return used;
}

static inline void flunk(const char *what, const char *bytes, size_t len,
                         size_t k, const char *got, const char *want)
{
    char line[1000];
    ck_abort_msg("%s: \"%s\", the first %zu of %zu bytes: %.300s, not %.300s",
                 what, show(line, bytes, len), k, len, got, want);
}

/* Each shorter one wants more until the answer is certain, and then has the
 * same answer: a good one at its last byte, a bad one there at the latest. */
static inline void expect_splits(const char *bytes, size_t len, size_t certain)
{
    static char all[ROOM], told[ROOM];
    int used = parse(all, bytes, len), seen = 0;
    for (size_t k = 0; k <= len; k++) {
        int answer = parse(told, bytes, k);
        if (answer == 0 && (seen || (k >= certain && used != 0)))
            flunk("more", bytes, len, k, told, all);
        if (answer != 0 && (used == 0 || strcmp(told, all) != 0))
            flunk("another answer", bytes, len, k, told, all);
        if (answer > 0 && k < (size_t)used)
            flunk("used too much", bytes, len, k, told, all);
        seen |= answer;
    }
}

/* Whole, split at every point, and with other bytes behind it. */
static inline void expect(const char *bytes, size_t len, const char *want)
{
    static char told[ROOM], more[ROOM];
    int used = parse(told, bytes, len);
    size_t n = *want >= '0' && *want <= '9' ? 3 : strcspn(told, "\n");
    if (strncmp(told, want, n) != 0 || (n != 3 && want[n] != '\0'))
        flunk("wrong", bytes, len, len, told, want);
    const char *why = strchr(told, '\n') + 1;
    if (used < 0 && (*why == '\n' || strchr(why, '\n')[1] != '\0'))
        flunk("not one line", bytes, len, len, told, want);
    if (used > 0 && (size_t)used != len)
        flunk("did not end", bytes, len, len, told, want);
    size_t behind = used != 0 ? sizeof tail : 0;
    memcpy(more, bytes, len);
    memcpy(more + len, tail, behind);
    expect_splits(more, len + behind, len);
}

#endif
