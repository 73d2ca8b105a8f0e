/* The downlinks of Engine.IO that are streams: see eio_stream.h. */
#include "eio_stream.h"
#include "js_string.h"

#include <string.h>

const char *const downlinks[DOWNLINKS] = {"iframe", "eventsource"};

static struct bytes packet; /* the last one taken */

static void need(struct client *c, size_t length)
{
    while (c->body.length < length)
        if (!take_chunk(c)) {
            if (c->last_chunk)
                flunk("the end, after \"%.200s\"", c->body.data);
            client_wait(c);
        }
}

/* What stands at the front of the body, and nothing else. */
void stream_expect_text(struct client *c, const char *text)
{
    size_t n = strlen(text);
    need(c, n);
    if (memcmp(c->body.data, text, n) != 0)
        flunk("\"%.200s\", not \"%s\"", c->body.data, text);
    bytes_drop(&c->body, n);
}

static void drop_padding(struct client *c)
{
    need(c, 1024);
    size_t n = strcspn(c->body.data, "\n");
    if (n < 1023)
        flunk("only %zu bytes make the browser start", n);
    bytes_drop(&c->body, n + 1);
}

static void take_script(struct client *c)
{
    stream_expect_text(c, "<script>frameElement.receive(\"");
    while (strstr(c->body.data, "</script>\n") == NULL)
        need(c, c->body.length + 1);
    const char *end = js_string_read(&packet, c->body.data);
    bytes_drop(&c->body, (size_t)(end - c->body.data));
    stream_expect_text(c, ");document.currentScript.remove()</script>\n");
}

static void take_event(struct client *c)
{
    packet.length = 0;
    for (int line = 0; need(c, 1), *c->body.data != '\n'; line++) {
        stream_expect_text(c, "data: ");
        while (memchr(c->body.data, '\n', c->body.length) == NULL)
            need(c, c->body.length + 1);
        size_t n = strcspn(c->body.data, "\n");
        bytes_add(&packet, "\n", line > 0);
        bytes_add(&packet, c->body.data, n);
        bytes_drop(&c->body, n + 1);
    }
    stream_expect_text(c, "\n");
}

void stream_expect(struct client *c, enum downlink kind, const char *want)
{
    if (kind == IFRAME)
        take_script(c);
    else
        take_event(c);
    if (packet.length != strlen(want) ||
        memcmp(packet.data, want, packet.length) != 0)
        flunk("a packet \"%.200s\", not \"%.200s\"", packet.data, want);
}

void stream_expect_last(struct client *c, enum downlink kind, const char *want)
{
    stream_expect(c, kind, want);
    while (!c->last_chunk)
        if (!take_chunk(c))
            client_wait(c);
    if (c->body.length > 0)
        flunk("more at the end: \"%s\"", c->body.data);
    expect_end(c);
}

void stream_expect_nothing(struct client *c)
{
    settle(c->program);
    while (client_read(c, 65536) > 0) {
        /* all that is there */
    }
    while (take_chunk(c)) {
        /* all of it */
    }
    if (c->body.length > 0 || c->ended)
        flunk("more: \"%.200s\"", c->body.data);
}

void stream_expect_open(struct client *c, enum downlink kind, int how)
{
    answer_head(c, how);
    expect_status(c, 200);
    expect_header(c, "Content-Type",
                  kind == IFRAME ? "text/html; charset=utf-8"
                                 : "text/event-stream");
    expect_header(c, "Cache-Control", "no-store");
    if (!c->chunked && how != OLD)
        flunk("a stream that is not chunked");
    if (kind == IFRAME)
        drop_padding(c);
}

struct client *stream_open(const struct eio *e, enum downlink kind)
{
    struct client *c = dial(e->program);
    ask(c, "GET", eio_target(e, downlinks[kind]), "");
    stream_expect_open(c, kind, 0);
    return c;
}
