/* Section 2 of the contract: the rows with a time in them. All programs and
 * all cases run at once, for about 65 s.
 */
#include "../check_main.h"
#include "inbox.h"

#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
    END_MS = 65000, /* who is still there then, stays */
    TICK_MS = 500,
    SOON = 2500, /* ms that a timeout may be late */
    STAYS = -1,
    SILENT = 0, /* closes without a word */
};

/* The first program of a case: from lesson 2 on one may post, and so on. */
enum who { ALL, POSTS, STREAMS };

/* @ is the route, # a good request that is answered with 404 at once. */
static const struct {
    const char *what;
    enum who who;
    const char *text, *drip; /* drip: a byte of it at every tick */
    int status, ms;          /* the end: after so long */
} rows[] = {
    {"an idle connection", ALL, "#", NULL, SILENT, 60000},
    {"one that never says a word", ALL, "", NULL, SILENT, 60000},
    {"half a head", ALL, "GET / HTTP/1.1\r\nHost: lo", NULL, 408, 10000},
    {"one byte", ALL, "G", NULL, 408, 10000},
    {"a head without its end", ALL, "GET / HTTP/1.1\r\nHost: localhost\r\n",
     NULL, 408, 10000},
    {"a head that drips", ALL, "GET / HTTP/1.1\r\nX: ", "x", 408, 10000},
    {"a second head", ALL, "#GET / HTTP/1.1\r\n", NULL, 408, 10000},
    {"half a body", POSTS,
     "POST @ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc", NULL,
     408, 30000},
    {"no body", POSTS,
     "POST @ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n", NULL,
     408, 30000},
    {"a body that drips", POSTS,
     "POST @ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999\r\n\r\n", "x",
     408, 30000},
    {"a second request with half a body", POSTS,
     "#POST @ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc",
     NULL, 408, 30000},
    {"one who talks on after garbage", ALL, "BAD\r\n\r\n", "x", 400, 0},
    {"a stream", STREAMS, "GET @ HTTP/1.1\r\nHost: localhost\r\n\r\n", NULL,
     STAYS, 0},
    {"one who asks again and again", ALL, "#", "#", STAYS, 0},
};

enum { ROWS = sizeof rows / sizeof *rows, CASES = ROWS * HTTP_PROGRAMS };

static struct program programs[HTTP_PROGRAMS];
static struct slow {
    struct client *c;
    bool over;
    long long heard; /* ms since the start, of the last byte */
} cases[CASES];
static long long start;

static void finish(void)
{
    clients_close();
    for (int i = 0; i < HTTP_PROGRAMS; i++)
        program_stop(&programs[i]);
}

static int since_start(void)
{
    return (int)(monotonic_ms() - start);
}

static void name_case(int i)
{
    testing("%s: %s, after %d ms", program_names[i % HTTP_PROGRAMS],
            rows[i / HTTP_PROGRAMS].what, since_start());
}

/* Says # as a request, the rest as it is. */
static void say(int i, const char *text)
{
    struct client *c = cases[i].c;
    if (*text == '#') {
        ask(c, "GET", "/nothing-here", "");
        expect_answer(c, 404);
        text++;
    }
    const char *at = strchr(text, '@');
    int before = at != NULL ? (int)(at - text) : (int)strlen(text);
    client_say(c, "%.*s%s%s", before, text,
               at != NULL ? program_routes[i % HTTP_PROGRAMS] : "",
               at != NULL ? at + 1 : "");
}

static void open_case(int i)
{
    int row = i / HTTP_PROGRAMS, program = i % HTTP_PROGRAMS;
    cases[i].over = program < (int)rows[row].who;
    if (cases[i].over)
        return;
    name_case(i);
    cases[i].c = dial(&programs[program]);
    say(i, rows[row].text);
}

/* The server has closed: must it, now, and what did it say? */
static void check_end(int i)
{
    int row = i / HTTP_PROGRAMS, ms = since_start();
    struct client *c = cases[i].c;
    if (rows[row].status == STAYS)
        flunk("closed");
    if (rows[row].status == SILENT && c->in.length > 0)
        flunk("said \"%.100s\"", c->in.data);
    if (rows[row].status != SILENT)
        expect_error(c, rows[row].status);
    if (rows[row].text[0] != '\0' && ms < rows[row].ms - 300)
        flunk("closed too early");
    if (ms > rows[row].ms + SOON)
        flunk("closed too late");
    cases[i].over = true;
}

static void read_case(int i)
{
    struct client *c = cases[i].c;
    name_case(i);
    ssize_t n = client_read(c, SIZE_MAX);
    if (n == -2)
        flunk("reset");
    if (n == 0)
        check_end(i);
    if (rows[i / HTTP_PROGRAMS].status == STAYS && n > 0) {
        cases[i].heard = since_start();
        c->in.length = 0;
    }
}

static void wait_until(int ms)
{
    struct pollfd wait[CASES];
    int left;
    while ((left = ms - since_start()) > 0) {
        for (int i = 0; i < CASES; i++) {
            wait[i] = (struct pollfd){.fd = -1, .events = POLLIN};
            if (!cases[i].over)
                wait[i].fd = cases[i].c->fd;
        }
        if (poll(wait, CASES, left) > 0)
            for (int i = 0; i < CASES; i++)
                if (wait[i].revents != 0)
                    read_case(i);
    }
}

/* After so many ms: sends the next bytes of those who drip. Who was refused
 * for garbage may talk on for 2 s; then nobody listens any more, and the server
 * resets. */
static void drip(int i, int ms)
{
    const char *text = rows[i / HTTP_PROGRAMS].drip;
    if (text == NULL || cases[i].c == NULL)
        return;
    name_case(i);
    if (rows[i / HTTP_PROGRAMS].status == 400) {
        bool heard = client_push(cases[i].c, "x", 1, 0) == 1;
        if (heard && since_start() > 2000 + SOON)
            flunk("still listens");
        if (!heard && since_start() < 1000)
            flunk("does not listen any more");
    } else if (!cases[i].over && *text != '#') {
        client_push(cases[i].c, text, 1, 0);
    } else if (!cases[i].over && ms % 10000 == 0) {
        say(i, text);
        cases[i].heard = since_start();
    }
}

static void check_rest(void)
{
    for (int i = 0; i < CASES; i++) {
        name_case(i);
        if (!cases[i].over && rows[i / HTTP_PROGRAMS].status != STAYS)
            flunk("is still there");
        if (!cases[i].over && cases[i].heard < END_MS - 12000)
            flunk("has heard nothing since %lld ms", cases[i].heard);
    }
}

START_TEST(all_at_once)
{
    for (int i = 0; i < HTTP_PROGRAMS; i++)
        program_start(&programs[i], program_names[i], NULL);
    start = monotonic_ms();
    for (int i = 0; i < CASES; i++)
        open_case(i);
    for (int ms = TICK_MS; ms <= END_MS; ms += TICK_MS) {
        wait_until(ms);
        for (int i = 0; i < CASES; i++)
            drip(i, ms);
    }
    check_rest();
    for (int i = 0; i < HTTP_PROGRAMS; i++)
        settle(&programs[i]);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("timeouts");
    TCase *t = tcase_create("slow");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 90);
    tcase_add_test(t, all_at_once);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
