/* Sections 3 and 6 of the contract: how a WebSocket opens, and how not. */
#include "../check_main.h"
#include "../handshake_cases.h"
#include "ws_client.h"

#include <stdio.h>
#include <string.h>

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

/* Puts the port for each $. */
static void with_port(char *text)
{
    char port[8], *at;
    size_t n = (size_t)sprintf(port, "%d", server.port);
    while ((at = strchr(text, '$')) != NULL) {
        memmove(at + n, at + 1, strlen(at));
        memcpy(at, port, n);
    }
}

static void ask_for(struct client *c, const char *line, const char *headers)
{
    char text[4096];
    sprintf(text, "%s\r\nHost: 127.0.0.1:$\r\n%s\r\n", line, headers);
    with_port(text);
    client_send(c, text, strlen(text));
}

/* A 426 says what to upgrade to (RFC 9110, 15.5.22), and which versions. */
static void check_426(struct client *c, const char *headers)
{
    bool version = strstr(headers, UP CO KEY) != NULL;
    if (c->status != 426)
        return;
    expect_header(c, "Upgrade", "websocket");
    expect_header(c, "Connection", "Upgrade");
    if (version)
        expect_header(c, "Sec-WebSocket-Version", "13");
}

static void try(const char *line, const char *headers, int status)
{
    struct client *c = dial(&server);
    int kind = strncmp(line, "HEAD", 4) == 0 ? HEAD_ONLY : 0;
    kind |= strstr(line, "HTTP/1.0") != NULL ? OLD : 0;
    testing("%s %s", line, headers);
    ask_for(c, line, headers);
    if (status == OPENS) {
        ws_expect_open(c, WS_ACCEPT);
        ws_expect_alive(c);
    } else {
        answer_to(c, kind);
        expect_status(c, status);
        check_426(c, headers);
        if (status >= 400 && kind != HEAD_ONLY)
            expect_line(c);
        if ((kind & OLD) == 0 && status != 505)
            expect_alive(c);
    }
    client_close(c);
}

START_TEST(a_handshake)
{
    try(handshakes[_i].line, handshakes[_i].headers, handshakes[_i].status);
}
END_TEST

START_TEST(a_bad_key)
{
    char headers[300];
    for (size_t i = 0; i < sizeof bad_keys / sizeof *bad_keys; i++) {
        sprintf(headers, UP CO V13 "Sec-WebSocket-Key: %s\r\n", bad_keys[i]);
        try("GET /echo HTTP/1.1", headers, 400);
    }
}
END_TEST

/* Computed elsewhere. */
START_TEST(accepts)
{
    static const char *const keys[][2] = {
        {WS_KEY, WS_ACCEPT},
        {"AAAAAAAAAAAAAAAAAAAAAA==", "ICX+Yqv66kxgM0FcWaLWlFLwTAI="},
        {"AAECAwQFBgcICQoLDA0ODw==", "Bz3qJYTGdOe8gUSpLosEdiLKDrk="},
        {"/////////////////////w==", "XXpj4jYzLM2yUE0C7TIgMwTQh2g="},
        {"+++++++++++++++++++++w==", "ixakkuXOmA6rnL940yFjkr2/Yxs="}};
    for (int i = 0; i < 5; i++) {
        char headers[300];
        struct client *c = dial(&server);
        testing("the key %s", keys[i][0]);
        sprintf(headers, UP CO V13 "Sec-WebSocket-Key:  %s \r\n", keys[i][0]);
        ask_for(c, "GET /chat HTTP/1.1", headers);
        ws_expect_open(c, keys[i][1]);
    }
}
END_TEST

/* The head and three frames, split anywhere: none is lost. */
START_TEST(in_pieces)
{
    unsigned char frames[100];
    char text[400];
    int head = sprintf(
        text, "GET /echo HTTP/1.1\r\nHost: localhost\r\n" UP CO KEY V13 "\r\n");
    size_t n = script_bytes("T:one|P:two|B#0003", frames), all;
    memcpy(text + head, frames, n);
    all = (size_t)head + n;
    for (int at = -1; at < (int)all; at++) {
        struct client *c = dial(&server);
        testing("a handshake with frames, split at %d", at);
        client_pieces(c, text, all, at);
        ws_expect_open(c, WS_ACCEPT);
        ws_hear(c, "T:one|O:two|B#0003");
        expect_silence(c);
        client_close(c);
    }
}
END_TEST

/* With the head comes a frame that is wrong, or the end. */
START_TEST(in_the_same_segment)
{
    static const char *const rows[][2] = {
        {"X1000:bye", "X1000"},
        {"X", "X"},
        {"$8100", "X1002"},
        {"T#ff", "X1007"},
        {"T*70000", "T*70000"},
        {"T:1|X1000|T:2", "T:1|X1000"},
        {"T:1|T:2|T:3|P:4|T:5", "T:1|T:2|T:3|O:4|T:5"},
        {"$82ff0000010000000000", "X1009"}};
    static char text[MOST_BYTES];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct client *c = dial(&server);
        testing("with the head: %s", rows[i][0]);
        int head = sprintf(
            text,
            "GET /echo HTTP/1.1\r\nHost: localhost\r\n" UP CO KEY V13 "\r\n");
        size_t n = script_bytes(rows[i][0], (unsigned char *)text + head);
        client_send(c, text, (size_t)head + n);
        ws_expect_open(c, WS_ACCEPT);
        ws_hear(c, rows[i][1]);
        if (!c->ended)
            ws_expect_alive(c);
    }
}
END_TEST

/* Requests before it on the same connection are answered first. */
START_TEST(after_other_requests)
{
    struct client *c = dial(&server);
    ask(c, "GET", "/client.h", "");
    ask(c, "GET", "/nothing", "");
    ask(c, "GET", "/echo", "");
    ws_ask(c, "/echo", "");
    ws_say(c, "T:hello");
    ck_assert_int_eq(answer(c), 200);
    ck_assert_int_eq(answer(c), 404);
    ck_assert_int_eq(answer(c), 426);
    ws_expect_open(c, WS_ACCEPT);
    ws_hear(c, "T:hello");
}
END_TEST

/* A body belongs to the request, and is no frame. */
START_TEST(with_a_body)
{
    struct client *c = dial(&server);
    ws_ask(c, "/echo", "Content-Length: 5\r\n");
    client_say(c, "hello");
    answer_head(c, 0);
    if (c->status == 101)
        ws_expect_alive(c);
    else
        expect_status(c, 400);
}
END_TEST

START_TEST(http_besides)
{
    struct client *c = dial(&server);
    ck_assert_int_eq(get(c, "/"), 302);
    expect_header(c, "Location", "/05-websocket.html");
    get_with(c, "/", "Sec-Fetch-Dest: document\r\n");
    expect_status(c, 302);
    ck_assert_int_eq(get(c, "/client.h"), 200);
    ck_assert_ptr_ne(strstr(c->body.data, "A client over"), NULL);
    ck_assert_int_eq(get(c, "/nothing"), 404);
    ask(c, "POST", "/echo", "Content-Length: 0\r\n");
    expect_error(c, 405);
    expect_allow(c, "GET HEAD");
    ask(c, "HEAD", "/client.h", "");
    ck_assert_int_eq(answer_to(c, HEAD_ONLY), 200);
    get_with(c, "/client.h", "Connection: Upgrade\r\nUpgrade: h2c\r\n");
    expect_status(c, 200);
    ws_ask(c, "/client.h", "");
    expect_error(c, 404);
}
END_TEST

/* Another name for this machine: DNS rebinding. */
START_TEST(rebinding)
{
    static const char *const paths[] = {"/", "/echo", "/chat", "/nothing"};
    for (int i = 0; i < 4; i++) {
        struct client *c = dial(&server);
        client_say(c,
                   "GET %s HTTP/1.1\r\nHost: evil.example:%d\r\n" UP CO KEY V13
                   "Origin: http://evil.example:%d\r\n\r\n",
                   paths[i], server.port, server.port);
        expect_error(c, 403);
    }
}
END_TEST

/* Open to the classroom: any name will do, but not a page of another site. */
START_TEST(any_address)
{
    static const struct {
        const char *host, *origin;
        int status;
    } rows[] = {
        {"teacher.example:$", "", OPENS},
        {"teacher.example:$", "Origin: http://teacher.example:$\r\n", OPENS},
        {"192.168.1.1:$", "Origin: http://192.168.1.1:$\r\n", OPENS},
        {"teacher.example:$", "Origin: http://evil.example\r\n", 403},
        {"teacher.example:$", "Origin: http://localhost:$\r\n", 403},
        {"192.168.1.1:$", "Origin: http://192.168.1.1\r\n", 403}};
    finish();
    program_start(&server, "05-websocket", "-a", "0.0.0.0", NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[600];
        struct client *c = dial(&server);
        testing("-a 0.0.0.0, %s, %s", rows[i].host, rows[i].origin);
        sprintf(text,
                "GET /chat HTTP/1.1\r\nHost: %s\r\n" UP CO KEY V13 "%s\r\n",
                rows[i].host, rows[i].origin);
        with_port(text);
        client_send(c, text, strlen(text));
        if (rows[i].status == OPENS)
            ws_expect_open(c, WS_ACCEPT);
        else
            expect_error(c, rows[i].status);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("05-websocket, handshake");
    TCase *t = tcase_create("handshake");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 30);
    tcase_add_loop_test(t, a_handshake, 0,
                        sizeof handshakes / sizeof *handshakes);
    tcase_add_test(t, a_bad_key);
    tcase_add_test(t, accepts);
    tcase_add_test(t, in_pieces);
    tcase_add_test(t, in_the_same_segment);
    tcase_add_test(t, after_other_requests);
    tcase_add_test(t, with_a_body);
    tcase_add_test(t, http_besides);
    tcase_add_test(t, rebinding);
    tcase_add_test(t, any_address);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
