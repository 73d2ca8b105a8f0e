/* Section 7 of the contract: events and acknowledgements with attachments, on
 * every way, both ways. */
#include "../check_main.h"
#include "sio.h"
#include "stdout.h"

#include <stdio.h>
#include <string.h>

#define P0 "{\"_placeholder\":true,\"num\":0}"
#define P1 "{\"_placeholder\":true,\"num\":1}"
#define P2 "{\"_placeholder\":true,\"num\":2}"

static struct program server;
static struct sio a, b, c;

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

/* Said, and heard then. */
static const char *const echoes[][2] = {
    {"451-[\"echo\"," P0 "]" RS "bAQID", "451-[\"echo\"," P0 "]" RS "bAQID"},
    {"451-7[\"echo\"," P0 "]" RS "bAQID", "461-7[" P0 "]" RS "bAQID"},
    {"452-8[\"echo\",1," P1 ",{\"a\":[ " P0 " ]}]" RS "bAAA=" RS "b/w==",
     "462-8[1," P1 ",{\"a\":[ " P0 " ]}]" RS "bAAA=" RS "b/w=="},
    {"452-9[\"echo\"," P0 "," P0 "," P1 "]" RS "bQQ==" RS "bQg==",
     "462-9[" P0 "," P0 "," P1 "]" RS "bQQ==" RS "bQg=="},
    {"453-[\"echo\"," P2 "," P1 "," P0 "]" RS "bAQ==" RS "bAg==" RS "bAw==",
     "453-[\"echo\"," P2 "," P1 "," P0 "]" RS "bAQ==" RS "bAg==" RS "bAw=="},
    {"451-1[\"echo\",{\"num\":0,\"\\u005fplaceholder\":true}]" RS "bAQ==",
     "461-1[{\"num\":0,\"\\u005fplaceholder\":true}]" RS "bAQ=="},
    /* empty ones */
    {"451-1[\"echo\"," P0 "]" RS "b", "461-1[" P0 "]" RS "b"},
    {"452-1[\"echo\"," P0 "," P1 "]" RS "b" RS "bAQ==",
     "462-1[" P0 "," P1 "]" RS "b" RS "bAQ=="},
    /* none, and one to which nothing refers */
    {"450-1[\"echo\",2]", "431[2]"},
    {"450-[\"echo\"]", "42[\"echo\"]"},
    {"451-1[\"echo\"]" RS "bAQ==", "461-1[]" RS "bAQ=="},
    {"4510-1[\"echo\"," P0 "]" RS "bAA==" RS "bAQ==" RS "bAg==" RS "bAw==" RS
     "bBA==" RS "bBQ==" RS "bBg==" RS "bBw==" RS "bCA==" RS "bCQ==",
     "4610-1[" P0 "]" RS "bAA==" RS "bAQ==" RS "bAg==" RS "bAw==" RS "bBA==" RS
     "bBQ==" RS "bBg==" RS "bBw==" RS "bCA==" RS "bCQ=="}};

enum { ECHOES = sizeof echoes / sizeof *echoes };

START_TEST(echo)
{
    enter(&a, _i);
    for (int i = 0; i < ECHOES; i++) {
        testing("%s: %s", ways[_i], echoes[i][0]);
        sio_say(&a, echoes[i][0]);
        sio_hear(&a, echoes[i][1]);
    }
    sio_hear_nothing(&a);
}
END_TEST

/* Each part in a request or frame of its own; pongs may come between. */
START_TEST(part_by_part)
{
    char line[400];
    enter(&a, _i);
    for (int i = 0; i < ECHOES; i++) {
        testing("%s, part by part: %s", ways[_i], echoes[i][0]);
        const char *p = echoes[i][0];
        for (size_t n; *p != '\0'; p += n + (p[n] != '\0')) {
            n = strcspn(p, RS);
            snprintf(line, sizeof line, "%.*s", (int)n, p);
            sio_say(&a, "3");
            sio_say(&a, line);
            settle(&server);
        }
        sio_hear(&a, echoes[i][1]);
    }
    sio_hear_nothing(&a);
}
END_TEST

/* What one sends on its way, all the others get on theirs; but no attachment
 * that belongs to an argument which is not for them. */
START_TEST(to_others)
{
    static const char say[] = "452-[\"%s\",%s{\"x\":" P0 "}," P1 "]" RS
                              "bAQID" RS "b/wA=";
    static const char hear[] = "452-[\"message\",{\"x\":" P0 "}]" RS "bAQID" RS
                               "b/wA=";
    char line[200];
    enter(&a, _i);
    enter(&b, (_i + 1) % WAYS);
    enter(&c, (_i + 2) % WAYS);
    snprintf(line, sizeof line, say, "broadcast", "");
    sio_say(&a, line);
    sio_hear(&a, hear);
    sio_hear(&b, hear);
    sio_hear(&c, hear);
    sio_say(&a, "451-[\"others\",[[1]," P0 "]]" RS "bAQID");
    sio_hear(&b, "451-[\"message\",[[1]," P0 "]]" RS "bAQID");
    sio_hear(&c, "451-[\"message\",[[1]," P0 "]]" RS "bAQID");
    sio_say(&a, "451-[\"others\",\"x\"," P0 "]" RS "bAQID");
    sio_hear(&b, "42[\"message\",\"x\"]");
    sio_hear(&c, "42[\"message\",\"x\"]");
    sio_say(&b, "421[\"join\",\"r\"]");
    sio_hear(&b, "431[1]");
    snprintf(line, sizeof line, say, "room", "\"r\",");
    sio_say(&a, line);
    sio_hear(&b, hear);
    sio_hear_nothing(&a);
    sio_hear_nothing(&b);
    sio_hear_nothing(&c);
}
END_TEST

/* The session goes from polls to a WebSocket between a packet and its parts,
 * those that go up and those that come down. */
START_TEST(on_the_move)
{
    char path[100];
    enter(&a, BY_POLLS);
    sio_say(&a, "451-1[\"echo\"," P0 "]" RS "bAQID" RS "452-2[\"echo\"," P0
                "," P1 "]" RS "bAA==");
    snprintf(path, sizeof path, "/socket.io/?EIO=4&transport=websocket&sid=%s",
             a.sid);
    struct client *ws = ws_dial(&server, path);
    ws_say(ws, "T:2probe");
    ws_hear(ws, "T:3probe");
    if (_i == 0)
        sio_hear(&a, "461-1[" P0 "]"); /* and its part, heard by a poll */
    ws_say(ws, "T:5|B#ff|T:421[\"echo\"]");
    if (_i == 0)
        sio_hear(&a, "bAQID");
    else
        ws_hear(ws, "T:461-1[" P0 "]|B#010203");
    ws_hear(ws, "T:462-2[" P0 "," P1 "]|B#00|B#ff|T:431[]");
    expect_no_out(&server);
}
END_TEST

/* Attachments missing, unexpected, out of range; text instead of them. */
static const char *const bad[] = {
    "bAQID",
    "b",
    "bMlsib3RoZXJzIiwxXQ==", /* 2["others",1] */
    "42[\"nothing\"]" RS "bAQID",
    "450-[\"nothing\"]" RS "bAQID",
    "451-[\"nothing\"," P0 "]" RS "bAQ==" RS "bAQ==",
    "451-[\"message\"," P0 "]" RS "42[\"nothing\"]",
    "452-[\"message\"," P0 "]" RS "bAQ==" RS "42[\"message\"]",
    "451-[\"message\"," P0 "]" RS "451-[\"message\"," P0 "]" RS "bAQ==",
    "451-[\"message\"," P0 "]" RS "41",
    "451-[\"message\"," P0 "]" RS "40",
    "451-[\"message\"," P1 "]" RS "bAQ==",
    "450-[\"message\"," P0 "]",
    "451-[\"message\",{\"_placeholder\":true}]" RS "bAQ==",
    "451-[\"message\",{\"_placeholder\":true,\"num\":\"splice\"}]",
    "451-[\"message\",{\"_placeholder\":true,\"num\":-1}]",
    "451-[\"message\",[{\"a\":" P1 "}]]",
    "4511-[\"message\"]",
    "451000000000-[\"message\"]",
    "451-[\"message\"",
    "451[\"message\"]",
    "45-[\"message\"]",
    "461-[]",
    "461-1{}",
    "461-1[" P1 "]",
    "451-/nowhere,[\"message\"]" RS "bAQ==",
    "461-/nowhere,1[]" RS "bAQ=="};

enum { BAD = sizeof bad / sizeof *bad };

START_TEST(malformed)
{
    int way = _i % WAYS;
    const char *packets = bad[_i / WAYS];
    enter(&b, (way + 1) % WAYS);
    enter(&a, way);
    testing("%s: %s", ways[way], packets);
    sio_say(&b, "451-[\"echo\"," P0 "]");
    sio_say_bad(&a, packets);
    expect_out(&server, "断开连接:parse error");
    sio_say(&b, "bAQID"); /* it was in the middle of one, too */
    sio_hear(&b, "451-[\"echo\"," P0 "]" RS "bAQID");
    sio_hear_nothing(&b);
    expect_no_out(&server);
}
END_TEST

/* It goes while an attachment is missing; nobody is the worse for it. */
START_TEST(never_whole)
{
    for (int i = 0; i < 20; i++) {
        enter(&a, _i);
        sio_say(&a, "453-[\"broadcast\"," P0 "]" RS "bAQID" RS "bAQID");
        sio_wait(&a);
        settle(&server);
        sio_vanish(&a);
        expect_out(&server, "断开连接:transport close");
    }
    enter(&b, _i);
    sio_hear_nothing(&b);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06-socketio-lite: attachments");
    TCase *t = tcase_create("attachments");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, echo, 0, WAYS);
    tcase_add_loop_test(t, part_by_part, 0, WAYS);
    tcase_add_loop_test(t, to_others, 0, WAYS);
    tcase_add_loop_test(t, on_the_move, 0, 2);
    tcase_add_loop_test(t, malformed, 0, BAD * WAYS);
    tcase_add_loop_test(t, never_whole, 0, WAYS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
