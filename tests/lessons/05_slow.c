/* Section 6 of the contract: a ping after 30 s of silence, the end 10 s later
 * without a sign of life. All cases at once, for about 45 s. */
#include "../check_main.h"
#include "ws_client.h"

#include <poll.h>
#include <stdint.h>
#include <string.h>

enum { END_MS = 46000, TICK_MS = 250, PING_MS = 30000, DROP_MS = 40000 };
enum { EARLY = 2, LATE = 3000 }; /* ms: clocks are rounded; busy machines */

/* What each says at first, every 10 s, and when it is pinged. */
static const struct row {
    const char *what, *path, *first, *often, *pinged;
    bool stays;
} rows[] = {
    {"a silent one", "/echo", "", "", "", false},
    {"a silent one at /", "/", "", "", "", false},
    {"a silent member", "/chat", "", "", "", false},
    {"silent in the middle of a header", "/echo", "$82", "", "", false},
    {"silent in the middle of a frame", "/echo", "$828537fa213d00", "", "",
     false},
    {"silent in the middle of a message", "/echo", "t:a", "", "", false},
    {"one with pongs", "/echo", "", "", "O", true},
    {"a pong with another payload", "/echo", "", "", "O:x", true},
    {"one with a ping for an answer", "/echo", "", "", "P", true},
    {"one with a message for an answer", "/echo", "", "", "T:here", true},
    {"one with half a frame for an answer", "/echo", "", "", "$81", true},
    {"one who pings", "/echo", "", "P", NULL, true},
    {"one who talks", "/echo", "", "T:x", NULL, true},
    {"one who only sends pongs", "/chat", "", "O", NULL, true},
    {"one who drips a frame", "/echo", "$82fd37fa213d", "$00", NULL, true},
};

enum { ROWS = sizeof rows / sizeof *rows };

static struct program server;
static struct slow {
    struct client *c;
    int pinged, ended; /* ms since the start; 0: not yet */
} cases[ROWS];
static long long start;

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

static int since_start(void)
{
    return (int)(monotonic_ms() - start);
}

static void check_time(int ms, int due)
{
    if (ms < due - EARLY || ms > due + LATE)
        flunk("at %d ms, not %d", ms, due);
}

/* Takes the frames that are there: pings count, pongs and echoes do not. */
static void take_frames(int i)
{
    struct client *c = cases[i].c;
    struct heard h;
    while (c->in.length > 0 &&
           hear((unsigned char *)c->in.data, c->in.length, &h) == 1) {
        if (h.first == 0x88)
            flunk("a close frame");
        if (h.first == 0x89 && (rows[i].pinged == NULL || cases[i].pinged))
            flunk("pinged, at %d ms", since_start());
        bool ping = h.first == 0x89;
        bytes_drop(&c->in, h.used);
        if (!ping)
            continue;
        cases[i].pinged = since_start();
        check_time(cases[i].pinged, PING_MS);
        ws_say(c, rows[i].pinged);
    }
}

static void read_case(int i)
{
    testing("%s, after %d ms", rows[i].what, since_start());
    ssize_t n = client_read(cases[i].c, SIZE_MAX);
    if (n > 0)
        take_frames(i);
    if (n == -2)
        flunk("a reset");
    if (n != 0)
        return;
    if (rows[i].stays)
        flunk("dropped");
    cases[i].ended = since_start();
    check_time(cases[i].ended, DROP_MS);
}

static void wait_until(int ms)
{
    struct pollfd wait[ROWS];
    int left;
    while ((left = ms - since_start()) > 0) {
        for (int i = 0; i < ROWS; i++)
            wait[i] = (struct pollfd){
                .fd = cases[i].ended ? -1 : cases[i].c->fd, .events = POLLIN};
        if (poll(wait, ROWS, left) > 0)
            for (int i = 0; i < ROWS; i++)
                if (wait[i].revents != 0)
                    read_case(i);
    }
}

START_TEST(silence)
{
    program_start(&server, "05-websocket", NULL);
    start = monotonic_ms(); /* nobody is silent before */
    for (int i = 0; i < ROWS; i++)
        cases[i].c = ws_dial(&server, rows[i].path);
    settle(&server);
    for (int i = 0; i < ROWS; i++)
        ws_say(cases[i].c, rows[i].first);
    for (int ms = TICK_MS; ms <= END_MS; ms += TICK_MS) {
        wait_until(ms);
        for (int i = 0; i < ROWS && ms % 10000 == 0; i++)
            if (!cases[i].ended)
                ws_say(cases[i].c, rows[i].often);
    }
    for (int i = 0; i < ROWS; i++) {
        testing("%s", rows[i].what);
        if (rows[i].pinged != NULL && !cases[i].pinged)
            flunk("was never pinged");
        if (!rows[i].stays && !cases[i].ended)
            flunk("is still there");
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("05-websocket, slow");
    TCase *t = tcase_create("slow");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 70);
    tcase_add_test(t, silence);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
