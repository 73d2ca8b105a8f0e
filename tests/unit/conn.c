/* One connection: bytes in, bytes out, and its end. */
#include "peer.h"

static struct peer peer, other;
static struct conn *c;
static char seen[4096]; /* what the states have seen */
static char answer[1000] = ".";
static size_t answer_size;
static int drains, ends, timeouts;

static void drained(struct conn *it)
{
    ck_assert_uint_eq(it->out.len, 0);
    drains++;
}

static void closed(struct conn *it)
{
    (void)it;
    ends++;
}

static void timeout(struct conn *it)
{
    conn_deadline(it, 500);
    timeouts++;
}

static const struct state waiting = {.drained = drained, .closed = closed};

/* Takes lines, answers each; "wait" is answered later. */
static size_t line(struct conn *it, char *bytes, size_t len)
{
    const char *lf = memchr(bytes, '\n', len);
    size_t n = lf ? (size_t)(lf - bytes) + 1 : 0;
    if (strlen(seen) + n < sizeof seen)
        strncat(seen, bytes, n);
    if (n == 5 && memcmp(bytes, "wait", 4) == 0)
        conn_become(it, &waiting, -1);
    else if (n > 0)
        conn_add(it, answer, answer_size);
    conn_flush(it); /* in vain: it is its own turn */
    return n;
}

static const struct state lines = {
    .input = line, .drained = drained, .timeout = timeout, .closed = closed};

static void begin(void)
{
    table_begin();
    *seen = '\0';
    drains = ends = timeouts = 0;
    answer_size = 1;
    c = server_add(peer_open(&peer, SOCK_STREAM), &lines);
}

static void say(const char *word)
{
    peer_say(&peer, word, strlen(word));
    turns();
}

/* Whole, split at every point, and byte by byte: the same. */
START_TEST(in_pieces)
{
    static const char text[] = "a\nbb\n\nccc\ndddd\n";
    size_t len = sizeof text - 1;
    for (size_t at = 0, n; at < len; at += n) {
        n = _i == 0 ? 1 : at == 0 ? (size_t)_i : len - at;
        peer_say(&peer, text + at, n);
        turns();
    }
    ck_assert_str_eq(seen, text);
    expect_heard(&peer, ".....");
    ck_assert_uint_eq(c->bytes_in, len);
    ck_assert_uint_eq(c->bytes_out, 5);
}
END_TEST

/* An idle connection keeps no memory, but what is incomplete is kept. */
START_TEST(idle)
{
    say("a\nb\n");
    ck_assert(c->in.data == NULL && c->out.data == NULL);
    say("c");
    ck_assert(c->in.len == 1 && c->in.cap < 1000);
    say("\n");
    ck_assert_str_eq(seen, "a\nb\nc\n");
    ck_assert(c->in.data == NULL && c->out.data == NULL);
}
END_TEST

/* Many answers leave in one write. */
START_TEST(one_write)
{
    char one[10];
    server_add(peer_open(&other, SOCK_DGRAM), &lines);
    ck_assert_int_eq(write(other.fd, "a\nb\nc\nd\n", 8), 8);
    turns();
    ck_assert_int_eq(read(other.fd, one, sizeof one), 4);
}
END_TEST

/* While it waits for its answer, what follows waits, too. */
START_TEST(one_after_the_other)
{
    say("a\nwait\nb\nwait\n");
    say("c\nd");
    ck_assert_str_eq(seen, "a\nwait\n");
    conn_become(c, &lines, -1);
    conn_add(c, "!", 1);
    conn_again(c);
    expect_heard(&peer, ".!.");
    ck_assert_str_eq(seen, "a\nwait\nb\nwait\n");
    conn_become(c, &lines, -1);
    conn_again(c);
    turns();
    say("\n");
    expect_heard(&peer, "..");
}
END_TEST

/* The socket takes a part; until it takes the rest nobody listens. */
START_TEST(slow_reader)
{
    static char bytes[300000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i % 251);
    conn_add(c, bytes, sizeof bytes);
    conn_flush(c);
    say("a\n");
    ck_assert(c->out.len > 0 && drains == 0 && *seen == '\0');
    for (size_t heard = 0; heard < sizeof bytes; heard += 5000)
        peer_hear(&peer, heard);
    peer_hear(&peer, sizeof peer.text);
    expect_bytes("heard", peer.text, peer.len - 1, bytes, sizeof bytes);
    ck_assert(drains > 0 && c->out.data == NULL);
}
END_TEST

/* Up to the bound and a message more; then it is gone, and nobody else. */
START_TEST(no_reader)
{
    static char message[65536];
    size_t most = 0;
    server_add(peer_open(&other, SOCK_STREAM), &lines);
    for (int i = 0; i < 100 && is_open(c); i++) {
        most = c->out.len;
        conn_add(c, message, sizeof message);
        conn_flush(c);
    }
    ck_assert(!is_open(c));
    ck_assert_uint_gt(most, MAX_QUEUED);
    ck_assert_uint_le(most, MAX_QUEUED + sizeof message);
    peer_say(&other, "a\n", 2);
    expect_heard(&other, ".");
}
END_TEST

/* Who asks faster than it is answered, reading or not, has to wait: what it
 * says stays in the socket, and not in our memory. */
START_TEST(flood)
{
    static char many[400000];
    size_t most = 0;
    memset(many, '\n', sizeof many);
    answer_size = sizeof answer;
    for (int i = 0; i < 1000 && most <= 5 * READ_SIZE; i++) {
        ck_assert_int_ne(write(peer.fd, many, sizeof many), 0);
        one_turn();
        most = c->in.len > most ? c->in.len : most;
        while (_i == 0 && read(peer.fd, peer.text, sizeof peer.text) > 0)
            ;
    }
    ck_assert(is_open(c));
    ck_assert_uint_le(most, 5 * READ_SIZE);
    ck_assert_uint_le(c->out.len, MAX_QUEUED / 2);
}
END_TEST

/* What is queued arrives, then the end; what still comes is dropped. */
START_TEST(finish)
{
    static char bytes[500000];
    say("half");
    conn_add(c, bytes, sizeof bytes);
    conn_finish(c);
    conn_finish(c);
    ck_assert_int_eq(ends, 1);
    say("more\nand more\n");
    pass(10000);
    peer_hear(&peer, sizeof peer.text);
    ck_assert_uint_eq(peer.len, sizeof bytes);
    ck_assert(peer.end && is_open(c));
    say("more\n");
    ck_assert_str_eq(seen, "");
    if (_i == 0) {
        pass(1900);
        ck_assert(is_open(c));
        conn_finish(c);
        pass(200);
    } else {
        close(peer.fd);
        turns();
    }
    ck_assert(!is_open(c));
}
END_TEST

/* A peer that has said all is answered, and then sees the end. */
START_TEST(half_closed)
{
    say("a\nb\nrest");
    shutdown(peer.fd, SHUT_WR);
    expect_heard(&peer, "..");
    ck_assert(peer.end && !is_open(c));
}
END_TEST

/* Who waits is still served. */
START_TEST(half_closed_and_waiting)
{
    say("wait\nb\n");
    shutdown(peer.fd, SHUT_WR);
    turns();
    conn_add(c, "one ", 4);
    conn_flush(c);
    expect_heard(&peer, "one ");
    ck_assert(!peer.end && ends == 0);
    conn_add(c, "two", 3);
    conn_become(c, &lines, -1);
    conn_again(c);
    conn_flush(c);
    expect_heard(&peer, "two.");
    ck_assert(peer.end);
}
END_TEST

START_TEST(reset)
{
    say(_i == 0 ? "" : _i == 1 ? "half" : "wait\n");
    conn_add(c, "unread", _i < 3 ? 6 : 0);
    conn_flush(c);
    close(peer.fd);
    turns();
    conn_add(c, "in vain", 7);
    conn_flush(c);
    conn_close(c);
    ck_assert_int_eq(server.dead, 1);
}
END_TEST

/* To the millisecond. */
START_TEST(deadline)
{
    conn_deadline(c, 1000);
    pass(600);
    conn_deadline(c, 1000); /* put off */
    pass(999);
    ck_assert_int_eq(timeouts, 0);
    pass(1);
    ck_assert_int_eq(timeouts, 1);
    conn_deadline(c, -1);
    pass(1000000);
    ck_assert_int_eq(timeouts, 1);
    conn_become(c, &waiting, 1000); /* which has no timeout() */
    pass(999);
    ck_assert(is_open(c));
    pass(1);
    ck_assert(!is_open(c));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("conn");
    TCase *t = tcase_create("a connection");
    tcase_add_checked_fixture(t, begin, table_end);
    tcase_add_loop_test(t, in_pieces, 0, 15);
    tcase_add_test(t, idle);
    tcase_add_test(t, one_write);
    tcase_add_test(t, one_after_the_other);
    tcase_add_test(t, slow_reader);
    tcase_add_test(t, no_reader);
    tcase_add_loop_test(t, flood, 0, 2);
    tcase_add_loop_test(t, finish, 0, 2);
    tcase_add_test(t, half_closed);
    tcase_add_test(t, half_closed_and_waiting);
    tcase_add_loop_test(t, reset, 0, 4);
    tcase_add_test(t, deadline);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
