/* Section 6 of the contract: the three conversations of lesson 5, and what is
 * on its stdout. */
#include "../check_main.h"
#include "ws_client.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HELLO                                                                  \
    "T:\xe6\x9c\x8d\xe5\x8a\xa1\xe5\x99\xa8\xe8\xaf\xb4:"                      \
    "\xe4\xbd\xa0\xe5\xa5\xbd\xe5\xae\xa2\xe6\x88\xb7\xe7\xab\xaf"

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

/* The next line of the server's stdout. */
static void expect_line_out(const char *want)
{
    static char line[50000];
    struct pollfd wait = {.fd = server.out, .events = POLLIN};
    size_t n = 0;
    do {
        if (n == sizeof line - 1 || poll(&wait, 1, PATIENCE) <= 0 ||
            read(server.out, line + n, 1) != 1)
            flunk("stdout: \"%.*s\", not \"%s\"", (int)n, line, want);
    } while (line[n++] != '\n');
    line[n - 1] = '\0';
    if (strcmp(line, want) != 0)
        flunk("stdout: \"%s\", not \"%s\"", line, want);
}

static void expect_no_line_out(void)
{
    struct pollfd wait = {.fd = server.out, .events = POLLIN};
    settle(&server);
    if (poll(&wait, 1, 0) != 0)
        flunk("more on stdout");
}

static void expect_message_out(const char *text)
{
    static char line[50000];
    snprintf(line, sizeof line, "客户端发送过来的消息:%s", text);
    expect_line_out(line);
}

/* Whatever comes, the same answer. */
START_TEST(greeting)
{
    struct client *c = ws_dial(&server, "/"), *other;
    expect_line_out("连接成功");
    ws_say(c, "T:hello server");
    ws_hear(c, HELLO);
    expect_message_out("hello server");
    ws_say(c, "T:你好|T|B:\xff|t:a|P:x|C:b");
    ws_hear(c, HELLO "|" HELLO "|" HELLO "|O:x|" HELLO);
    expect_message_out("你好");
    expect_message_out("");
    expect_message_out("\\xFF");
    expect_message_out("ab");
    other = ws_dial(&server, "/?x=1");
    expect_line_out("连接成功");
    ws_say(other, "T:too");
    ws_hear(other, HELLO);
    expect_message_out("too");
    expect_silence(c);
    ws_say(c, "X1000");
    ws_hear(c, "X1000");
    expect_no_line_out();
}
END_TEST

/* What could steer a terminal does not get there. */
START_TEST(control_characters)
{
    static const char *const rows[][2] = {
        {"T#1b5b33316d726564", "\\x1B[31mred"},
        {"T#610a62", "a\\x0Ab"},
        {"T#0d0a00", "\\x0D\\x0A\\x00"},
        {"T#09087f", "\\x09\\x08\\x7F"},
        {"T#c29b33316d", "\\xC2\\x9B31m"},
        {"B#808182", "\\x80\\x81\\x82"},
        {"T:\\x1B", "\\x1B"},
        {"T:%s%n%d", "%s%n%d"},
        {"T:\"'</script>", "\"'</script>"},
        {"T#f09f9880", "\xf0\x9f\x98\x80"}};
    struct client *c = ws_dial(&server, "/");
    expect_line_out("连接成功");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        testing("stdout of %s", rows[i][0]);
        ws_say(c, rows[i][0]);
        ws_hear(c, HELLO);
        expect_message_out(rows[i][1]);
    }
}
END_TEST

START_TEST(long_lines)
{
    static char script[16000];
    struct client *c = ws_dial(&server, "/");
    expect_line_out("连接成功");
    for (size_t n = 900; n < 15000; n = n < 1200 ? n + 1 : n * 2) {
        testing("stdout of %zu bytes", n);
        memcpy(script, "T:", 3);
        for (size_t i = 0; i + 3 <= n; i += 3)
            memcpy(script + 2 + i, i % 2 ? "你" : "abc", 4);
        ws_say(c, script);
        ws_hear(c, HELLO);
        expect_message_out(script + 2);
    }
}
END_TEST

/* Two lines in one turn, of which the first just fits into what console.c
 * collects, or just does not; and longer ones. */
START_TEST(longest_lines)
{
    static char script[40020], text[40001];
    struct client *c = ws_dial(&server, "/");
    expect_line_out("连接成功");
    memset(text, 'x', sizeof text - 1);
    for (size_t n = 16320; n < sizeof text; n = n < 16390 ? n + 1 : n + 7000) {
        testing("stdout of %zu bytes", n);
        snprintf(script, sizeof script, "T:%.*s|T:y", (int)n, text);
        ws_say(c, script);
        ws_hear(c, HELLO "|" HELLO);
        text[n] = '\0';
        expect_message_out(text);
        expect_message_out("y");
        text[n] = 'x';
    }
}
END_TEST

/* Nobody reads stdout, or it is gone: the conversation goes on. */
START_TEST(stdout_is_lost)
{
    struct client *c = ws_dial(&server, "/");
    for (int i = 0; i < 40; i++) {
        ws_say(c, "B*10000");
        ws_hear(c, HELLO);
    }
    close(server.out);
    server.out = open("/dev/null", O_RDONLY);
    for (int i = 0; i < 5; i++) {
        ws_say(c, "B*10000");
        ws_hear(c, HELLO);
    }
    ws_expect_alive(ws_dial(&server, "/"));
}
END_TEST

/* The other two say nothing on stdout. */
START_TEST(echo)
{
    struct client *c = ws_dial(&server, "/echo"),
                  *d = ws_dial(&server, "/echo");
    ws_say(c, "T:hello|B:hello|T|B|t:a|c:b|C:c|b#00|C#ff");
    ws_hear(c, "T:hello|B:hello|T|B|T:abc|B#00ff");
    ws_say(d, "T:d");
    ws_hear(d, "T:d");
    expect_silence(c);
    expect_no_line_out();
}
END_TEST

/* Everybody gets each message once, the sender too, in one order. */
START_TEST(chat)
{
    enum { MEMBERS = 40, ROUNDS = 5 };
    struct client *c[MEMBERS], *elsewhere[2];
    char script[MEMBERS][64];
    elsewhere[0] = ws_dial(&server, "/");
    elsewhere[1] = ws_dial(&server, "/echo");
    for (int i = 0; i < MEMBERS; i++)
        c[i] = ws_dial(&server, "/chat");
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < MEMBERS; i++) {
            snprintf(script[i], sizeof *script, "%c:%d says %d*",
                     i % 3 ? 'T' : 'B', i, round);
            ws_say(c[i], script[i]);
            settle(&server);
        }
        for (int i = 0; i < MEMBERS; i++)
            for (int k = 0; k < MEMBERS; k++) {
                testing("round %d: what %d hears of %d", round, i, k);
                ws_hear(c[i], script[k]);
            }
    }
    for (int i = 0; i < MEMBERS; i++)
        expect_silence(c[i]);
    expect_silence(elsewhere[0]);
    expect_silence(elsewhere[1]);
}
END_TEST

/* Members come and go in every way; a message in fragments is one. */
START_TEST(chat_comes_and_goes)
{
    struct client *stays = ws_dial(&server, "/chat");
    for (int i = 0; i < 60; i++) {
        char text[32];
        struct client *c = ws_dial(&server, "/chat");
        testing("coming and going, %d", i);
        snprintf(text, sizeof text, "T:%d", i);
        ws_say(stays, text);
        ws_hear(c, text);
        ws_hear(stays, text);
        ws_say(c, i % 5 == 4 ? "t:a|C:b|$8100" : "t:a|C:b");
        ws_hear(stays, "T:ab");
        ws_hear(c, "T:ab");
        if (i % 5 == 0)
            client_reset(c);
        else if (i % 5 == 1)
            client_close(c);
        else if (i % 5 == 2)
            ws_say(c, "X1000");
        else if (i % 5 == 3)
            client_half_close(c);
    }
    expect_silence(stays);
    ws_expect_alive(stays);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("05-websocket");
    TCase *t = tcase_create("conversations");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 30);
    tcase_add_test(t, greeting);
    tcase_add_test(t, control_characters);
    tcase_add_test(t, long_lines);
    tcase_add_test(t, longest_lines);
    tcase_add_test(t, stdout_is_lost);
    tcase_add_test(t, echo);
    tcase_add_test(t, chat);
    tcase_add_test(t, chat_comes_and_goes);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
