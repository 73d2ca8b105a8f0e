/* The ways down: see sio_down.h. */
#include "sio_down.h"
#include "expect.h"
#include "js_string.h"

#include <stdio.h>
#include <string.h>

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* ---- Base64, without the lesson's ---- */

static void base64_add(struct bytes *to, const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i += 3) {
        unsigned bits = (unsigned)p[i] << 16;
        bits |= i + 1 < n ? (unsigned)p[i + 1] << 8 : 0;
        bits |= i + 2 < n ? p[i + 2] : 0;
        char four[4] = {digits[bits >> 18], digits[bits >> 12 & 63],
                        i + 1 < n ? digits[bits >> 6 & 63] : '=',
                        i + 2 < n ? digits[bits & 63] : '='};
        bytes_add(to, four, 4);
    }
}

size_t base64_read(unsigned char *to, const char *p, size_t n)
{
    unsigned long bits = 0;
    size_t have = 0, out = 0;
    for (size_t i = 0; i < n && p[i] != '='; i++) {
        bits = bits << 6 | (unsigned long)(strchr(digits, p[i]) - digits);
        have += 6;
        if (have >= 8) {
            have -= 8;
            to[out++] = (unsigned char)(bits >> have);
        }
    }
    return out;
}

/* ---- down ---- */

const char *sio_target(const struct sio *s, const char *transport)
{
    static char line[128];
    int n = snprintf(line, sizeof line, "/socket.io/?EIO=4&transport=%s",
                     transport);
    if (s->sid[0] != '\0')
        snprintf(line + n, sizeof line - (size_t)n, "&sid=%s", s->sid);
    return line;
}

void sio_add(struct sio *s, const char *packets, size_t length)
{
    bytes_add(&s->heard, packets, length);
    bytes_add(&s->heard, RS, 1);
}

static void take_frame(struct sio *s)
{
    const struct heard *h = ws_take(s->down);
    if (h->first == 0x81) {
        sio_add(s, (const char *)h->payload, h->length);
    } else if (h->first == 0x82) {
        bytes_add(&s->heard, "b", 1);
        base64_add(&s->heard, h->payload, h->length);
        bytes_add(&s->heard, RS, 1);
    } else {
        flunk("a frame %02x, not a packet", h->first);
    }
}

/* The part of the body up to end, whose last bytes are these; waits for it. */
static size_t await(struct client *c, const char *end)
{
    const char *at;
    while (c->body.length == 0 || (at = strstr(c->body.data, end)) == NULL)
        if (!take_chunk(c))
            client_wait(c);
    return (size_t)(at - c->body.data) + strlen(end);
}

static void take_script(struct sio *s)
{
    static const char call[] = "<script>frameElement.receive(\"";
    static const char last[] = ");document.currentScript.remove()</script>\n";
    static struct bytes text;
    struct bytes *body = &s->down->body;
    size_t length = await(s->down, "</script>\n");
    if (strncmp(body->data, call, sizeof call - 1) != 0)
        flunk("no script, but \"%.100s\"", body->data);
    const char *p = js_string_read(&text, body->data + sizeof call - 1);
    if (strncmp(p, last, sizeof last - 1) != 0)
        flunk("after the string: \"%.60s\"", p);
    sio_add(s, text.data, text.length);
    bytes_drop(body, length);
}

static void take_event(struct sio *s)
{
    struct bytes *body = &s->down->body;
    size_t length = await(s->down, "\n\n"), at = 0;
    while (at + 1 < length) {
        if (strncmp(body->data + at, "data: ", 6) != 0)
            flunk("no data, but \"%.100s\"", body->data + at);
        size_t n = strcspn(body->data + at, "\n");
        bytes_add(&s->heard, at > 0 ? "\n" : "", at > 0);
        bytes_add(&s->heard, body->data + at + 6, n - 6);
        at += n + 1;
    }
    bytes_add(&s->heard, RS, 1);
    bytes_drop(body, length);
}

void sio_wait(struct sio *s)
{
    if (s->way == BY_SOCKET)
        return;
    if (!s->asked)
        ask(s->down, "GET", sio_target(s, ways[s->way]), "");
    if (!s->asked && s->way != BY_POLLS) {
        answer_head(s->down, 0);
        expect_status(s->down, 200);
        if (s->way == BY_IFRAME)
            bytes_drop(&s->down->body, await(s->down, "\n"));
    }
    s->asked = true;
}

void sio_fetch(struct sio *s)
{
    if (s->way == BY_SOCKET) {
        take_frame(s);
        return;
    }
    sio_wait(s);
    if (s->way == BY_IFRAME) {
        take_script(s);
    } else if (s->way == BY_EVENTS) {
        take_event(s);
    } else {
        expect_answer(s->down, 200);
        s->asked = false;
        sio_add(s, s->down->body.data, s->down->body.length);
    }
}
