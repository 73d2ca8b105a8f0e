/* A client of Engine.IO: see eio.h. */
#include "eio.h"

#include <stdio.h>
#include <string.h>

/* Behind the id, for polling and for WebSockets; the times differ. */
static const char *rest_of_open(const struct eio *e, bool ws)
{
    static char text[200];
    bool calm = strcmp(e->path, CALM) == 0, quick = strcmp(e->path, QUICK) == 0;
    bool lesson = strcmp(e->path, LESSON) == 0;
    snprintf(text, sizeof text,
             "\",\"upgrades\":[%s],\"pingInterval\":%d,\"pingTimeout\":%d,"
             "\"maxPayload\":%d}",
             ws ? "" : "\"websocket\"",
             quick    ? QUICK_PING
             : calm   ? CALM_PING
             : lesson ? 25000
                      : 100,
             quick ? QUICK_PONG : 20000, MAX_PAYLOAD);
    return text;
}

const char *eio_read_open(struct eio *e, const char *packet)
{
    static const char begin[] = "0{\"sid\":\"", letters[] = "ABCDEFGHIJKLMNOP"
                                                            "QRSTUVWXYZabcdefgh"
                                                            "ijklmnopqrstuvwxyz"
                                                            "0123456789-_";
    if (strncmp(packet, begin, sizeof begin - 1) != 0)
        flunk("a session opens with \"%.200s\"", packet);
    const char *sid = packet + sizeof begin - 1;
    size_t length = strspn(sid, letters);
    if (length != 20) /* six bits each: 120 */
        flunk("an id of %zu characters: \"%.60s\"", length, sid);
    snprintf(e->sid, sizeof e->sid, "%.20s", sid);
    const char *rest = rest_of_open(e, e->ws != NULL);
    if (strncmp(sid + length, rest, strlen(rest)) != 0)
        flunk("behind the id \"%.200s\", not \"%s\"", sid + length, rest);
    return sid + length + strlen(rest);
}

static void check_answer(const struct client *c)
{
    expect_status(c, 200);
    expect_header(c, "Content-Type", "text/plain; charset=UTF-8");
    expect_header(c, "Cache-Control", "no-store");
}

void eio_open(struct eio *e, struct program *p, const char *path)
{
    char target[100];
    snprintf(target, sizeof target, "%s?EIO=4&transport=polling", path);
    *e = (struct eio){.program = p, .path = path, .poll = dial(p)};
    get(e->poll, target);
    check_answer(e->poll);
    if (*eio_read_open(e, e->poll->body.data) != '\0')
        flunk("more behind the first packet: \"%s\"", e->poll->body.data);
    e->post = dial(p);
}

void eio_open_ws(struct eio *e, struct program *p, const char *path)
{
    char target[100];
    snprintf(target, sizeof target, "%s?EIO=4&transport=websocket", path);
    *e = (struct eio){.program = p, .path = path};
    e->ws = ws_dial(p, target);
    const struct heard *h = ws_take(e->ws);
    if (h->first != 0x81)
        flunk("the first frame is %02x", h->first);
    if (*eio_read_open(e, (const char *)h->payload) != '\0')
        flunk("more in the first frame: \"%s\"", (const char *)h->payload);
}

const char *eio_target(const struct eio *e, const char *transport)
{
    static char target[200];
    snprintf(target, sizeof target, "%s?EIO=4&transport=%s&sid=%s", e->path,
             transport, e->sid);
    return target;
}

void eio_ask(struct eio *e)
{
    ask(e->poll, "GET", eio_target(e, "polling"), "");
}

void eio_expect(struct eio *e, const char *payload)
{
    answer(e->poll);
    check_answer(e->poll);
    expect_body(e->poll, payload);
}

void eio_poll(struct eio *e, const char *payload)
{
    eio_ask(e);
    eio_expect(e, payload);
}

void eio_say(struct eio *e, const char *payload)
{
    ask_with(e->post, "POST", eio_target(e, "polling"), "", payload,
             strlen(payload));
}

void eio_post(struct eio *e, const char *payload)
{
    eio_say(e, payload);
    answer(e->post);
    check_answer(e->post);
    expect_body(e->post, "ok");
}

void eio_dial(struct eio *e)
{
    e->ws = ws_dial(e->program, eio_target(e, "websocket"));
}

void eio_probe(struct eio *e)
{
    eio_dial(e);
    ws_say(e->ws, "T:2probe");
    ws_hear(e->ws, "T:3probe");
}

void eio_upgrade(struct eio *e)
{
    eio_probe(e);
    ws_say(e->ws, "T:5");
    settle(e->program);
}

void eio_expect_gone(struct eio *e)
{
    struct client *c = dial(e->program);
    ask(c, "GET", eio_target(e, "polling"), "");
    expect_code(c, 1);
    client_close(c);
}

void eio_expect_alive(struct eio *e)
{
    if (e->ws != NULL) {
        ws_say(e->ws, "T:4alive?|B:and binary?");
        ws_hear(e->ws, "T:4alive?|B:and binary?");
        return;
    }
    eio_post(e, "4alive?");
    eio_poll(e, "4alive?");
}

void expect_code(struct client *c, int code)
{
    static const char *const messages[] = {"Transport unknown",
                                           "Session ID unknown",
                                           "Bad handshake method",
                                           "Bad request",
                                           "Forbidden",
                                           "Unsupported protocol version"};
    char json[100];
    snprintf(json, sizeof json, "{\"code\":%d,\"message\":\"%s\"}", code,
             messages[code]);
    expect_answer(c, code == 4 ? 403 : 400);
    expect_body(c, json);
    expect_header(c, "Content-Type", "application/json");
}

void expect_reason(struct program *p, const char *reason)
{
    char line[100];
    snprintf(line, sizeof line, "session: %s", reason);
    expect_out(p, line);
}
