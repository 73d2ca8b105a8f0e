/* Messages: typed in one tab, seen in others; many; nasty ones. */
#include "pages.h"

#include "json_peek.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FLOOD_MS = 20000, /* for 200 round trips on a slow machine */
    FROZEN_MS = 3000  /* with all of a long text laid out, it is over 6000 */
};

START_TEST(sends_on_enter_and_with_the_button)
{
    struct tab *one = visit(_i), *two = tab_open("%s", site_page());
    tab_wait(two, TRUTH_MS, "probe.well()");
    ck_assert(tab_is(one, "probe.labelled('Message').length === 1"));

    tab_click(one, "probe.field()");
    tab_type(one, "typed#1;");
    tab_enter(one);
    tab_enter(one); /* out of impatience */
    tab_wait(two, SOON_MS, "probe.numbers('typed') === '1'");
    tab_wait(one, SOON_MS, "probe.numbers('typed') === '1'");
    tab_wait(one, SOON_MS, "probe.field().value === ''");
    ck_assert(tab_is(two, "probe.shown('typed#1;')"));

    tab_click(two, "probe.field()");
    tab_type(two, "typed#2;");
    tab_click(two, "probe.button()");
    tab_wait(one, SOON_MS, "probe.numbers('typed') === '2,1'");
    tab_wait(two, SOON_MS, "probe.numbers('typed') === '2,1'");
    ck_assert(tab_is(one, "/\\d\\s*ms$/.test(probe.log().find(text => "
                          "text.startsWith('typed#1;')))"));
}
END_TEST

/* A field takes what is pasted. A WebSocket's server hangs up. */
START_TEST(keeps_what_is_too_long)
{
    struct tab *tab = visit(_i);
    int most = lessons[_i].most;
    tab_click(tab, "probe.field()");
    tab_text(tab, "probe.field().value = 'x'.repeat(%d), ''", most + 1);
    tab_text(tab, "probe.remember(), ''");
    tab_enter(tab);
    tab_wait(tab, SOON_MS, "/%s/i.test(probe.news())", not_sent);
    ck_assert(tab_is(tab, "probe.field().value.length === %d", most + 1));
    tab_wait(tab, BACK_MS, "probe.well()");
    tab_text(tab, "probe.field().value = 'x'.repeat(%d), ''", most);
    tab_enter(tab);
    tab_wait(tab, SOON_MS, "probe.shown('x'.repeat(%d))", most);
    tab_wait(tab, SOON_MS, "probe.field().value === ''");
    tab_wait(tab, SOON_MS, "probe.news() === ''");
}
END_TEST

/* Two tabs that ask the same must not wait for one another in the browser's
 * cache: then the second would ask only when the message is gone. */
START_TEST(two_tabs_do_not_queue)
{
    struct tab *one = visit(_i), *two = tab_open("%s", site_page());
    tab_wait(two, TRUTH_MS, "probe.well()");
    for (int i = 1; i <= 3; i++) {
        site_post_many("both", i, i);
        tab_wait(one, SOON_MS, "probe.numbers('both').split(',')[0] == %d", i);
        tab_wait(two, SOON_MS, "probe.numbers('both').split(',')[0] == %d", i);
    }
}
END_TEST

/* How many messages the page has counted up to that one, of all that the log
 * still has. Others may have come behind it. */
static double counted(struct tab *tab, const char *message)
{
    return tab_number(tab,
                      "probe.one('#messages').innerText - "
                      "probe.log().findIndex(text => text.includes('%s'))",
                      message);
}

/* Ids grow by one per message, the clock's included: so they tell how many
 * there were between the first and the last. */
START_TEST(two_hundred_at_once_are_all_there)
{
    struct tab *tab = visit(_i);
    long long first = site_post_many("first", 1, 1);
    tab_wait(tab, SOON_MS, "probe.numbers('first') === '1'");
    double before = counted(tab, "first#1;");
    tab_text(tab, "probe.watch(), ''");

    long long last = site_post_many("n", 1, 200);
    tab_wait(tab, FLOOD_MS, "probe.numbers('n').startsWith('200,')");
    ck_assert_double_eq(counted(tab, "n#200;") - before,
                        (double)(last - first));
    ck_assert(tab_is(tab, "probe.log().length === 200"));
    ck_assert(tab_is(tab, "probe.numbers('n').split(',')"
                          ".every((n, i) => n == 200 - i)"));
    double gap = tab_number(tab, "probe.gap()");
    ck_assert_msg(gap < FROZEN_MS, "frozen for %.0f ms", gap);
}
END_TEST

/* Of long texts in two scripts, which cost the most to lay out. */
START_TEST(two_hundred_long_ones_do_not_freeze)
{
    struct tab *tab = visit(_i);
    tab_text(tab, "self.long = '\\u9577\\u9577 word '.repeat(1000), ''");
    tab_text(tab, "probe.watch(); for (let n = 1; n <= 200; n++)"
                  "    setTimeout(() => deliver(`long#${n};${long}`), 5 * n);"
                  "''");
    tab_wait(tab, FLOOD_MS, "probe.numbers('long').startsWith('200,')");
    double gap = tab_number(tab, "probe.gap()");
    ck_assert_msg(gap < FROZEN_MS, "frozen for %.0f ms", gap);
    ck_assert(tab_is(tab, "deliver(long), probe.one('#root').textContent"
                          " === long"));
}
END_TEST

/* A document that never ends must not grow for ever, so scripts remove
 * themselves; and a page may take a new iframe now and then, and lose nothing
 * when it does. */
START_TEST(an_iframe_does_not_fill_up)
{
    struct tab *tab = visit(_i);
    long long first = site_post_many("first", 1, 1);
    tab_wait(tab, SOON_MS, "probe.numbers('first') === '1'");
    double before = counted(tab, "first#1;");
    long long last = 0;
    for (int i = 0; i < 4; i++) {
        last = site_post_many("n", 150 * i + 1, 150 * i + 150);
        tab_wait(tab, FLOOD_MS, "probe.numbers('n').startsWith('%d,')",
                 150 * i + 150);
    }
    ck_assert_double_eq(counted(tab, "n#600;") - before,
                        (double)(last - first));
    tab_wait(tab, TRUTH_MS, "probe.all('iframe').length === 1");
    ck_assert(tab_is(tab, "probe.frames() <= 2"));
    ck_assert(tab_is(tab, "probe.one('iframe').getClientRects().length === 0"));
    ck_assert(tab_is(tab, "probe.all('*', probe.one('iframe').contentDocument)"
                          ".length < 20"));
}
END_TEST

/* The texts that would be markup, code or the end of a string somewhere. */
static const char *const nasty[] = {
    "<img src=x onerror=\"parent.pwned = window.pwned = 1\">",
    "</script><img src=x onerror=\"parent.pwned = 1\">",
    "</ScRiPt ><script>parent.pwned = 1</script>",
    "<!--<script>",
    "\");parent.pwned = 1;//",
    "');parent.pwned = 1;//",
    "${parent.pwned = 1}`",
    "a backslash \\ at the end\\",
    "\\u003cb\\x3e &lt;b&gt; &amp;",
    "two\nlines",
    "line \xE2\x80\xA8 separator \xE2\x80\xA9 and \xEF\xBB\xBF mark",
    "data: x\nid: 1\nevent: y\n: z\nretry: 1",
    "  blanks at both ends  ",
    "\xE4\xBD\xA0\xE5\xA5\xBD \xF0\x9F\x98\x80",
    "null",
};

START_TEST(text_is_never_markup)
{
    struct tab *tab = visit(_i);
    for (size_t i = 0; i < sizeof nasty / sizeof *nasty; i++) {
        char *quoted = json_quote(nasty[i]);
        site_post(nasty[i]);
        tab_wait(tab, SOON_MS, "probe.shown(%s)", quoted);
        tab_wait(tab, SOON_MS, "probe.log().some(t => t.startsWith(%s))",
                 quoted);
        free(quoted);
    }
    site_post("\xef\xbb\xbfplain"); /* with U+FEFF */
    tab_wait(tab, SOON_MS, "probe.shown('\\ufeffplain')");
    ck_assert(tab_is(tab, "self.pwned === undefined"));
    ck_assert(tab_is(tab, "probe.all('#root *').length === 0"));
    ck_assert_str_eq(tab_text(tab, "probe.all('img, #log script').join()"), "");
    ck_assert(tab_is(tab, "new Set([...probe.one('#log').children].map("
                          "e => e.querySelectorAll('*').length)).size === 1"));
    ck_assert_str_eq(tab_errors(tab), "");
}
END_TEST

void add_message_tests(TCase *tcase, int lesson)
{
    int next = lesson + 1;
    tcase_add_loop_test(tcase, sends_on_enter_and_with_the_button, lesson,
                        next);
    tcase_add_loop_test(tcase, keeps_what_is_too_long, lesson, next);
    tcase_add_loop_test(tcase, two_tabs_do_not_queue, lesson, next);
    tcase_add_loop_test(tcase, two_hundred_at_once_are_all_there, lesson, next);
    tcase_add_loop_test(tcase, two_hundred_long_ones_do_not_freeze, lesson,
                        next);
    tcase_add_loop_test(tcase, text_is_never_markup, lesson, next);
    if (lesson == IFRAME_STREAM)
        tcase_add_loop_test(tcase, an_iframe_does_not_fill_up, lesson, next);
}
