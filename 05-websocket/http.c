/* http.c - see http.h. */
#include "http.h"
#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "trace.h"

enum { HEAD_MS = 10000, BODY_MS = 30000, IDLE_MS = 60000 };
enum { MAX_ROUTES = 16 };

/* What is awaited: a request, the rest of it, an answer. */
static const struct state idle, partial, asked;

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

/* What is the same in every head, behind its first line; made once a second. */
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

void http_continue(struct conn *c)
{
    static const char interim[] = "HTTP/1.1 100 Continue\r\n\r\n";
    add(c, interim);
    trace_http(c->id, '>', interim, sizeof interim - 1);
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
    snprintf(line, sizeof line, "%s\n", why);
    http_reply(c, status, all, line, strlen(line));
}

static void refuse(struct conn *c, const char *status, const char *why)
{
    c->close = true;
    http_error(c, status, "", why);
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
        return r->upgrade && request_lists(r, "Upgrade", t->method);
    return *t->method == '*' || text_is(r->method, t->method) ||
           (*t->method == 'G' && text_is(r->method, "HEAD"));
}

/* The route of this request; or NULL, and the methods that its path takes. */
static const struct route *find_route(const struct request *r,
                                      const char **allow)
{
    /* "*" and HOST:PORT, the targets of OPTIONS and CONNECT, are no files. */
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
static bool wants_page(const struct conn *c, const struct request *r,
                       const struct route *route)
{
    bool by_hand = text_is(request_header(r, "Sec-Fetch-Dest"), "document");
    return text_is(r->path, "/") && (by_hand || !route) &&
           (c->head_only || text_is(r->method, "GET"));
}

static void dispatch(struct conn *c, const struct request *r)
{
    const char *allow = NULL;
    char location[80];
    const struct route *route = find_route(r, &allow);
    bool own_rules = route && *route->method == '*';
    bool upgrade = route && islower((unsigned char)*route->method);
    bool changes = upgrade || (!own_rules && text_is(r->method, "POST"));
    /* A site may give its own name our address (DNS rebinding): then the
     * browser takes us for that site, and only the Host header tells. */
    if (server.loopback && r->host.name.n > 0 &&
        !host_is_loopback(r->host.name)) {
        http_error(c, "403 Forbidden", "", "this Host is not this machine");
    } else if (changes && request_is_foreign(r)) {
        http_error(c, "403 Forbidden", "", "sent by a page of another site");
    } else if (!upgrade && wants_page(c, r, route)) {
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

/* The body is still to come, or too long: a "*" handler may refuse it now. */
static void ask_early(struct conn *c, const struct request *r)
{
    const char *allow;
    const struct route *route = find_route(r, &allow);
    if (!route || *route->method != '*')
        return;
    c->close = true; /* an answer now leaves the body unread */
    dispatch(c, r);
}

/* The rest of a request must come in time. Its head, once it is there (else
 * n is 0), is shown at once: it comes before our 100 Continue. */
static void await_rest(struct conn *c, const struct request *r,
                       struct text head)
{
    if (c->state != &partial)
        conn_become(c, &partial, HEAD_MS);
    if (head.n == 0 || c->shown > 0)
        return;
    conn_deadline(c, BODY_MS);
    trace_http(c->id, '<', head.p, head.n);
    c->shown = head.n;
    ask_early(c, r);
    if (c->state == &partial && r->expects_continue)
        http_continue(c);
}

/* The state's input: a whole request is answered, half a one has to wait, and
 * a bad one is the last. */
static size_t input(struct conn *c, char *bytes, size_t len)
{
    struct request r;
    if (*bytes == '\n' || (*bytes == '\r' && (len < 2 || bytes[1] == '\n'))) {
        size_t line = *bytes == '\n' ? 1 : len < 2 ? 0 : 2;
        trace_http(c->id, '<', bytes, line);
        return line; /* empty, and so not yet a request */
    }
    int n = request_parse(bytes, len, &r); /* of the head */
    size_t used = n < 0 ? len : (size_t)n + r.length;
    c->close = r.close;
    c->http10 = r.minor == 0;
    c->head_only = text_is(r.method, "HEAD");
    if (n == 0 || used > len) {
        await_rest(c, &r, (struct text){bytes, (size_t)n});
        return 0;
    }
    if (c->shown > 0)
        trace_line(c->id, '<', bytes + n, r.length);
    else
        trace_http(c->id, '<', bytes, used);
    c->shown = 0;
    conn_become(c, &asked, -1);
    if (n > 0) {
        r.body = (struct text){bytes + n, r.length};
        dispatch(c, &r);
    } else if (strncmp(r.status, "413", 3) == 0) {
        ask_early(c, &r);
    }
    if (c->state == &asked && n < 0)
        refuse(c, r.status, r.why);
    else if (c->state == &asked)
        refuse(c, "500 Internal Server Error", "the handler gave no answer");
    return used;
}

static void too_slow(struct conn *c)
{
    conn_trace(c);
    refuse(c, "408 Request Timeout", "the rest did not come in time");
}

static const struct state idle = {.input = input};
static const struct state partial = {.input = input, .timeout = too_slow};
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
