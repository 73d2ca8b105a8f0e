/* Section 7 of the contract: out of memory, a session may be lost or miss
 * something, and no other does. One allocation after the other fails. */
#include "../check_main.h"
#include "scarcity.h"
#include "sio.h"

#include <stdio.h>
#include <string.h>

enum { MOST = 200 };

#define P0 "{\"_placeholder\":true,\"num\":0}"
#define HOST "Host: localhost\r\n"
#define TARGET "/socket.io/?EIO=4&transport="

static struct program server;
static struct sio one, other, late;

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

static void push(struct client *c, const char *text)
{
    client_push(c, text, strlen(text), 100);
}

#define LINES "\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n"

/* Something may not be said, but what is said is whole. */
static void expect_whole(struct client *c)
{
    static const char begin[] = "[\"message\",";
    static const char *const said[] = {"1]",
                                       "2]",
                                       "\"服务器说:x\"]",
                                       "\"服务器说:" LINES "\"]",
                                       "\"服务器说:\\\"x\\\"\"]",
                                       "\"服务器说:\\\"\\\\n\\\\n"}; /* JSON */
    enum { SAID = sizeof said / sizeof *said };
    for (ssize_t n = 1; n != 0 && n != -2;)
        n = client_await(c);
    for (size_t at = 0; at + sizeof begin <= c->in.length; at++) {
        const char *p = c->in.data + at + sizeof begin - 1;
        int i = 0;
        if (memcmp(c->in.data + at, begin, sizeof begin - 1) != 0)
            continue;
        while (i < SAID && strncmp(p, said[i], strlen(said[i])) != 0)
            i++;
        if (i == SAID)
            flunk("a message %.60s", p);
    }
}

/* All at once, whatever is answered; and that it goes. */
static void by_socket(void)
{
    static const char head[] =
        "GET " TARGET "websocket HTTP/1.1\r\n" HOST "Upgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    static const char frames[] =
        "T:40/chat,{\"a\":1}|T:40/nowhere|T:42/chat,[\"broadcast\",1]"
        "|T:42/chat,1[\"join\",\"\\u0061\"]|T:42/chat,[\"room\",\"a\",2]"
        "|T:451-/chat,2[\"echo\"," P0 "]|B*20000|T:42/chat,[\"message\",\"x\"]"
        "|T:42/chat,[\"m\\u0065ssage\",\"" LINES
        "\"]|T:42/chat,3[\"leave\",\"a\"]"
        "|t:42/chat,|C:[\"echo\",7]|T:452-/chat,[\"echo\"]|B:x|X1000";
    static unsigned char bytes[40000];
    struct client *c = dial(&server);
    push(c, head);
    client_push(c, (char *)bytes, script_bytes(frames, bytes), 100);
    expect_whole(c);
}

static void post(struct client *c, const char *sid, const char *body,
                 const char *extra)
{
    char text[1000];
    snprintf(text, sizeof text,
             "POST " TARGET "polling&sid=%s HTTP/1.1\r\n" HOST
             "%sContent-Length: %zu\r\n\r\n%s",
             sid, extra, strlen(body), body);
    push(c, text);
}

/* Opens a session, and posts while it has this downlink. */
static void by_post(enum way way)
{
    char sid[24] = "", text[200];
    struct client *c = dial(&server), *down;
    push(c, "GET " TARGET "polling HTTP/1.0\r\n\r\n");
    while (client_await(c) != 0)
        if (c->in.length > 0 && strstr(c->in.data, "\"sid\":") != NULL)
            sscanf(strstr(c->in.data, "\"sid\":"), "\"sid\":\"%20[^\"]", sid);
    down = dial(&server);
    snprintf(text, sizeof text,
             "GET " TARGET "%s&sid=%s HTTP/1.1\r\n" HOST "\r\n", ways[way],
             sid);
    push(down, text);
    c = dial(&server);
    post(c, sid,
         "40/chat" RS "42/chat,[\"broadcast\",1]" RS "451-/chat,2[\"echo\"," P0
         "]" RS "bAQID" RS "42/chat,1[\"join\",[1]]" RS
         "42/chat,[\"message\",\"x\\u0000\"]" RS "452-/chat,[\"echo\"]" RS
         "bAQID",
         "");
    post(c, sid, "bAA==" RS "42{}", "");
    post(c, sid, "1", "Connection: close\r\n");
    client_drain(c);
    client_close(down);
}

/* Whoever was there is there, and whoever comes may come. */
static void expect_others_well(void)
{
    sio_hear_nothing(&one);
    sio_hear_nothing(&other);
    for (int way = 0; way < WAYS; way++) {
        sio_enter(&late, &server, (enum way)way);
        sio_say(&late, "42[\"broadcast\",\"all well\"]");
        sio_hear(&late, "42[\"message\",\"all well\"]");
        sio_hear(&one, "42[\"message\",\"all well\"]");
        sio_hear(&other, "42[\"message\",\"all well\"]");
        sio_vanish(&late);
    }
}

START_TEST(one_after_the_other)
{
    int number = 0;
    do {
        scarce_start(&server, "06-socketio-lite", ++number);
        sio_enter(&one, &server, BY_SOCKET);
        sio_enter(&other, &server, BY_EVENTS);
        scarce_now(&server);
        if (_i == BY_SOCKET)
            by_socket();
        else
            by_post((enum way)_i);
        if (!scarce_failed(&server))
            break;
        testing("%s, allocation %d", ways[_i], number);
        expect_others_well();
        finish();
    } while (number < MOST);
    ck_assert_int_gt(number, 5);
    ck_assert_int_lt(number, MOST);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06-socketio-lite, scarce");
    TCase *t = tcase_create("out of memory");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, one_after_the_other, 0, WAYS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
