/* Section 7 of the contract, Engine.IO: the downlinks iframe and eventsource,
 * of a session that was opened by polling and posts. */
#include "../check_main.h"
#include "eio_stream.h"

#include <stdio.h>

static struct program server;
static struct eio e;
static struct client *down; /* the stream */
static enum downlink kind;

static void begin(void)
{
    program_start(&server, "echo", NULL);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

static void open_stream(int which, const char *path)
{
    kind = (enum downlink)which;
    testing("%s", downlinks[kind]);
    eio_open(&e, &server, path);
    down = stream_open(&e, kind);
}

static void expect_packet(const char *want)
{
    stream_expect(down, kind, want);
}

static const char *const packets[] = {
    "4hello",
    "4",
    "b",
    "bAQIDBA==",
    "4\"quoted\" \\ 'and' `more`",
    "4</script><script>alert(1)</script>",
    "4<!-- <script> ]]> &amp; &lt;",
    "4two\nlines",
    "4\n\nevent: x\ndata: y\n\n",
    "4ends\n",
    "4data: x",
    "4:comment",
    "4 begins with a space",
    "4tab\there\x01\x7f",
    "4\xe2\x80\xa8 and \xe2\x80\xa9 你好 \xf0\x9f\x98\x80",
};

/* Each packet as it is in a polling payload, but one by one. */
START_TEST(carries)
{
    open_stream(_i, CALM);
    for (size_t i = 0; i < sizeof packets / sizeof *packets; i++) {
        testing("%s: \"%s\"", downlinks[kind], packets[i]);
        eio_post(&e, packets[i]);
        expect_packet(packets[i]);
    }
    eio_post(&e, "4a" RS "bAAA=" RS "3" RS "4b");
    expect_packet("4a");
    expect_packet("bAAA=");
    expect_packet("4b");
    stream_expect_nothing(down);
    eio_post(&e, "1");
    stream_expect_last(down, kind, "6");
    expect_reason(&server, "transport close");
    eio_expect_gone(&e);
}
END_TEST

/* What the polls have left over comes first; and pings come too. */
START_TEST(after_polls)
{
    eio_open(&e, &server, PINGS);
    for (int i = 0; i < 3; i++) {
        eio_poll(&e, "2");
        eio_post(&e, "3");
    }
    eio_post(&e, "4a" RS "4b" RS "bAQ==");
    kind = (enum downlink)_i;
    down = stream_open(&e, kind);
    expect_packet("4a");
    expect_packet("4b");
    expect_packet("bAQ==");
    for (int i = 0; i < 3; i++) {
        expect_packet("2");
        eio_post(&e, "3");
    }
    expect_no_out(&server);
}
END_TEST

/* A thousand, in payloads of one to ten. */
START_TEST(many)
{
    char payload[400], want[32];
    open_stream(_i, CALM);
    for (int i = 0; i < 1000;) {
        size_t n = 0;
        for (int end = i + 1 + i % 10; i < end && i < 1000; i++)
            n += (size_t)snprintf(payload + n, sizeof payload - n,
                                  "%s4message %d", n > 0 ? RS : "", i);
        eio_post(&e, payload);
    }
    for (int i = 0; i < 1000; i++) {
        snprintf(want, sizeof want, "4message %d", i);
        expect_packet(want);
    }
    stream_expect_nothing(down);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06 streams");
    TCase *t = tcase_create("streams");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, carries, 0, DOWNLINKS);
    tcase_add_loop_test(t, after_polls, 0, DOWNLINKS);
    tcase_add_loop_test(t, many, 0, DOWNLINKS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
