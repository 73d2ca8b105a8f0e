/* engineio.c - see engineio.h.  Which request is for which session. */
#include "engineio.h"

#include <stdio.h>
#include <string.h>

#include "polling.h"
#include "session.h"
#include "upgrade.h"

/* The numbers are the protocol's own. */
enum error {
    TRANSPORT,
    SESSION,
    METHOD,
    REQUEST,
    FORBIDDEN,
    VERSION,
    NONE,
};

static void fail(struct conn *c, const struct request *r, enum error error)
{
    static const char *const messages[] = {"Transport unknown",
                                           "Session ID unknown",
                                           "Bad handshake method",
                                           "Bad request",
                                           "Forbidden",
                                           "Unsupported protocol version"};
    char json[80];
    int n = snprintf(json, sizeof json, "{\"code\":%d,\"message\":\"%s\"}",
                     (int)error, messages[error]);
    c->close |= !r->body.p; /* or it would be taken for a request */
    http_reply(c, error == FORBIDDEN ? "403 Forbidden" : "400 Bad Request",
               "Content-Type: application/json\r\n", json, (size_t)n);
}

static const struct transport *transport_of(const struct request *r)
{
    static const struct transport *const all[] = {&polling, &websocket, &iframe,
                                                  &eventsource};
    struct text name = request_query(r, "transport");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (text_is(name, all[i]->name))
            return all[i];
    return NULL;
}

static struct engine *engine_of(const struct request *r)
{
    struct engine *e = session_engines();
    while (!text_is(r->path, e->path))
        e = e->next;
    return e;
}

static bool upgrades(const struct request *r)
{
    return r->upgrade && text_lists(request_header(r, "Upgrade"), "websocket");
}

/* What is wrong with it, in the order of the real server. */
static enum error check(const struct conn *c, const struct request *r,
                        const struct transport *t, const struct session *s)
{
    struct text id = request_query(r, "sid");
    bool get = text_is(r->method, "GET"), post = text_is(r->method, "POST");
    bool up = upgrades(r);
    if ((post || up) && http_is_foreign(r))
        return FORBIDDEN;
    if (!t)
        return TRANSPORT;
    if (id.n == 0) {
        bool fits = t == &polling ? !up : t == &websocket && up;
        bool four = text_is(request_query(r, "EIO"), "4");
        return !get ? METHOD : !fits ? REQUEST : !four ? VERSION : NONE;
    }
    if (!s)
        return SESSION;
    bool stream = t == &iframe || t == &eventsource, fits;
    if (up)
        fits = t == &websocket && s->transport != &iframe &&
               s->transport != &eventsource;
    else if (get)
        fits = t != &websocket && s->transport != &websocket &&
               !(stream && s->probe);
    else
        fits = post && t == &polling &&
               (s->transport != &websocket || s->post == c->id);
    return fits ? NONE : REQUEST;
}

/* Its first poll has the answer at once. */
static bool open_session(struct conn *c, struct engine *e)
{
    struct session *s = session_new(e, &polling);
    if (s)
        session_begin(s);
    return s && !s->closed && polling_get(c, s, &polling);
}

static void serve(struct conn *c, const struct request *r)
{
    struct engine *e = engine_of(r);
    const struct transport *t = transport_of(r);
    struct session *s = session_find(e, request_query(r, "sid"));
    bool post = text_is(r->method, "POST");
    if (!r->body.p && !post)
        return; /* what comes is read, and ignored */
    enum error error = check(c, r, t, s);
    if (error != NONE)
        fail(c, r, error);
    else if (!s && e->count >= server.most)
        http_error(c, "503 Service Unavailable", "", "too many sessions");
    else if (t == &websocket)
        upgrade(c, r, e, s);
    else if (post)
        polling_post(c, s, r);
    else if (s ? !polling_get(c, s, t) : !open_session(c, e))
        fail(c, r, REQUEST);
}

void engine_attach(struct engine *e)
{
    upgrade_init(e);
    session_watch(e);
    http_route("*", e->path, serve);
}
