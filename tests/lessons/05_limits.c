/* Section 6 of the contract: how big a message may be, and what it costs; and
 * who does not read what he asked for (section 2). */
#include "../check_main.h"
#include "ws_client.h"

#include <poll.h>
#include <string.h>

enum { KIB = 1024, MIB = 1 << 20, BIG = 65536 };

static struct program server;
static unsigned char flood[MIB + 65536];

static void begin(void)
{
    program_start(&server, "05-websocket", NULL);
    settle(&server);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

/* Up to 1,048,576 bytes in a message; 1009 at the header of more. */
static const char *const limits[][2] = {
    {"T*1048576", "T*1048576"},
    {"B*1048576|T:x|B*1048576", "B*1048576|T:x|B*1048576"},
    {"t*1048576|C", "T*1048576"},
    {"t|c*1048575|C*1", "T*1048575*1"},
    {"b|c|c#00|C#01", "B#0001"},
    {"t*1048576|P*125|O*125|C", "O*125|T*1048576"},
    {"t*524288|c*524288|C|T*1048576", "T*524288*524288|T*1048576"},
    {"T*262144|T*524288", "T*262144|T*524288"},
    {"B*262144|B*524288", "B*262144|B*524288"},
    {"$81ff000000000010000137fa213d", "X1009"},
    {"$82ff000000000010000137fa213d", "X1009"},
    {"$01ff000000000010000137fa213d", "X1009"},
    {"$82ff000000000100000037fa213d", "X1009"},
    {"$82ff000000008000000037fa213d", "X1009"},
    {"$82ff000000010000000037fa213d", "X1009"},
    {"$82ff000001000000000037fa213d", "X1009"},
    {"$82ff7fffffffffffffff37fa213d", "X1009"},
    {"$82ff800000000000000037fa213d", "X1002"},
    {"$82ffffffffffffffffff37fa213d", "X1002"},
    {"t*1048576|$808137fa213d", "X1009"},
    {"t*1048576|$008137fa213d", "X1009"},
    {"t*1000000|$00febdc137fa213d", "X1009"},
    {"b*524288|c*524287|$808237fa213d", "X1009"},
    {"b*1|$80ff000000000010000037fa213d", "X1009"},
    {"b*1|$80ff7fffffffffffffff37fa213d", "X1009"},
    {"T:x|B#00|$81ff000000000010000137fa213d", "T:x|B#00|X1009"},
};

static void try_limits(size_t piece)
{
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct client *c = ws_dial(&server, "/echo");
        testing("%s, in pieces of %zu", limits[i][0], piece);
        if (piece == 0)
            ws_say(c, limits[i][0]);
        else
            ws_say_in_pieces(c, limits[i][0], piece);
        ws_hear(c, limits[i][1]);
        if (!c->ended)
            ws_expect_alive(c);
        client_close(c);
    }
}

START_TEST(sizes)
{
    try_limits(_i == 0 ? 0 : 997);
}
END_TEST

/* More than now, in KiB. */
static void expect_growth(long before, long most)
{
    settle(&server);
    long now = program_memory(&server);
    if (before != -1 && now - before > most)
        flunk("%ld KiB of memory, then %ld", before, now);
}

/* They announce 1 MiB, each in its way, and send next to nothing of it. */
START_TEST(announced)
{
    static const char *const rows[] = {
        "$82ff000000000010000037fa213d", "$81ff000000000010000037fa213d00",
        "t:a|$80ff00000000000fff0037fa213d", "$82feffff37fa213d6162"};
    enum { CLIENTS = 200 };
    for (int i = 0; i < CLIENTS; i++)
        ws_dial(&server, "/echo");
    settle(&server);
    long before = program_memory(&server);
    clients_close();
    for (int i = 0; i < CLIENTS; i++)
        ws_say(ws_dial(&server, "/echo"), rows[i % 4]);
    testing("200 announce 1 MiB");
    expect_growth(before, 2 * KIB);
}
END_TEST

/* Twenty send 400 KiB of their 1 MiB: as much, and what doubling costs. */
START_TEST(arrived)
{
    static const unsigned char mask[4] = {0};
    enum { CLIENTS = 20, PART = 400 * KIB };
    long before = program_memory(&server);
    size_t head = head_of(0x82, MIB, mask, flood);
    for (int i = 0; i < CLIENTS; i++)
        client_send(ws_dial(&server, "/echo"), flood, head + PART);
    testing("20 send 400 KiB");
    expect_growth(before, CLIENTS * 2 * (PART / KIB) + 2 * KIB);
}
END_TEST

/* A message of nothing but empty fragments has no end, and no weight. */
START_TEST(empty_fragments)
{
    struct client *c = ws_dial(&server, "/echo");
    ws_say(c, "t:begin");
    long before = program_memory(&server);
    for (size_t i = 0; i < sizeof flood / 6; i++)
        memcpy(flood + 6 * i, "\0\x80\1\2\3\4", 6);
    for (int i = 0; i < 10; i++)
        client_send(c, flood, sizeof flood / 6 * 6);
    expect_growth(before, KIB);
    ws_say(c, "P|C:end");
    ws_hear(c, "O|T:beginend");
}
END_TEST

/* They flood and never read: dropped, or not read any more; and he who does
 * read is served meanwhile. */
START_TEST(floods)
{
    static const char *const rows[] = {
        "P", "P*125", "T*10", "B*1000", "T*65536", "B*1000000", "t|C*3|P"};
    struct client *hog = ws_dial_narrow(&server, "/echo");
    struct client *other = ws_dial(&server, "/echo");
    size_t n = 0, total = 0, taken;
    testing("a flood of %s", rows[_i]);
    for (size_t one = 1; n + one < sizeof flood; n += one)
        one = script_bytes(rows[_i], flood + n);
    long before = program_memory(&server);
    for (int i = 0; i < 60; i++) {
        total += taken = client_push(hog, (char *)flood, n, 300);
        ws_expect_alive(other);
        if (taken < n)
            break;
    }
    if (total > 40 * (size_t)MIB)
        flunk("has taken %zu bytes", total);
    expect_growth(before, 4 * KIB);
}
END_TEST

/* A member that does not read is dropped; the sender and another member get
 * every message, in order. */
START_TEST(chat_with_a_hog)
{
    enum { FLOOD = 200, HOGS = 5 };
    struct client *hog[HOGS], *member = ws_dial(&server, "/chat");
    struct client *sender = ws_dial(&server, "/chat");
    char script[64];
    for (int i = 0; i < HOGS; i++)
        hog[i] = ws_dial_narrow(&server, "/chat");
    long before = program_memory(&server);
    for (int i = 0; i < FLOOD; i++) {
        testing("message %d of %d, %d members do not read", i, FLOOD, HOGS);
        snprintf(script, sizeof script, "%s#%02x*%d", i % 2 ? "T" : "B",
                 i % 100, BIG - 1);
        ws_say(sender, script);
        ws_hear(sender, script);
        ws_hear(member, script);
    }
    expect_growth(before, HOGS * (KIB + 300) + 3 * KIB);
    for (int i = 0; i < HOGS; i++) {
        testing("a member that did not read");
        size_t total = client_drain(hog[i]);
        if (total > (FLOOD - 16) * (size_t)BIG)
            flunk("gets %zu bytes in the end", total);
    }
    ws_expect_alive(sender);
    ws_expect_alive(member);
}
END_TEST

/* Who has less than 1 MiB before him gets all, however late he reads. */
START_TEST(chat_with_a_late_reader)
{
    struct client *late = ws_dial_narrow(&server, "/chat");
    struct client *sender = ws_dial(&server, "/chat");
    for (int i = 0; i < 15; i++) {
        ws_say(sender, "T*65536|P");
        ws_hear(sender, "T*65536|O");
    }
    settle(&server);
    for (int i = 0; i < 15; i++)
        ws_hear(late, "T*65536");
    ws_expect_alive(late);
}
END_TEST

/* Echoes of all that was sent, for one who sends all and then reads. */
START_TEST(reads_later)
{
    struct client *c = ws_dial_narrow(&server, "/echo");
    for (int i = 0; i < 10; i++)
        ws_say(c, "T*50000|P:x|B*10000");
    settle(&server);
    for (int i = 0; i < 10; i++)
        ws_hear(c, "T*50000|O:x|B*10000");
    ws_expect_alive(c);
}
END_TEST

/* More messages than are read in one turn, and then nothing: each has its
 * answer before the end. */
START_TEST(says_much_and_shuts_down)
{
    enum { MANY = 2000, FRAME = 6 };
    static const unsigned char frame[FRAME] = {0x81, 0x80, 1, 2, 3, 4};
    struct client *c = ws_dial(&server, "/echo");
    for (size_t i = 0; i < MANY; i++)
        memcpy(flood + i * FRAME, frame, FRAME);
    client_send(c, flood, MANY * FRAME);
    client_half_close(c);
    ck_assert_uint_eq(client_drain(c), 2 * MANY); /* each 81 00 */
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("05-websocket, limits");
    TCase *t = tcase_create("limits");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, sizes, 0, 2);
    tcase_add_test(t, announced);
    tcase_add_test(t, arrived);
    tcase_add_test(t, empty_fragments);
    tcase_add_loop_test(t, floods, 0, 7);
    tcase_add_test(t, chat_with_a_hog);
    tcase_add_test(t, chat_with_a_late_reader);
    tcase_add_test(t, reads_later);
    tcase_add_test(t, says_much_and_shuts_down);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
