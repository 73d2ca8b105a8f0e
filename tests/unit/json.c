/* JSON (RFC 8259): what is a value, and what is in an array or an object. */
#include "json.h"
#include "unit.h"

static const char *const good[] = {
    "null", "true", "false", "\"\"", "[]", "{}", "[ ]", "{ }", "[\t\n\r ]",
    /* numbers */
    "0", "-0", "1", "-1", "10", "1234567890", "0.5", "-0.0", "1.50e+01", "1e5",
    "1E5", "1e+5", "1e-5", "1E400", "0e0", "0E+00", "-9.99e-99", "1.0000",
    "123456789012345678901234567890", "0.00000000000000000000000000000001",
    /* strings */
    "\"a\"", "\"\\\"\"", "\"\\\\\"", "\"\\/\"", "\"\\b\\f\\n\\r\\t\"",
    "\"\\u0000\"", "\"\\uD83D\\uDE00\"", "\"\\ud800\"", "\"\\uabcdef\"",
    "\"\\uABCD\"", "\"/\"", "\"'\"", "\"\x7f\"", "\"\xe2\x80\xa8\"",
    "\"\xe4\xbd\xa0\"", "\"\xf0\x9f\x98\x80\"", "\"[\"", "\"]\"", "\"a,b:c\"",
    "\"\\\\\\\"\"",
    /* arrays and objects */
    "[1]", "[ 1 ]", "[1,2]", "[1 , 2]", "[\n1\r,\t2 ]", "[[]]", "[[],[]]",
    "[{}]", "[null,true,false]", "[\"a\",\"b\"]", "[\"a]\",\"b[\"]",
    "{\"a\":1}", "{ \"a\" : 1 }", "{\"a\":1,\"b\":2}", "{\"a\":1 , \"b\":2}",
    "{\"\":0}", "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":[]}}", "{\"}\":\"{\"}",
    "{\"\\u0061\":[1,{\"b\":null}]}", "[{\"a\":1},[2],\"3\",4]"};

static const char *const bad[] = {
    "", " ", "\n", "nul", "Null", "NULL", "tru", "True", "fals", "n", "t", "f",
    "undefined", "NaN", "Infinity", "-Infinity", "nan",
    /* numbers */
    "+1", "-", "--1", "-a", ".5", "-.5", "1.", "1.e5", "1e", "1e+", "1E-",
    "1.5e", "e5", "0.", "-0.", "0.e1", "1.x", "$", "\xd9\xa1", "\xef\xbc\x91",
    /* strings */
    "\"", "\"a", "a", "'a'", "\"\\\"", "\"\\", "\"\\a\"", "\"\\x41\"",
    "\"\\v\"", "\"\\'\"", "\"\\0\"", "\"\\U0041\"", "\"\\u\"", "\"\\u1\"",
    "\"\\u12\"", "\"\\u123\"", "\"\\u123g\"", "\"\\ug123\"", "\"\\u 123\"",
    "\"\\u-123\"", "\"\\u+123\"", "\"\\u12", "\"\n\"", "\"\t\"", "\"\x1f\"",
    "\"\x01\"", "\"\\\n\"", "\\u0061",
    /* arrays */
    "[", "]", "[1", "[1,", "[,", "[,]", "[1,]", "[,1]", "[1,,2]", "[1 2]",
    "[1:2]", "[\"a\":1]", "[1}", "[}", "[1;2]", "[[]", "[a]", "[01]", "[+1]",
    "[1.]", "[-]", "[.5]", "[0x1]", "[1e]", "[tru]", "[true false]", "[\"a]",
    "[1//\n]", "[1/**/]", "[\f]", "[\v]", "[\xc2\xa0]", "[NaN]", "[\"\\x\"]",
    "[\xef\xbb\xbf]", "[1,2", "[1 ", "[ ",
    /* objects */
    "{", "}", "{1", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\"}",
    "{\"a\":}", "{\"a\":1,}", "{,}", "{,\"a\":1}", "{\"a\":1,,\"b\":2}",
    "{a:1}", "{'a':1}", "{1:1}", "{null:1}", "{[]:1}", "{\"a\" 1}",
    "{\"a\"::1}", "{\"a\":1:2}", "{\"a\",1}", "{\"a\":1 \"b\":2}", "{\"a\":1]",
    "{]", "{\"a\":01}", "{\"a\n\":1}", "{\"a\\x\":1}", "{\"a\":1;\"b\":2}",
    "{\"a\": ", "{\"a\" ", "{ "};

enum { GOOD = sizeof good / sizeof *good, BAD = sizeof bad / sizeof *bad };

/* In a block of its size, so that no byte behind it can help. */
static size_t length_of(const char *bytes, size_t len)
{
    char *copy = exact(bytes, len);
    size_t n = json_length((struct text){copy, len});
    free(copy);
    return n;
}

START_TEST(values)
{
    char line[100];
    for (int i = 0; i < GOOD; i++) {
        size_t len = strlen(good[i]);
        ck_assert_msg(length_of(good[i], len) == len, "%s", good[i]);
        for (const char *p = " ,]}:\n\"x"; *p; p++) { /* and what follows */
            sprintf(line, "%s%c", good[i], *p);
            ck_assert_msg(length_of(line, len + 1) == len, "%s", line);
        }
    }
}
END_TEST

START_TEST(no_values)
{
    char line[100];
    for (int i = 0; i < BAD; i++) {
        size_t len = strlen(bad[i]);
        ck_assert_msg(length_of(bad[i], len) == 0, "%s", bad[i]);
        sprintf(line, " %s", bad[i]); /* no white space before it */
        ck_assert_msg(length_of(line, len + 1) == 0, "%s", bad[i]);
    }
    ck_assert_uint_eq(length_of("\0", 1), 0);
    ck_assert_uint_eq(length_of("[\0]", 3), 0);
    ck_assert_uint_eq(length_of("\"\0\"", 3), 0);
    ck_assert_uint_eq(length_of("\"\\\0\"", 4), 0);
    ck_assert_uint_eq(length_of("nul\0", 4), 0);
    ck_assert_uint_eq(length_of(" 1", 2), 0);
}
END_TEST

/* A number's beginning may be one, too, and is followed by what is left. */
START_TEST(longest)
{
    static const struct {
        const char *text;
        size_t n;
    } rows[] = {{"01", 1},    {"-01", 2},   {"00", 1},       {"0x10", 1},
                {"1a", 1},    {"1-2", 1},   {"1.5.5", 3},    {"1e5.5", 3},
                {"truex", 4}, {"nulll", 4}, {"\"a\"b\"", 3}, {"[]]", 2}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ck_assert_msg(length_of(rows[i].text, strlen(rows[i].text)) ==
                          rows[i].n,
                      "%s", rows[i].text);
}
END_TEST

/* Cut off anywhere, only a number may still be a value, and is no longer. */
START_TEST(prefixes)
{
    static const char text[] =
        "{\"a\" : [1.50e+01, -0,\t{\"\\u00e9\\n\":\"\\uD83D\\uDE00\xe4\xbd\xa0"
        "\"}, true,null , false],\"b\":{\"\":[[],{},\"\"]}\n}";
    size_t whole = sizeof text - 1;
    ck_assert_uint_eq(length_of(text, whole), whole);
    for (size_t len = 0; len < whole; len++)
        ck_assert_msg(length_of(text, len) == 0, "%zu bytes", len);
    for (int i = 0; i < GOOD; i++) {
        bool number = strchr("-0123456789", *good[i]) != NULL;
        for (size_t len = 0; len < strlen(good[i]); len++)
            ck_assert_msg(length_of(good[i], len) <= (number ? len : 0),
                          "%zu bytes of %s", len, good[i]);
    }
}
END_TEST

/* One byte of it is another: whatever comes of it, nothing beyond is read. */
START_TEST(any_byte)
{
    static const char text[] = "[1.5e+1,\"\\u00e9\\n\",{\"a\":[true,null]}]";
    char copy[sizeof text];
    for (size_t i = 0; i + 1 < sizeof text; i++)
        for (int byte = 0; byte < 256; byte++) {
            memcpy(copy, text, sizeof text);
            copy[i] = (char)byte;
            ck_assert_uint_lt(length_of(copy, sizeof text - 1), sizeof text);
        }
}
END_TEST

/* Control characters in a string, and what follows a backslash. */
START_TEST(bytes_of_strings)
{
    for (int byte = 0; byte < 256; byte++) {
        char plain[] = {'"', (char)byte, '"'};
        char escaped[] = {'"', '\\', (char)byte, '"'};
        size_t want = byte == '"' ? 2 : byte >= 0x20 && byte != '\\' ? 3 : 0;
        bool letter = byte > 0 && strchr("\"\\/bfnrt", byte);
        ck_assert_msg(length_of(plain, 3) == want, "%02x", byte);
        ck_assert_msg(length_of(escaped, 4) == (letter ? 4 : 0), "\\%02x",
                      byte);
    }
}
END_TEST

static size_t nested(int depth, char open, bool close)
{
    struct buf b = {0};
    for (int i = 0; i < depth; i++)
        buf_add(&b, open == '[' ? "[" : "{\"a\":", open == '[' ? 1 : 5);
    buf_add(&b, "1", 1);
    for (int i = 0; i < depth && close; i++)
        buf_add(&b, open == '[' ? "]" : "}", 1);
    size_t n = length_of(b.data, b.len);
    ck_assert(n == 0 || n == b.len);
    buf_free(&b);
    return n;
}

START_TEST(depth)
{
    char open = _i ? '{' : '[';
    for (int i = 0; i <= JSON_DEPTH; i++) {
        ck_assert_uint_gt(nested(i, open, true), 0);
        ck_assert_uint_eq(nested(i, open, false), i == 0);
    }
    ck_assert_uint_eq(nested(JSON_DEPTH + 1, open, true), 0);
    ck_assert_uint_eq(nested(10000, open, true), 0);
    ck_assert_uint_eq(nested(1000000, open, false), 0);
    ck_assert_uint_eq(length_of("[[[[", 4), 0);
}
END_TEST

static const struct {
    const char *json, *parts; /* of arrays: v|v|; of objects: k=v|k=v| */
} lists[] = {
    {"[]", ""},
    {"[ \n]", ""},
    {"{}", ""},
    {"{\t}", ""},
    {"[1]", "1|"},
    {"[ 1 ]", "1|"},
    {"[1.50e+01,-0]", "1.50e+01|-0|"},
    {"[ 1 ,\n2\t,3 ]", "1|2|3|"},
    {"[null,true,false]", "null|true|false|"},
    {"[\"a\",\"b,\",\"]\"]", "\"a\"|\"b,\"|\"]\"|"},
    {"[\"a:\" , \"\\\"\"]", "\"a:\"|\"\\\"\"|"},
    {"[[1,2],[],{\"a\":[3]}]", "[1,2]|[]|{\"a\":[3]}|"},
    {"[[ 1 , 2 ] ,{ } ]", "[ 1 , 2 ]|{ }|"},
    {"{\"a\":1}", "\"a\"=1|"},
    {"{ \"a\" : 1 , \"b\" : [ ] }", "\"a\"=1|\"b\"=[ ]|"},
    {"{\"a\":\"b\",\"c\":\"d\"}", "\"a\"=\"b\"|\"c\"=\"d\"|"},
    {"{\"\":{},\"\\u0061,:\":{\"x\":1}}", "\"\"={}|\"\\u0061,:\"={\"x\":1}|"},
    {"{\"a\":1,\"a\":2}", "\"a\"=1|\"a\"=2|"}};

enum { LISTS = sizeof lists / sizeof *lists };

START_TEST(parts)
{
    char got[200] = "", *copy = exact(lists[_i].json, strlen(lists[_i].json));
    struct text key, value, rest = {copy, strlen(lists[_i].json)};
    while (json_next(&rest, &key, &value)) {
        if (key.p)
            sprintf(got + strlen(got), "%.*s=", (int)key.n, key.p);
        sprintf(got + strlen(got), "%.*s|", (int)value.n, value.p);
    }
    ck_assert_str_eq(got, lists[_i].parts);
    ck_assert_uint_eq(rest.n, 0);
    free(copy);
}
END_TEST

/* Into all there is: a list is ( and its parts and ). */
static void walk(struct text *rest, char *got)
{
    struct text key, value;
    while (json_step(rest, &key, &value)) {
        if (key.p)
            sprintf(got + strlen(got), "%.*s=", (int)key.n, key.p);
        sprintf(got + strlen(got), value.n > 0 ? "%.*s|" : "(", (int)value.n,
                value.p);
        if (value.n == 0)
            walk(rest, got);
    }
    strcat(got, ")");
}

START_TEST(steps)
{
    static const char *const rows[][2] = {
        {"[]", ")"},
        {"{ }", ")"},
        {"[1, 2 ]", "1|2|)"},
        {"[[]]", "())"},
        {"[ [ ] , [ ] ]", "()())"},
        {"[[1,[2]],3]", "(1|(2|))3|)"},
        {"[{\"a\":[]},{}]", "(\"a\"=())())"},
        {"{\"a\":{\"b\":{\"c\":1}} ,\"d\":\"]\"}",
         "\"a\"=(\"b\"=(\"c\"=1|))\"d\"=\"]\"|)"},
        {"[[[[\"[\"]]] , null]", "(((\"[\"|)))null|)"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t len = strlen(rows[i][0]);
        char got[200] = "", *copy = exact(rows[i][0], len);
        struct text rest = {copy, len};
        walk(&rest, got);
        ck_assert_str_eq(got, rows[i][1]);
        ck_assert_uint_eq(rest.n, 0);
        free(copy);
    }
}
END_TEST

START_TEST(is_string)
{
    for (int i = 0; i < GOOD; i++)
        ck_assert_int_eq(json_is_string(text_of(good[i])), *good[i] == '"');
    ck_assert(!json_is_string((struct text){"\"", 0}));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("json");
    TCase *t = tcase_create("values");
    tcase_add_test(t, values);
    tcase_add_test(t, no_values);
    tcase_add_test(t, longest);
    tcase_add_test(t, prefixes);
    tcase_add_test(t, any_byte);
    tcase_add_test(t, bytes_of_strings);
    tcase_add_loop_test(t, depth, 0, 2);
    tcase_add_loop_test(t, parts, 0, LISTS);
    tcase_add_test(t, steps);
    tcase_add_test(t, is_string);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
