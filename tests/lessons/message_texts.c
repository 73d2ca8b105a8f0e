/* Section 5 of the contract: what a message of lessons 2, 3 and 4 may be, and
 * that it arrives so. */
#include "../check_main.h"
#include "inbox.h"

#include <stdlib.h>
#include <string.h>

static struct program server;
static struct client *poster;
static int lesson;

static void begin(int index)
{
    lesson = index;
    avoid_second_50();
    program_start(&server, lessons[index].name, NULL);
    poster = dial(&server);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

START_TEST(limits)
{
    char *text = malloc(MAX_MESSAGE + 1);
    struct inbox box;
    begin(_i);
    inbox_open(&box, &server, lesson, "", "");
    memset(text, 'x', MAX_MESSAGE + 1);
    inbox_expect(&box, post(poster, lesson, "x", 1), "x", 1);
    inbox_expect(&box, post(poster, lesson, text, MAX_MESSAGE), text,
                 MAX_MESSAGE);
    struct client *c = dial(&server);
    ask_with(c, "POST", lessons[lesson].route, "", text, MAX_MESSAGE + 1);
    expect_error(c, 413);
    ask_with(poster, "POST", lessons[lesson].route, "", "", 0);
    expect_error(poster, 400);
    c = dial(&server); /* no length is no body */
    ask(c, "POST", lessons[lesson].route, "");
    if (answer(c) != 411)
        expect_status(c, 400);
    expect_line(c);
    inbox_expect_none(&box);
    free(text);
    inbox_close(&box);
}
END_TEST

/* In lessons 3 and 4 each of these bytes becomes many. */
START_TEST(long_renderings)
{
    static const char bytes[] = {'\0', '\n', '<', '"', '\\', '\x01'};
    char *text = malloc(MAX_MESSAGE);
    struct inbox box;
    begin(_i);
    inbox_open(&box, &server, lesson, "", "");
    for (size_t i = 0; i < sizeof bytes; i++) {
        testing("%s: 65,536 times the byte %02x", server.name, bytes[i]);
        memset(text, bytes[i], MAX_MESSAGE);
        inbox_expect(&box, post(poster, lesson, text, MAX_MESSAGE), text,
                     MAX_MESSAGE);
    }
    free(text);
    inbox_close(&box);
}
END_TEST

/* Arrives as it was sent; only lesson 4 knows no line end but one. */
static const struct {
    const char *text;
    size_t length;        /* 0: all of it */
    const char *as_event; /* NULL: as it is */
} texts[] = {
    {"hello", 0, NULL},
    {"\xe4\xbd\xa0\xe5\xa5\xbd \xf0\x9f\x98\x80", 0, NULL},
    {"</script>", 0, NULL},
    {"</SCRIPT >", 0, NULL},
    {"<script>alert(1)</script>", 0, NULL},
    {"<!-- <script>", 0, NULL},
    {"--> ]]> &lt;&amp;", 0, NULL},
    {"a \"quote\" and 'another'", 0, NULL},
    {"\"); alert(1); (\"", 0, NULL},
    {"\\", 0, NULL},
    {"\\\"", 0, NULL},
    {"\\u0041 \\n", 0, NULL},
    {"line separator \xe2\x80\xa8 paragraph \xe2\x80\xa9 end", 0, NULL},
    {"a NUL \0 within", 14, NULL},
    {"\0", 1, NULL},
    {"all \x01\x02\x1b\x1f\x7f controls \t\v\f\b", 0, NULL},
    {" a space before", 0, NULL},
    {"  two", 0, NULL},
    {" ", 0, NULL},
    {": a colon before", 0, NULL},
    {"data: x", 0, NULL},
    {"\xef\xbb\xbf a mark of byte order", 0, NULL},
    {"${x} `y` %s %d %n", 0, NULL},
    {"\n", 0, NULL},
    {"abc\n", 0, NULL},
    {"\nabc", 0, NULL},
    {"a\nb", 0, NULL},
    {"a\n\nb", 0, NULL},
    {"a\n\n\n", 0, NULL},
    {"a\n\nid: 7\nevent: evil\ndata: x\n\n", 0, NULL},
    {"\r", 0, "\n"},
    {"a\r\nb", 0, "a\nb"},
    {"a\rb", 0, "a\nb"},
    {"a\r\r\nb\n\rc", 0, "a\n\nb\n\nc"},
    {"a\r\n\r\nb\r\n", 0, "a\n\nb\n"},
    {"a\r\rid: 7\r\r", 0, "a\n\nid: 7\n\n"},
    {"0\r\n\r\n", 0, "0\n\n"},
};

enum { TEXTS = sizeof texts / sizeof *texts };

START_TEST(text)
{
    struct inbox box;
    begin(_i);
    inbox_open(&box, &server, lesson, "", "");
    for (int i = 0; i < TEXTS; i++) {
        const char *t = texts[i].text, *as = texts[i].as_event;
        size_t length = texts[i].length ? texts[i].length : strlen(t);
        testing("%s: text %d \"%s\"", server.name, i, t);
        message_id id = post(poster, lesson, t, length);
        if (lesson == EVENTS && as != NULL)
            inbox_expect(&box, id, as, strlen(as));
        else
            inbox_expect(&box, id, t, length);
    }
    inbox_close(&box);
}
END_TEST

/* What a form or script of today sends along does not matter. */
START_TEST(any_type)
{
    static const char *const types[] = {
        "Content-Type: text/plain;charset=UTF-8\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: application/json\r\n", "Cookie: a=b\r\n"};
    struct inbox box;
    begin(_i);
    inbox_open(&box, &server, lesson, "", "");
    for (int i = 0; i < 4; i++) {
        ask_with(poster, "POST", lessons[lesson].route, types[i], "a=%20b", 6);
        expect_answer(poster, 204);
        inbox_expect(&box, id_of(poster), "a=%20b", 6);
    }
    inbox_close(&box);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("messages, texts");
    TCase *t = tcase_create("texts");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 30);
    tcase_add_loop_test(t, limits, 0, LESSONS);
    tcase_add_loop_test(t, long_renderings, 0, LESSONS);
    tcase_add_loop_test(t, text, 0, LESSONS);
    tcase_add_loop_test(t, any_type, 0, LESSONS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
