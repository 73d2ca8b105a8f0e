/* Section 7 of the contract: namespaces, and packets that make no sense, which
 * are the end of their session and of no other. */
#include "../check_main.h"
#include "sio.h"
#include "stdout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct program server;
static struct sio a, b;

static void begin(void)
{
    program_start(&server, "06-socketio-lite", NULL);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

static void enter(struct sio *s, int way)
{
    sio_enter(s, &server, (enum way)way);
    expect_out(&server, "连接成功");
}

static void join(struct sio *s, const char *connect)
{
    sio_join(s, connect);
    expect_out(&server, "连接成功");
}

/* One session in both, or in one; what is for one is not for the other. */
START_TEST(namespaces)
{
    enter(&a, _i);
    join(&a, "0/chat,{\"any\":\"auth\"}");
    sio_open(&b, &server, BY_SOCKET);
    join(&b, "0/chat");
    sio_say(&a, "42/chat,[\"broadcast\",1]" RS "42[\"broadcast\",2]");
    sio_hear(&a, "42/chat,[\"message\",1]" RS "42[\"message\",2]");
    sio_hear(&b, "42/chat,[\"message\",1]");
    sio_say(&b, "42/chat,[\"others\",3]");
    sio_hear(&a, "42/chat,[\"message\",3]");
    sio_say(&a, "42[\"others\",4]");
    sio_say(&a, "421[\"join\",\"r\"]" RS "42/chat,2[\"join\",\"r\"]");
    sio_hear(&a, "431[1]" RS "43/chat,2[1]");
    sio_say(&b, "42/chat,[\"room\",\"r\",5]");
    sio_hear(&a, "42/chat,[\"message\",5]");
    sio_say(&a, "42/chat,[\"message\",\"x\"]");
    sio_hear(&a, "42/chat,[\"message\",\"服务器说:x\"]");
    expect_out(&server, "接受到客户端发过来的消息:x");
    sio_say(&a, "451-/chat,7[\"echo\",{\"_placeholder\":true,\"num\":0}]" RS
                "bAQ==");
    sio_hear(&a, "461-/chat,7[{\"_placeholder\":true,\"num\":0}]" RS "bAQ==");
    sio_hear_nothing_in(&b, "/chat,");
    expect_no_out(&server);
}
END_TEST

/* DISCONNECT leaves one of them, with its rooms; it may come again. */
START_TEST(leaving)
{
    enter(&a, _i);
    join(&a, "0/chat");
    enter(&b, BY_SOCKET);
    sio_say(&a, "421[\"join\",\"r\"]");
    sio_hear(&a, "431[1]");
    sio_say(&a, "41");
    expect_out(&server, "断开连接:client namespace disconnect");
    sio_say(&b, "42[\"broadcast\",1]" RS "42[\"room\",\"r\",2]" RS
                "421[\"join\",\"r\"]");
    sio_hear(&b, "42[\"message\",1]" RS "431[1]");
    sio_hear_nothing_in(&a, "/chat,");
    join(&a, "0");
    sio_say(&b, "42[\"others\",3]" RS "42[\"room\",\"r\",4]");
    sio_hear(&b, "42[\"message\",4]");
    sio_hear(&a, "42[\"message\",3]");
    sio_say(&a, "41/chat,");
    expect_out(&server, "断开连接:client namespace disconnect");
    sio_hear_nothing(&a);
    sio_hear_nothing(&b);
    sio_say(&a, "41" RS "41" RS "41/chat" RS "41/nowhere");
    expect_out(&server, "断开连接:client namespace disconnect");
    join(&a, "0/chat"); /* the session is still there */
    expect_no_out(&server);
}
END_TEST

/* A second CONNECT changes nothing; one to nowhere is answered. */
START_TEST(connecting)
{
    enter(&a, _i);
    sio_say(&a, "40" RS "40{\"a\":1}" RS "40/," RS "40/room" RS "40/Chat,{}");
    sio_hear(&a, "44/room,{\"message\":\"Invalid namespace\"}" RS
                 "44/Chat,{\"message\":\"Invalid namespace\"}");
    sio_hear_nothing(&a);
    expect_no_out(&server);
}
END_TEST

static const char *const bad[] = {
    /* Engine.IO */
    "", "7", "x", "0", "40" RS RS "40",
    /* Socket.IO */
    "4", "47", "4x", "44{\"message\":\"x\"}", "40[]", "40\"x\"", "40{", "41{}",
    "42", "42{}", "42[]", "42[null]", "42[\"connect\"]",
    "42[\"\\u0064isconnect\"]", "42[\"echo\"", "42[\"echo\"]]",
    "42[\"echo\",01]", "42[\"echo\",'x']", "42x[\"echo\"]", "42-1[\"echo\"]",
    "4218446744073709551616[\"echo\"]", "42/chat[\"echo\"]", "43[]", "431{}",
    "4242[\"echo\",\"\x01\"]",
    /* for a namespace in which it is not */
    "42/chat,[\"echo\"]", "42/nowhere,[\"echo\"]", "43/chat,1[]"};

enum { BAD = sizeof bad / sizeof *bad };

static void expect_bad(int way, const char *what, const char *packets)
{
    enter(&b, (way + 1) % WAYS);
    enter(&a, way);
    testing("%s: %s", ways[way], what);
    sio_say_bad(&a, packets);
    expect_out(&server, "断开连接:parse error");
    sio_hear_nothing(&b);
    expect_no_out(&server);
}

START_TEST(malformed)
{
    int way = _i % WAYS;
    const char *packet = bad[_i / WAYS];
    if (way == BY_SOCKET && strstr(packet, RS) != NULL)
        packet = "40" RS; /* an empty frame */
    expect_bad(way, packet, packet);
}
END_TEST

/* What came before it in a payload counts, what comes behind it does not. */
START_TEST(in_the_middle)
{
    enter(&b, BY_SOCKET);
    enter(&a, _i);
    sio_say_bad(&a, "42[\"others\",1]" RS "42{}" RS "42[\"others\",2]");
    sio_hear(&b, "42[\"message\",1]");
    expect_out(&server, "断开连接:parse error");
    sio_hear_nothing(&b);
    /* nor what follows a DISCONNECT, and then is for nobody */
    enter(&a, _i);
    sio_say_bad(&a, "41" RS "42[\"others\",3]" RS "42[\"others\",4]");
    expect_out(&server, "断开连接:client namespace disconnect");
    sio_hear_nothing(&b);
    expect_no_out(&server);
}
END_TEST

/* Argument and all, depth lists in one another. */
static void fill(char *line, const char *begin, int depth)
{
    size_t n = strlen(begin);
    memcpy(line, begin, n);
    memset(line + n, '[', (size_t)depth - 1);
    memset(line + n + depth - 1, ']', (size_t)depth);
    line[n + 2 * (size_t)depth - 1] = '\0';
}

START_TEST(depth)
{
    static char line[20100], back[1000];
    enter(&a, _i);
    fill(line, "427[\"echo\",", 256);
    fill(back, "437[", 256);
    sio_say(&a, line);
    sio_hear(&a, back);
    sio_say(&a, "41");
    expect_out(&server, "断开连接:client namespace disconnect");
    fill(line, "427[\"echo\",", 257);
    expect_bad(_i, "257 deep", line);
    fill(line, "427[\"echo\",", 10000);
    expect_bad(_i, "10,000 deep", line);
}
END_TEST

/* Not UTF-8: over a WebSocket that is its own error. */
START_TEST(not_utf8)
{
    enter(&b, BY_SOCKET);
    enter(&a, _i);
    if (_i == BY_SOCKET) {
        sio_say(&a, "42[\"others\",\"\xff\"]");
        ws_hear(a.down, "X1007");
        expect_out(&server, "断开连接:transport error");
    } else {
        sio_say_bad(&a, "42[\"others\",\"\xff\"]");
        expect_out(&server, "断开连接:parse error");
    }
    sio_hear_nothing(&b);
}
END_TEST

/* As long as a payload may be; events with 200 kB; many of them. */
START_TEST(large)
{
    enum { MOST = 1000000 };
    static char line[MOST + 1], piece[100];
    enter(&a, _i);
    strcpy(line, "421[\"echo\",\"");
    memset(line + 12, 'x', MOST - 14);
    strcpy(line + MOST - 2, "\"]");
    sio_say(&a, line);
    strcpy(line, "431[");
    line[4] = '"';
    memset(line + 5, 'x', MOST - 14);
    strcpy(line + 5 + MOST - 14, "\"]");
    sio_hear(&a, line);
    size_t n = 0;
    for (int i = 0; i < 5000; i++)
        n += (size_t)sprintf(line + n, "%s42%d[\"echo\",%d]", i ? RS : "", i,
                             i);
    sio_say(&a, line);
    for (int i = 0; i < 5000; i++) {
        sprintf(piece, "43%d[%d]", i, i);
        sio_hear(&a, piece);
    }
    sio_hear_nothing(&a);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06-socketio-lite: packets");
    TCase *t = tcase_create("packets");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, namespaces, 0, WAYS);
    tcase_add_loop_test(t, leaving, 0, WAYS);
    tcase_add_loop_test(t, connecting, 0, WAYS);
    tcase_add_loop_test(t, malformed, 0, BAD * WAYS);
    tcase_add_loop_test(t, in_the_middle, 0, WAYS);
    tcase_add_loop_test(t, depth, 0, WAYS);
    tcase_add_loop_test(t, not_utf8, 0, WAYS);
    tcase_add_loop_test(t, large, 0, WAYS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
