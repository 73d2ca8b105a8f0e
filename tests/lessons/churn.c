/* Section 5 of the contract: everyone gets every message once, in order, also
 * who comes and goes.
 *
 * 200 readers break off at random, in the middle of a message too, and come
 * back at random with the last id they have, while 1,000 messages are posted.
 * SEED repeats a run that failed: the failure names its seed.
 */
#include "../check_main.h"
#include "inbox.h"

#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
    READERS = 200,
    MESSAGES = 1000,
    MOST_BEHIND = 120,         /* who is further behind holds up the poster */
    RECORDED = MESSAGES + 600, /* with room for the clock's */
    NOT_SEEN = -2,
    CLOCK = -1,
};

struct reader {
    struct inbox box;
    bool away, greeted; /* greeted: has the head of its stream */
};

static struct program server;
static struct reader readers[READERS];
static int lesson;
static message_id start;       /* the id before the first that counts */
static int recorded[RECORDED]; /* which message has the id start + 1 + i */
static struct {
    struct client *c;
    int posted;
    bool waits;
    message_id last;
} poster;

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

static bool one_in(int n)
{
    return rand() % n == 0;
}

static void come(struct reader *r)
{
    char query[64] = "", line[64] = "";
    message_id last = r->box.id;
    struct bytes text = r->box.text;
    if (lesson == EVENTS)
        snprintf(line, sizeof line, "Last-Event-ID: %llu\r\n", last);
    else
        snprintf(query, sizeof query, "?after=%llu", last);
    inbox_ask(&r->box, dial(&server), lesson, query, line);
    r->box.id = last;
    r->box.text = text;
    r->away = false;
    r->greeted = lesson == POLL;
}

static void leave(struct reader *r)
{
    if (one_in(2))
        client_reset(r->box.c);
    else
        client_close(r->box.c);
    r->away = true;
}

/* The text of message i; how long it is follows from i. */
static size_t render(char *text, size_t room, int i)
{
    int length = snprintf(text, room, "%d ", i);
    int more = i * 37 % 300;
    memset(text + length, 'a' + i % 26, (size_t)more);
    return (size_t)(length + more);
}

/* All readers must see the same message under the same id. */
static void record(const struct inbox *box)
{
    char text[400];
    message_id place = box->id - start - 1;
    int i = inbox_has_clock(box) ? CLOCK : atoi(box->text.data);
    if (place >= RECORDED)
        flunk("id %llu is too far from %llu", box->id, start);
    if (i != CLOCK && (render(text, sizeof text, i) != box->text.length ||
                       memcmp(text, box->text.data, box->text.length) != 0))
        flunk("id %llu is not message %d: \"%s\"", box->id, i, box->text.data);
    if (recorded[place] != NOT_SEEN && recorded[place] != i)
        flunk("id %llu is message %d, but was %d", box->id, i, recorded[place]);
    recorded[place] = i;
}

static void read_some(struct reader *r)
{
    struct client *c = r->box.c;
    ssize_t n = client_read(c, 1 + (size_t)rand() % 3000);
    if (n == 0 || n == -2)
        flunk("the server has closed on a reader, after id %llu", r->box.id);
    if (one_in(300)) {
        leave(r);
        return;
    }
    if (!r->greeted) {
        r->greeted = take_head(c, 0);
        if (!r->greeted)
            return;
        expect_status(c, 200);
    }
    while (inbox_take(&r->box)) {
        record(&r->box);
        if (one_in(100)) {
            leave(r);
            return;
        }
    }
}

static void post_some(void)
{
    char text[400];
    if (poster.waits && client_read(poster.c, SIZE_MAX) == 0)
        flunk("the server has closed on the poster");
    if (poster.waits && poster.c->in.length > 0) {
        expect_answer(poster.c, 204);
        poster.last = id_of(poster.c);
        if (poster.last - start - 1 >= RECORDED)
            flunk("id %llu is too far from %llu", poster.last, start);
        poster.waits = false;
    }
    for (int i = 0; i < READERS; i++)
        if (readers[i].box.id + MOST_BEHIND < poster.last)
            return;
    if (poster.waits || poster.posted == MESSAGES)
        return;
    size_t length = render(text, sizeof text, poster.posted);
    ask_with(poster.c, "POST", lessons[lesson].route, "", text, length);
    poster.posted++;
    poster.waits = true;
}

static bool all_done(void)
{
    bool done = poster.posted == MESSAGES && !poster.waits;
    for (int i = 0; done && i < READERS; i++)
        done = readers[i].box.id >= poster.last;
    return done;
}

/* One round: whoever has something to read, reads; whoever is away may come. */
static void one_round(void)
{
    struct pollfd wait[READERS + 1];
    for (int i = 0; i < READERS; i++) {
        if (readers[i].away && one_in(3))
            come(&readers[i]);
        wait[i] = (struct pollfd){.fd = -1, .events = POLLIN};
        if (!readers[i].away)
            wait[i].fd = readers[i].box.c->fd;
    }
    wait[READERS] = (struct pollfd){.fd = poster.c->fd, .events = POLLIN};
    if (poll(wait, READERS + 1, poster.waits ? PATIENCE : 1) == 0 &&
        poster.waits)
        flunk("nothing for %d ms", PATIENCE);
    for (int i = 0; i < READERS; i++)
        if (wait[i].revents != 0)
            read_some(&readers[i]);
    post_some();
}

static void begin(int index)
{
    const char *given = getenv("SEED");
    unsigned seed = given != NULL ? (unsigned)atoi(given)
                                  : (unsigned)wall_ms() % 1000000;
    srand(seed);
    lesson = index;
    program_start(&server, lessons[index].name, NULL);
    testing("%s, SEED=%u", server.name, seed);
    poster.c = dial(&server);
    start = poster.last = post_text(poster.c, lesson, "start");
    for (int i = 0; i < RECORDED; i++)
        recorded[i] = NOT_SEEN;
    for (int i = 0; i < READERS; i++) {
        readers[i].box.id = start;
        come(&readers[i]);
    }
}

START_TEST(come_and_go)
{
    begin(_i);
    long long end = monotonic_ms() + 200000;
    while (!all_done()) {
        one_round();
        if (monotonic_ms() > end)
            flunk("takes too long: %d posted", poster.posted);
    }
    for (int i = 0, next = 0; i < RECORDED && next < MESSAGES; i++) {
        if (recorded[i] == NOT_SEEN ||
            (recorded[i] >= 0 && recorded[i] != next))
            flunk("the %d-th id is message %d, not %d", i, recorded[i], next);
        next += recorded[i] >= 0;
    }
    for (int i = 0; i < READERS; i++)
        free(readers[i].box.text.data);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("churn");
    TCase *t = tcase_create("come and go");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, come_and_go, 0, LESSONS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
