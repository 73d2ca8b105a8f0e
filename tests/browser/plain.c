/* The page by itself: it loads, it shows the lesson's value, it counts. */
#include "pages.h"

/* "connecting" is over before a test could look, hence the history. */
START_TEST(goes_from_connecting_to_open)
{
    struct tab *tab = visit(_i);
    if (_i == LONG_POLLING) {
        tab_wait(tab, SOON_MS, "probe.states().endsWith('waiting')");
        site_post("hello");
        tab_wait(tab, SOON_MS, "probe.states().endsWith('open,waiting')");
    }
    ck_assert_msg(tab_is(tab, "/^connecting(,%s)+$/.test(probe.states())",
                         _i == LONG_POLLING ? "(waiting|open)" : "open"),
                  "%s", tab_text(tab, "probe.states()"));
    ck_assert(tab_is(tab, "probe.one('#state').innerText.trim() !== ''"));
}
END_TEST

START_TEST(shows_values_logs_and_counts_them)
{
    struct tab *tab = visit(_i);
    if (!has_clock(_i))
        site_post("1234567890123");
    tab_wait(tab, TRUTH_MS, "/^\\d{13}$/.test(probe.one('#root').innerText)");
    if (_i != LONG_POLLING)
        tab_wait(tab, TRUTH_MS, "probe.one('#messages').innerText > 1");
    ck_assert(tab_is(tab, "/^\\d+$/.test(probe.one('#requests').innerText)"));
    ck_assert(tab_is(tab, "/^\\d+$/.test(probe.one('#messages').innerText)"));
    ck_assert(tab_is(tab, "probe.one('#requests').innerText > 0"));
    ck_assert(tab_is(tab, "probe.one('#log').matches('ul, ol')"));
    ck_assert(tab_is(tab, "probe.log().length == "
                          "probe.one('#messages').innerText"));
    ck_assert(tab_is(tab, "probe.log()[0].includes("
                          "probe.one('#root').innerText)"));
    ck_assert_str_eq(tab_errors(tab), "");
}
END_TEST

/* A clock's message is the time at which it was made. */
START_TEST(shows_the_delay_of_the_clock)
{
    struct tab *tab = visit(_i);
    tab_wait(tab, TRUTH_MS, "probe.log().length > 0");
    ck_assert_msg(tab_is(tab, "/^\\d{13}\\s*-?\\d{1,3}\\s*ms$/"
                              ".test(probe.log()[0])"),
                  "%s", tab_text(tab, "probe.log()[0]"));
}
END_TEST

START_TEST(stands_at_the_root_and_at_localhost)
{
    site_start(&lessons[_i]);
    struct tab *tab = tab_open("http://127.0.0.1:%d/", site_port());
    tab_wait(tab, TRUTH_MS, "probe.well()");
    ck_assert_str_eq(tab_text(tab, "location.href"), site_page());
    tab_go(tab, "about:blank");
    struct tab *other = tab_open("http://localhost:%d/", site_port());
    tab_wait(other, TRUTH_MS, "probe.well()");
    ck_assert(
        tab_is(other, "location.pathname === '/%s.html'", lessons[_i].name));
    if (lessons[_i].route == NULL)
        return;
    tab_click(other, "probe.field()");
    tab_type(other, "from localhost#1;");
    tab_enter(other);
    tab_wait(other, SOON_MS, "probe.numbers('localhost') === '1'");
}
END_TEST

START_TEST(has_a_short_script_and_nothing_foreign)
{
    struct tab *tab = visit(_i);
    double lines = tab_number(tab,
                              "probe.all('script:not([src])')"
                              ".map(s => s.text.trim().split('\\n').length)"
                              ".reduce((sum, n) => sum + n, 0)");
    ck_assert_msg(lines <= 60, "%.0f lines of script", lines);
    ck_assert_str_eq(tab_text(tab, "performance.getEntriesByType('resource')"
                                   ".map(r => new URL(r.name)).filter(u =>"
                                   "u.protocol !== 'data:' && "
                                   "u.origin !== location.origin).join()"),
                     "");
}
END_TEST

void add_plain_tests(TCase *tcase, int lesson)
{
    int next = lesson + 1;
    tcase_add_loop_test(tcase, goes_from_connecting_to_open, lesson, next);
    tcase_add_loop_test(tcase, shows_values_logs_and_counts_them, lesson, next);
    if (has_clock(lesson))
        tcase_add_loop_test(tcase, shows_the_delay_of_the_clock, lesson, next);
    tcase_add_loop_test(tcase, stands_at_the_root_and_at_localhost, lesson,
                        next);
    tcase_add_loop_test(tcase, has_a_short_script_and_nothing_foreign, lesson,
                        next);
}
