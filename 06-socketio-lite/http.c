/* http.c - see http.h. */
#include "http.h"
#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include "trace.h"

enum { HEAD_MS = 10000, BODY_MS = 30000, IDLE_MS = 60000 };
enum { MAX_ROUTES = 16 };

/* What is awaited: a request, the rest of its head, of its body, an answer. */
static const struct state idle, in_head, in_body, asked;

static struct {
    struct route {
        const char *method, *path;
        handler *handler;
    } routes[MAX_ROUTES];
    int count;
    handler *others;
} app;

void http_route(const char *method, const char *path, handler *h)
{
    assert(app.count < MAX_ROUTES);
    app.routes[app.count++] = (struct route){method, path, h};
}

void http_use(handler *h)
{
    app.others = h;
}

static void add(struct conn *c, const char *s)
{
    conn_add(c, s, strlen(s));
}

/* What is the same in every head, made once a second. */
static const char *common_lines(void)
{
    static char lines[100];
    static time_t made;
    time_t now = time(NULL);
    if (now != made)
        strftime(lines, sizeof lines,
                 "\r\nDate: %a, %d %b %Y %H:%M:%S GMT\r\n"
                 "X-Content-Type-Options: nosniff\r\n",
                 gmtime(&now));
    made = now;
    return lines;
}

void http_head(struct conn *c, const char *status, const char *headers,
               int64_t len)
{
    char digits[20];
    size_t before = c->out.len;
    c->close |= server.stopping;
    add(c, "HTTP/1.1 ");
    add(c, status);
    add(c, common_lines());
    add(c, headers);
    if (len >= 0 && strncmp(status, "204", 3) != 0) {
        add(c, "Content-Length: ");
        conn_add(c, digits, text_digits(digits, (uint64_t)len));
        add(c, "\r\n");
    } else if (!c->http10 && strncmp(status, "200", 3) == 0) {
        add(c, "Transfer-Encoding: chunked\r\n");
    }
    add(c, c->close ? "Connection: close\r\n\r\n" : "\r\n");
    if (trace_on && c->out.data)
        trace_http(c->id, '>', c->out.data + before, c->out.len - before);
}

void http_done(struct conn *c)
{
    /* Answered after its handler has returned: the next request may wait in
     * c->in already, and no byte will come to wake us for it. */
    if (c->state != &asked)
        conn_again(c);
    conn_become(c, &idle, IDLE_MS);
    if (c->close || server.stopping)
        conn_finish(c);
    conn_flush(c);
}

void http_reply(struct conn *c, const char *status, const char *headers,
                const char *body, size_t len)
{
    http_head(c, status, headers, (int64_t)len);
    if (len > 0 && !c->head_only) {
        conn_add(c, body, len);
        trace_line(c->id, '>', body, len);
    }
    http_done(c);
}

void http_error(struct conn *c, const char *status, const char *headers,
                const char *why)
{
    char all[256], line[160];
    snprintf(all, sizeof all, "%sContent-Type: text/plain; charset=utf-8\r\n",
             headers);
    int n = snprintf(line, sizeof line, "%s\n", why);
    http_reply(c, status, all, line, (size_t)n);
}

static void refuse(struct conn *c, const char *status, const char *why)
{
    c->close = true;
    http_error(c, status, "", why);
}

static bool is_here(struct text name)
{
    return text_like(name, "localhost") || text_is(name, "127.0.0.1") ||
           text_is(name, "[::1]");
}

/* Any site may make its reader's browser POST to a server on the reader's
 * own machine; but in Origin the browser tells from where. */
static bool is_other(struct text origin, struct host to)
{
    struct host from;
    size_t s = origin.n > 4 && origin.p[4] == 's', n = 7 + s;
    if (origin.n < n || memcmp(origin.p, s ? "https://" : "http://", n) != 0)
        return true;
    origin = (struct text){origin.p + n, origin.n - n};
    if (!host_split(origin, s ? 443 : 80, &from) || from.port != to.port)
        return true;
    bool same = from.name.n == to.name.n &&
                strncasecmp(from.name.p, to.name.p, to.name.n) == 0;
    return !same && !(is_here(from.name) && is_here(to.name));
}

bool http_is_foreign(const struct request *r)
{
    for (int i = 0; i < r->header_count; i++)
        if (text_like(r->headers[i].name, "Origin") &&
            is_other(r->headers[i].value, r->host))
            return true;
    return false;
}

/* And a site may give its own name our address (DNS rebinding): then the
 * browser takes us for that site, and only the Host header tells. */
static bool is_rebound(const struct request *r)
{
    return server.loopback && r->host.name.n > 0 &&
           !host_is_loopback(r->host.name);
}

static bool is_known(struct text method)
{
    char word[12]; /* no word of these is that long */
    snprintf(word, sizeof word, " %.*s ", (int)method.n, method.p);
    return strstr(" GET HEAD POST PUT DELETE PATCH OPTIONS TRACE CONNECT ",
                  word);
}

static bool takes(const struct route *t, const struct request *r)
{
    if (islower((unsigned char)*t->method))
        return r->upgrade &&
               text_lists(request_header(r, "Upgrade"), t->method);
    return *t->method == '*' || text_is(r->method, t->method) ||
           (*t->method == 'G' && text_is(r->method, "HEAD"));
}

/* The route of this request; or NULL, and what its path would take. */
static const struct route *find_route(const struct request *r,
                                      const char **allow)
{
    bool get = text_is(r->path, "/") || *r->path.p != '/', post = false;
    for (const struct route *t = app.routes; t < app.routes + app.count; t++) {
        if (!text_is(r->path, t->path))
            continue;
        if (takes(t, r))
            return t;
        get |= *t->method == 'G';
        post |= *t->method == 'P';
    }
    *allow = get && post ? "Allow: GET, HEAD, POST\r\n"
             : get       ? "Allow: GET, HEAD\r\n"
             : post      ? "Allow: POST\r\n"
                         : NULL;
    return NULL;
}

/* A browser says Sec-Fetch-Dest: document when somebody opens an address by
 * hand: for him / is the page, for a script or curl it is the route. */
static void dispatch(struct conn *c, const struct request *r)
{
    const char *allow = NULL;
    char location[80];
    const struct route *route = find_route(r, &allow);
    bool own_rules = route && *route->method == '*';
    bool upgrade = route && islower((unsigned char)*route->method);
    bool changes = upgrade || (!own_rules && text_is(r->method, "POST"));
    bool by_hand = text_is(request_header(r, "Sec-Fetch-Dest"), "document");
    bool page = text_is(r->path, "/") && (by_hand || !route) && !upgrade &&
                (c->head_only || text_is(r->method, "GET"));
    if (is_rebound(r)) {
        http_error(c, "403 Forbidden", "", "this Host is not this machine");
    } else if (changes && http_is_foreign(r)) {
        http_error(c, "403 Forbidden", "", "sent by a page of another site");
    } else if (page) {
        snprintf(location, sizeof location, "Location: /%s.html\r\n",
                 server.name);
        http_error(c, "302 Found", location, "the page shows it");
    } else if (route) {
        route->handler(c, r);
    } else if (!is_known(r->method)) {
        http_error(c, "501 Not Implemented", "", "an unknown method");
    } else if (allow) {
        http_error(c, "405 Method Not Allowed", allow, "not this method here");
    } else {
        app.others(c, r);
    }
}

/* The body is yet to come, or too long: a "*" handler may refuse it now. */
static void announce(struct conn *c, const struct request *r)
{
    const char *allow;
    const struct route *route = find_route(r, &allow);
    if (!route || *route->method != '*')
        return;
    c->close = true; /* an answer now leaves the body unread */
    dispatch(c, r);
}

/* The rest of a request must come before the deadline. */
static void expect(struct conn *c, const struct state *rest,
                   const struct request *r)
{
    if (c->state == rest)
        return;
    conn_become(c, rest, rest == &in_head ? HEAD_MS : BODY_MS);
    if (rest == &in_body)
        announce(c, r);
    if (c->state == &in_body && r->expects_continue) {
        add(c, "HTTP/1.1 100 Continue\r\n\r\n");
        trace_line(c->id, '>', "HTTP/1.1 100 Continue", 21);
    }
}

static size_t input(struct conn *c, char *bytes, size_t len)
{
    struct request r;
    if (*bytes == '\r' && len > 1 && bytes[1] == '\n')
        return 2; /* an empty line before a request */
    int n = request_parse(bytes, len, &r);
    size_t used = n < 0 ? len : (size_t)n + r.length;
    c->close = r.close;
    c->http10 = r.minor == 0;
    c->head_only = text_is(r.method, "HEAD");
    if (n == 0 || used > len) {
        const struct state *rest = n == 0 ? &in_head : &in_body;
        expect(c, rest, &r);
        return c->state == rest ? 0 : len;
    }
    trace_http(c->id, '<', bytes, used);
    conn_become(c, &asked, -1);
    if (n > 0) {
        r.body = (struct text){bytes + n, r.length};
        dispatch(c, &r);
    } else if (strncmp(r.status, "413", 3) == 0) {
        announce(c, &r);
    }
    if (c->state == &asked && n < 0)
        refuse(c, r.status, r.why);
    else if (c->state == &asked)
        refuse(c, "500 Internal Server Error", "the handler gave no answer");
    return used;
}

static void too_slow(struct conn *c)
{
    refuse(c, "408 Request Timeout", "the rest did not come in time");
}

static const struct state idle = {.input = input};
static const struct state in_head = {.input = input, .timeout = too_slow};
static const struct state in_body = {.input = input, .timeout = too_slow};
static const struct state asked = {0};

void http_accept(int fd, bool full)
{
    struct conn *c = server_add(fd, &idle);
    if (!c)
        return;
    conn_deadline(c, IDLE_MS);
    if (full)
        refuse(c, "503 Service Unavailable", "too many connections");
}
