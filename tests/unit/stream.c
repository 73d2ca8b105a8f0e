/* A response without end: its chunks, and how it ends. */
#include "stream.h"
#include "peer.h"

static struct peer peer;
static struct conn *open_stream;
static int ends;

static void closed(struct conn *c)
{
    (void)c;
    ends++;
}

static const struct state streaming = {.goodbye = stream_end, .closed = closed};

static void get_stream(struct conn *c, const struct request *r)
{
    (void)r;
    open_stream = stream_start(c, "Content-Type: x\r\n", &streaming) ? c : NULL;
}

static void begin(void)
{
    table_begin();
    ends = 0;
    http_accept(peer_open(&peer, SOCK_STREAM), false);
}

/* Says it; the head of the answer has to contain these, and not that. */
static void ask(const char *request, const char *a, const char *b,
                const char *never)
{
    peer_say(&peer, request, strlen(request));
    peer_hear(&peer, sizeof peer.text);
    peer.text[peer.len] = '\0';
    char *end = strstr(peer.text, "\r\n\r\n");
    ck_assert_ptr_ne(end, NULL);
    ck_assert_msg(strstr(peer.text, a) && strstr(peer.text, b) &&
                      !strstr(peer.text, never),
                  "%s", peer.text);
    ck_assert_str_eq(end + 4, "");
    peer.len = 0;
}

static void write_word(const char *word)
{
    char *copy = exact(word, strlen(word));
    stream_write(open_stream, copy, strlen(word));
    free(copy);
}

START_TEST(chunks)
{
    ask("GET / HTTP/1.1\nHost: h\n\n", "HTTP/1.1 200 OK\r\n",
        "\r\nTransfer-Encoding: chunked\r\n", "Content-Length");
    pass(1000000);
    write_word("hello");
    expect_heard(&peer, "5\r\nhello\r\n");
    write_word("0123456789abcdef");
    write_word("\r\n");
    expect_heard(&peer, "10\r\n0123456789abcdef\r\n2\r\n\r\n\r\n");
    write_word(""); /* would be the last chunk */
    expect_heard(&peer, "");
    stream_end(open_stream);
    expect_heard(&peer, "0\r\n\r\n");
    ck_assert(peer.end);
    ck_assert_int_eq(ends, 1);
}
END_TEST

/* An old client gets the bytes, and the end of the connection. */
START_TEST(http_1_0)
{
    ask("GET / HTTP/1.0\n\n", "HTTP/1.1 200 OK\r\n", "\r\nContent-Type: x\r\n",
        "Transfer-Encoding");
    write_word("hello");
    write_word("");
    write_word("\n");
    expect_heard(&peer, "hello\n");
    ck_assert(!peer.end);
    stream_end(open_stream);
    expect_heard(&peer, "");
    ck_assert(peer.end);
}
END_TEST

/* HEAD is answered, and what follows is, too. */
START_TEST(head)
{
    for (int i = 0; i < 3; i++) {
        ask("HEAD / HTTP/1.1\nHost: h\n\n", "HTTP/1.1 200 OK\r\n",
            "\r\nContent-Type: x\r\n", "Content-Length");
        ck_assert_ptr_eq(open_stream, NULL);
    }
    ask("GET / HTTP/1.1\nHost: h\n\n", "200 OK", "chunked", "404");
    ck_assert_ptr_ne(open_stream, NULL);
}
END_TEST

/* What the client says now is no request: it waits for the end in vain. */
START_TEST(pipelined)
{
    ask("GET / HTTP/1.1\nHost: h\n\nGET / HTTP/1.1\nHost: h\n\n", "200", "x",
        "400");
    write_word("a");
    expect_heard(&peer, "1\r\na\r\n");
    peer_say(&peer, "GET / HTTP/1.1\nHost: h\n\n", 24);
    write_word("b");
    stream_end(open_stream);
    expect_heard(&peer, "1\r\nb\r\n0\r\n\r\n");
    ck_assert(peer.end);
}
END_TEST

/* Written to in vain once it is gone, until the turn is over. */
START_TEST(gone)
{
    ask("GET / HTTP/1.1\nHost: h\n\n", "200", "x", "400");
    close(peer.fd);
    for (int i = 0; i < 3; i++)
        write_word("hello");
    turns();
    write_word("hello");
    stream_end(open_stream);
    ck_assert_int_eq(server.dead, 1);
}
END_TEST

/* One who does not read is dropped, and holds no more than is allowed. */
START_TEST(no_reader)
{
    static char bytes[10000];
    ask("GET / HTTP/1.1\nHost: h\n\n", "200", "x", "400");
    size_t most = 0;
    for (int i = 0; i < 1000 && is_open(open_stream); i++) {
        most = open_stream->out.len > most ? open_stream->out.len : most;
        stream_write(open_stream, bytes, sizeof bytes);
    }
    ck_assert(!is_open(open_stream));
    ck_assert_uint_gt(most, MAX_QUEUED);
    ck_assert_uint_le(most, MAX_QUEUED + sizeof bytes + 20);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("stream");
    TCase *t = tcase_create("a stream");
    tcase_add_checked_fixture(t, begin, table_end);
    tcase_add_test(t, chunks);
    tcase_add_test(t, http_1_0);
    tcase_add_test(t, head);
    tcase_add_test(t, pipelined);
    tcase_add_test(t, gone);
    tcase_add_test(t, no_reader);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    http_route("GET", "/", get_stream);
    return run(suite());
}
