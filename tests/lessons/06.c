/* Section 7 of the contract: what the program does, row by row of its table,
 * on every way that its packets can go. */
#include "../check_main.h"
#include "sio.h"
#include "stdout.h"

#include <stdio.h>
#include <string.h>

#define SAYS "\xe6\x9c\x8d\xe5\x8a\xa1\xe5\x99\xa8\xe8\xaf\xb4:"
#define P0 "{\"_placeholder\":true,\"num\":0}"

static struct program server;
static struct sio a, b, c;

static void begin(void)
{
    program_start(&server, "06-socketio-lite", NULL);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

static void enter(struct sio *s, int way)
{
    sio_enter(s, &server, (enum way)way);
    expect_out(&server, "连接成功");
}

static void expect_message_out(const char *text)
{
    char line[2000];
    snprintf(line, sizeof line, "接受到客户端发过来的消息:%s", text);
    expect_out(&server, line);
}

/* What is emitted; the answer behind "服务器说:", within its quotes; what is
 * printed. */
static const struct {
    const char *json, *answer, *out;
} texts[] = {
    {"\"hello\"", "hello", "hello"},
    {"\"\"", "", ""},
    {"\"你好\"", "你好", "你好"},
    {"\"\\u4f60\\u597D\"", "你好", "你好"},
    {"\"\\uD83D\\uDE00\"", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
    {"\"\\ud83d\"", "\xef\xbf\xbd", "\xef\xbf\xbd"},
    {"\"a\\nb\\u0000\"", "a\\nb\\u0000", "a\\x0Ab\\x00"},
    {"\"\\u001b[31mred\"", "\\u001b[31mred", "\\x1B[31mred"},
    {"\"\x7f\\u0085\"", "\x7f\xc2\x85", "\\x7F\\xC2\\x85"},
    {"\"\\\"\\\\\\/\"", "\\\"\\\\/", "\"\\/"},
    {"\"%s%n </script><!--\"", "%s%n </script><!--", "%s%n </script><!--"},
    {"\"\xe2\x80\xa8\"", "\xe2\x80\xa8", "\\xE2\\x80\\xA8"},
    /* no strings: as their JSON */
    {"7", "7", "7"},
    {"1.50e+01", "1.50e+01", "1.50e+01"},
    {"null", "null", "null"},
    {"[1, \"x\"]", "[1, \\\"x\\\"]", "[1, \"x\"]"},
    {"{\"b\":1,\n\"a\":2}", "{\\\"b\\\":1,\\n\\\"a\\\":2}",
     "{\"b\":1,\\x0A\"a\":2}"},
    {"\"one\",\"two\"", "one", "one"},
    {"", "null", "null"}};

enum { TEXTS = sizeof texts / sizeof *texts };

START_TEST(message)
{
    char line[500];
    enter(&a, _i);
    enter(&b, BY_SOCKET);
    for (int i = 0; i < TEXTS; i++) {
        testing("%s: message %s", ways[_i], texts[i].json);
        snprintf(line, sizeof line, "42[\"message\"%s%s]",
                 *texts[i].json ? "," : "", texts[i].json);
        sio_say(&a, line);
        snprintf(line, sizeof line, "42[\"message\",\"" SAYS "%s\"]",
                 texts[i].answer);
        sio_hear(&a, line);
        expect_message_out(texts[i].out);
    }
    sio_say(&a, "42[\"m\\u0065ssage\",1]");
    sio_hear(&a, "42[\"message\",\"" SAYS "1\"]");
    expect_message_out("1");
    sio_say(&a, "451-[\"message\"," P0 "]" RS "bAA==");
    sio_hear(&a, "42[\"message\",\"" SAYS
                 "{\\\"_placeholder\\\":true,\\\"num\\\":0}\"]");
    expect_message_out(P0);
    sio_hear_nothing(&a);
    sio_hear_nothing(&b);
    expect_no_out(&server);
}
END_TEST

/* Everybody; everybody else. Arguments go byte for byte. */
START_TEST(broadcast)
{
    static const char *const rows[] = {
        "\"x\"",        "1.50e+01", "-0",   "{\"b\":1,\"a\":[ 2 ]}",
        "\"\\u0061/\"", "1E400",    "true", "\"\xe4\xbd\xa0\""};
    char say[200], hear[200];
    enter(&a, _i);
    enter(&b, (_i + 1) % WAYS);
    enter(&c, (_i + 2) % WAYS);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        testing("%s: broadcast of %s", ways[_i], rows[i]);
        snprintf(hear, sizeof hear, "42[\"message\",%s]", rows[i]);
        snprintf(say, sizeof say, "42[\"broadcast\",%s,5]", rows[i]);
        sio_say(&a, say);
        sio_hear(&a, hear);
        sio_hear(&b, hear);
        sio_hear(&c, hear);
        snprintf(say, sizeof say, "42[\"others\" , %s ]", rows[i]);
        sio_say(&a, say);
        sio_hear(&b, hear);
        sio_hear(&c, hear);
        snprintf(say, sizeof say, "451-[\"others\",%s," P0 "]" RS "bAQ==",
                 rows[i]); /* which belongs to what is not passed on */
        sio_say(&a, say);
        sio_hear(&b, hear);
        sio_hear(&c, hear);
    }
    sio_say(&b, "42[\"broadcast\"]" RS "42[\"others\"]");
    sio_hear(&a, "42[\"message\",null]" RS "42[\"message\",null]");
    sio_hear(&b, "42[\"message\",null]");
    sio_hear_nothing(&a);
    sio_hear_nothing(&b);
    expect_no_out(&server);
}
END_TEST

static void emit(struct sio *s, const char *arguments, const char *number)
{
    char line[100];
    snprintf(line, sizeof line, "427[%s]", arguments);
    sio_say(s, line);
    snprintf(line, sizeof line, "437[%s]", number);
    sio_hear(s, line);
}

START_TEST(rooms)
{
    enter(&a, _i);
    enter(&b, (_i + 1) % WAYS);
    enter(&c, (_i + 2) % WAYS);
    emit(&a, "\"join\",\"r\"", "1");
    emit(&a, "\"join\",\"r\"", "1");
    emit(&b, "\"join\",\"r\"", "2");
    emit(&b, "\"join\",\"other\"", "1");
    sio_say(&c, "42[\"room\",\"r\",\"for the room\"]");
    sio_hear(&a, "42[\"message\",\"for the room\"]");
    sio_hear(&b, "42[\"message\",\"for the room\"]");
    sio_say(&a, "42[\"room\",\"r\",1]"); /* the sender is in it */
    sio_hear(&a, "42[\"message\",1]");
    sio_hear(&b, "42[\"message\",1]");
    sio_say(&a, "42[\"room\",\"other\",2]");
    sio_hear(&b, "42[\"message\",2]");
    sio_say(&a, "42[\"room\",\"nobody's\",3]" RS "42[\"room\",\"r\"]");
    sio_hear(&a, "42[\"message\",null]");
    sio_hear(&b, "42[\"message\",null]");
    emit(&c, "\"leave\",\"r\"", "2");
    emit(&b, "\"leave\",\"r\"", "1");
    emit(&b, "\"leave\",\"r\"", "1");
    sio_say(&c, "42[\"room\",\"r\",4]");
    sio_hear(&a, "42[\"message\",4]");
    emit(&a, "\"leave\",\"r\"", "0");
    emit(&b, "\"join\",\"r\"", "1");
    sio_say(&a, "42[\"join\",\"r\"]" RS "42[\"leave\",\"r\"]");
    sio_hear_nothing(&a); /* an ack that nobody wants */
    sio_hear_nothing(&b);
    sio_hear_nothing(&c);
}
END_TEST

/* With an ack, to whom; without, as an event. Not one byte is another. */
START_TEST(echo)
{
    static const char *const rows[] = {"1",
                                       "1.50e+01,-0,1E-7",
                                       "12345678901234567890123",
                                       "\"\\u0061\\/\"",
                                       "{\"z\":1,\"a\":{\"10\":1,\"2\":[]}}",
                                       "{\"a\":1,\"a\":2}",
                                       " 1 ,\t[ ] , { } ",
                                       "null,true,false,\"\"",
                                       "\"\\ud800\"",
                                       "{\"_placeholder\":true,\"num\":0}",
                                       "\"\xf0\x9f\x98\x80\"",
                                       "[[[]]],\"]\",\"\\\"\""};
    char say[200], hear[200];
    enter(&a, _i);
    enter(&b, _i);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        testing("%s: echo of %s", ways[_i], rows[i]);
        snprintf(say, sizeof say, "4212[\"echo\",%s]", rows[i]);
        snprintf(hear, sizeof hear, "4312[%s]", rows[i]);
        sio_say(&a, say);
        sio_hear(&a, hear);
        snprintf(say, sizeof say, "42[\"echo\",%s]", rows[i]);
        sio_say(&a, say);
        sio_hear(&a, say);
    }
    sio_say(&a, "42[\"echo\"]" RS "420[\"echo\"]" RS "42[ \"echo\" ]");
    sio_hear(&a, "42[\"echo\"]" RS "430[]" RS "42[\"echo\"]");
    sio_say(&a, "4218446744073709551615[\"echo\",1]" RS "42007[\"echo\"]");
    sio_hear(&a, "4318446744073709551615[1]" RS "437[]");
    sio_hear_nothing(&b);
}
END_TEST

/* Events and answers that nobody waits for. */
START_TEST(unheard)
{
    enter(&a, _i);
    sio_say(&a, "42[\"nothing\",1]" RS "421[\"Message\"]" RS "42[1]" RS
                "42[-1.5]" RS "42[\"\"]" RS "430[]" RS "4399[1]");
    sio_say(&a, "451-[\"nothing\"]" RS "bAQ==" RS "461-3[]" RS "bAQ==");
    sio_hear_nothing(&a);
    expect_no_out(&server);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06-socketio-lite");
    TCase *t = tcase_create("the program");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 15);
    tcase_add_loop_test(t, message, 0, WAYS);
    tcase_add_loop_test(t, broadcast, 0, WAYS);
    tcase_add_loop_test(t, rooms, 0, WAYS);
    tcase_add_loop_test(t, echo, 0, WAYS);
    tcase_add_loop_test(t, unheard, 0, WAYS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
