/* http.c - see http.h. */
#include "http.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "trace.h"

enum { HEAD_MS = 10000, BODY_MS = 30000, IDLE_MS = 60000 };
enum { MAX_ROUTES = 16 };
enum { IDLE, HEAD, BODY, ANSWER };      /* conn.phase: what is awaited */

static const struct state http;
static struct {
    struct route {
        const char *method, *path;
        handler *handler;
    } routes[MAX_ROUTES];
    int count;
    handler *otherwise;
    bool (*upgrade)(struct conn *c, const struct request *r);
} app;

void http_route(const char *method, const char *path, handler *h)
{
    app.routes[app.count++] = (struct route){method, path, h};
}

void http_use(handler *h)
{
    app.otherwise = h;
}

void http_on_upgrade(bool (*take)(struct conn *c, const struct request *r))
{
    app.upgrade = take;
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
    if (now == made)
        return lines;
    made = now;
    strftime(lines, sizeof lines,
             "\r\nDate: %a, %d %b %Y %H:%M:%S GMT\r\n"
             "X-Content-Type-Options: nosniff\r\n",
             gmtime(&now));
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
    if (len >= 0) {
        add(c, "Content-Length: ");
        conn_add(c, digits, text_digits(digits, (uint64_t)len));
        add(c, "\r\n");
    } else if (!c->http10 && status[0] == '2' && status[2] != '4')
        add(c, "Transfer-Encoding: chunked\r\n");
    add(c, c->close ? "Connection: close\r\n\r\n" : "\r\n");
    trace_http(c->id, '>', c->out.data + before, c->out.len - before);
}

void http_done(struct conn *c)
{
    bool late = c->state != &http;      /* and more may wait in c->in */
    c->phase = IDLE;
    conn_become(c, &http, IDLE_MS);
    if (c->close)
        conn_finish(c);
    else if (late)
        conn_again(c);
    conn_flush(c);
}

void http_reply(struct conn *c, const char *status, const char *headers,
                const char *body, size_t len)
{
    bool none = strncmp(status, "204", 3) == 0;
    http_head(c, status, headers, none ? -1 : (int64_t)len);
    if (len > 0 && !c->head_only) {
        conn_add(c, body, len);
        trace_line(c->id, '>', body, len);
    }
    http_done(c);
}

void http_error(struct conn *c, const char *status, const char *why)
{
    char line[200];
    int n = snprintf(line, sizeof line, "%s\n", why);
    http_reply(c, status, "Content-Type: text/plain; charset=utf-8\r\n", line,
               (size_t)n);
}

void http_not_allowed(struct conn *c, const char *methods)
{
    static const char body[] = "this method is not for this path\n";
    char headers[100];
    snprintf(headers, sizeof headers,
             "Allow: %s\r\nContent-Type: text/plain; charset=utf-8\r\n",
             methods);
    http_reply(c, "405 Method Not Allowed", headers, body, sizeof body - 1);
}

static void refuse(struct conn *c, const char *status, const char *why)
{
    c->close = true;
    http_error(c, status, why);
}

/* A page of any site may make its reader's browser POST to a server on the
 * reader's own machine; but it can't lie about its Origin. */
bool http_is_foreign(const struct request *r)
{
    struct text origin = request_header(r, "Origin"), from, to;
    int from_port, to_port, https = 0;
    if (!origin.p)
        return false;
    if (origin.n > 8 && memcmp(origin.p, "https://", 8) == 0)
        https = 1;
    else if (origin.n < 7 || memcmp(origin.p, "http://", 7) != 0)
        return true;
    origin = (struct text){origin.p + 7 + https, origin.n - 7 - (size_t)https};
    if (!host_split(origin, &from, &from_port, https ? 443 : 80) ||
        !host_split(r->host, &to, &to_port, 80) || from_port != to_port)
        return true;
    bool same = from.n == to.n && strncasecmp(from.p, to.p, to.n) == 0;
    return !same && !(host_is_loopback(from) && host_is_loopback(to));
}

/* ... and a site may give its own name our address (DNS rebinding): then the
 * browser takes us for that site, and only the Host header tells. */
static bool is_rebound(const struct request *r)
{
    struct text name;
    int port;
    return server.loopback && r->host.n > 0 &&
           !(host_split(r->host, &name, &port, 80) && host_is_loopback(name));
}

static bool is_known(struct text method)
{
    static const char *const known[] = {"GET",    "HEAD",  "POST",
                                        "PUT",    "DELETE", "PATCH",
                                        "OPTIONS", "TRACE", "CONNECT"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (text_is(method, known[i]))
            return true;
    return false;
}

/* The route for this request; or NULL, and allow says what the path takes. */
static const struct route *route_of(const struct request *r, const char **allow)
{
    bool head = text_is(r->method, "HEAD"), post = false;
    bool get = text_is(r->path, "/") || *r->path.p != '/';
    for (const struct route *t = app.routes; t < app.routes + app.count; t++) {
        if (!text_is(r->path, t->path))
            continue;
        if (*t->method == '*' || text_is(r->method, t->method) ||
            (head && *t->method == 'G'))
            return t;
        get |= *t->method == 'G';
        post |= *t->method == 'P';
    }
    *allow = get && post ? "GET, HEAD, POST"
             : get       ? "GET, HEAD"
             : post      ? "POST"
                         : NULL;
    return NULL;
}

static void redirect(struct conn *c)
{
    char location[100];
    snprintf(location, sizeof location, "Location: /%s.html\r\n", server.name);
    http_reply(c, "302 Found", location, "", 0);
}

static void dispatch(struct conn *c, const struct request *r)
{
    const char *allow = NULL;
    const struct route *route = route_of(r, &allow);
    struct text dest = request_header(r, "Sec-Fetch-Dest");
    bool upgrade = app.upgrade && request_lists(r, "Connection", "upgrade");
    bool writes = upgrade || text_is(r->method, "POST");
    bool own_rules = route && *route->method == '*';
    bool get = text_is(r->method, "GET") || c->head_only;
    bool page = text_is(r->path, "/") && get &&
                (!route || text_is(dest, "document"));
    if (is_rebound(r))
        http_error(c, "403 Forbidden", "this Host is not of this machine");
    else if (writes && !own_rules && http_is_foreign(r))
        http_error(c, "403 Forbidden", "sent by a page of another site");
    else if (upgrade && app.upgrade(c, r))
        return;
    else if (!is_known(r->method) && !own_rules)
        http_error(c, "501 Not Implemented", "a method unknown here");
    else if (page)
        redirect(c);
    else if (route)
        route->handler(c, r);
    else if (allow)
        http_not_allowed(c, allow);
    else
        app.otherwise(c, r);
}

/* Waits for the rest of a request, but not for ever. */
static void await(struct conn *c, char phase, const struct request *r)
{
    if (c->phase >= phase)
        return;
    c->phase = phase;
    conn_deadline(c, phase == BODY ? BODY_MS : HEAD_MS);
    if (phase == BODY && r->expects_continue)
        add(c, "HTTP/1.1 100 Continue\r\n\r\n");
}

static size_t input(struct conn *c, char *bytes, size_t len)
{
    struct request r;
    if (*bytes == '\r' && (len == 1 || bytes[1] == '\n'))
        return len == 1 ? 0 : 2;    /* empty lines before a request */
    int head = request_parse(bytes, len, &r);
    c->http10 = c->head_only = false;
    if (head < 0) {
        trace_http(c->id, '<', bytes, len);
        refuse(c, r.status, r.why);
        return len;
    }
    if (head == 0 || len - (size_t)head < r.length) {
        await(c, head == 0 ? HEAD : BODY, &r);
        return 0;
    }
    r.body = (struct text){bytes + head, (size_t)r.length};
    c->close = r.close;
    c->http10 = r.minor == 0;
    c->head_only = text_is(r.method, "HEAD");
    c->phase = ANSWER;
    trace_http(c->id, '<', bytes, (size_t)head + r.body.n);
    dispatch(c, &r);
    if (c->phase == ANSWER && c->state == &http)
        refuse(c, "500 Internal Server Error", "the handler gave no answer");
    return (size_t)head + r.body.n;
}

static void timeout(struct conn *c)
{
    if (c->phase == IDLE)
        conn_close(c);
    else
        refuse(c, "408 Request Timeout", "the rest did not come in time");
}

static const struct state http = {.input = input, .timeout = timeout};

void http_accept(int fd, bool full)
{
    struct conn *c = server_add(fd, &http);
    if (!c) {
        close(fd);
        return;
    }
    conn_deadline(c, IDLE_MS);
    if (full)
        refuse(c, "503 Service Unavailable", "too many connections");
}
