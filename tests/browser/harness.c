/* The harness itself: a test that cannot fail proves nothing. */
#include "json_peek.h"
#include "pages.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *object, *path, *begins; /* NULL: nothing is there */
} peeks[] = {
    {"{\"id\":1}", "id", "1}"},
    {" { \"a\" : [ 1 , {\"id\":2} ] , \"id\" : 3 } ", "id", "3 } "},
    {"{\"a\":{\"id\":2}}", "id", NULL},
    {"{\"a\":{\"id\":2}}", "a.id", "2}}"},
    {"{\"a\":\"\\\"id\\\":2,{[\",\"id\":4}", "id", "4}"},
    {"{\"a\":\"\\\\\",\"id\":5}", "id", "5}"},
    {"{\"a\":\"id\",\"b\":[\"]\",\"}\"],\"id\":6}", "id", "6}"},
    {"{\"idle\":1,\"i\":2,\"id\":null}", "id", "null}"},
    {"{}", "id", NULL},
    {"[]", "id", NULL},
    {"", "id", NULL},
    {"\":1,\"id\":7}", "id", NULL}, /* the tail of a message */
    {"{\"a\":\"", "id", NULL},      /* the head of one */
    {"{\"a\":{\"b\":[1,2", "id", NULL},
    {"{\"a", "id", NULL},
    {"{\"a\"", "id", NULL},
    {"{\"a\\", "id", NULL},
};

START_TEST(peeks_at_a_member)
{
    const char *value = json_peek(peeks[_i].object, peeks[_i].path);
    if (peeks[_i].begins == NULL)
        ck_assert_ptr_null(value);
    else
        ck_assert_str_eq(value, peeks[_i].begins);
}
END_TEST

static const struct {
    const char *json, *text;
} strings[] = {
    {"\"\"", ""},
    {"\"a\",\"b\"", "a"},
    {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
    {"\"\\u0041\\u00e9\\u6F22\"", "A\xC3\xA9\xE6\xBC\xA2"},
    {"\"\\ud83d\\ude00!\"", "\xF0\x9F\x98\x80!"},
    {"\"\\ud83d\\u0041\"", "\xEF\xBF\xBD"
                           "A"},
    {"\"\\ude00\"", "\xEF\xBF\xBD"},
    {"\"\\u0000\"", "\xEF\xBF\xBD"},
    {"\"no end", NULL},
    {"\"\\", NULL},
    {"1", NULL},
};

START_TEST(reads_a_string)
{
    char *text = json_string(strings[_i].json);
    if (strings[_i].text == NULL)
        ck_assert_ptr_null(text);
    else
        ck_assert_str_eq(text, strings[_i].text);
    free(text);
}
END_TEST

START_TEST(takes_any_text_there_and_back)
{
    static const char text[] = "\"\\ \b\t\n\x01\x1F\x7F/<\xC3\xA9"
                               "\xE2\x80\xA8\xF0\x9F\x98\x80";
    struct tab *tab = tab_open("about:blank");
    char *quoted = json_quote(text);
    ck_assert_str_eq(tab_text(tab, "%s", quoted), text);
    ck_assert(tab_is(tab, "%s.length === 15", quoted));
    free(quoted);
}
END_TEST

START_TEST(hears_the_errors_of_each_tab)
{
    struct tab *bad = tab_open("about:blank"), *good = tab_open("about:blank");
    tab_text(bad, "console.error('loud'), console.log('quiet'), "
                  "setTimeout(() => { throw new Error('thrown') }), ''");
    tab_wait(bad, 1000, "performance.now() > 0");
    for (int i = 0; i < 50 && strstr(tab_errors(bad), "thrown") == NULL; i++)
        tab_number(bad, "%d", i);
    ck_assert_ptr_nonnull(strstr(tab_errors(bad), "loud"));
    ck_assert_ptr_nonnull(strstr(tab_errors(bad), "thrown"));
    ck_assert_ptr_null(strstr(tab_errors(bad), "quiet"));
    ck_assert_str_eq(tab_errors(good), "");
}
END_TEST

/* 1 to 21, the ends of the scale, known values, and one that is transparent. */
START_TEST(measures_contrast)
{
    struct tab *tab = tab_open(
        "data:text/html,<meta name=color-scheme content='light dark'>"
        "<p style='color:rgb(119,119,119)'>grey 4.48</p>"
        "<p style='color:rgb(118,118,118)'>grey 4.54</p>"
        "<div style='background:black'><p style='color:white'>21</p>"
        "<p style='color:rgba(255,255,255,0.4)'>faint</p></div>"
        "<p style='opacity:0.5'>half</p><p hidden style='color:white'>hidden");
    tab_scheme(tab, "light");
    ck_assert_str_eq(tab_text(tab, "probe.pale()"),
                     "4.48 \"grey 4.48\"; 3.66 \"faint\"; 3.98 \"half\"");
    tab_scheme(tab, "dark");
    ck_assert_str_eq(tab_text(tab, "getComputedStyle(document.body).color"),
                     "rgb(255, 255, 255)");
}
END_TEST

START_TEST(types_and_clicks)
{
    struct tab *tab = tab_open(
        "data:text/html,<form><label>Message <input></label><button>Go"
        "</button></form><script>let sent = 0; document.forms[0].onsubmit = "
        "() => { sent++; return false }</script>");
    tab_click(tab, "document.querySelector('input')");
    tab_type(tab, "\"quoted\" \xE4\xBD\xA0");
    ck_assert_str_eq(tab_text(tab, "document.querySelector('input').value"),
                     "\"quoted\" \xE4\xBD\xA0");
    tab_enter(tab);
    ck_assert(tab_is(tab, "sent === 1"));
    tab_click(tab, "document.querySelector('button')");
    ck_assert(tab_is(tab, "sent === 2"));
    tab_close(tab);
}
END_TEST

void add_harness_tests(TCase *tcase)
{
    tcase_add_loop_test(tcase, peeks_at_a_member, 0,
                        sizeof peeks / sizeof *peeks);
    tcase_add_loop_test(tcase, reads_a_string, 0,
                        sizeof strings / sizeof *strings);
    tcase_add_test(tcase, takes_any_text_there_and_back);
    tcase_add_test(tcase, hears_the_errors_of_each_tab);
    tcase_add_test(tcase, measures_contrast);
    tcase_add_test(tcase, types_and_clicks);
}
