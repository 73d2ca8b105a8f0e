/* What only the page of lesson 5 has: three sockets, and drawn frames. */
#include "pages.h"

#include "../lessons/program.h"

#include <signal.h>
#include <stdio.h>

#define GREETING "服务器说:你好客户端"

/* What is drawn: the bytes of the boxes, with a | between two boxes. */
static void expect_frame(struct tab *tab, const char *list, const char *bytes,
                         const char *size)
{
    tab_wait(tab, SOON_MS, "probe.one('#%s-size').textContent === '%s'", list,
             size);
    ck_assert_str_eq(tab_text(tab,
                              "probe.all('#%s code')"
                              ".map(code => code.textContent).join('|')",
                              list),
                     bytes);
}

static void echo(struct tab *tab, const char *js)
{
    tab_text(tab, "probe.field().value = %s, ''", js);
    tab_click(tab, "probe.one('#echo')");
    tab_wait(tab, SOON_MS, "probe.field().value === ''");
}

/* As in the notes. The length is counted in bytes, not in characters. */
START_TEST(is_greeted)
{
    struct tab *tab = visit(WEBSOCKET);
    tab_wait(tab, SOON_MS, "probe.one('#root').innerText === '" GREETING "'");
    ck_assert(tab_is(tab, "probe.one('#requests').innerText == 3"));
    expect_frame(tab, "sent",
                 "81|8c|37 fa 21 3d|5f 9f 4d 51 58 da 52 58 45 8c …",
                 "6 + 12 bytes");
    expect_frame(tab, "received", "81|1c|e6 9c 8d e5 8a a1 e5 99 a8 e8 …",
                 "2 + 28 bytes");
    ck_assert_str_eq(tab_errors(tab), "");
}
END_TEST

/* The RFC's own example, 5.7. It comes back, and only to who sent it. */
START_TEST(echoes)
{
    struct tab *tab = visit(WEBSOCKET), *other = tab_open("%s", site_page());
    tab_wait(other, TRUTH_MS, "probe.well()");
    echo(tab, "'Hello'");
    tab_wait(tab, SOON_MS, "/^Hello\\d+ ms$/.test(probe.log()[0])");
    ck_assert_str_eq(tab_text(tab, "probe.one('#root').innerText"), "Hello");
    expect_frame(tab, "sent", "81|85|37 fa 21 3d|7f 9f 4d 51 58",
                 "6 + 5 bytes");
    expect_frame(tab, "received", "81|05|48 65 6c 6c 6f", "2 + 5 bytes");
    site_post("behind it");
    tab_wait(other, SOON_MS, "probe.shown('behind it')");
    ck_assert(tab_is(other, "!probe.shown('Hello')"));
}
END_TEST

START_TEST(says_how_long_the_way_is)
{
    struct tab *tab = visit(WEBSOCKET);
    tab_wait(tab, SOON_MS,
             "/^\\d+\\.\\d ms /.test(probe.one('#trip').textContent)");
    ck_assert(tab_is(tab, "probe.log().length === 1"));
}
END_TEST

/* The ends of the three forms of a length: 7 bits, 2 bytes, 8 bytes. */
START_TEST(draws_each_form_of_length)
{
    static const struct {
        int length;
        const char *bytes, *size;
    } forms[] = {
        {125, "81|7d", "2 + 125 bytes"},
        {126, "81|7e|00 7e", "4 + 126 bytes"},
        {65535, "81|7e|ff ff", "4 + 65535 bytes"},
        {65536, "81|7f|00 00 00 00 00 01 00 00", "10 + 65536 bytes"},
    };
    struct tab *tab = visit(WEBSOCKET);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        char bytes[100];
        snprintf(bytes, sizeof bytes, "%s|61 61 61 61 61 61 61 61 61 61 …",
                 forms[i].bytes);
        testing("%d bytes", forms[i].length);
        tab_text(tab, "probe.field().value = 'a'.repeat(%d), ''",
                 forms[i].length);
        tab_click(tab, "probe.one('#echo')");
        expect_frame(tab, "received", bytes, forms[i].size);
        tab_wait(tab, SOON_MS, "probe.field().value === ''");
    }
}
END_TEST

/* Half a character is no UTF-8: what the browser sends for it comes back, and
 * that is an answer, too. */
START_TEST(sends_half_a_character)
{
    struct tab *tab = visit(WEBSOCKET);
    echo(tab, "'half \\ud800'");
    ck_assert(tab_is(tab, "probe.shown('half \\ufffd')"));
    tab_text(tab, "probe.field().value = 'chat \\ud800', ''");
    tab_click(tab, "probe.button()");
    tab_wait(tab, SOON_MS, "probe.shown('chat \\ufffd')");
    tab_wait(tab, SOON_MS, "probe.field().value === ''");
}
END_TEST

/* The cells of all three sockets match. */
static void expect_closed(struct tab *tab, const char *regexp)
{
    tab_wait(tab, TRUTH_MS,
             "['/', '/echo', '/chat'].every(path => /%s/.test("
             "document.getElementById(path).textContent))",
             regexp);
}

START_TEST(closes_by_hand_and_comes_back)
{
    struct tab *tab = visit(WEBSOCKET);
    tab_click(tab, "probe.one('#close')");
    expect_closed(tab, "^1000 .*wasClean true");
    tab_wait(tab, TRUTH_MS, "/closed,open$/.test(probe.states())");
    echo(tab, "'again'");
    ck_assert(tab_is(tab, "probe.shown('again')"));
}
END_TEST

START_TEST(says_how_the_server_went)
{
    struct tab *tab = visit(WEBSOCKET);
    site_kill(SIGTERM);
    expect_closed(tab, "^1001 .*wasClean true");
    site_restart();
    tab_wait(tab, TRUTH_MS, "/closed,open$/.test(probe.states())");
    site_kill(SIGKILL);
    expect_closed(tab, "^1006 .*wasClean false");
}
END_TEST

void add_websocket_tests(TCase *tcase)
{
    tcase_add_test(tcase, is_greeted);
    tcase_add_test(tcase, echoes);
    tcase_add_test(tcase, says_how_long_the_way_is);
    tcase_add_test(tcase, draws_each_form_of_length);
    tcase_add_test(tcase, sends_half_a_character);
    tcase_add_test(tcase, closes_by_hand_and_comes_back);
    tcase_add_test(tcase, says_how_the_server_went);
}
