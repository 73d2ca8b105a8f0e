/* Conversations without a network: every table of frames, split everywhere;
 * and what the program hears of them. */
#include "ws_peer.h"
#include "../frame_cases.h"
#include "../utf8_cases.h"

static struct peer other, third;

/* Returns the bytes of the longest line. */
static size_t talk_through(const struct talk *talk, int at)
{
    size_t longest = 0;
    char name[100];
    sprintf(name, "%s, split at %d", talk->name, at);
    begin();
    for (int i = 0; i < 8 && talk->lines[i]; i += 2) {
        size_t n = script_bytes(talk->lines[i], bytes);
        longest = n > longest ? n : longest;
        say_split(n, at < (int)n ? at : 0);
        if (peer.end)
            expect_bytes(name, peer.text, peer.len, "", 0);
        else
            expect_frames(name, talk->lines[i + 1]);
    }
    if (!peer.end) {
        say("P:alive?");
        expect_frames(name, "O:alive?");
    }
    ck_assert_int_eq(seen.connections, 1);
    ck_assert_int_eq(seen.closes, peer.end);
    leave();
    ck_assert_int_eq(seen.closes, 1);
    return longest;
}

enum { ALL = 400 }; /* longer ones are split near both ends only */

START_TEST(talks)
{
    for (size_t i = 0; i < tables[_i].count; i++) {
        const struct talk *talk = &tables[_i].talks[i];
        int n = (int)talk_through(talk, 0);
        for (int at = 1; at < n; at++)
            if (n <= ALL || at < 30 || at > n - 30)
                talk_through(talk, at);
        if (n <= 2 * ALL)
            talk_through(talk, -1);
    }
}
END_TEST

/* A text in two pieces, cut anywhere, as a frame and as two fragments. */
START_TEST(texts)
{
    const struct utf8_case *u = &utf8_cases[_i];
    int n = (int)strlen(u->hex) / 2;
    for (int at = 0; at <= n; at++) {
        char whole[200], parts[200];
        sprintf(whole, "T%s%s", n ? "#" : "", u->hex);
        sprintf(parts, "t%s%.*s|P|C%s%s", at ? "#" : "", 2 * at, u->hex,
                at < n ? "#" : "", u->hex + 2 * at);
        const char *heard = u->wrong < 0 ? whole : "X1007";
        begin();
        say_split(script_bytes(whole, bytes), 6 + at);
        expect_frames(u->what, heard);
        leave();
        begin();
        say(parts);
        bool before = u->wrong >= 0 && u->wrong < at;
        char with_pong[300];
        sprintf(with_pong, "%s%s", before ? "" : "O|", heard);
        expect_frames(u->what, with_pong);
        leave();
    }
}
END_TEST

/* on_close: once, with its code. */
START_TEST(codes)
{
    static const struct {
        const char *said;
        int code;
        const char *heard;
    } rows[] = {{"X", 1005, "X"},
                {"X1000", 1000, "X1000"},
                {"X3000:a", 3000, "X3000"},
                {"X4999|X1000", 4999, "X4999"},
                {"X1005", 1002, "X1002"},
                {"X#00", 1002, "X1002"},
                {"$8100", 1002, "X1002"},
                {"T#ff", 1007, "X1007"},
                {"X1000#ff", 1007, "X1007"},
                {"T:leave|T:x", 4000, "X4000"},
                {"t:le|C:ave", 4000, "X4000"},
                {"$82ff0000010000000000", 1009, "X1009"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        begin();
        ck_assert_int_eq(seen.connections, 1);
        ck_assert_ptr_eq(ws_data(c), &seen);
        say(rows[i].said);
        expect_frames(rows[i].said, rows[i].heard);
        ck_assert_int_eq(seen.closes, 1);
        ck_assert_int_eq(seen.code, rows[i].code);
        close(peer.fd);
        turns();
        ck_assert(!is_open(c));
        leave();
        ck_assert_int_eq(seen.closes, 1);
    }
}
END_TEST

/* It breaks, in one way or the other, in the middle of a message. */
START_TEST(broken)
{
    begin();
    say("t:abc|$80fd37fa213d00");
    if (_i == 0)
        shutdown(peer.fd, SHUT_WR);
    else
        close(peer.fd);
    turns();
    leave();
    ck_assert_int_eq(seen.closes, 1);
    ck_assert_int_eq(seen.code, 1006);
    ck_assert_int_eq(seen.messages, 0);
}
END_TEST

START_TEST(no_handlers)
{
    table_begin();
    enter(&peer, SOCK_STREAM, "/silent");
    say("T:x|B#00|t:a|P|C:b");
    expect_frames("no handlers", "O");
    say("X1000");
    expect_frames("no handlers", "X1000");
    leave();
}
END_TEST

START_TEST(own_limit)
{
    static const char *const rows[][2] = {
        {"T:0123456789", "T:0123456789"},
        {"$818b01020304", "X1009"},
        {"t:01234|C:56789", "T:0123456789"},
        {"t:01234|$808601020304", "X1009"},
        {"t:0123456789|P:0123456789ab|C", "O:0123456789ab|T:0123456789"}};
    for (int i = 0; i < 5; i++) {
        table_begin();
        enter(&peer, SOCK_STREAM, "/small");
        say(rows[i][0]);
        expect_frames(rows[i][0], rows[i][1]);
        leave();
    }
}
END_TEST

/* The program closes at once; its reason is cut to what a frame holds. */
START_TEST(refused)
{
    table_begin();
    memset(&seen, 0, sizeof seen);
    enter(&peer, SOCK_STREAM, "/refusing");
    ck_assert_uint_eq(peer.len, 2 + 2 + 2 + 125);
    ck_assert_int_eq(peer.text[5], 125);
    expect_frames("refused", "T:go|X1013");
    ck_assert_int_eq(seen.code, 1013);
    leave();
}
END_TEST

/* ws_next sees those of its handlers, and none that is closing. */
START_TEST(next)
{
    begin();
    struct conn *second = enter(&other, SOCK_STREAM, "/");
    enter(&third, SOCK_STREAM, "/silent");
    ck_assert_ptr_eq(ws_next(NULL, &echoing), c);
    ck_assert_ptr_eq(ws_next(c, &echoing), second);
    ck_assert_ptr_eq(ws_next(second, &echoing), NULL);
    ck_assert_ptr_ne(ws_next(NULL, &silent), NULL);
    ck_assert_ptr_eq(ws_next(NULL, &small), NULL);
    ck_assert_ptr_eq(ws_handlers(c), &echoing);
    say("X1000");
    ck_assert_ptr_eq(ws_next(NULL, &echoing), second);
    close(other.fd);
    turns();
    ck_assert_ptr_eq(ws_next(NULL, &echoing), NULL);
    leave();
}
END_TEST

/* Header and payload leave in one write; and so do the answers to all frames
 * of one read. */
START_TEST(one_write)
{
    static const char *const rows[][2] = {
        {"T:hello", "T:hello"},
        {"B*1000", "B*1000"},
        {"P:x", "O:x"},
        {"T:1|T:2|P|T:3|B#00|t:a|C:b", "T:1|T:2|O|T:3|B#00|T:ab"}};
    table_begin();
    enter(&peer, SOCK_SEQPACKET, "/");
    for (int i = 0; i < 4; i++) {
        say(rows[i][0]);
        turns();
        ssize_t n = read(peer.fd, peer.text, sizeof peer.text);
        ck_assert_int_gt(n, 0);
        ck_assert_int_eq(read(peer.fd, peer.text + n, 1000), -1);
        peer.len = (size_t)n;
        expect_frames(rows[i][0], rows[i][1]);
    }
    leave();
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("websocket");
    TCase *t = tcase_create("frames");
    tcase_add_checked_fixture(t, add_routes, NULL);
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, talks, 0, TABLES);
    tcase_add_loop_test(t, texts, 0, UTF8_CASES);
    suite_add_tcase(s, t);
    t = tcase_create("what the program hears");
    tcase_add_checked_fixture(t, add_routes, NULL);
    tcase_add_test(t, codes);
    tcase_add_loop_test(t, broken, 0, 2);
    tcase_add_test(t, no_handlers);
    tcase_add_test(t, own_limit);
    tcase_add_test(t, refused);
    tcase_add_test(t, next);
    tcase_add_test(t, one_write);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
