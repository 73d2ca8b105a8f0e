/* Last words. To one who reads slowly all of them arrive; only then are two
 * seconds left to the peer. And those of a peer count, if it is gone or not. */
#include "http.h"
#include "peer.h"
#include "trace.h"

enum { MANY = 100, LENGTH = 200 };

static struct peer peer;
static struct conn *c;
static int requests;

static void answer(struct conn *it, const struct request *r)
{
    char text[LENGTH];
    (void)r;
    requests++;
    memset(text, 'x', sizeof text);
    http_reply(it, "200 OK", "", text, sizeof text);
}

static void begin(void)
{
    table_begin();
    http_accept(peer_open(&peer, SOCK_STREAM), false);
    c = server.conns[OWN_SLOTS];
    narrow(c);
    requests = 0;
}

/* What ends a connection, behind many good requests; and how its last answer
 * begins. */
static const struct {
    const char *what, *last, *answer;
    int ms; /* until then nothing is read */
} rows[] = {
    {"close", "GET /x HTTP/1.1\nHost: h\nConnection: close\n\n", "200", 0},
    {"HTTP/1.0", "GET /x HTTP/1.0\n\n", "200", 0},
    {"garbage", "BAD\n\n", "400", 0},
    {"garbage, and much behind it", "BAD\n\nGET /x HTTP/1.1\nHost: h\n\n",
     "400", 0},
    {"too long", "POST /x HTTP/1.1\nHost: h\nContent-Length: 1000001\n\n",
     "413", 0},
    {"half a head", "GET /x HTTP/1.1\nHo", "408", 10100},
    {"another version", "GET /x HTTP/2.0\nHost: h\n\n", "505", 0},
};

START_TEST(slow_reader)
{
    static const char one[] = "GET /x HTTP/1.1\nHost: h\n\n";
    char said[MANY * sizeof one + 200] = "";
    int answers = 0, seconds = 0;
    for (int i = 0; i < MANY; i++)
        strcat(said, one);
    strcat(said, rows[_i].last);
    peer_say(&peer, said, strlen(said));
    turns();
    pass(rows[_i].ms);
    ck_assert_uint_gt(c->out.len, MANY * LENGTH / 2);
    for (; !peer.end; seconds++) {
        peer_hear(&peer, peer.len + 1000);
        pass(1000);
    }
    peer.text[peer.len] = '\0';
    char *last = peer.text;
    for (char *p = last; (p = strstr(p, "HTTP/1.1 ")) != NULL; p++, answers++)
        last = p;
    ck_assert_msg(answers == MANY + 1 && seconds > 10 &&
                      strncmp(last + 9, rows[_i].answer, 3) == 0 &&
                      strstr(last, "\r\nConnection: close\r\n") != NULL,
                  "%s: %d answers in %d s, the last: %s", rows[_i].what,
                  answers, seconds, last);
    pass(2100);
    ck_assert(!is_open(c));
}
END_TEST

/* An empty line before a request is none yet, whole or in two pieces. */
START_TEST(empty_line_is_no_request)
{
    peer_say(&peer, "\r", 1);
    turns();
    if (_i > 0)
        peer_say(&peer, "\n", 1);
    turns();
    pass(15000);
    peer_hear(&peer, 1000);
    ck_assert_uint_eq(peer.len, 0);
    ck_assert(is_open(c));
    pass(50000);
    peer_hear(&peer, 1000);
    ck_assert(peer.end && peer.len == 0);
}
END_TEST

/* Who reads nothing is not waited for: a minute, and it is over. */
START_TEST(no_reader)
{
    char said[3000] = "";
    for (int i = 0; i < 50; i++)
        strcat(said, "GET /x HTTP/1.1\nHost: h\n\n");
    strcat(said, "BAD\n\n");
    peer_say(&peer, said, strlen(said));
    pass(59000);
    ck_assert(is_open(c));
    pass(1100);
    ck_assert(!is_open(c));
}
END_TEST

/* Refused before its body has come: the body is not taken for a request. */
START_TEST(refused_early)
{
    static const char said[] = "POST /any HTTP/1.1\nHost: h\n"
                               "Content-Length: 100\n\nGET /x HTTP/1.1\n";
    static const char rest[] = "Host: localhost\n\n";
    server.loopback = true;
    peer_say(&peer, said, sizeof said - 1);
    turns();
    ck_assert_uint_le(c->shown, c->in.len); /* what is shown is still there */
    peer_say(&peer, rest, sizeof rest - 1);
    peer_hear(&peer, sizeof peer.text - 1);
    peer.text[peer.len] = '\0';
    ck_assert(strncmp(peer.text, "HTTP/1.1 403 ", 13) == 0 && peer.end);
    ck_assert_ptr_eq(strstr(peer.text + 1, "HTTP/1.1 "), NULL);
}
END_TEST

/* Says it and closes at once: it has said it. */
START_TEST(said_and_gone)
{
    static const char said[] = "POST /x HTTP/1.1\nHost: h\n"
                               "Content-Length: 2\n\nhi"
                               "GET /x HTTP/1.1\nHost: h\n\n";
    ck_assert_int_eq(write(peer.fd, said, sizeof said - 1), sizeof said - 1);
    close(peer.fd);
    turns();
    ck_assert_int_eq(requests, 2);
    ck_assert(!is_open(c));
}
END_TEST

/* In the trace half a head stands once, though it was looked at three times. */
START_TEST(half_a_head_is_traced_once)
{
    char shown[1000] = "";
    FILE *file = tmpfile();
    int screen = dup(STDERR_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    trace_on = true;
    peer_say(&peer, "GET /x HTTP/1.1\r\nHo", 19);
    turns();
    peer_say(&peer, "st: h\r\n", 7);
    pass(10100);
    peer_hear(&peer, sizeof peer.text);
    close(peer.fd);
    turns();
    trace_on = false;
    dup2(screen, STDERR_FILENO);
    rewind(file);
    shown[fread(shown, 1, sizeof shown - 1, file)] = '\0';
    fclose(file);
    const char *line = strstr(shown, " < GET /x HTTP/1.1\n");
    ck_assert_msg(line != NULL && strstr(line + 1, " < GET") == NULL, "%s",
                  shown);
    ck_assert_ptr_nonnull(line = strstr(line, " < Host: h\n"));
    ck_assert_ptr_null(strstr(line + 1, " < "));
    ck_assert_ptr_nonnull(strstr(line, " > HTTP/1.1 408 "));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http, slow");
    TCase *t = tcase_create("last words");
    tcase_add_checked_fixture(t, begin, table_end);
    tcase_add_loop_test(t, slow_reader, 0, sizeof rows / sizeof *rows);
    tcase_add_loop_test(t, empty_line_is_no_request, 0, 2);
    tcase_add_test(t, no_reader);
    tcase_add_test(t, refused_early);
    tcase_add_test(t, said_and_gone);
    tcase_add_test(t, half_a_head_is_traced_once);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    http_route("*", "/any", answer);
    http_use(answer);
    return run(suite());
}
