/* What can be seen: on a telephone, by day and by night. */
#include "pages.h"

#include <string.h>

static void post_long_word(int lesson)
{
    static char word[5001];
    memset(word, 'W', sizeof word - 1);
    if (lessons[lesson].route != NULL)
        site_post(word);
}

START_TEST(does_not_scroll_sideways)
{
    site_start(&lessons[_i]);
    struct tab *tab = tab_open("about:blank");
    tab_resize(tab, 390, 844);
    tab_go(tab, site_page());
    tab_wait(tab, TRUTH_MS, "probe.well()");
    post_long_word(_i);
    tab_wait(tab, SOON_MS, "probe.log().length > 0");
    tab_wait(tab, SOON_MS,
             lessons[_i].route == NULL
                 ? "true"
                 : "probe.log().some(t => t.includes('WWWW'))");
    ck_assert(tab_is(tab, "(e => e.scrollWidth <= e.clientWidth)"
                          "(document.documentElement)"));
    ck_assert_str_eq(tab_text(tab, "probe.wide()"), "");
    tab_shot(tab, "%s-phone", lessons[_i].name);
}
END_TEST

/* Each state has its own colour, so each is put on; without transitions, which
 * would show the colour on its way. */
START_TEST(can_be_read_by_day_and_by_night)
{
    static const char *const states[] = {"connecting", "open", "waiting",
                                         "closed"};
    struct tab *tab = visit(_i);
    if (lessons[_i].route != NULL)
        site_post("hello");
    tab_wait(tab, TRUTH_MS, "probe.log().length > 0");
    tab_text(tab, "document.head.append(Object.assign("
                  "document.createElement('style'), "
                  "{ textContent: '* { transition: none !important }' })), ''");
    for (int dark = 0; dark < 2; dark++) {
        tab_scheme(tab, dark ? "dark" : "light");
        tab_shot(tab, "%s-%s", lessons[_i].name, dark ? "dark" : "light");
        for (size_t i = 0; i < sizeof states / sizeof *states; i++)
            ck_assert_str_eq(tab_text(tab,
                                      "probe.one('#state').dataset.state = "
                                      "'%s', probe.pale()",
                                      states[i]),
                             "");
    }
}
END_TEST

void add_looks_tests(TCase *tcase, int lesson)
{
    int next = lesson + 1;
    tcase_add_loop_test(tcase, does_not_scroll_sideways, lesson, next);
    tcase_add_loop_test(tcase, can_be_read_by_day_and_by_night, lesson, next);
}
