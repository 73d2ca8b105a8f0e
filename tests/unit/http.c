/* From requests to handlers, and their answers. */
#include "http.h"
#include "http_cases.h"
#include "peer.h"

static const char get[] = "GET /last HTTP/1.1\nHost: h\n\n";

static struct peer peer;
static struct conn *c;

START_TEST(foreign)
{
    struct request r;
    char bytes[200];
    int n = sprintf(bytes, "POST / HTTP/1.1\nHost: %s\n", origins[_i].host);
    if (origins[_i].origin)
        n += sprintf(bytes + n, "Origin: %s\n", origins[_i].origin);
    n += sprintf(bytes + n, "\n");
    ck_assert_int_eq(request_parse(bytes, (size_t)n, &r), n);
    ck_assert_msg(request_is_foreign(&r) == origins[_i].foreign, "%s", bytes);
}
END_TEST

/* "GET /x?y body" */
static void echo(struct conn *it, const struct request *r)
{
    char text[2000];
    int n = sprintf(text, "%.*s %.*s?%.*s %.*s", (int)r->method.n, r->method.p,
                    (int)r->path.n, r->path.p, (int)r->query.n, r->query.p,
                    (int)r->body.n, r->body.p);
    http_reply(it, "200 OK", "X: y\r\n", text, (size_t)n);
}

static void lose(struct conn *it, const struct request *r)
{
    (void)it, (void)r;
}

static const struct state waiting = {0};

static void wait(struct conn *it, const struct request *r)
{
    (void)r;
    conn_become(it, &waiting, -1);
}

static size_t shout(struct conn *it, char *bytes, size_t len)
{
    conn_add(it, "!", 1);
    conn_add(it, bytes, len);
    return len;
}

static const struct state shouting = {.input = shout};

static void upgrade(struct conn *it, const struct request *r)
{
    (void)r;
    conn_become(it, &shouting, -1);
}

static void empty(struct conn *it, const struct request *r)
{
    (void)r;
    http_reply(it, "204 No Content", "", "", 0);
}

static void add_routes(void)
{
    http_route("GET", "/", echo);
    http_route("POST", "/", echo);
    http_route("POST", "/post", echo);
    http_route("*", "/any", echo);
    http_route("shout", "/up", upgrade);
    http_route("GET", "/up", echo);
    http_route("GET", "/lose", lose);
    http_route("GET", "/wait", wait);
    http_route("GET", "/empty", empty);
    http_use(echo);
}

static void begin(void)
{
    table_begin();
    http_accept(peer_open(&peer, SOCK_STREAM), false);
    c = server.conns[OWN_SLOTS];
}

static void say(const char *text)
{
    peer_say(&peer, text, strlen(text));
    turns();
}

/* The next answer begins so, has this header ("": any), and ends so. */
static void expect_answer(const char *status, const char *header,
                          const char *body)
{
    peer_hear(&peer, sizeof peer.text - 1);
    peer.text[peer.len] = '\0';
    const char *text = peer.text, *end = strstr(text, "\r\n\r\n");
    bool good = end && strncmp(text, "HTTP/1.1 ", 9) == 0 &&
                strncmp(text + 9, status, strlen(status)) == 0 &&
                strstr(text, "\r\nDate: ") && strstr(text, ": nosniff\r\n");
    ck_assert_msg(good, "%s: %s", status, text);
    ck_assert_msg(strstr(text, header) != NULL, "no %s: %s", header, text);
    ck_assert_msg(!body || strcmp(end + 4, body) == 0, "no %s: %s", body, text);
    peer.len = 0;
}

/* On a connection that has answered before, and that goes on if it may. */
START_TEST(route)
{
    char text[300];
    say(get);
    expect_answer("200", "X: y", "GET /last? ");
    const char *lf = strstr(routes[_i].headers, "\n\n") ? "" : "\n";
    sprintf(text, "%sHTTP/1.1\nHost: h\n%s%s", routes[_i].line,
            routes[_i].headers, lf);
    say(text);
    bool empty_body = strncmp(routes[_i].status, "204", 3) == 0;
    expect_answer(routes[_i].status, routes[_i].header, routes[_i].body);
    ck_assert_int_eq(strstr(peer.text, "\r\nContent-Length: ") == NULL,
                     empty_body);
    ck_assert_int_eq(strstr(peer.text, "\r\nConnection: close\r\n") != NULL,
                     peer.end);
    say(get);
    if (!peer.end)
        expect_answer("200", "X: y", "GET /last? ");
}
END_TEST

/* A site that gives its own name our address gets nothing from us. */
START_TEST(rebound)
{
    static const char *const requests[][2] = {
        {"200", "GET / HTTP/1.1\nHost: localhost\n\n"},
        {"200", "GET /file HTTP/1.1\nHost: 127.0.0.1:3000\n\n"},
        {"200", "POST / HTTP/1.1\nHost: [::1]:3000\n\n"},
        {"200", "GET / HTTP/1.0\n\n"},
        {"403", "GET / HTTP/1.1\nHost: h\n\n"},
        {"403", "GET /file HTTP/1.1\nHost: localhost.h:3000\n\n"},
        {"403", "PUT /any HTTP/1.1\nHost: 127.0.0.1.h\n\n"},
        {"403", "BREW / HTTP/1.0\nHost: h\n\n"},
        {"403", "GET http://h/ HTTP/1.1\nHost: localhost\n\n"}};
    server.loopback = true;
    say(requests[_i][1]);
    expect_answer(requests[_i][0], "", NULL);
}
END_TEST

/* Split at every point, and byte by byte; with another behind it. */
START_TEST(in_pieces)
{
    static const char text[] = "\r\nPOST /?a HTTP/1.1\r\nHost: h\r\n"
                               "Content-Length: 5\r\n\r\nhello\r\n\r\n"
                               "GET /last HTTP/1.1\nHost: h\n\n";
    size_t len = sizeof text - 1;
    for (size_t split = 0; split < len; split++) {
        for (size_t at = 0, n; at < len; at += n) {
            n = split == 0 ? 1 : at == 0 ? split : len - at;
            peer_say(&peer, text + at, n);
            turns();
        }
        expect_answer("200", "\r\n\r\nPOST /?a helloHTTP/1.1 200 OK\r\n", NULL);
        expect_bytes("end", strrchr(peer.text, '\n') + 1, 11, "GET /last? ",
                     11);
    }
}
END_TEST

/* What comes behind waits until the handler has answered. */
START_TEST(late)
{
    say("GET /wait HTTP/1.1\nHost: h\n\nGET /1 HTTP/1.1\nHost: h\n\n");
    say(_i == 0 ? "" : get);
    expect_heard(&peer, "");
    pass(1000000);
    http_reply(c, "200 OK", "X: z\r\n", "late\n", 5);
    expect_answer("200", "X: z\r\n", NULL);
    const char *first = strstr(peer.text, "late\nHTTP/1.1 200 OK\r\n");
    const char *next = first ? strstr(first, "GET /1? ") : NULL;
    ck_assert_msg(next && (_i == 0 || strstr(next, "GET /last? ")), "%s",
                  peer.text);
}
END_TEST

START_TEST(upgrades)
{
    say("GET /up HTTP/1.1\nHost: h\nConnection: Upgrade\n"
        "Upgrade: shout\n\nab");
    expect_heard(&peer, "!ab");
    say("c");
    expect_heard(&peer, "!c");
}
END_TEST

/* Only to one who waits for it, when the head is there, and once. */
START_TEST(expects_continue)
{
    for (int i = 0; i < 2; i++) {
        say("POST / HTTP/1.1\nHost: h\nExpect: 100-continue\n");
        say("Content-Length: 5\n");
        expect_heard(&peer, "");
        say("\n");
        expect_heard(&peer, "HTTP/1.1 100 Continue\r\n\r\n");
        say("he");
        expect_heard(&peer, "");
        say("llo");
        expect_answer("200", "", "POST /? hello");
    }
}
END_TEST

/* Neither when the body is there already, nor when it is too long. */
START_TEST(continues_itself)
{
    say("POST / HTTP/1.1\nHost: h\nContent-Length: 2\n"
        "Expect: 100-continue\n\nhi");
    expect_answer("200", "", "POST /? hi");
    say("POST / HTTP/1.1\nHost: h\nExpect: 100-continue\n"
        "Content-Length: 1000001\n\n");
    expect_answer("413", "Connection: close\r\n", NULL);
    ck_assert(peer.end);
}
END_TEST

/* What is said first; after so many seconds, none of which is put off by the
 * second thing said, comes this answer, or the end. */
static const struct {
    const char *first, *second;
    int seconds;
    const char *status;
} deadlines[] = {
    {"", "", 60, NULL},
    {"", "\r\n", 60, NULL},
    {"G", "ET", 10, "408"},
    {"GET / HTTP/1.1\n", "Host: h\n", 10, "408"},
    {"POST / HTTP/1.1\nHost: h\nContent-Length: 9\n\n", "a", 30, "408"}};

START_TEST(deadline)
{
    int ms = deadlines[_i / 2].seconds * 1000;
    if (_i % 2 == 1) {
        say(get);
        expect_answer("200", "", "GET /last? ");
    }
    say(deadlines[_i / 2].first);
    pass(ms / 2);
    say(deadlines[_i / 2].second);
    pass(ms / 2 - 1);
    expect_heard(&peer, "");
    ck_assert(!peer.end);
    pass(100);
    if (deadlines[_i / 2].status)
        expect_answer(deadlines[_i / 2].status, "Connection: close\r\n", NULL);
    else
        expect_heard(&peer, "");
    ck_assert(peer.end);
}
END_TEST

/* One too many gets an answer, and so does the last one. */
START_TEST(refused)
{
    static struct peer extra;
    http_accept(peer_open(&extra, SOCK_STREAM), true);
    peer_hear(&extra, sizeof extra.text);
    ck_assert(strncmp(extra.text, "HTTP/1.1 503 ", 13) == 0 && extra.end);
    server.stopping = true;
    say(get);
    expect_answer("200", "Connection: close\r\n", "GET /last? ");
    ck_assert(peer.end);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http");
    TCase *t = tcase_create("a connection");
    tcase_add_checked_fixture(t, begin, table_end);
    tcase_add_loop_test(t, foreign, 0, ORIGINS);
    tcase_add_loop_test(t, route, 0, ROUTES);
    tcase_add_loop_test(t, rebound, 0, 9);
    tcase_add_test(t, in_pieces);
    tcase_add_loop_test(t, late, 0, 2);
    tcase_add_test(t, upgrades);
    tcase_add_test(t, expects_continue);
    tcase_add_test(t, continues_itself);
    tcase_add_loop_test(t, deadline, 0, 10);
    tcase_add_test(t, refused);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    add_routes();
    return run(suite());
}
