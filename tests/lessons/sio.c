/* A client of Socket.IO: see sio.h. */
#include "sio.h"
#include "expect.h"
#include "sio_down.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const ways[WAYS] = {"websocket", "polling", "iframe",
                                "eventsource"};

/* ---- up ---- */

static void send_frame(struct client *c, const char *packet, size_t n)
{
    static unsigned char out[MOST_BYTES];
    static struct word w;
    w.first = n > 0 && *packet == 'b' ? 0x82 : 0x81;
    w.length = n;
    if (w.first == 0x82)
        w.length = base64_read(w.payload, packet + 1, n - 1);
    else
        memcpy(w.payload, packet, n);
    client_send(c, out, word_bytes(&w, out));
}

static void post(struct sio *s, const char *packets, size_t length)
{
    if (s->up == NULL)
        s->up = dial(s->program);
    ask_with(s->up, "POST", sio_target(s, "polling"), "", packets, length);
    answer(s->up);
}

void sio_send(struct sio *s, const char *packets, size_t length)
{
    if (s->way != BY_SOCKET) {
        post(s, packets, length);
        expect_status(s->up, 200);
        expect_body(s->up, "ok");
        return;
    }
    for (const char *rs; (rs = memchr(packets, *RS, length)) != NULL;) {
        size_t n = (size_t)(rs - packets);
        send_frame(s->down, packets, n);
        packets += n + 1;
        length -= n + 1;
    }
    send_frame(s->down, packets, length);
}

void sio_say(struct sio *s, const char *packets)
{
    sio_send(s, packets, strlen(packets));
}

void sio_say_bad(struct sio *s, const char *packets)
{
    if (s->way == BY_SOCKET) {
        sio_say(s, packets);
    } else {
        post(s, packets, strlen(packets));
        expect_status(s->up, 400);
        expect_line(s->up);
    }
    sio_expect_over(s);
}

/* ---- down ---- */

/* By POST; if the session is over meanwhile, that is what comes next. */
static void pong(struct sio *s)
{
    if (s->way == BY_SOCKET)
        sio_say(s, "3");
    else
        post(s, "3", 1);
}

const char *sio_take(struct sio *s)
{
    do {
        if (s->heard.length == 0)
            sio_fetch(s);
        size_t n = strcspn(s->heard.data, RS);
        s->packet.length = 0;
        bytes_add(&s->packet, s->heard.data, n);
        bytes_drop(&s->heard, n + 1);
        if (strcmp(s->packet.data, "2") == 0 && !s->deaf)
            pong(s);
    } while (!s->deaf && strcmp(s->packet.data, "2") == 0);
    return s->packet.data;
}

void sio_hear(struct sio *s, const char *packets)
{
    for (size_t n; *packets != '\0'; packets += n + (packets[n] != '\0')) {
        n = strcspn(packets, RS);
        const char *is = sio_take(s);
        if (strlen(is) != n || memcmp(is, packets, n) != 0)
            flunk("%s: \"%.300s\", not \"%.*s\"", ways[s->way], is,
                  n < 300 ? (int)n : 300, packets);
    }
}

void sio_hear_nothing_in(struct sio *s, const char *prefix)
{
    char line[64];
    snprintf(line, sizeof line, "42%s990[\"echo\",\"?\"]", prefix);
    sio_say(s, line);
    snprintf(line, sizeof line, "43%s990[\"?\"]", prefix);
    sio_hear(s, line);
}

void sio_hear_nothing(struct sio *s)
{
    sio_hear_nothing_in(s, "");
}

/* ---- from beginning to end ---- */

void sio_open(struct sio *s, struct program *p, enum way way)
{
    free(s->heard.data); /* of one before */
    free(s->packet.data);
    *s = (struct sio){.program = p, .way = BY_POLLS, .down = dial(p)};
    if (way == BY_SOCKET) {
        ws_ask(s->down, sio_target(s, "websocket"), "");
        ws_expect_open(s->down, WS_ACCEPT);
        s->way = BY_SOCKET;
    }
    const char *open = sio_take(s);
    if (sscanf(open, "0{\"sid\":\"%20[A-Za-z0-9_-]\",", s->sid) != 1 ||
        strlen(s->sid) != 20)
        flunk("a session opens with \"%s\"", open);
    s->way = way;
    if (way != BY_SOCKET)
        sio_wait(s);
}

void sio_join(struct sio *s, const char *connect)
{
    char prefix[200], text[32] = "";
    size_t nsp = connect[1] == '/' ? strcspn(connect, ",") : 0;
    snprintf(prefix, sizeof prefix, "4%s", connect);
    sio_say(s, prefix);
    snprintf(prefix, sizeof prefix, "40%.*s%s{\"sid\":\"",
             nsp > 0 ? (int)nsp - 1 : 0, connect + 1, nsp > 0 ? "," : "");
    const char *is = sio_take(s);
    if (strncmp(is, prefix, strlen(prefix)) != 0 ||
        sscanf(is + strlen(prefix), "%20[A-Za-z0-9_-]\"}", text) != 1 ||
        strlen(is) != strlen(prefix) + 22 || strlen(text) != 20 ||
        strcmp(text, s->sid) == 0)
        flunk("%s: \"%s\", to a CONNECT", ways[s->way], is);
}

void sio_enter(struct sio *s, struct program *p, enum way way)
{
    testing("%s", ways[way]);
    sio_open(s, p, way);
    sio_join(s, "0");
}

void sio_expect_over(struct sio *s)
{
    bool silent = s->way == BY_POLLS && !s->asked && s->heard.length == 0;
    const char *is = silent ? "1" : sio_take(s);
    bool closed = s->way == BY_SOCKET && strcmp(is, "X1000") == 0;
    if (!closed && strcmp(is, "1") != 0 && strcmp(is, "6") != 0)
        flunk("%s: \"%.200s\" at the end", ways[s->way], is);
    if (closed) {
        expect_end(s->down);
        return;
    }
    if (s->asked && !s->down->last_chunk)
        while (!take_chunk(s->down))
            client_wait(s->down);
    if (s->asked && (!s->down->last_chunk || s->down->body.length > 0))
        flunk("the stream goes on");
    struct client *c = dial(s->program);
    if (get(c, sio_target(s, "polling")) != 400)
        flunk("the session is alive: status %d", c->status);
    expect_body(c, "{\"code\":1,\"message\":\"Session ID unknown\"}");
    client_close(c);
}

void sio_vanish(struct sio *s)
{
    client_close(s->down);
    if (s->up != NULL)
        client_close(s->up);
    free(s->heard.data);
    free(s->packet.data);
    *s = (struct sio){.program = s->program, .way = s->way};
}
