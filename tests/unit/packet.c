/* One packet of Socket.IO: what it says, and which are malformed. */
#include "json.h"
#include "packet.h"
#include "unit.h"

static const struct row {
    const char *text;
    enum packet_type type;
    int attachments;
    const char *nsp, *id, *data; /* id NULL: none */
    const char *name, *args;
} rows[] = {
    {"0", PACKET_CONNECT, 0, "/", NULL, "", "", ""},
    {"0/", PACKET_CONNECT, 0, "/", NULL, "", "", ""},
    {"0/,", PACKET_CONNECT, 0, "/", NULL, "", "", ""},
    {"0{}", PACKET_CONNECT, 0, "/", NULL, "{}", "", ""},
    {"0/,{}", PACKET_CONNECT, 0, "/", NULL, "{}", "", ""},
    {"0{\"token\":\"123\"}", PACKET_CONNECT, 0, "/", NULL,
     "{\"token\":\"123\"}", "", ""},
    {"0/woot", PACKET_CONNECT, 0, "/woot", NULL, "", "", ""},
    {"0/woot,", PACKET_CONNECT, 0, "/woot", NULL, "", "", ""},
    {"0/woot,{\"a\":[1]}", PACKET_CONNECT, 0, "/woot", NULL, "{\"a\":[1]}", "",
     ""},
    {"0/a?b={}", PACKET_CONNECT, 0, "/a?b={}", NULL, "", "", ""},
    {"0/12", PACKET_CONNECT, 0, "/12", NULL, "", "", ""},
    {"0//,", PACKET_CONNECT, 0, "//", NULL, "", "", ""},
    {"0/\xe4\xbd\xa0,{ }", PACKET_CONNECT, 0, "/\xe4\xbd\xa0", NULL, "{ }", "",
     ""},
    {"1", PACKET_DISCONNECT, 0, "/", NULL, "", "", ""},
    {"1/woot", PACKET_DISCONNECT, 0, "/woot", NULL, "", "", ""},
    {"1/woot,", PACKET_DISCONNECT, 0, "/woot", NULL, "", "", ""},
    {"2[\"a\"]", PACKET_EVENT, 0, "/", NULL, "[\"a\"]", "\"a\"", ""},
    {"2[ \"a\" ]", PACKET_EVENT, 0, "/", NULL, "[ \"a\" ]", "\"a\"", ""},
    {"2[\"a\",1,{}]", PACKET_EVENT, 0, "/", NULL, "[\"a\",1,{}]", "\"a\"",
     "1,{}"},
    {"2[\"a\" , 1 ]", PACKET_EVENT, 0, "/", NULL, "[\"a\" , 1 ]", "\"a\"",
     " 1 "},
    {"2[1,\"a\",{}]", PACKET_EVENT, 0, "/", NULL, "[1,\"a\",{}]", "1",
     "\"a\",{}"},
    {"2[-1]", PACKET_EVENT, 0, "/", NULL, "[-1]", "-1", ""},
    {"2[\"\"]", PACKET_EVENT, 0, "/", NULL, "[\"\"]", "\"\"", ""},
    {"2[\"connected\"]", PACKET_EVENT, 0, "/", NULL, "[\"connected\"]",
     "\"connected\"", ""},
    {"2[\"Connect\"]", PACKET_EVENT, 0, "/", NULL, "[\"Connect\"]",
     "\"Connect\"", ""},
    {"20[\"a\"]", PACKET_EVENT, 0, "/", "0", "[\"a\"]", "\"a\"", ""},
    {"2007[\"a\"]", PACKET_EVENT, 0, "/", "7", "[\"a\"]", "\"a\"", ""},
    {"2/test,1[\"a\",1,{}]", PACKET_EVENT, 0, "/test", "1", "[\"a\",1,{}]",
     "\"a\"", "1,{}"},
    {"2/,3[\"a\"]", PACKET_EVENT, 0, "/", "3", "[\"a\"]", "\"a\"", ""},
    {"218446744073709551615[\"a\"]", PACKET_EVENT, 0, "/",
     "18446744073709551615", "[\"a\"]", "\"a\"", ""},
    {"2[\"a\",{\"_placeholder\":true,\"num\":5}]", PACKET_EVENT, 0, "/", NULL,
     "[\"a\",{\"_placeholder\":true,\"num\":5}]", "\"a\"",
     "{\"_placeholder\":true,\"num\":5}"},
    {"3123[\"a\",1,{}]", PACKET_ACK, 0, "/", "123", "[\"a\",1,{}]", "",
     "\"a\",1,{}"},
    {"30[]", PACKET_ACK, 0, "/", "0", "[]", "", ""},
    {"30[ \t]", PACKET_ACK, 0, "/", "0", "[ \t]", "", ""},
    {"3/x,9[null]", PACKET_ACK, 0, "/x", "9", "[null]", "", "null"},
    {"30[\"connect\"]", PACKET_ACK, 0, "/", "0", "[\"connect\"]", "",
     "\"connect\""},
    {"50-[\"a\"]", PACKET_BINARY_EVENT, 0, "/", NULL, "[\"a\"]", "\"a\"", ""},
    {"51-[\"hello\"]", PACKET_BINARY_EVENT, 1, "/", NULL, "[\"hello\"]",
     "\"hello\"", ""},
    {"510-/cool,23[\"a\",{\"_placeholder\":true,\"num\":9}]",
     PACKET_BINARY_EVENT, 10, "/cool", "23",
     "[\"a\",{\"_placeholder\":true,\"num\":9}]", "\"a\"",
     "{\"_placeholder\":true,\"num\":9}"},
    {"5002-[\"a\"]", PACKET_BINARY_EVENT, 2, "/", NULL, "[\"a\"]", "\"a\"", ""},
    {"61-/back,127[{\"_placeholder\":true,\"num\":0}]", PACKET_BINARY_ACK, 1,
     "/back", "127", "[{\"_placeholder\":true,\"num\":0}]", "",
     "{\"_placeholder\":true,\"num\":0}"},
    {"60-1[]", PACKET_BINARY_ACK, 0, "/", "1", "[]", "", ""}};

enum { ROWS = sizeof rows / sizeof *rows };

/* From a block of its size, which the caller frees. */
static bool parse(const char *text, size_t len, struct packet *p, char **copy)
{
    *copy = exact(text, len);
    memset(p, 0x55, sizeof *p);
    return packet_parse((struct text){*copy, len}, p);
}

static bool is_good(const char *text, size_t len)
{
    struct packet p;
    char *copy;
    bool good = parse(text, len, &p, &copy);
    free(copy);
    return good;
}

START_TEST(good)
{
    const struct row *r = &rows[_i];
    struct packet p;
    uint64_t id = 0;
    char *copy;
    ck_assert_msg(parse(r->text, strlen(r->text), &p, &copy), "%s", r->text);
    ck_assert_int_eq(p.type, r->type);
    ck_assert_int_eq(p.attachments, r->attachments);
    ck_assert_int_eq(p.has_id, r->id != NULL);
    ck_assert(!r->id || text_number(text_of(r->id), &id));
    ck_assert_uint_eq(p.id, id);
    expect_text("namespace", p.nsp, r->nsp);
    expect_text("data", p.data, r->data);
    if (*r->name)
        expect_text("name", p.name, r->name);
    if (r->type != PACKET_CONNECT && r->type != PACKET_DISCONNECT)
        expect_text("arguments", p.args, r->args);
    free(copy);
}
END_TEST

/* Cut off, it is malformed, unless it says the same of another namespace. */
START_TEST(cut_off)
{
    const struct row *r = &rows[_i];
    size_t whole = strlen(r->text), json = whole - strlen(r->data);
    bool bare = r->type == PACKET_CONNECT || r->type == PACKET_DISCONNECT;
    for (size_t len = 0; len < whole; len++)
        ck_assert_msg(is_good(r->text, len) == (bare && len > 0 && len <= json),
                      "%zu bytes of %s", len, r->text);
}
END_TEST

/* With one byte more behind it, too. */
START_TEST(more_behind)
{
    const struct row *r = &rows[_i];
    char line[200];
    for (const char *p = "]},[{\"a1-"; *p && *r->data; p++) {
        int len = sprintf(line, "%s%c", r->text, *p);
        ck_assert_msg(!is_good(line, (size_t)len), "%s", line);
    }
}
END_TEST

static const char *const bad[] = {
    "", "4", "4{}", "4\"Unauthorized\"", "4{\"message\":\"x\"}", "7", "8", "9",
    "999", "a", "abc", "/", "-1", " ", " 2[\"a\"]", "[\"a\"]", "{}", "\xff",
    "\x7f", "42[\"some\",\"data\"", "442[\"some\",\"data\"",
    /* the payload does not fit the type */
    "0/admin,\"invalid\"", "0[]", "0null", "0\"x\"", "0true", "0/,[]", "0{",
    "0{}{}", "0{} {}", "0abc", "1{}", "1/admin,{}", "1[]", "1/admin,[\"a\"]",
    "1x", "2", "2/admin", "2/admin,", "2/admin,\"invalid", "2/admin,{}", "2{}",
    "2[]", "2[ ]", "2null", "2\"a\"", "212", "2[{\"toString\":\"foo\"}]",
    "2[true,\"foo\"]", "2[false]", "2[null,\"bar\"]", "2[[]]", "2[[\"a\"]]",
    "3", "31", "31{}", "31null", "3[]", "3[\"a\"]", "3/x,[\"a\"]", "3/x",
    /* names that are events of the socket itself */
    "2[\"connect\"]", "2[\"connect_error\",{}]", "2[\"disconnect\",\"123\"]",
    "2[\"disconnecting\"]", "2[\"newListener\"]", "2[\"removeListener\"]",
    "21[\"connect\"]", "2/x,[\"connect\"]", "50-[\"disconnect\"]",
    "2[\"\\u0063onnect\"]", "2[\"disconn\\u0065ct\"]",
    "2[\"\\u006e\\u0065\\u0077\\u004cistener\"]",
    /* acknowledgement numbers, namespaces */
    "2abc[\"a\"]", "2-1[\"a\"]", "21.5[\"a\"]", "2+1[\"a\"]", "21 [\"a\"]",
    "21a[\"a\"]", "2 [\"a\"]", "218446744073709551616[\"a\"]",
    "299999999999999999999999999999[\"a\"]", "2/x[\"a\"]", "2x,[\"a\"]",
    "2/x,/y,[\"a\"]", "2/x,,[\"a\"]", "2,[\"a\"]", "2x[\"a\"]",
    /* JSON */
    "2[a]", "2['a']", "2[\"a\"", "2[\"a\",]", "2[\"a\"]]", "2[\"a\"][\"b\"]",
    "2[\"a\",01]", "2[\"a\",NaN]", "2[\"a\",undefined]", "2[\"\x01\"]",
    "2[\"a\\x\"]", "2[\"a\",{1:2}]", "2[\"a\"],", "2[\"a\"];", "0{\"a\"}",
    "0{a:1}", "31[1,]", "31[1 2]",
    /* attachments */
    "5", "6", "5-", "5-[\"a\"]", "51", "51[\"a\"]", "5[\"a\"]", "5a-[\"a\"]",
    "5-1-[\"a\"]", "5+1-[\"a\"]", "51.0-[\"a\"]", "51 -[\"a\"]", "51e0-[\"a\"]",
    "51--[\"a\"]", "511-[\"a\"]", "599-[\"a\"]", "51000000000-[\"a\"]",
    "599999999999999999999999-[\"a\"]", "5 -[\"a\"]", "51-", "51-/x,", "51-{}",
    "51-[]", "51-[1-]", "61-[]", "6-1[]", "611-1[]", "61-1", "61-1{}",
    "5/x,1-[\"a\"]", "50-", "60-[]"};

enum { BAD = sizeof bad / sizeof *bad };

START_TEST(malformed)
{
    for (int i = 0; i < BAD; i++)
        ck_assert_msg(!is_good(bad[i], strlen(bad[i])), "%s", bad[i]);
    ck_assert(!is_good("\0", 1));
    ck_assert(!is_good("2\0[\"a\"]", 7));
    ck_assert(!is_good("2[\"a\"]\0", 7));
    ck_assert(!is_good("0{}\0", 4));
}
END_TEST

/* Whatever byte stands where, nothing outside of the block is read. */
START_TEST(any_byte)
{
    static const char text[] =
        "52-/x,12[\"a\",{\"_placeholder\":true,\"num\":1},[{}]]";
    for (size_t i = 0; i + 1 < sizeof text; i++)
        for (int byte = 0; byte < 256; byte++) {
            char line[sizeof text];
            memcpy(line, text, sizeof text);
            line[i] = (char)byte;
            is_good(line, sizeof text - 1);
        }
}
END_TEST

START_TEST(depth)
{
    for (int lists = 250; lists < 260; lists++) {
        struct buf b = {0};
        buf_add(&b, "51-[\"a\",", 8);
        for (int i = 1; i < lists; i++)
            buf_add(&b, "[", 1);
        for (int i = 0; i < lists; i++)
            buf_add(&b, "]", 1);
        ck_assert_int_eq(is_good(b.data, b.len), lists <= JSON_DEPTH);
        buf_free(&b);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("packet");
    TCase *t = tcase_create("packets");
    tcase_add_loop_test(t, good, 0, ROWS);
    tcase_add_loop_test(t, cut_off, 0, ROWS);
    tcase_add_loop_test(t, more_behind, 0, ROWS);
    tcase_add_test(t, malformed);
    tcase_add_test(t, any_byte);
    tcase_add_test(t, depth);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
