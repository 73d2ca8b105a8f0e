/* Section 6 of the contract: frames, messages, UTF-8. Tables after the Autobahn
 * test suite: see frame_cases.h and utf8_cases.h. */
#include "../check_main.h"
#include "../frame_cases.h"
#include "../utf8_cases.h"
#include "ws_client.h"

#include <string.h>

enum { WAYS = 3, LONG = 70000 };

/* How a script is sent: at once, in pieces of so many bytes. */
static const size_t ways[WAYS] = {0, 997, 1};

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

/* The server has closed: it must not mind what comes, nor speak again. */
static void say_in_vain(struct client *c, const char *script)
{
    ws_say(c, script);
    settle(&server);
    ssize_t n = client_read(c, SIZE_MAX);
    if (n != 0)
        flunk("behind the end: %s", n == -2 ? "a reset" : "more bytes");
}

static void talk_through(const struct talk *talk, size_t piece)
{
    struct client *c = ws_dial(&server, "/echo");
    testing("%s, in pieces of %zu (0: whole)", talk->name, piece);
    for (int i = 0; i < 8 && talk->lines[i] != NULL; i += 2) {
        const char *said = talk->lines[i], *heard = talk->lines[i + 1];
        if (c->ended)
            say_in_vain(c, said);
        else if (piece == 0)
            ws_say(c, said);
        else
            ws_say_in_pieces(c, said, piece);
        ws_hear(c, heard);
        if (!c->ended)
            expect_silence(c);
    }
    if (!c->ended)
        ws_expect_alive(c);
    client_close(c);
}

START_TEST(talks)
{
    size_t piece = ways[_i % WAYS];
    for (size_t i = 0; i < tables[_i / WAYS].count; i++)
        if (piece != 1 || strstr(tables[_i / WAYS].talks[i].name, "7.1.6") == 0)
            talk_through(&tables[_i / WAYS].talks[i], piece);
}
END_TEST

/* The conversations of a table go on at once, and don't get mixed up. */
START_TEST(side_by_side)
{
    enum { SIDES = 50 };
    struct client *c[SIDES];
    for (int i = 0; i < SIDES; i++)
        c[i] = ws_dial(&server, "/echo");
    for (int round = 0; round < 4; round++) {
        char text[64];
        for (int i = 0; i < SIDES; i++) {
            snprintf(text, sizeof text, "t:%d,%d|P:%d|C*%d", i, round, i,
                     i * 40);
            ws_say_in_pieces(c[i], text, 1 + (size_t)i % 5);
        }
        for (int i = SIDES - 1; i >= 0; i--) {
            testing("client %d of %d, round %d", i, SIDES, round);
            snprintf(text, sizeof text, "O:%d", i);
            ws_hear(c[i], text);
            const struct heard *h = ws_take(c[i]);
            size_t own = (size_t)snprintf(text, sizeof text, "%d,%d", i, round);
            if (h->first != 0x81 || h->length != own + (size_t)i * 40 ||
                memcmp(h->payload, text, own) != 0)
                flunk("another's: \"%.40s\"", (const char *)h->payload);
        }
    }
}
END_TEST

/* 10.1.1, and other sizes: a message in fragments of so many bytes. */
START_TEST(fragments_of_any_size)
{
    static const size_t sizes[] = {1300, 1, 125, 126, 127, 4096, 65535, 65536};
    static unsigned char frame[LONG], whole[LONG];
    static const unsigned char mask[4] = {9, 8, 7, 6};
    size_t total = _i == 1 ? 5000 : 65536;
    struct client *c = ws_dial(&server, "/echo");
    testing("%zu bytes in fragments of %zu", total, sizes[_i]);
    for (size_t i = 0; i < total; i++)
        whole[i] = pattern(i, true);
    for (size_t at = 0, n; at < total; at += n) {
        n = total - at < sizes[_i] ? total - at : sizes[_i];
        unsigned char first = at == 0 ? 2 : 0;
        size_t head = head_of(at + n == total ? first | 0x80 : first, n, mask,
                              frame);
        for (size_t i = 0; i < n; i++)
            frame[head + i] = whole[at + i] ^ mask[i % 4];
        client_send(c, frame, head + n);
    }
    const struct heard *h = ws_take(c);
    ck_assert_int_eq(h->first, 0x82);
    ck_assert_uint_eq(h->length, total);
    ck_assert_int_eq(memcmp(h->payload, whole, total), 0);
    ws_expect_alive(c);
}
END_TEST

/* The case as one text, in hex digits behind KIND. */
static void hex_script(char *script, const char *kind, const char *hex)
{
    sprintf(script, "%s%s%s", kind, *hex ? "#" : "", hex);
}

static void expect_text(struct client *c, const struct utf8_case *u)
{
    char script[200];
    hex_script(script, "T", u->hex);
    ws_hear(c, u->wrong == -1 ? script : "X1007");
    if (!c->ended)
        ws_expect_alive(c);
    client_close(c);
}

START_TEST(utf8_whole)
{
    char script[200];
    for (int i = 0; i < UTF8_CASES; i++) {
        testing("%s (%s)", utf8_cases[i].what, utf8_cases[i].hex);
        struct client *c = ws_dial(&server, "/echo");
        hex_script(script, "T", utf8_cases[i].hex);
        if (_i == 0)
            ws_say(c, script);
        else
            ws_say_in_pieces(c, script, 1);
        expect_text(c, &utf8_cases[i]);
    }
}
END_TEST

/* Each byte is a fragment, and between them are pings. */
START_TEST(utf8_in_fragments)
{
    for (int i = 0; i < UTF8_CASES; i++) {
        const struct utf8_case *u = &utf8_cases[i];
        int n = (int)strlen(u->hex) / 2;
        char script[1000] = "t";
        int at = 1;
        testing("%s (%s) in fragments", u->what, u->hex);
        for (int k = 0; k < n; k++)
            at += sprintf(script + at, "|c#%.2s", u->hex + 2 * k);
        sprintf(script + at, "|C");
        struct client *c = ws_dial(&server, "/echo");
        ws_say(c, script);
        expect_text(c, u);
    }
}
END_TEST

/* Binary messages may be anything; and nobody looks at a pong. */
START_TEST(utf8_is_for_texts)
{
    char script[200];
    struct client *c = ws_dial(&server, "/echo");
    for (int i = 0; i < UTF8_CASES; i++) {
        hex_script(script, "B", utf8_cases[i].hex);
        ws_say(c, script);
        ws_hear(c, script);
        hex_script(script, "O", utf8_cases[i].hex);
        ws_say(c, script);
        hex_script(script, "P", utf8_cases[i].hex);
        ws_say(c, script);
        hex_script(script, "O", utf8_cases[i].hex);
        ws_hear(c, script);
    }
    ws_expect_alive(c);
}
END_TEST

/* Says all bytes but the rest of a frame that is 10 longer: silence until the
 * wrong byte, and then the close at once. */
static void fail_fast(const struct utf8_case *u, bool fragments_too)
{
    unsigned char bytes[100] = {0x81};
    size_t n = strlen(u->hex) / 2, wrong = (size_t)u->wrong, at = 0;
    struct client *c = ws_dial(&server, "/echo");
    if (fragments_too) {
        char script[200];
        at = wrong / 2;
        sprintf(script, "t:|c%s%.*s", at ? "#" : "", (int)at * 2, u->hex);
        ws_say(c, script);
        bytes[0] = 0;
    }
    bytes[1] = (unsigned char)(0x80 | (n - at + 10));
    for (size_t i = at; i < n; i++) /* the mask is 0 */
        bytes[6 + i - at] = hex_byte(u->hex + 2 * i);
    client_send(c, bytes, 6 + wrong - at);
    expect_silence(c);
    client_send(c, bytes + 6 + wrong - at, 1);
    ws_hear(c, "X1007");
    client_close(c);
}

START_TEST(utf8_fails_fast)
{
    for (int i = 0; i < UTF8_CASES; i++) {
        const struct utf8_case *u = &utf8_cases[i];
        if (u->wrong == -1 || (size_t)u->wrong == strlen(u->hex) / 2)
            continue;
        testing("%s (%s), %s", u->what, u->hex, _i ? "fragments" : "a frame");
        fail_fast(u, _i);
    }
}
END_TEST

/* 64 KiB of Chinese, whole and in pieces that cut each character. */
START_TEST(much_chinese)
{
    static const size_t pieces[] = {65536, 997, 64, 7, 1};
    static char script[50000];
    struct client *c = ws_dial(&server, "/echo");
    size_t n = (size_t)sprintf(script, "T:");
    while (n < (_i == 4 ? 6000 : 45000))
        n += (size_t)sprintf(script + n, "\xe4\xbd\xa0\xe5\xa5\xbd, x\xc3\xa4"
                                         "\xf0\x9f\x98\x80");
    ws_say_in_pieces(c, script, pieces[_i]);
    ws_hear(c, script);
    script[n - 1] = 'x'; /* where the last character should end */
    ws_say_in_pieces(c, script, pieces[_i]);
    ws_hear(c, "X1007");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("05-websocket, frames");
    TCase *t = tcase_create("frames");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, talks, 0, TABLES * WAYS);
    tcase_add_test(t, side_by_side);
    tcase_add_loop_test(t, fragments_of_any_size, 0, 8);
    suite_add_tcase(s, t);
    t = tcase_create("utf-8");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, utf8_whole, 0, 2);
    tcase_add_test(t, utf8_in_fragments);
    tcase_add_test(t, utf8_is_for_texts);
    tcase_add_loop_test(t, utf8_fails_fast, 0, 2);
    tcase_add_loop_test(t, much_chinese, 0, 5);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
