/* request.c - see request.h.  One pass, line by line, from left to right. */
#include "request.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const char BAD[] = "400 Bad Request";

static int bad(struct request *r, const char *status, const char *why)
{
    r->status = status;
    r->why = why;
    return -1;
}

/* The bytes of a token (RFC 9110, 5.6.2) stand here in their own place. */
static bool is_token(char byte)
{
    static const char at[] = " ! #$%&'  *+ -. 0123456789      "
                             " ABCDEFGHIJKLMNOPQRSTUVWXYZ   ^_"
                             "`abcdefghijklmnopqrstuvwxyz | ~ ";
    unsigned i = (unsigned char)byte - 0x20u;
    return i < sizeof at - 1 && at[i] != ' ';
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static const char *skip_token(const char *p, const char *end)
{
    while (p < end && is_token(*p))
        p++;
    return p;
}

static const char *skip_target(const char *p, const char *end)
{
    while (p < end && *p > 0x20 && *p < 0x7f)
        p++;
    return p;
}

/* Up to the first control byte. Eight at a time: the subtraction borrows
 * into the top bit of a byte below 0x20, or of one that was 0x7f. */
static const char *skip_value(const char *p, const char *end)
{
    const uint64_t ones = UINT64_MAX / 255, tops = ones << 7;
    for (uint64_t w, del; end - p >= 8; p += 8) {
        memcpy(&w, p, 8);
        del = w ^ (ones * 0x7f);
        if ((((w - ones * 0x20) & ~w) | ((del - ones) & ~del)) & tops)
            break;
    }
    while (p < end && ((unsigned char)*p >= 0x20 || *p == '\t') && *p != 0x7f)
        p++;
    return p;
}

/* CR LF, or a bare LF (RFC 9112, 2.2). A bare CR is an attack on whoever
 * takes it for a line end. */
static int line_end(struct request *r, const char *p, const char *end)
{
    if (p == end || (*p == '\r' && p + 1 == end))
        return 0;
    if (*p == '\n')
        return 1;
    if (*p == '\r' && p[1] == '\n')
        return 2;
    return bad(r, BAD, *p == '\r' ? "a CR without its LF"
                                  : "a control character, or junk at the end");
}

static struct text find(struct text list, char end)
{
    const char *at = list.n ? memchr(list.p, end, list.n) : NULL;
    return (struct text){list.p, at ? (size_t)(at - list.p) : list.n};
}

/* "/path?query", or with http://host before it; "*" and "host:port" only
 * for the methods that no route here has. */
static int split_target(struct request *r, struct text t)
{
    if (t.n > 7 && strncasecmp(t.p, "http://", 7) == 0) {
        struct text rest = {t.p + 7, t.n - 7};
        struct text slash = find(rest, '/'), question = find(rest, '?');
        r->host = slash.n < question.n ? slash : question;
        if (!host_split(r->host, &(struct text){0}, &(int){0}, 0))
            return bad(r, BAD, "an impossible host in the target");
        t = (struct text){rest.p + r->host.n, rest.n - r->host.n};
    } else if (t.p[0] != '/' && !text_is(r->method, "CONNECT") &&
               !(text_is(r->method, "OPTIONS") && text_is(t, "*"))) {
        return bad(r, BAD, "a target that does not begin with /");
    }
    r->path = find(t, '?');
    if (t.n > r->path.n)
        r->query = (struct text){t.p + r->path.n + 1, t.n - r->path.n - 1};
    if (r->path.n == 0)
        r->path = (struct text){"/", 1};
    return 1;
}

static int request_line(struct request *r, const char *p, const char *end)
{
    static const char form[] = "a request line is METHOD /PATH HTTP/1.1";
    const char *start = p, *q = skip_token(p, end);
    if (q == end)
        return 0;
    if (q == p || *q != ' ')
        return bad(r, BAD, form);
    r->method = (struct text){p, (size_t)(q - p)};
    p = q + 1;
    q = skip_target(p, end);
    if (q == end)
        return 0;
    if (q == p || *q != ' ')
        return bad(r, BAD, form);
    struct text target = {p, (size_t)(q - p)};
    p = q + 1;
    for (const char *want = "HTTP/D.D"; *want; want++, p++) {
        if (p == end)
            return 0;
        if (*want == 'D' ? !isdigit((unsigned char)*p) : *p != *want)
            return bad(r, BAD, form);
    }
    int n = line_end(r, p, end);
    if (n <= 0)
        return n;
    if (p - start > MAX_LINE)
        return bad(r, "414 URI Too Long", "a request line of over 4096 bytes");
    if (p[-3] != '1')
        return bad(r, "505 HTTP Version Not Supported", "only HTTP/1.1 and HTTP/1.0 are spoken here");
    r->minor = p[-1] - '0';
    n = split_target(r, target) < 0 ? -1 : (int)(p + n - start);
    return n;
}

static bool in_list(struct text list, const char *token)
{
    while (list.n > 0) {
        struct text item = find(list, ',');
        size_t used = item.n < list.n ? item.n + 1 : item.n;
        for (; item.n > 0 && is_blank(*item.p); item.n--)
            item.p++;
        while (item.n > 0 && is_blank(item.p[item.n - 1]))
            item.n--;
        if (text_like(item, token))
            return true;
        list.p += used;
        list.n -= used;
    }
    return false;
}

/* The headers that decide where the request ends and whom it is for. Two of
 * them, or two that contradict each other, are two readings of one request. */
static int note_header(struct request *r, struct text name, struct text value)
{
    if (name.n == 4 && text_like(name, "Host")) {
        if (r->has_host)
            return bad(r, BAD, "more than one Host header");
        if (!host_split(value, &(struct text){0}, &(int){0}, 0))
            return bad(r, BAD, "an impossible Host header");
        r->has_host = true;
        if (r->host.n == 0)     /* else the target named it: RFC 9112, 3.2.2 */
            r->host = value;
    } else if (name.n == 14 && text_like(name, "Content-Length")) {
        if (r->has_length)
            return bad(r, BAD, "more than one Content-Length header");
        if (!text_number(value, &r->length))
            return bad(r, BAD, "a Content-Length that is no number");
        r->has_length = true;
    } else if (name.n == 17 && text_like(name, "Transfer-Encoding")) {
        r->has_coding = true;
    } else if (name.n == 10 && text_like(name, "Connection")) {
        r->close |= in_list(value, "close");
    } else if (name.n == 6 && text_like(name, "Expect")) {
        r->expects_continue = text_like(value, "100-continue");
    }
    return 1;
}

static int header_line(struct request *r, const char *p, const char *end)
{
    if (is_blank(*p))
        return bad(r, BAD, "a folded header line");
    if (r->header_count == MAX_HEADERS)
        return bad(r, "431 Request Header Fields Too Large", "more than 64 header lines");
    const char *start = p, *q = skip_token(p, end);
    if (q == end)
        return 0;
    if (q > p && is_blank(*q))
        return bad(r, BAD, "a space before the colon of a header");
    if (q == p || *q != ':')
        return bad(r, BAD, "a header line is NAME: VALUE");
    struct text name = {p, (size_t)(q - p)};
    for (p = q + 1; p < end && is_blank(*p);)
        p++;
    q = skip_value(p, end);
    int n = line_end(r, q, end);
    if (n <= 0)
        return n;
    struct text value = {p, (size_t)(q - p)};
    while (value.n > 0 && is_blank(value.p[value.n - 1]))
        value.n--;
    r->headers[r->header_count++] = (struct header){name, value};
    return note_header(r, name, value) < 0 ? -1 : (int)(q + n - start);
}

static int whole_head(struct request *r)
{
    if (!r->has_host && r->minor > 0)
        return bad(r, BAD, "HTTP/1.1 wants a Host header");
    if (r->has_coding && r->has_length)
        return bad(r, BAD, "Content-Length beside Transfer-Encoding");
    if (r->has_coding)
        return bad(r, "411 Length Required", "a body needs a Content-Length here");
    if (r->length > MAX_BODY)
        return bad(r, "413 Content Too Large", "a body of over 1000000 bytes");
    r->close |= r->minor == 0;
    r->expects_continue &= r->minor > 0;
    return 1;
}

int request_parse(const char *bytes, size_t len, struct request *r)
{
    const char *p = bytes, *end = bytes + (len < MAX_HEAD ? len : MAX_HEAD);
    const char *most = bytes + (len < MAX_LINE + 2 ? len : MAX_LINE + 2);
    memset(r, 0, offsetof(struct request, headers));
    int n = request_line(r, p, most);
    if (n == 0 && len >= MAX_LINE + 2)
        return bad(r, "414 URI Too Long", "a request line of over 4096 bytes");
    for (p += n; n > 0 && p < end; p += n)
        if (*p == '\r' || *p == '\n') {
            n = line_end(r, p, end);
            if (n <= 0)
                break;
            return whole_head(r) < 0 ? -1 : (int)(p + n - bytes);
        } else {
            n = header_line(r, p, end);
        }
    if (n >= 0 && len >= MAX_HEAD)
        return bad(r, "431 Request Header Fields Too Large", "a head of over 8192 bytes");
    return n < 0 ? -1 : 0;
}

struct text request_header(const struct request *r, const char *name)
{
    size_t n = strlen(name);
    for (const struct header *h = r->headers; h < r->headers + r->header_count;
         h++)
        if (h->name.n == n && strncasecmp(h->name.p, name, n) == 0)
            return h->value;
    return (struct text){0};
}

bool request_lists(const struct request *r, const char *name, const char *token)
{
    for (int i = 0; i < r->header_count; i++)
        if (text_like(r->headers[i].name, name) &&
            in_list(r->headers[i].value, token))
            return true;
    return false;
}

struct text request_query(const struct request *r, const char *name)
{
    struct text rest = r->query;
    size_t n = strlen(name);
    while (rest.n > 0) {
        struct text pair = find(rest, '&');
        size_t used = pair.n < rest.n ? pair.n + 1 : pair.n;
        if (pair.n > n && memcmp(pair.p, name, n) == 0 && pair.p[n] == '=')
            return (struct text){pair.p + n + 1, pair.n - n - 1};
        rest.p += used;
        rest.n -= used;
    }
    return (struct text){0};
}

bool host_split(struct text t, struct text *name, int *port, int otherwise)
{
    size_t n = 0;
    uint64_t number = (uint64_t)otherwise;
    if (t.n > 0 && t.p[0] == '[') {
        struct text inside = find(t, ']');
        for (n = 1; n < inside.n; n++)
            if (!isxdigit((unsigned char)t.p[n]) && !strchr(":.", t.p[n]))
                return false;
        n = inside.n + 1;
    } else {
        while (n < t.n && (isalnum((unsigned char)t.p[n]) ||
                           strchr("-._~%!$&'()*+,;=", t.p[n])))
            n++;
    }
    if (n == 0 || n > t.n || (n < t.n && t.p[n] != ':'))
        return false;
    *name = (struct text){t.p, n};
    struct text digits = {t.p + n + 1, n + 1 < t.n ? t.n - n - 1 : 0};
    if (digits.n > 0 && (!text_number(digits, &number) || number > 65535))
        return false;
    *port = (int)number;
    return true;
}

/* Digits and dots cannot be anybody's name in the DNS. */
bool host_is_loopback(struct text name)
{
    size_t n = 0;
    while (n < name.n && (isdigit((unsigned char)name.p[n]) || name.p[n] == '.'))
        n++;
    return text_like(name, "localhost") || text_like(name, "[::1]") ||
           (n == name.n && n > 4 && memcmp(name.p, "127.", 4) == 0);
}
