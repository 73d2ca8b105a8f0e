/* Time goes by on a WebSocket: pings, the end of patience, slow readers. */
#include "ws_peer.h"

enum { MANY = 12, BIG = 65536, A_SECOND = 4000 /* bytes that are read */ };

static char big[BIG];

/* A ping after 30 s, the end 10 s later; anything is a sign of life. */
START_TEST(silence)
{
    static const char *const rows[] = {"", "O", "P:x", "T:x", "$81", "t:a"};
    static const char *const hears[] = {"", "", "O:x", "T:x", "", ""};
    begin();
    pass(29900);
    expect_frames("early", "");
    say("O");
    pass(29900);
    expect_frames("put off", "");
    pass(200);
    expect_frames("after 30 s", "P");
    pass(9800);
    say(rows[_i]);
    expect_frames("an answer", hears[_i]);
    pass(300);
    ck_assert_int_eq(is_open(c), _i > 0);
    if (_i > 0) {
        pass(29500);
        expect_frames("30 s later", "");
        pass(400);
        expect_frames("again", "P");
        pass(10100);
        ck_assert(!is_open(c));
    }
    leave();
    ck_assert_int_eq(seen.code, 1006);
}
END_TEST

/* After our close frame the peer has 2 s. */
START_TEST(no_answer)
{
    begin();
    say("X1000");
    expect_frames("the echo", "X1000");
    pass(1900);
    say("T:x");
    ck_assert(is_open(c));
    pass(200);
    ck_assert(!is_open(c));
    leave();
}
END_TEST

static void begin_slowly(void)
{
    begin();
    narrow(c);
    for (int i = 0; i < MANY; i++)
        ws_send(c, WS_BINARY, big, sizeof big);
    ck_assert_uint_gt(c->out.len, (MANY - 2) * (size_t)BIG);
    ck_assert_uint_lt(c->out.len, MAX_QUEUED);
}

static void read_slowly(int seconds)
{
    for (int s = 0; s < seconds; s++) {
        size_t before = peer.len;
        peer_hear(&peer, before + A_SECOND);
        ck_assert_uint_eq(peer.len, before + A_SECOND);
        pass(1000);
        ck_assert_msg(is_open(c), "dropped after %d s", s);
    }
}

/* All that was queued, and nothing else. */
static void expect_many(void)
{
    peer_hear(&peer, sizeof peer.text);
    ck_assert_uint_eq(peer.len, MANY * (size_t)(BIG + 10));
    ck_assert(is_open(c) && c->out.len == 0);
    peer.len = 0;
}

/* It reads a few KiB a second, and says nothing: it can't answer a ping that
 * is behind all that it has not read yet. */
START_TEST(slow_reader)
{
    begin_slowly();
    read_slowly(150);
    expect_many();
    pass(30100);
    pass(100);
    expect_frames("when it has read all", "P");
    if (_i == 0) {
        say("O");
        pass(29900);
        ck_assert(is_open(c));
    } else {
        pass(10100);
        ck_assert(!is_open(c));
    }
    leave();
}
END_TEST

/* Much at once, but with long rests between. */
START_TEST(reads_now_and_then)
{
    begin_slowly();
    for (int s = 0; s < 10 * 29; s++) {
        if (s % 29 == 0)
            peer_hear(&peer, peer.len + BIG);
        pass(1000);
        ck_assert_msg(is_open(c), "dropped after %d s", s);
    }
    expect_many();
    leave();
}
END_TEST

/* Then it does not even read any more: it is waited for a while yet. */
START_TEST(stops_reading)
{
    begin_slowly();
    read_slowly(100);
    for (int s = 0; s < 25; s++)
        pass(1000);
    ck_assert(is_open(c));
    for (int s = 0; s < 50; s++)
        pass(1000);
    ck_assert(!is_open(c));
    leave();
    ck_assert_int_eq(seen.code, 1006);
}
END_TEST

/* Who reads nothing at all: what our socket takes at first may look like
 * reading, once. */
START_TEST(never_reads)
{
    begin_slowly();
    for (int s = 0; s < 75; s++)
        pass(1000);
    ck_assert(!is_open(c));
    leave();
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("websocket, time");
    TCase *t = tcase_create("time");
    tcase_add_checked_fixture(t, add_routes, NULL);
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, silence, 0, 6);
    tcase_add_test(t, no_answer);
    tcase_add_loop_test(t, slow_reader, 0, 2);
    tcase_add_test(t, reads_now_and_then);
    tcase_add_test(t, stops_reading);
    tcase_add_test(t, never_reads);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
