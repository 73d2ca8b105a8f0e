/* What a connection may queue, and what it is not asked any more. */
#include "peer.h"

static struct peer peer;
static struct conn *c;
static char word[1 << 16];
static size_t size; /* of a word */
static int words;   /* that were heard, or are to be said */

static const struct state waiting = {0};

static void begin(void)
{
    table_begin();
    c = server_add(peer_open(&peer, SOCK_STREAM), &waiting);
    size = 10;
    words = 0;
}

static void add_word(void)
{
    conn_add(c, word, size);
    conn_flush(c);
}

static size_t one_word(struct conn *it, char *bytes, size_t len)
{
    (void)it, (void)bytes, (void)len;
    words++;
    return 1;
}

static const struct state counting = {.input = one_word};

/* Past the bound, but it has read on: more may come before all is read. */
START_TEST(reads_again)
{
    size = sizeof word;
    while (!c->full)
        add_word();
    peer_hear(&peer, MAX_QUEUED / 2);
    ck_assert(!c->full && c->out.len > size);
    add_word();
    ck_assert(is_open(c));
}
END_TEST

static void add(size_t len)
{
    static char bytes[MAX_QUEUED];
    server.turn++; /* so that it is written at once, if there is room */
    conn_add(c, bytes, len);
    conn_flush(c);
}

/* So much may wait for one who does not read; a byte more is too much. */
START_TEST(the_bound)
{
    while (c->out.len == 0)
        add(1000);
    add(MAX_QUEUED - c->out.len);
    ck_assert(c->out.len == MAX_QUEUED && !c->full);
    add(1);
    ck_assert(c->full && is_open(c));
}
END_TEST

static void add_once(struct conn *it)
{
    if (words-- > 0)
        conn_add(it, word, size);
}

static const struct state refilling = {.drained = add_once};

/* The same, if all of it has left in one write: what follows may be queued. */
START_TEST(has_read_all)
{
    words = 1;
    conn_become(c, &refilling, -1);
    c->full = true;
    conn_again(c);
    peer_hear(&peer, sizeof peer.text);
    ck_assert(peer.len == size && is_open(c));
}
END_TEST

/* While it waits for its answer, what follows is not read, however much. */
START_TEST(much_to_say_later)
{
    for (int i = 0; i < 100; i++) {
        ck_assert_int_ne(write(peer.fd, word, sizeof word), 0);
        turns();
    }
    ck_assert_uint_eq(c->in.len, 0);
    conn_become(c, &counting, -1);
    turns();
    ck_assert_int_gt(words, 10000);
}
END_TEST

static size_t last_word(struct conn *it, char *bytes, size_t len)
{
    (void)bytes, (void)len;
    words++;
    conn_close(it);
    return 1;
}

static const struct state closing_itself = {.input = last_word};

/* What it has said besides is not looked at any more. */
START_TEST(closed_by_its_own_word)
{
    conn_become(c, &closing_itself, -1);
    peer_say(&peer, "abc", 3);
    ck_assert_int_eq(words, 1);
}
END_TEST

/* Who talks on after our last words is heard, so that they are not lost. */
START_TEST(talks_on_at_the_end)
{
    add_word();
    conn_finish(c);
    for (int i = 0; i < 100; i++) {
        turns();
        ck_assert_int_gt(write(peer.fd, word, sizeof word), 0);
    }
    peer_hear(&peer, sizeof peer.text);
    ck_assert(peer.len == size && peer.end && c->bytes_in > 100 * 1000);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("conn, its limits");
    TCase *t = tcase_create("limits");
    tcase_add_checked_fixture(t, begin, table_end);
    tcase_add_test(t, reads_again);
    tcase_add_test(t, the_bound);
    tcase_add_test(t, has_read_all);
    tcase_add_test(t, much_to_say_later);
    tcase_add_test(t, closed_by_its_own_word);
    tcase_add_test(t, talks_on_at_the_end);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
