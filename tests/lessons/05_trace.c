/* Section 9 of the contract: frames in the trace, -v. */
#include "../check_main.h"
#include "ws_client.h"

#include <string.h>

static struct program server;

static void begin(void)
{
    program_start(&server, "05-websocket", "-v", NULL);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

static char trace[1 << 20];

/* A line of the trace, from FROM on, that has this text behind its number; and
 * none may be wider than 160. Returns what follows the line. */
static const char *expect_traced(const char *from, const char *text)
{
    char line[2000] = "";
    for (const char *p = from, *end; (end = strchr(p, '\n')); p = end + 1) {
        size_t n = (size_t)(end - p), wide = 0;
        for (const char *q = p; q < end; q++)
            wide += ((unsigned char)*q & 0xc0) != 0x80;
        if (wide > 160 || n >= sizeof line)
            flunk("a line of %zu: \"%.200s\"", wide, p);
        memcpy(line, p, n);
        line[n] = '\0';
        char *behind = line + strspn(line, "#0123456789");
        if (*line == '#' && strcmp(behind, text) == 0)
            return end + 1;
    }
    flunk("no line \"%s\" in \"%.1500s\"", text, from);
}

START_TEST(traced)
{
    struct client *c = ws_dial(&server, "/echo");
    ws_say(c, "$818537fa213d5f9f4d5158");
    ws_hear(c, "T:hello");
    ws_say(c, "$898037fa213d|$0282ffffffff00ff|$80810000000061");
    ws_hear(c, "O|B#ff0061");
    ws_say(c, "$888200000000"
              "03e8");
    ws_hear(c, "X1000");
    settle(&server);
    program_stderr(&server, trace, sizeof trace);
    const char *at = expect_traced(trace, " < GET /echo HTTP/1.1");
    at = expect_traced(at, " < Upgrade: websocket");
    at = expect_traced(at, " > HTTP/1.1 101 Switching Protocols");
    at = expect_traced(at, " > Sec-WebSocket-Accept: " WS_ACCEPT);
    at = expect_traced(at, " < fin=1 opcode=1 text mask=37fa213d length=5 "
                           "\"hello\"");
    at = expect_traced(at, " > fin=1 opcode=1 text length=5 \"hello\"");
    at = expect_traced(at,
                       " < fin=1 opcode=9 ping mask=37fa213d length=0 \"\"");
    at = expect_traced(at, " > fin=1 opcode=10 pong length=0 \"\"");
    at = expect_traced(at, " < fin=0 opcode=2 binary mask=ffffffff length=2 "
                           "\"\\xFF\\x00\"");
    at = expect_traced(at, " < fin=1 opcode=0 continuation mask=00000000 "
                           "length=1 \"a\"");
    at = expect_traced(at, " > fin=1 opcode=2 binary length=3 "
                           "\"\\xFF\\x00a\"");
    at = expect_traced(at, " < fin=1 opcode=8 close mask=00000000 length=2 "
                           "code=1000 \"\"");
    expect_traced(at, " > fin=1 opcode=8 close length=2 code=1000 \"\"");
}
END_TEST

/* Payloads as long and as strange as may be: each is one line. */
START_TEST(traced_at_length)
{
    static const char *const rows[] = {"T*100000",
                                       "B*70000",
                                       "b*300|C*300",
                                       "T#1b5d303b787878787807",
                                       "T#e280ae61",
                                       "P*125",
                                       "T:\xe4\xbd\xa0\xe5\xa5\xbd"};
    struct client *c = ws_dial(&server, "/chat");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ws_say(c, rows[i]);
        ws_take(c);
    }
    ws_say(c, "T:the last|=c1#1b");
    ws_hear(c, "T:the last|X1002");
    settle(&server);
    program_stderr(&server, trace, sizeof trace);
    expect_traced(trace, " > fin=1 opcode=1 text length=8 \"the last\"");
    if (strchr(trace, '\x1b') != NULL || strstr(trace, "\xe2\x80\xae") != NULL)
        flunk("the trace steers the terminal");
    if (strstr(trace, "length=100000 ") == NULL)
        flunk("no line for 100,000 bytes");
}
END_TEST

/* As much as fits, and then that it goes on. */
START_TEST(traced_in_part)
{
    struct client *c = ws_dial(&server, "/echo");
    ws_say(c, "B*2560");
    ws_take(c);
    ws_say(c, "T*2560");
    ws_take(c);
    settle(&server);
    program_stderr(&server, trace, sizeof trace);
    for (const char *l = trace; (l = strstr(l, "length=2560")); l++) {
        const char *end = strchr(l, '\n');
        if (strncmp(end - 4, "\"...", 4) != 0)
            flunk("a frame that ends \"%.20s\"", end - 20);
    }
}
END_TEST

/* Also what is no frame, or none yet. */
START_TEST(traced_when_bad)
{
    static const char *const bad[][2] = {
        {"$810461626364", " < \\x81\\x04abcd"},
        {"$858137fa213d56", " < \\x85\\x817\\xFA!=V"},
        {"T#616263ff", NULL},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct client *c = ws_dial(&server, "/echo");
        ws_say(c, bad[i][0]);
        ws_take(c);
    }
    struct client *c = ws_dial(&server, "/echo");
    ws_say(c, "$8185");
    settle(&server);
    client_close(c);
    settle(&server);
    settle(&server);
    program_stderr(&server, trace, sizeof trace);
    const char *behind = expect_traced(trace, bad[0][1]);
    if (strstr(behind, bad[0][1]) != NULL)
        flunk("twice: \"%s\"", bad[0][1]);
    expect_traced(trace, bad[1][1]);
    expect_traced(trace, " < \\x81\\x85");
    if (strstr(trace, "abc\\xFF") == NULL)
        flunk("no line with the bad UTF-8");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("05-websocket, trace");
    TCase *t = tcase_create("-v");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 30);
    tcase_add_test(t, traced);
    tcase_add_test(t, traced_at_length);
    tcase_add_test(t, traced_in_part);
    tcase_add_test(t, traced_when_bad);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
