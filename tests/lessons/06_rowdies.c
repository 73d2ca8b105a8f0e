/* Section 7 of the contract, Engine.IO: clients that do everything at the wrong
 * moment, and others beside them, who must not notice. SEED=N repeats. */
#include "../check_main.h"
#include "eio_stream.h"

#include <stdio.h>
#include <string.h>

enum { ROWDIES = 40, HANDS = 5, DEEDS = 12000 };

static struct program server;
static struct eio waits, posts, has_ws, streams; /* those beside them */
static struct client *stream;

/* A client with up to five connections, for one session. */
static struct rowdy {
    struct eio e;
    struct client *hands[HANDS];
} rowdies[ROWDIES];

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

/* What it says in a POST, by WebSocket, or straight away. @: the target. */
static const char *const payloads[] = {
    "4hello",
    "bAQID",
    "4a\x1e"
    "4b\x1e"
    "bAA==",
    "3",
    "2",
    "5",
    "6",
    "1",
    "",
    "\x1e",
    "nonsense",
    "b!",
    "4\xff",
    "2probe",
    "0",
};
static const char *const frames[] = {
    "T:2probe",
    "T:2probe",
    "T:2probe",
    "T:5",
    "T:2probe|T:5",
    "T:4hello",
    "B:hello",
    "T:3",
    "T:6",
    "T:1",
    "T",
    "T:nonsense",
    "X1000",
    "X",
    "P:x",
    "t:4a",
    "C:b",
    "c:x",
    "=c1:4a",
    "B*70000",
    "T#34ff",
    "$8180",
    "T:5|T:4a|T:2probe",
    "T:1|T:5",
};
static const char *const requests[] = {
    "GET @polling HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET @polling HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET @polling HTTP/1.0\r\n\r\n",
    "GET @iframe HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET @eventsource HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "HEAD @polling HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "POST @polling HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n4",
    "POST @polling HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n"
    "\r\n4",
    "POST @polling HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
    "Content-Length: 90\r\n\r\n",
    "ab",
    "\r\n\r\n",
    "GET @polling HTTP/1.1\r\n",
    "GET @websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n",
};

static const char *one_of(const char *const *all, size_t size)
{
    return all[(size_t)rand() % (size / sizeof *all)];
}

static void push(struct client *c, const void *data, size_t length)
{
    client_push(c, data, length, 0);
}

static void push_request(struct client *c, const struct eio *e)
{
    char text[600];
    const char *form = one_of(requests, sizeof requests);
    const char *at = strchr(form, '@');
    size_t before = at != NULL ? (size_t)(at - form) : strlen(form);
    size_t word = at != NULL ? strcspn(at, " ") : 0;
    char name[20] = "";
    if (word > 1)
        snprintf(name, sizeof name, "%.*s", (int)word - 1, at + 1);
    int n = snprintf(text, sizeof text, "%.*s%s%s", (int)before, form,
                     word > 0 ? eio_target(e, name) : "",
                     at != NULL ? at + word : "");
    push(c, text, (size_t)n);
}

static void push_post(struct client *c, const struct eio *e)
{
    char text[600];
    const char *payload = one_of(payloads, sizeof payloads);
    int n = snprintf(text, sizeof text,
                     "POST %s HTTP/1.1\r\nHost: localhost\r\n"
                     "Content-Length: %zu\r\n\r\n%s",
                     eio_target(e, "polling"), strlen(payload), payload);
    push(c, text, (size_t)n);
}

static void push_handshake(struct client *c, const struct eio *e)
{
    char text[600];
    int n = snprintf(
        text, sizeof text,
        "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: "
        "Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: "
        "13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        eio_target(e, "websocket"));
    push(c, text, (size_t)n);
}

static void push_frames(struct client *c)
{
    static unsigned char bytes[200000];
    push(c, bytes, script_bytes(one_of(frames, sizeof frames), bytes));
}

static void let_go(struct client **c)
{
    if (rand() % 2)
        client_close(*c);
    else
        client_reset(*c);
    *c = NULL;
}

/* A new session, of those that do not live long without a pong: a client that
 * goes after it has half closed its poll is missed only then. */
static void start(struct rowdy *r)
{
    for (int i = 0; i < HANDS; i++)
        if (r->hands[i] != NULL)
            let_go(&r->hands[i]);
    eio_open(&r->e, &server, QUICK);
    r->hands[0] = r->e.poll;
    r->hands[1] = r->e.post;
}

static void act(struct rowdy *r)
{
    struct client **c = &r->hands[rand() % HANDS];
    int deed = rand() % 100;
    if (*c == NULL)
        *c = dial(&server);
    if (deed < 4)
        start(r);
    else if (deed < 30)
        push_request(*c, &r->e);
    else if (deed < 50)
        push_post(*c, &r->e);
    else if (deed < 60)
        push_handshake(*c, &r->e);
    else if (deed < 82)
        push_frames(*c);
    else if (deed < 86)
        client_half_close(*c);
    else if (deed < 90)
        let_go(c);
    else if (client_read(*c, 65536) > 0)
        (*c)->in.length = 0;
}

static void check_the_others(int i)
{
    char text[32], frame[40];
    snprintf(text, sizeof text, "4number %d", i);
    snprintf(frame, sizeof frame, "T:%s", text);
    eio_post(&waits, text);
    eio_expect(&waits, text);
    eio_ask(&waits);
    eio_post(&posts, text);
    eio_poll(&posts, text);
    ws_say(has_ws.ws, frame);
    ws_hear(has_ws.ws, frame);
    eio_post(&streams, text);
    stream_expect(stream, EVENTSOURCE, text);
}

START_TEST(nobody_notices)
{
    const char *given = getenv("SEED");
    unsigned seed = given != NULL ? (unsigned)atoi(given)
                                  : (unsigned)wall_ms() % 1000000;
    srand(seed);
    program_start(&server, "echo", NULL);
    testing("SEED=%u", seed);
    settle(&server);
    int files = program_files(&server);
    eio_open(&waits, &server, CALM);
    eio_ask(&waits);
    eio_open(&posts, &server, CALM);
    eio_open(&has_ws, &server, CALM);
    eio_upgrade(&has_ws);
    eio_open(&streams, &server, CALM);
    stream = stream_open(&streams, EVENTSOURCE);
    for (int i = 0; i < ROWDIES; i++)
        start(&rowdies[i]);
    for (int i = 0; i < DEEDS; i++) {
        act(&rowdies[rand() % ROWDIES]);
        if (i % 100 == 0)
            check_the_others(i);
    }
    check_the_others(DEEDS);
    server.ping = NULL;
    clients_close();
    expect_files(&server, files);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06 rowdies");
    TCase *t = tcase_create("rowdies");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, nobody_notices);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
