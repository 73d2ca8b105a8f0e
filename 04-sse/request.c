/* request.c - see request.h.  One pass, line by line. */
#include "request.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

static const char BAD[] = "400 Bad Request";
static const char TOO_LARGE[] = "431 Request Header Fields Too Large";

static int bad(struct request *r, const char *status, const char *why)
{
    r->status = status;
    r->why = why;
    return -1;
}

/* What an ASCII byte may be in: 0 nothing; 1 the value of a header; 2 that and
 * a target; 3 those and a token (RFC 9110, 5.6.2). The bytes over 127 are 1. */
enum { VALUE = '1', TARGET, TOKEN };
static const char kinds[] = "00000000010000000000000000000000"
                            "13233333223323323333333333222222"
                            "23333333333333333333333333322233"
                            "33333333333333333333333333323230";

static bool is(char byte, int kind)
{
    return (byte & 0x80 ? VALUE : kinds[(unsigned char)byte]) >= kind;
}

/* Takes what is of this kind off the front of rest. */
static struct text take(struct text *rest, int kind)
{
    struct text t = {rest->p, 0};
    while (t.n < rest->n && is(t.p[t.n], kind))
        t.n++;
    *rest = (struct text){t.p + t.n, rest->n - t.n};
    return t;
}

static struct text trim(struct text t)
{
    for (; t.n > 0 && isblank((unsigned char)*t.p); t.n--)
        t.p++;
    while (t.n > 0 && isblank((unsigned char)t.p[t.n - 1]))
        t.n--;
    return t;
}

/* Takes what stands before end (or else all) off the front of rest. */
static struct text cut(struct text *rest, char end)
{
    const char *at = rest->n > 0 ? memchr(rest->p, end, rest->n) : NULL;
    struct text item = {rest->p, at ? (size_t)(at - rest->p) : rest->n};
    size_t used = item.n + (at != NULL);
    *rest = (struct text){rest->p + used, rest->n - used};
    return item;
}

/* The first control byte but TAB. Eight bytes at a time: the subtraction
 * borrows into the top bit of one that is below 0x20, or that was 0x7f. */
static const char *find_control(const char *p, const char *end)
{
    const uint64_t ones = UINT64_MAX / 255, tops = ones << 7;
    for (uint64_t w, del; end - p >= 8; p += 8) {
        memcpy(&w, p, 8);
        del = w ^ (ones * 0x7f);
        if ((((w - ones * 0x20) & ~w) | ((del - ones) & ~del)) & tops)
            break;
    }
    while (p < end && is(*p, VALUE))
        p++;
    return p;
}

/* Ends with CR LF or a bare LF (RFC 9112, 2.2). A bare CR, or a NUL, is an
 * attack on whoever takes it for a line end. */
static int next_line(struct request *r, const char *p, const char *end,
                     struct text *line)
{
    const char *q = find_control(p, end);
    *line = (struct text){p, (size_t)(q - p)};
    if (q == end || (*q == '\r' && q + 1 == end))
        return 0;
    int eol = *q == '\n' ? 1 : *q == '\r' && q[1] == '\n' ? 2 : 0;
    if (eol == 0)
        return bad(r, BAD, "a control character, or a CR without its LF");
    return (int)line->n + eol;
}

/* "/path?query", or http://host before that; CONNECT and OPTIONS have other
 * forms, for which there is no route. */
static int target(struct request *r, struct text t)
{
    if (t.n > 7 && strncasecmp(t.p, "http://", 7) == 0) {
        size_t n = 7;
        while (n < t.n && t.p[n] != '/' && t.p[n] != '?')
            n++;
        if (!host_split((struct text){t.p + 7, n - 7}, 80, &r->host))
            return bad(r, BAD, "an impossible host in the target");
        t = (struct text){t.p + n, t.n - n};
    } else if (*t.p != '/' && !text_is(r->method, "CONNECT") &&
               !(text_is(r->method, "OPTIONS") && text_is(t, "*"))) {
        return bad(r, BAD, "a target that does not begin with /");
    }
    r->path = cut(&t, '?');
    r->query = t;
    if (r->path.n == 0)
        r->path = (struct text){"/", 1};
    return 0;
}

static int request_line(struct request *r, struct text line)
{
    size_t n = line.n;
    r->method = take(&line, TOKEN);
    if (n > MAX_LINE)
        return bad(r, "414 URI Too Long", "a request line of over 4096 bytes");
    bool ok = r->method.n > 0 && line.n > 0 && *line.p == ' ';
    line = (struct text){line.p + ok, line.n - ok};
    struct text t = take(&line, TARGET);
    const char *v = line.p; /* " HTTP/1.1" */
    if (!ok || t.n == 0 || line.n != 9 || memcmp(v, " HTTP/", 6) != 0 ||
        !isdigit((unsigned char)v[6]) || v[7] != '.' ||
        !isdigit((unsigned char)v[8]))
        return bad(r, BAD, "a request line is METHOD /PATH HTTP/1.1");
    if (v[6] != '1')
        return bad(r, "505 HTTP Version Not Supported", "HTTP/1.x only");
    r->minor = v[8] - '0';
    return target(r, t);
}

static bool lists(struct text list, const char *token)
{
    while (list.n > 0)
        if (text_like(trim(cut(&list, ',')), token))
            return true;
    return false;
}

/* The headers that say where the request ends and whom it is for: with one of
 * them twice, two servers could read it in two ways. Lengths are compared
 * first, as most headers are none of these. */
static int note(struct request *r, struct text name, struct text value)
{
    struct host host;
    if (name.n == 4 && text_like(name, "Host")) {
        if (r->has_host || !host_split(value, 80, &host))
            return bad(r, BAD, "an impossible Host, or more than one");
        r->has_host = true;
        if (r->host.name.n == 0) /* else the target has it: RFC 9112, 3.2.2 */
            r->host = host;
    } else if (name.n == 14 && text_like(name, "Content-Length")) {
        if (r->has_length || !text_number(value, &r->length))
            return bad(r, BAD, "a Content-Length not a number, or a second");
        r->has_length = true;
    } else if (name.n == 17 && text_like(name, "Transfer-Encoding")) {
        r->has_coding = true;
    } else if (name.n == 10 && text_like(name, "Connection")) {
        r->close |= lists(value, "close");
        r->upgrade |= lists(value, "upgrade");
    } else if (name.n == 6 && text_like(name, "Expect")) {
        r->expects_continue = text_like(value, "100-continue");
    }
    return 0;
}

static int header_line(struct request *r, struct text line)
{
    struct text name = take(&line, TOKEN);
    if (name.n == 0 || line.n == 0 || *line.p != ':')
        return bad(r, BAD, "a header is NAME: VALUE, on one line of its own");
    if (r->header_count == MAX_HEADERS)
        return bad(r, TOO_LARGE, "more than 64 header lines");
    struct text value = trim((struct text){line.p + 1, line.n - 1});
    r->headers[r->header_count++] = (struct header){name, value};
    return note(r, name, value);
}

static int whole_head(struct request *r)
{
    if (!r->has_host && r->minor > 0)
        return bad(r, BAD, "HTTP/1.1 wants a Host header");
    if (r->has_coding && r->has_length)
        return bad(r, BAD, "Content-Length beside Transfer-Encoding");
    if (r->has_coding)
        return bad(r, "411 Length Required", "a body wants a Content-Length");
    if (r->length > MAX_BODY)
        return bad(r, "413 Content Too Large", "a body of over 1000000 bytes");
    r->close |= r->minor == 0;
    r->expects_continue &= r->minor > 0;
    return 0;
}

int request_parse(const char *bytes, size_t len, struct request *r)
{
    struct text line;
    memset(r, 0, offsetof(struct request, headers));
    for (size_t used = 0, most = MAX_LINE + 2;; most = MAX_HEAD) {
        const char *end = bytes + (len < most ? len : most);
        int n = next_line(r, bytes + used, end, &line);
        if (n < 0 || (n == 0 && len < most))
            return n;
        int ok = used == 0    ? request_line(r, line)
                 : n == 0     ? bad(r, TOO_LARGE, "a head of over 8192 bytes")
                 : line.n > 0 ? header_line(r, line)
                              : whole_head(r);
        used += (size_t)n;
        if (ok < 0 || line.n == 0)
            return ok < 0 ? -1 : (int)used;
    }
}

struct text request_header(const struct request *r, const char *name)
{
    for (int i = 0; i < r->header_count; i++)
        if (text_like(r->headers[i].name, name))
            return r->headers[i].value;
    return (struct text){0};
}

bool request_lists(const struct request *r, const char *name, const char *token)
{
    for (int i = 0; i < r->header_count; i++)
        if (text_like(r->headers[i].name, name) &&
            lists(r->headers[i].value, token))
            return true;
    return false;
}

struct text request_query(const struct request *r, const char *name)
{
    for (struct text rest = r->query, pair; rest.n > 0;) {
        pair = cut(&rest, '&');
        if (text_is(cut(&pair, '='), name))
            return pair;
    }
    return (struct text){0};
}

bool request_is_foreign(const struct request *r)
{
    for (int i = 0; i < r->header_count; i++)
        if (text_like(r->headers[i].name, "Origin") &&
            host_is_other(r->headers[i].value, r->host))
            return true;
    return false;
}
