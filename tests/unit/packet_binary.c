/* Placeholders for attachments, and what goes out. */
#include "packet.h"
#include "unit.h"

#include <time.h>

/* Else AddressSanitizer ends the program where realloc would return NULL. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static bool is_good(const char *text, size_t len)
{
    struct packet p;
    char *copy = exact(text, len);
    bool good = packet_parse((struct text){copy, len}, &p);
    free(copy);
    return good;
}

#define PLACE "\"_placeholder\":true"

/* Arguments, and how many attachments they want at least; -1: no number is
 * enough. */
static const struct {
    const char *args;
    int wants;
} rows[] = {
    {"1", 0},
    {"{}", 0},
    {"[{}]", 0},
    {"{\"num\":99}", 0},
    {"{" PLACE ",\"num\":0}", 1},
    {"{\"num\":0," PLACE "}", 1},
    {"{ \"num\" : 1 , \"_placeholder\" : true }", 2},
    {"{" PLACE ",\"num\":9}", 10},
    {"{" PLACE ",\"num\":09}", -1},
    {"{" PLACE ",\"num\":10}", -1},
    {"{" PLACE ",\"num\":1000000000}", -1},
    {"{" PLACE ",\"num\":18446744073709551616}", -1},
    {"{" PLACE ",\"num\":-1}", -1},
    {"{" PLACE ",\"num\":0.5}", -1},
    {"{" PLACE ",\"num\":\"0\"}", -1},
    {"{" PLACE ",\"num\":\"splice\"}", -1},
    {"{" PLACE ",\"num\":null}", -1},
    {"{" PLACE ",\"num\":true}", -1},
    {"{" PLACE ",\"num\":[]}", -1},
    {"{" PLACE ",\"num\":[0]}", -1},
    {"{" PLACE ",\"num\":{\"num\":0}}", -1},
    {"{" PLACE "}", -1},
    {"{" PLACE ",\"Num\":0}", -1},
    {"{" PLACE ",\"num\":5,\"num\":0}", 1},
    {"{" PLACE ",\"num\":0,\"num\":5}", 6},
    {"{" PLACE ",\"num\":0,\"num\":[]}", -1},
    {"{" PLACE ",\"num\":0,\"more\":[1,{\"x\":2}]}", 1},
    {"{\"_placeholder\":false,\"num\":99}", 0},
    {"{\"_placeholder\":\"true\",\"num\":99}", 0},
    {"{\"_placeholder\":1}", 0},
    {"{\"_placeholder\":[true]}", 0},
    {"{\"_placeholder\":{}}", 0},
    {"{" PLACE ",\"_placeholder\":[]}", 0},
    {"{\"_placeholder\":false," PLACE "}", -1},
    {"{\"_Placeholder\":true}", 0},
    {"{\"placeholder\":true}", 0},
    {"{\"_placeholder \":true}", 0},
    {"\"_placeholder\",true", 0},
    {"\"{"
     "\\\"_placeholder\\\":true}\"",
     0},
    /* escaped */
    {"{\"\\u005fplaceholder\":true,\"n\\u0075m\":2}", 3},
    {"{\"\\u005f\\u0070\\u006c\\u0061\\u0063\\u0065\\u0068\\u006f\\u006c\\u0064"
     "\\u0065\\u0072\":true}",
     -1},
    {"{" PLACE ",\"\\u006e\\u0075\\u006d\":7}", 8},
    {"{\"\\\\u005fplaceholder\":true}", 0},
    /* within */
    {"[{" PLACE ",\"num\":0}]", 1},
    {"[1,[2,[{" PLACE ",\"num\":3}]],4]", 4},
    {"{\"a\":{\"b\":[{" PLACE ",\"num\":4}]}}", 5},
    {"{\"a\":{" PLACE "},\"num\":0}", -1},
    {"{\"a\":{\"num\":0}," PLACE "}", -1},
    {"{\"a\":[]," PLACE ",\"b\":{},\"num\":0}", 1},
    {"{" PLACE ",\"num\":0,\"a\":{" PLACE ",\"num\":1}}", 2},
    {"{" PLACE ",\"num\":0},{" PLACE ",\"num\":1}", 2},
    {"{" PLACE ",\"num\":1},{" PLACE ",\"num\":0}", 2},
    {"{" PLACE ",\"num\":0},{" PLACE ",\"num\":0}", 1},
    {"{" PLACE ",\"num\":0},{" PLACE "}", -1},
    {"[],{},[{}],{" PLACE "}", -1}};

enum { ROWS = sizeof rows / sizeof *rows };

START_TEST(placeholders)
{
    char text[400];
    for (int n = 0; n <= MAX_ATTACHMENTS; n++) {
        bool want = rows[_i].wants >= 0 && n >= rows[_i].wants;
        int len = sprintf(text, "5%d-[\"a\",%s]", n, rows[_i].args);
        ck_assert_msg(is_good(text, (size_t)len) == want, "%s", text);
        len = sprintf(text, "6%d-/x,7[%s]", n, rows[_i].args);
        ck_assert_msg(is_good(text, (size_t)len) == want, "%s", text);
        for (len--; len > 0; len--)
            ck_assert_msg(!is_good(text, (size_t)len), "%d of %s", len, text);
    }
}
END_TEST

/* In a packet of text they are nothing but objects. */
START_TEST(no_placeholders)
{
    char text[400];
    int len = sprintf(text, "2[\"a\",%s]", rows[_i].args);
    ck_assert_int_eq(is_good(text, (size_t)len), !strstr(text, ":09}"));
}
END_TEST

START_TEST(attachments)
{
    char text[100];
    for (int n = 0; n < 2000; n++)
        ck_assert_int_eq(is_good(text, (size_t)sprintf(text, "5%d-[\"a\"]", n)),
                         n <= MAX_ATTACHMENTS);
}
END_TEST

/* However deep it is, each byte is read a few times, not once per level. */
START_TEST(deep_and_long)
{
    enum { DEEP = 250, MANY = 400000 };
    struct buf b = {0};
    buf_add(&b, "51-[\"a\",", 8);
    for (int i = 0; i < DEEP; i++)
        buf_add(&b, "{\"a\":", 5);
    buf_add(&b, "[", 1);
    for (int i = 0; i < MANY; i++)
        buf_add(&b, "1,", 2);
    buf_add(&b, "1]", 2);
    for (int i = 0; i < DEEP; i++)
        buf_add(&b, "}", 1);
    buf_add(&b, "]", 1);
    clock_t begin = clock();
    ck_assert(is_good(b.data, b.len));
    ck_assert_msg(clock() - begin < CLOCKS_PER_SEC / 2, "takes long");
    buf_free(&b);
}
END_TEST

static const struct {
    struct packet p;
    const char *nsp, *text;
} outs[] = {
    {{.type = PACKET_CONNECT}, "/", "40"},
    {{.type = PACKET_CONNECT}, "/chat", "40/chat,"},
    {{.type = PACKET_DISCONNECT}, "/", "41"},
    {{.type = PACKET_DISCONNECT}, "/chat", "41/chat,"},
    {{.type = PACKET_EVENT}, "/", "42"},
    {{.type = PACKET_EVENT}, "/chat", "42/chat,"},
    {{.type = PACKET_EVENT, .has_id = true}, "/", "420"},
    {{.type = PACKET_EVENT, .has_id = true, .id = 7}, "/c", "42/c,7"},
    {{.type = PACKET_EVENT, .id = 7}, "/c", "42/c,"},
    {{.type = PACKET_ACK, .has_id = true, .id = 12}, "/", "4312"},
    {{.type = PACKET_ACK, .has_id = true, .id = UINT64_MAX},
     "/c",
     "43/c,18446744073709551615"},
    {{.type = PACKET_CONNECT_ERROR}, "/x", "44/x,"},
    {{.type = PACKET_EVENT, .attachments = 1}, "/", "451-"},
    {{.type = PACKET_EVENT, .attachments = 10, .has_id = true, .id = 3},
     "/c",
     "4510-/c,3"},
    {{.type = PACKET_ACK, .attachments = 2, .has_id = true}, "/", "462-0"}};

enum { OUTS = sizeof outs / sizeof *outs };

START_TEST(begun)
{
    struct buf b = {0};
    struct packet p = outs[_i].p;
    p.nsp = text_of(outs[_i].nsp);
    ck_assert(buf_add(&b, "something", 9));
    ck_assert(packet_begin(&b, &p));
    expect_bytes("begun", b.data, b.len, outs[_i].text, strlen(outs[_i].text));
    buf_free(&b);
}
END_TEST

/* Into less room than it wants, where there is no more. */
START_TEST(no_memory)
{
    struct packet p = {.type = PACKET_EVENT, .nsp = text_of("/x")};
    struct buf full = {malloc(1), 0, 1};
    size_t cap = full.cap;
    ck_assert(packet_begin(&full, &p));
    ck_assert_uint_gt(full.cap, cap);
    p.nsp.n = SIZE_MAX / 2; /* as long as no memory is */
    ck_assert(!packet_begin(&full, &p));
    buf_free(&full);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("packet: binary");
    TCase *t = tcase_create("packets");
    tcase_add_loop_test(t, placeholders, 0, ROWS);
    tcase_add_loop_test(t, no_placeholders, 0, ROWS);
    tcase_add_test(t, attachments);
    tcase_add_test(t, deep_and_long);
    tcase_add_loop_test(t, begun, 0, OUTS);
    tcase_add_test(t, no_memory);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
