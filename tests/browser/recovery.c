/* The server goes and comes back: the page knows, and loses nothing. */
#include "pages.h"

#include <signal.h>
#include <stdbool.h>

static bool has_messages(int lesson)
{
    return lessons[lesson].route != NULL;
}

/* Numbers 1 to 3 arrive while all is well, and a mark is set that a reload
 * would wipe off. */
static struct tab *visit_and_mark(int lesson)
{
    struct tab *tab = visit(lesson);
    tab_text(tab, "self.mark = 'here'");
    if (has_messages(lesson)) {
        site_post_many("n", 1, 3);
        tab_wait(tab, SOON_MS, "probe.numbers('n') === '3,2,1'");
    }
    return tab;
}

static int back_ms(int lesson)
{
    return lesson == SOCKETIO ? BACK_MS : TRUTH_MS;
}

/* Nobody keeps messages for those who are not there. */
static bool keeps_messages(int lesson)
{
    return has_messages(lesson) && !lessons[lesson].socket;
}

/* The server is back since a moment: 4 to 6 came before the page knows, if
 * they are kept for it. */
static void expect_recovery(struct tab *tab, int lesson)
{
    if (keeps_messages(lesson))
        site_post_many("n", 4, 6);
    tab_wait(tab, back_ms(lesson),
             lessons[lesson].socket ? "/closed,open$/.test(probe.states())"
                                    : "probe.well()");
    if (lessons[lesson].socket)
        site_post_many("n", 4, 6);
    if (has_messages(lesson)) {
        tab_wait(tab, TRUTH_MS, "probe.numbers('n') === '6,5,4,3,2,1'");
        site_post_many("n", 7, 7);
        tab_wait(tab, SOON_MS, "probe.numbers('n').startsWith('7,')");
        ck_assert_str_eq(tab_text(tab, "probe.numbers('n')"), "7,6,5,4,3,2,1");
    }
    ck_assert_str_eq(tab_text(tab, "self.mark"), "here");
    if (lesson == IFRAME_STREAM) {
        ck_assert(tab_is(tab, "probe.all('iframe').length === 1"));
        ck_assert(tab_is(tab, "probe.frames() <= 2"));
    }
}

START_TEST(survives_a_crash)
{
    struct tab *tab = visit_and_mark(_i);
    site_kill(SIGKILL);
    tab_wait(tab, TRUTH_MS, "probe.state() === 'closed'");
    site_restart();
    expect_recovery(tab, _i);
}
END_TEST

/* So short that a page may not see more than its connection end. */
START_TEST(survives_a_restart)
{
    struct tab *tab = visit_and_mark(_i);
    site_kill(SIGTERM);
    site_restart();
    expect_recovery(tab, _i);
    double heard = tab_number(tab, "+probe.one('#messages').innerText");
    if (has_clock(_i))
        tab_wait(tab, TRUTH_MS, "probe.one('#messages').innerText > %f", heard);
}
END_TEST

/* Cut and back at once, just when the clock has spoken: nobody tells a page of
 * lesson 3, which has to find out and still be in time. */
START_TEST(is_back_in_time)
{
    struct tab *tab = visit(_i);
    double heard = tab_number(tab, "+probe.one('#messages').innerText");
    tab_wait(tab, TRUTH_MS, "probe.one('#messages').innerText > %f", heard);
    site_kill(SIGKILL);
    site_restart();
    heard = tab_number(tab, "+probe.one('#messages').innerText");
    tab_wait(tab, TRUTH_MS + 300, "probe.one('#messages').innerText > %f",
             heard); /* a busy machine has a little more */
    ck_assert(tab_is(tab, "probe.well()"));
}
END_TEST

/* A page that knows no id yet must ask for all there is, with after=0. In
 * lesson 2 it must have seen that it failed: Chromium silently asks again when
 * a connection that it used before ends without a byte of the answer, and if
 * the server is back by then, the page cannot know. */
START_TEST(misses_nothing_before_its_first_message)
{
    site_start(&lessons[_i]);
    struct tab *tab = tab_open("%s", site_page());
    tab_wait(tab, TRUTH_MS,
             _i == IFRAME_STREAM ? "probe.one('iframe')?.contentWindow"
                                   ".location.pathname === '/'"
                                 : "probe.well()");
    site_kill(SIGKILL);
    if (_i == LONG_POLLING)
        tab_wait(tab, TRUTH_MS, "probe.state() === 'closed'");
    site_restart();
    site_post_many("n", 1, 3);
    tab_wait(tab, 2 * TRUTH_MS, "probe.numbers('n') === '3,2,1'");
}
END_TEST

/* A proxy that says 503 while the server is away is no server, and a page that
 * asks it without a pause is no help. */
START_TEST(is_patient_with_errors)
{
    enum { MOST = 8 }; /* questions in 2.5 s */
    struct tab *tab = visit_and_mark(_i);
    site_kill(SIGKILL);
    int asked = site_impostor(2500);
    ck_assert_msg(asked <= MOST, "asked %d times", asked);
    tab_wait(tab, SOON_MS, "probe.state() === 'closed'");
    site_restart();
    expect_recovery(tab, _i);
}
END_TEST

/* A server that hangs ends no connection; where the clock ticks, or the page
 * has a heartbeat, silence is enough. When it goes on, so does what it had
 * begun. */
START_TEST(survives_a_server_that_hangs)
{
    struct tab *tab = visit_and_mark(_i);
    site_signal(SIGSTOP);
    tab_wait(tab, TRUTH_MS, "probe.state() === 'closed'");
    double asked = tab_number(tab, "+probe.one('#requests').innerText");
    tab_wait(tab, back_ms(_i), "probe.one('#requests').innerText > %f", asked);
    site_signal(SIGCONT);
    expect_recovery(tab, _i);
}
END_TEST

START_TEST(keeps_what_it_could_not_send)
{
    struct tab *tab = visit(_i);
    site_kill(SIGKILL);
    tab_wait(tab, TRUTH_MS, "probe.state() === 'closed'");
    tab_text(tab, "probe.remember(), ''");
    tab_click(tab, "probe.field()");
    tab_type(tab, "unsent#1;");
    tab_enter(tab);
    tab_wait(tab, TRUTH_MS, "/%s/i.test(probe.news())", not_sent);
    ck_assert_str_eq(tab_text(tab, "probe.field().value"), "unsent#1;");
    for (int dark = 0; dark < 2; dark++) {
        tab_scheme(tab, dark ? "dark" : "light");
        ck_assert_str_eq(tab_text(tab, "probe.pale()"), "");
        tab_shot(tab, "%s-unsent-%s", lessons[_i].name,
                 dark ? "dark" : "light");
    }

    site_restart();
    tab_wait(tab, back_ms(_i), "probe.well()");
    ck_assert_str_eq(tab_text(tab, "probe.field().value"), "unsent#1;");
    tab_enter(tab);
    tab_wait(tab, SOON_MS, "probe.numbers('unsent') === '1'");
    tab_wait(tab, SOON_MS, "probe.field().value === ''");
    tab_wait(tab, SOON_MS, "probe.news() === ''");
}
END_TEST

START_TEST(says_so_when_the_server_hangs)
{
    enum { HUNG_MS = 8000 };
    struct tab *tab = visit(_i);
    site_signal(SIGSTOP);
    tab_text(tab, "probe.remember(), ''");
    tab_click(tab, "probe.field()");
    tab_type(tab, "hung#1;");
    tab_enter(tab);
    tab_wait(tab, HUNG_MS, "/no answer|%s/i.test(probe.news())", not_sent);
    ck_assert_str_eq(tab_text(tab, "probe.field().value"), "hung#1;");
    site_signal(SIGCONT);
    tab_wait(tab, back_ms(_i), "probe.well()");
}
END_TEST

void add_recovery_tests(TCase *tcase, int lesson)
{
    int next = lesson + 1;
    tcase_add_loop_test(tcase, survives_a_crash, lesson, next);
    tcase_add_loop_test(tcase, survives_a_restart, lesson, next);
    tcase_add_loop_test(tcase, is_patient_with_errors, lesson, next);
    if (lesson == IFRAME_STREAM)
        tcase_add_loop_test(tcase, is_back_in_time, lesson, next);
    if (lesson != LONG_POLLING) /* its server may be silent for 30 s */
        tcase_add_loop_test(tcase, survives_a_server_that_hangs, lesson, next);
    if (lesson == LONG_POLLING || lessons[lesson].socket) /* 2 to 4 share it */
        tcase_add_loop_test(tcase, says_so_when_the_server_hangs, lesson, next);
    if (keeps_messages(lesson))
        tcase_add_loop_test(tcase, misses_nothing_before_its_first_message,
                            lesson, next);
    if (has_messages(lesson))
        tcase_add_loop_test(tcase, keeps_what_it_could_not_send, lesson, next);
}
