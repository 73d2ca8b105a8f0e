/* Section 7 of the contract, Engine.IO: what is wrong with a request, in
 * which order, and that nobody else suffers. */
#include "../check_main.h"
#include "eio.h"

#include <stdio.h>
#include <string.h>

static struct program server;

static void begin(void)
{
    program_start(&server, "echo", NULL);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

#define NO_UPGRADE /* Connection does not list it */                           \
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"                      \
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define UPGRADE "Connection: Upgrade\r\n" NO_UPGRADE
#define FOREIGN "Origin: http://example.com\r\n"

/* @ is the id of a session that polls, # that of one on a WebSocket; ~ is @ but
 * for its last character. The first
 * fault in this order counts: transport, id; without an id the method, the
 * request, the version; with one the request. */
static const struct {
    const char *method, *query, *extra;
    int code;
} errors[] = {
    {"GET", "", "", 0},
    {"GET", "EIO=4", "", 0},
    {"GET", "EIO=4&transport=", "", 0},
    {"GET", "EIO=4&transport", "", 0},
    {"GET", "EIO=4&transport=abc", "", 0},
    {"GET", "EIO=4&transport=pollin", "", 0},
    {"GET", "EIO=4&transport=pollings", "", 0},
    {"GET", "EIO=4&transport=Polling", "", 0},
    {"GET", "EIO=4&Transport=polling", "", 0},
    {"GET", "EIO=4&transport=webtransport", "", 0},
    {"GET", "EIO=4&transport=abc", UPGRADE, 0},
    {"GET", "EIO=3&transport=abc&sid=abc", "", 0},
    {"POST", "transport=abc", "", 0},
    {"PUT", "", "", 0},
    {"GET", "EIO=4&transport=abc&sid=@", "", 0},
    {"POST", "EIO=4&sid=@", "", 0},

    {"GET", "EIO=4&transport=polling&sid=abc", "", 1},
    {"GET", "EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAA", "", 1},
    {"GET", "EIO=4&transport=polling&sid=@x", "", 1},
    {"GET", "EIO=4&transport=polling&sid=~", "", 1},
    {"POST", "EIO=4&transport=polling&sid=abc", "", 1},
    {"PUT", "EIO=4&transport=polling&sid=abc", "", 1},
    {"GET", "EIO=3&transport=polling&sid=abc", "", 1},
    {"GET", "EIO=4&transport=websocket&sid=abc", UPGRADE, 1},
    {"GET", "EIO=4&transport=websocket&sid=abc", "", 1},
    {"GET", "EIO=4&transport=polling&sid=abc", UPGRADE, 1},
    {"GET", "EIO=4&transport=iframe&sid=abc", "", 1},
    {"GET", "EIO=4&transport=eventsource&sid=abc", "", 1},

    {"POST", "EIO=4&transport=polling", "", 2},
    {"PUT", "EIO=4&transport=polling", "", 2},
    {"DELETE", "EIO=4&transport=polling", "", 2},
    {"OPTIONS", "EIO=4&transport=polling", "", 2},
    {"BREW", "EIO=4&transport=polling", "", 2},
    {"POST", "EIO=3&transport=polling", "", 2},
    {"POST", "transport=websocket", "", 2},
    {"POST", "EIO=4&transport=iframe", "", 2},
    {"POST", "EIO=4&transport=websocket", UPGRADE, 2},

    {"GET", "EIO=4&transport=websocket", "", 3},
    {"GET", "EIO=3&transport=websocket", "", 3},
    {"GET", "EIO=4&transport=websocket", NO_UPGRADE, 3},
    {"GET", "EIO=4&transport=polling", UPGRADE, 3},
    {"GET", "EIO=4&transport=iframe", "", 3},
    {"GET", "EIO=4&transport=eventsource", "", 3},
    {"GET", "EIO=3&transport=eventsource", UPGRADE, 3},
    {"GET", "EIO=4&transport=websocket&sid=@", "", 3},
    {"GET", "EIO=4&transport=polling&sid=@", UPGRADE, 3},
    {"GET", "EIO=4&transport=iframe&sid=@", UPGRADE, 3},
    {"PUT", "EIO=4&transport=polling&sid=@", "", 3},
    {"DELETE", "EIO=4&transport=polling&sid=@", "", 3},
    {"OPTIONS", "EIO=4&transport=polling&sid=@", "", 3},
    {"POST", "EIO=4&transport=iframe&sid=@", "", 3},
    {"POST", "EIO=4&transport=eventsource&sid=@", "", 3},
    {"POST", "EIO=4&transport=websocket&sid=@", "", 3},
    {"GET", "EIO=4&transport=polling&sid=#", "", 3},
    {"GET", "EIO=4&transport=iframe&sid=#", "", 3},
    {"GET", "EIO=4&transport=eventsource&sid=#", "", 3},
    {"POST", "EIO=4&transport=polling&sid=#", "", 3},

    {"GET", "transport=polling", "", 5},
    {"GET", "EIO=&transport=polling", "", 5},
    {"GET", "EIO=3&transport=polling", "", 5},
    {"GET", "EIO=5&transport=polling", "", 5},
    {"GET", "EIO=44&transport=polling", "", 5},
    {"GET", "EIO=abc&transport=polling", "", 5},
    {"GET", "transport=websocket", UPGRADE, 5},
    {"GET", "EIO=3&transport=websocket", UPGRADE, 5},
    {"GET", "EIO=abc&transport=websocket", UPGRADE, 5},

    {"POST", "EIO=4&transport=polling&sid=@", FOREIGN, 4},
    {"POST", "EIO=4&transport=polling", FOREIGN, 4},
    {"GET", "EIO=4&transport=websocket&sid=@", UPGRADE FOREIGN, 4},
    {"GET", "EIO=4&transport=websocket", UPGRADE FOREIGN, 4},
    {"GET", "EIO=4&transport=websocket", UPGRADE "Origin: null\r\n", 4},
};

static void write_target(char *target, const char *query, const struct eio *at,
                         const struct eio *hash)
{
    size_t n = strcspn(query, "@#~");
    char other[24];
    strcpy(other, at->sid);
    char *last = other + strlen(other) - 1;
    *last = *last == 'A' ? 'B' : 'A';
    const char *sid = query[n] == '@'   ? at->sid
                      : query[n] == '~' ? other
                      : query[n] == '#' ? hash->sid
                                        : "";
    sprintf(target, CALM "?%.*s%s%s", (int)n, query, sid,
            query[n] != '\0' ? query + n + 1 : "");
}

/* Nothing of it does any harm to the sessions that it names. */
START_TEST(error)
{
    struct eio polls, has_ws;
    char target[200];
    eio_open(&polls, &server, CALM);
    eio_open_ws(&has_ws, &server, CALM);
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        struct client *c = dial(&server);
        bool body = errors[i].method[0] == 'P' && i % 2;
        write_target(target, errors[i].query, &polls, &has_ws);
        testing("%s %s %s", errors[i].method, target, errors[i].extra);
        if (body)
            ask_with(c, errors[i].method, target, errors[i].extra, "4x", 2);
        else
            ask(c, errors[i].method, target, errors[i].extra);
        expect_code(c, errors[i].code);
        if (strcmp(errors[i].method, "POST") == 0 && body)
            client_close(c); /* it may have been refused before the body */
        else
            expect_alive(c);
        eio_expect_alive(&polls);
        eio_expect_alive(&has_ws);
    }
    expect_no_out(&server);
}
END_TEST

/* HEAD gets no body, and nothing that it could take away. */
START_TEST(head)
{
    struct eio e;
    eio_open(&e, &server, CALM);
    eio_post(&e, "4for GET");
    ask(e.poll, "HEAD", eio_target(&e, "polling"), "");
    ck_assert_int_eq(answer_to(e.poll, HEAD_ONLY), 400);
    ask(e.poll, "HEAD", CALM "?EIO=4&transport=polling", "");
    ck_assert_int_eq(answer_to(e.poll, HEAD_ONLY), 400);
    eio_poll(&e, "4for GET");
}
END_TEST

/* Faults of HTTP and of the handshake stay what they are elsewhere. */
START_TEST(errors_of_http)
{
    struct eio e;
    struct client *c;
    char text[600];
    eio_open(&e, &server, CALM);
    static const struct {
        const char *extra;
        int status;
    } rows[] = {{"Upgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Version: 13\r\n",
                 400},
                {"Upgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Version: 8\r\n"
                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                 426},
                {"Upgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: abc\r\n",
                 400}};
    for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
        testing("a handshake with %s", rows[i / 2].extra);
        c = dial(&server);
        ask(c, "GET",
            i % 2 ? CALM "?EIO=4&transport=websocket"
                  : eio_target(&e, "websocket"),
            rows[i / 2].extra);
        expect_error(c, rows[i / 2].status);
    }
    testing("a body in chunks");
    c = dial(&server);
    snprintf(text, sizeof text, "Transfer-Encoding: chunked\r\n");
    ask(c, "POST", eio_target(&e, "polling"), text);
    expect_error(c, 411);
    testing("a Host of another");
    c = dial(&server);
    client_say(c, "GET %s HTTP/1.1\r\nHost: example.com\r\n\r\n",
               eio_target(&e, "polling"));
    expect_answer(c, 403);
    testing("after all that");
    eio_expect_alive(&e);
    expect_no_out(&server);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06 errors");
    TCase *t = tcase_create("errors");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 20);
    tcase_add_test(t, error);
    tcase_add_test(t, head);
    tcase_add_test(t, errors_of_http);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
