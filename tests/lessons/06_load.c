/* Section 7 of the contract, Engine.IO: two thousand numbered messages each
 * way while the session moves from polls to a WebSocket, fifty times, each in
 * another order of things. All come once, in order. SEED=N repeats. */
#include "../check_main.h"
#include "eio.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { RUNS = 50, MESSAGES = 2000, BATCH = 60, AHEAD = 600 };
/* What stands between the first poll and the 5. PAUSED: no more polls. */
enum phase { POLLS, OPENING, PROBING, PROVED, PAUSED, MOVED };

static struct program server;
static struct eio e;
static enum phase phase;
static int said, heard;       /* messages */
static int probe_at, more;    /* messages before the probe; polls after it */
static bool gives_up;         /* the first WebSocket comes to nothing */
static bool polling, posting; /* a request is under way, */
static bool poll_head;        /* of its answer the head has come */
static bool may_be_6;         /* it may say that there is nothing */
static bool post_head, owes;  /* owes: a ping that has no pong yet */
static bool announced;        /* the server knows of the POST under way */
static struct bytes rest;     /* of its body, not yet sent */

static bool one_in(int n)
{
    return rand() % n == 0;
}

/* ---- up ---- */

/* A message of three times two bytes; one in seven is binary. */
static int encode(char *to, int i, bool ws)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
                                  "qrstuvwxyz0123456789+/";
    char text[16];
    snprintf(text, sizeof text, "m%05d", i);
    if (i % 7 != 0)
        return sprintf(to, ws ? "T:4%s" : "4%s", text);
    if (ws)
        return sprintf(to, "B:%s", text);
    to[0] = 'b';
    for (int k = 0; k < 8; k++) {
        const char *three = text + k / 4 * 3;
        int bits = three[0] << 16 | three[1] << 8 | three[2];
        to[k + 1] = letters[bits >> (18 - k % 4 * 6) & 63];
    }
    to[9] = '\0';
    return 9;
}

/* A payload, or frames; with the pong that is due. */
static void next_batch(char *to, bool ws)
{
    int end = said + 1 + rand() % BATCH;
    int n = 0;
    if (owes)
        n = sprintf(to, ws ? "T:3|" : "3" RS);
    owes = false;
    for (; said < end && said < MESSAGES; n++) {
        n += encode(to + n, said++, ws);
        to[n] = ws ? '|' : *RS;
    }
    to[n - 1] = '\0';
}

static void send_rest(void)
{
    client_send(e.post, rest.data, rest.length);
    rest.length = 0;
}

/* A POST, whole or in two pieces with a pause between. */
static void post_some(void)
{
    char payload[BATCH * 16];
    next_batch(payload, false);
    size_t n = strlen(payload), first = one_in(2) ? n : (size_t)rand() % n;
    client_say(e.post,
               "POST %s HTTP/1.1\r\nHost: localhost\r\n"
               "Content-Length: %zu\r\n\r\n%.*s",
               eio_target(&e, "polling"), n, (int)first, payload);
    bytes_add(&rest, payload + first, n - first);
    posting = true;
    announced = first < n && one_in(3);
    if (announced)
        settle(&server);
}

static bool say(void)
{
    char frames[BATCH * 16];
    bool due = (said < MESSAGES && said - heard < AHEAD) || owes;
    if (rest.length > 0 && one_in(2)) {
        send_rest();
    } else if (phase < PAUSED && due && !posting) {
        post_some();
    } else if (phase == MOVED && due && !posting) {
        next_batch(frames, true);
        ws_say(e.ws, frames);
    } else {
        return rest.length > 0;
    }
    return true;
}

/* ---- down ---- */

static void hear_packet(const char *p, size_t n)
{
    char want[20];
    encode(want, heard, false);
    if (n == 1 && *p == '2') {
        if (owes)
            flunk("a second ping");
        owes = true;
    } else if (n == strlen(want) && memcmp(p, want, n) == 0) {
        heard++;
    } else {
        flunk("message %d, of %d, is \"%.*s\", not \"%s\"", heard, said,
              n < 100 ? (int)n : 100, p, want);
    }
}

static bool take_answer(struct client *c, bool *head)
{
    *head = *head || take_head(c, 0);
    if (!*head || c->in.length < (size_t)c->expected)
        return false;
    *head = false;
    bytes_add(&c->body, c->in.data, (size_t)c->expected);
    bytes_drop(&c->in, (size_t)c->expected);
    expect_status(c, 200);
    return true;
}

static void take_poll(void)
{
    if (!polling || !take_answer(e.poll, &poll_head))
        return;
    polling = false;
    const char *p = e.poll->body.data;
    bool may = phase >= PROBING || may_be_6;
    may_be_6 = false;
    if (strcmp(p, "6") == 0 && may)
        return;
    for (size_t n; n = strcspn(p, RS), true; p += n + 1) {
        hear_packet(p, n);
        if (p[n] == '\0')
            return;
    }
}

static void take_frames(void)
{
    static struct heard h;
    char packet[20];
    while (e.ws->in.length > 0) {
        int is = hear((unsigned char *)e.ws->in.data, e.ws->in.length, &h);
        if (is < 0)
            flunk("a frame with %s", h.wrong);
        if (is == 0)
            return;
        if (h.first == 0x82) {
            encode(packet, heard, false);
            if (heard % 7 != 0 || h.length != 6 ||
                atoi((const char *)h.payload + 1) != heard)
                flunk("not binary message %d", heard);
            heard++;
        } else if (h.first != 0x81) {
            flunk("a frame that begins with %02x", h.first);
        } else if (phase == PROBING && h.length == 6 &&
                   memcmp(h.payload, "3probe", 6) == 0) {
            phase = PROVED;
        } else if (phase == MOVED) {
            hear_packet((const char *)h.payload, h.length);
        } else {
            flunk("\"%.*s\" before the move", (int)h.length,
                  (const char *)h.payload);
        }
        bytes_drop(&e.ws->in, h.used);
    }
}

static void take_all(void)
{
    take_poll();
    if (posting && take_answer(e.post, &post_head))
        posting = false;
    if (phase == OPENING && take_head(e.ws, 0)) {
        expect_status(e.ws, 101);
        ws_say(e.ws, "T:2probe");
        phase = PROBING;
    }
    if (phase >= PROBING)
        take_frames();
}

/* ---- the upgrade ---- */

static bool step(void)
{
    bool still = !posting || (announced && rest.length > 0);
    if (phase == POLLS && said >= probe_at) {
        e.ws = dial(&server);
        ws_ask(e.ws, eio_target(&e, "websocket"), "");
        phase = OPENING;
    } else if (phase == PROVED && more == 0 && gives_up) {
        gives_up = false;
        may_be_6 = polling;
        client_close(e.ws);
        settle(&server);
        probe_at = said + 1;
        more = rand() % 4;
        phase = POLLS;
    } else if (phase == PROVED && more == 0) {
        phase = PAUSED;
    } else if (phase == PAUSED && !polling && still) {
        ws_say(e.ws, "T:5");
        phase = MOVED;
    } else if (phase < PAUSED && !polling) {
        eio_ask(&e);
        polling = true;
        more -= phase == PROVED && more > 0;
    } else {
        return false;
    }
    return true;
}

static void wait_for_news(int ms)
{
    struct client *all[] = {e.poll, e.post, phase > POLLS ? e.ws : NULL};
    struct pollfd wait[3];
    for (int i = 0; i < 3; i++)
        wait[i] = (struct pollfd){all[i] ? all[i]->fd : -1, POLLIN, 0};
    if (poll(wait, 3, ms) == 0 && ms > 0)
        flunk("nothing for %d ms: %d said, %d heard, phase %d", ms, said, heard,
              (int)phase);
    for (int i = 0; i < 3; i++)
        if (wait[i].revents != 0 && client_read(all[i], 65536) == 0)
            flunk("closed: %d said, %d heard, phase %d", said, heard,
                  (int)phase);
}

static void one_run(const char *path)
{
    eio_open(&e, &server, path);
    if (strcmp(path, PINGS) == 0) /* the first is due in the midst of it */
        poll(NULL, 0, 85 + rand() % 15);
    phase = POLLS;
    said = heard = 0;
    probe_at = 1 + rand() % (MESSAGES / 2);
    more = rand() % 4;
    gives_up = one_in(4);
    may_be_6 = polling = posting = poll_head = post_head = owes = false;
    while (heard < MESSAGES || phase != MOVED || posting) {
        int news = one_in(3) ? say() + step() : step() + say();
        wait_for_news(news ? 0 : PATIENCE);
        take_all();
    }
    client_close(e.poll);
    client_close(e.post);
    client_close(e.ws);
}

START_TEST(fifty_moves)
{
    const char *given = getenv("SEED");
    unsigned seed = given != NULL ? (unsigned)atoi(given)
                                  : (unsigned)wall_ms() % 1000000;
    program_start(&server, "echo", NULL);
    for (unsigned i = 0; i < RUNS; i++) {
        srand(seed + i);
        testing("SEED=%u", seed + i);
        one_run(i % 2 ? CALM : PINGS);
    }
    clients_close();
    program_stop(&server);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06 load");
    TCase *t = tcase_create("load");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, fifty_moves);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
