/* engineio.c - see engineio.h.  Which request is for which session. */
#include "engineio.h"

#include <stdlib.h>
#include <string.h>

#include "polling.h"
#include "session.h"
#include "upgrade.h"

static struct engine *engines;

static const char unknown_transport[] =
    "{\"code\":0,\"message\":\"Transport unknown\"}";
static const char unknown_session[] =
    "{\"code\":1,\"message\":\"Session ID unknown\"}";
static const char bad_method[] =
    "{\"code\":2,\"message\":\"Bad handshake method\"}";
static const char bad_request[] = "{\"code\":3,\"message\":\"Bad request\"}";
static const char forbidden[] = "{\"code\":4,\"message\":\"Forbidden\"}";
static const char bad_version[] =
    "{\"code\":5,\"message\":\"Unsupported protocol version\"}";

static void fail(struct conn *c, const char *error)
{
    http_reply(c, error == forbidden ? "403 Forbidden" : "400 Bad Request",
               "Content-Type: application/json\r\n", error, strlen(error));
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
    struct engine *e = engines;
    while (!text_is(r->path, e->path))
        e = e->next;
    return e;
}

/* What is wrong with it, as a rule in the order of the real server; NULL:
 * nothing. */
static const char *check(const struct conn *c, const struct request *r,
                         const struct transport *t, const struct session *s)
{
    struct text id = request_query(r, "sid");
    bool get = text_is(r->method, "GET"), post = text_is(r->method, "POST");
    bool up = r->upgrade && request_lists(r, "Upgrade", "websocket");
    bool fits = up == (t == &websocket);
    if ((post || up) && request_is_foreign(r))
        return forbidden;
    if (!t)
        return unknown_transport;
    if (id.n == 0) {
        if (!get)
            return bad_method;
        if (!fits || t->add)
            return bad_request;
        return text_is(request_query(r, "EIO"), "4") ? NULL : bad_version;
    }
    if (!s)
        return unknown_session;
    if (up)
        fits &= !s->transport->add;
    else if (get)
        fits &= s->transport != &websocket && !(t->add && s->probe);
    else
        fits = post && t == &polling &&
               (s->transport != &websocket || s->post == c->id);
    return fits ? NULL : bad_request;
}

/* Its first poll has the answer at once. */
static void open_session(struct conn *c, struct engine *e)
{
    struct session *s = session_new(e, &polling);
    if (s)
        session_begin(s);
    if (!s || s->closed)
        http_error(c, "503 Service Unavailable", "", "no memory");
    else
        polling_get(c, s, &polling);
}

static void serve(struct conn *c, const struct request *r)
{
    struct engine *e = engine_of(r);
    const struct transport *t = transport_of(r);
    struct session *s = session_find(e, request_query(r, "sid"));
    bool post = text_is(r->method, "POST");
    if (!r->body.p && !post)
        return; /* the body of what is no POST is read, and ignored */
    const char *error = check(c, r, t, s);
    if (error)
        fail(c, error);
    else if (!s && e->count >= server.most)
        http_error(c, "503 Service Unavailable", "", "too many sessions");
    else if (t == &websocket)
        upgrade(c, r, e, s);
    else if (post)
        polling_post(c, s, r);
    else if (!s)
        open_session(c, e);
    else if (!polling_get(c, s, t))
        fail(c, bad_request);
}

void engine_attach(struct engine *e)
{
    e->ws = upgrade_handlers;
    e->ws.max_message = e->max_payload;
    if (!engines)
        atexit(session_end_all);
    e->next = engines;
    engines = e;
    http_route("*", e->path, serve);
}
