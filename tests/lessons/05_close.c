/* Section 6 of the contract: how a WebSocket ends. Always with a close frame
 * and then a clean end, never with a reset that could overtake it. */
#include "../check_main.h"
#include "../frame_cases.h"
#include "ws_client.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static struct program server;

static void begin(void)
{
    program_start(&server, "05-websocket", NULL);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

START_TEST(codes)
{
    enum { GOOD = sizeof good_codes / sizeof *good_codes };
    enum { BAD = sizeof bad_codes / sizeof *bad_codes };
    for (int i = 0; i < GOOD + BAD; i++) {
        bool good = i < GOOD;
        int code = good ? good_codes[i] : bad_codes[i - GOOD];
        for (int reason = 0; reason < 2; reason++) {
            char said[64], heard[16];
            struct client *c = ws_dial(&server, "/echo");
            testing("close %d, reason %d", code, reason);
            snprintf(said, sizeof said, "X%d%s|T:x|P", code,
                     reason ? ":see you" : "");
            snprintf(heard, sizeof heard, "X%d", good ? code : 1002);
            ws_say(c, said);
            ws_hear(c, heard);
            client_close(c);
        }
    }
}
END_TEST

/* 0 as a code, which no script can say. */
START_TEST(code_0)
{
    struct client *c = ws_dial(&server, "/echo");
    ws_say(c, "X#0000");
    ws_hear(c, "X1002");
}
END_TEST

/* What makes the server close, and much that it will not read any more. */
START_TEST(unread_bytes)
{
    static const char *const rows[][2] = {{"X1000", "X1000"},
                                          {"X", "X"},
                                          {"$8100", "X1002"},
                                          {"$c1", "X1002"},
                                          {"T#ff", "X1007"},
                                          {"X1005", "X1002"},
                                          {"X#01", "X1002"},
                                          {"$82ffffffffffffffffff", "X1002"},
                                          {"$82ff0000000000200000", "X1009"}};
    static char more[1 << 20];
    for (int i = 0; i < 9; i++)
        for (int half = 0; half < 2; half++) {
            struct client *c = ws_dial(&server, "/echo");
            testing("%s and 1 MiB behind it, half-closed: %d", rows[i][0],
                    half);
            ws_say(c, rows[i][0]);
            client_send(c, more, sizeof more);
            if (half)
                client_half_close(c);
            ws_hear(c, rows[i][1]);
            client_close(c);
        }
}
END_TEST

/* The same, with output that the client has not read yet. */
START_TEST(behind_a_backlog)
{
    struct client *c = ws_dial_narrow(&server, "/echo");
    for (int i = 0; i < 8; i++)
        ws_say(c, "B*60000");
    ws_say(c, "X1000|T:after");
    settle(&server);
    for (int i = 0; i < 8; i++)
        ws_hear(c, "B*60000");
    ws_hear(c, "X1000");
}
END_TEST

/* In the middle of everything the client goes, politely or not. */
START_TEST(broken_off)
{
    static const char *const rows[] = {
        "",          "$81",       "$8185",       "$818537fa213d7f",
        "t:a",       "t:a|$80",   "P|$8a85",     "T*70000|$82fe",
        "X1000|T:x", "$88823701", "B*1000000|B", "t#e4|c#bd"};
    for (int i = 0; i < 12; i++)
        for (int way = 0; way < 3; way++) {
            struct client *c = ws_dial(&server, "/chat");
            testing("breaks off after \"%s\", way %d", rows[i], way);
            ws_say(c, rows[i]);
            if (way == 0)
                client_close(c);
            else if (way == 1)
                client_reset(c);
            else
                client_half_close(c);
            if (way == 2 && client_drain(c) > MOST_BYTES)
                flunk("gets more than it said");
        }
    settle(&server);
    ws_expect_alive(ws_dial(&server, "/chat"));
}
END_TEST

/* Who shuts down its sending side is answered, and then let go. */
START_TEST(half_closed)
{
    struct client *c = ws_dial(&server, "/echo");
    ws_say(c, "T:1|P:2|T*70000");
    client_half_close(c);
    ws_hear(c, "T:1|O:2|T*70000");
    expect_end(c);
}
END_TEST

/* The server's close comes at once; whoever never answers it is not waited for
 * longer than about 2 s, and until then nothing he says is a reset. */
START_TEST(never_answered)
{
    static const char *const says[] = {"X1000", "$8100"};
    struct client *c = ws_dial(&server, "/echo");
    long long start = monotonic_ms(), passed = 0;
    ws_say(c, says[_i]);
    ws_hear(c, _i == 0 ? "X1000" : "X1002");
    if (monotonic_ms() - start > 1000)
        flunk("closes after %lld ms", monotonic_ms() - start);
    while (client_push(c, "x", 1, 0) == 1 && passed < PATIENCE) {
        poll(NULL, 0, 50);
        passed = monotonic_ms() - start;
        if (client_read(c, 1) == -2)
            break;
    }
    if (passed < 1500 || passed > 3500)
        flunk("waited for %lld ms, not 2000", passed);
}
END_TEST

/* SIGTERM: 1001 to everybody, in whatever state, and exit status 0. */
START_TEST(goodbye)
{
    static const char *const says[] = {
        "", "t:a", "$81ff", "T:a", "P", "$818537fa213d7f", "O", "t:a|c:b|P"};
    static const char *const hears[] = {"", "", "", "T:a", "O", "", "", "O"};
    static const char *const paths[] = {"/echo", "/echo", "/chat"};
    enum { CLIENTS = 24 };
    struct client *c[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
        c[i] = ws_dial(&server, paths[i % 3]);
        ws_say(c[i], i % 3 == 2 ? "P:x" : says[i % 8]);
        ws_hear(c[i], i % 3 == 2 ? "O:x" : hears[i % 8]);
    }
    struct client *greeted = ws_dial(&server, "/");
    settle(&server);
    kill(server.pid, SIGTERM);
    ws_hear(greeted, "X1001");
    for (int i = 0; i < CLIENTS; i++) {
        testing("SIGTERM, client %d", i);
        ws_hear(c[i], "X1001");
        if (i % 2 == 0 && _i == 0)
            client_close(c[i]);
    }
    ck_assert_int_eq(program_wait(&server, 2000), 0);
    close(server.out);
    close(server.err);
}
END_TEST

/* He who does not read holds nobody up; the others get their 1001. */
START_TEST(goodbye_to_a_hog)
{
    struct client *hog = ws_dial_narrow(&server, "/echo");
    struct client *c = ws_dial(&server, "/echo");
    static char text[65536];
    memset(text, 'x', sizeof text);
    for (int i = 0; i < 200; i++) {
        unsigned char head[14];
        size_t n = head_of(0x82, sizeof text, (unsigned char *)"\0\0\0", head);
        if (client_push(hog, (char *)head, n, 100) < n ||
            client_push(hog, text, sizeof text, 100) < sizeof text)
            break;
    }
    kill(server.pid, SIGTERM);
    ws_hear(c, "X1001");
    ck_assert_int_eq(program_wait(&server, 2500), 0);
    close(server.out);
    close(server.err);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("05-websocket, close");
    TCase *t = tcase_create("close");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 30);
    tcase_add_test(t, codes);
    tcase_add_test(t, code_0);
    tcase_add_test(t, unread_bytes);
    tcase_add_test(t, behind_a_backlog);
    tcase_add_test(t, broken_off);
    tcase_add_test(t, half_closed);
    tcase_add_loop_test(t, never_answered, 0, 2);
    tcase_add_loop_test(t, goodbye, 0, 2);
    tcase_add_test(t, goodbye_to_a_hog);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
