/* What one connection says to another in a single turn. */
#include "peer.h"

static struct peer speaker, listener;
static struct conn *ear;
static int words;     /* that are said in one turn */
static size_t size;   /* of each */
static size_t during; /* bytes that were heard while it was said */

static char word[1 << 17];

static void add_to_ear(void)
{
    conn_add(ear, word, size);
    conn_flush(ear);
}

static size_t shout(struct conn *it, char *bytes, size_t len)
{
    (void)it, (void)bytes;
    for (int i = 0; i < words; i++) {
        add_to_ear();
        ssize_t n = read(listener.fd, listener.text, sizeof listener.text);
        during += n > 0 ? (size_t)n : 0;
    }
    return len;
}

static const struct state speaking = {.input = shout};
static const struct state hearing = {0};

static void begin(void)
{
    table_begin();
    server_add(peer_open(&speaker, SOCK_STREAM), &speaking);
    ear = server_add(peer_open(&listener, SOCK_STREAM), &hearing);
    memset(word, 'w', sizeof word);
    words = 3;
    size = 10;
    during = 0;
}

static void expect_rest(size_t rest)
{
    listener.len = 0;
    peer_hear(&listener, sizeof listener.text);
    ck_assert_uint_eq(listener.len, rest);
}

/* The first is written at once, the others when the turn is over. */
START_TEST(first_at_once)
{
    peer_say(&speaker, "!", 1);
    ck_assert_uint_eq(during, 10);
    expect_rest(20);
    peer_say(&speaker, "!", 1);
    ck_assert_uint_eq(during, 20);
    expect_rest(20);
}
END_TEST

/* Much does not wait: memory is bounded within a turn, too. */
START_TEST(much_at_once)
{
    words = 100;
    size = 1 << 13;
    peer_say(&speaker, "!", 1);
    ck_assert_uint_ge(during, 90 << 13);
    expect_rest((100 << 13) - during);
}
END_TEST

/* Each turn has a first one. */
START_TEST(no_turn)
{
    for (int i = 0; i < 3; i++) {
        server.turn++;
        add_to_ear();
        listener.len = 0;
        ck_assert_int_eq(read(listener.fd, listener.text, 100), 10);
    }
}
END_TEST

static size_t shout_and_close(struct conn *it, char *bytes, size_t len)
{
    (void)it, (void)bytes;
    add_to_ear();
    add_to_ear();
    conn_close(ear);
    return len;
}

static const struct state closing = {.input = shout_and_close};

START_TEST(closed_while_it_waits)
{
    conn_become(server.conns[OWN_SLOTS], &closing, -1);
    peer_say(&speaker, "!", 1);
    ck_assert(!is_open(ear));
    expect_rest(10);
    ck_assert(listener.end);
}
END_TEST

static size_t shout_and_finish(struct conn *it, char *bytes, size_t len)
{
    (void)it, (void)bytes;
    add_to_ear();
    add_to_ear();
    conn_finish(ear);
    add_to_ear();
    return len;
}

static const struct state finishing = {.input = shout_and_finish};

START_TEST(finished_while_it_waits)
{
    conn_become(server.conns[OWN_SLOTS], &finishing, -1);
    peer_say(&speaker, "!", 1);
    expect_rest(30);
    ck_assert(listener.end);
}
END_TEST

/* Nor may the dead have a deadline: their timer is freed with them. */
START_TEST(no_deadline_for_the_dead)
{
    conn_close(ear);
    conn_deadline(ear, 5);
    ck_assert_ptr_null(ear->timer.before);
    conn_become(ear, &closing, 5);
    ck_assert_ptr_null(ear->timer.before);
}
END_TEST

static size_t one_word(struct conn *it, char *bytes, size_t len)
{
    (void)it, (void)bytes, (void)len;
    words++;
    return 1;
}

static const struct state counting = {.input = one_word};

/* Who says very much lets others have their turns between. */
START_TEST(some_words_a_turn)
{
    words = 0;
    conn_become(server.conns[OWN_SLOTS], &counting, -1);
    ck_assert_int_eq(write(speaker.fd, word, 2000), 2000);
    for (int most = 512; words < 2000; most += 512) {
        one_turn();
        ck_assert_int_le(words, most);
    }
}
END_TEST

static size_t most; /* that was queued for the speaker */

static size_t answer_at_length(struct conn *it, char *bytes, size_t len)
{
    (void)bytes, (void)len;
    conn_add(it, word, 1000);
    most = it->out.len;
    return 1;
}

static const struct state answering = {.input = answer_at_length};

/* Answers that pile up are written before more of them are made. */
START_TEST(long_answers)
{
    most = 0;
    conn_become(server.conns[OWN_SLOTS], &answering, -1);
    ck_assert_int_eq(write(speaker.fd, word, 400), 400);
    peer_hear(&speaker, sizeof speaker.text);
    ck_assert_uint_eq(speaker.len, 400 * 1000);
    ck_assert_uint_le(most, (1 << 16) + 1000);
}
END_TEST

/* Its end is not news again and again while it reads its answers. */
START_TEST(said_all_and_reads_slowly)
{
    narrow(ear);
    conn_become(ear, &counting, -1);
    conn_add(ear, word, 60000);
    conn_flush(ear);
    ck_assert_uint_gt(ear->out.len, 0);
    shutdown(listener.fd, SHUT_WR);
    expect_rest(60000);
    ck_assert(listener.end);
}
END_TEST

/* Another's word takes with it what was left for one who has said all: its end
 * is news all the same. */
START_TEST(said_all_and_is_spoken_to)
{
    narrow(ear);
    conn_become(ear, &counting, -1);
    while (ear->out.len == 0) {
        server.turn++; /* each turn's first is written at once */
        add_to_ear();
    }
    shutdown(listener.fd, SHUT_WR);
    one_turn();
    ck_assert(ear->eof && is_open(ear) && ear->out.len > 0);
    while (ear->out.len > 0) {
        server.turn++;
        ck_assert_int_gt(read(listener.fd, listener.text, 1 << 16), 0);
        add_to_ear();
    }
    peer_hear(&listener, sizeof listener.text);
    ck_assert(listener.end);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("conn, to many");
    TCase *t = tcase_create("turn");
    tcase_add_checked_fixture(t, begin, table_end);
    tcase_add_test(t, first_at_once);
    tcase_add_test(t, much_at_once);
    tcase_add_test(t, no_turn);
    tcase_add_test(t, no_deadline_for_the_dead);
    tcase_add_test(t, closed_while_it_waits);
    tcase_add_test(t, finished_while_it_waits);
    tcase_add_test(t, some_words_a_turn);
    tcase_add_test(t, long_answers);
    tcase_add_test(t, said_all_and_reads_slowly);
    tcase_add_test(t, said_all_and_is_spoken_to);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
