/* Strings of JSON: what they say, and how to say it. */
#include "json.h"
#include "unit.h"

/* Else AddressSanitizer ends the program where realloc would return NULL. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static struct buf b;

static void finish(void)
{
    buf_free(&b);
}

static void decode(const char *json, size_t len)
{
    char *copy = exact(json, len);
    b.len = 0;
    ck_assert(json_decode(&b, (struct text){copy, len}));
    free(copy);
}

static void quote(const char *bytes, size_t len)
{
    char *copy = exact(bytes, len);
    b.len = 0;
    ck_assert(json_quote(&b, (struct text){copy, len}));
    free(copy);
}

static const struct {
    const char *json, *says;
} rows[] = {{"\"\"", ""},
            {"\"a\"", "a"},
            {"\"hello world\"", "hello world"},
            {"\"\\\"\\\\\\/\"", "\"\\/"},
            {"\"\\b\\f\\n\\r\\t\"", "\b\f\n\r\t"},
            {"\"a\\nb\"", "a\nb"},
            {"\"\\\\n\"", "\\n"},
            {"\"\\\\\\n\"", "\\\n"},
            {"\"\\u0061\\u0062c\"", "abc"},
            {"\"\\u00e9\\u00E9\"", "\xc3\xa9\xc3\xa9"},
            {"\"\\u4F60\\u597d\"", "\xe4\xbd\xa0\xe5\xa5\xbd"},
            {"\"\xe4\xbd\xa0\\u597d\"", "\xe4\xbd\xa0\xe5\xa5\xbd"},
            {"\"\\uD83D\\uDE00\"", "\xf0\x9f\x98\x80"},
            {"\"\\ud83d\\ude00x\"", "\xf0\x9f\x98\x80x"},
            {"\"\\uD800\\uDC00\"", "\xf0\x90\x80\x80"},
            {"\"\\uDBFF\\uDFFF\"", "\xf4\x8f\xbf\xbf"},
            /* half a pair */
            {"\"\\uD800\"", "\xef\xbf\xbd"},
            {"\"\\uDC00\"", "\xef\xbf\xbd"},
            {"\"\\uDFFF\"", "\xef\xbf\xbd"},
            {"\"\\uD800x\"", "\xef\xbf\xbdx"},
            {"\"\\uD800\\n\"", "\xef\xbf\xbd\n"},
            {"\"\\uD800\\ndc00\"", "\xef\xbf\xbd\ndc00"},
            {"\"\\uD800\\\\uDC00\"", "\xef\xbf\xbd\\uDC00"},
            {"\"\\uD800xuDC00\"", "\xef\xbf\xbdxuDC00"},
            {"\"\\uD800\\u0061\"", "\xef\xbf\xbd"
                                   "a"},
            {"\"\\uD800\\uD800\"", "\xef\xbf\xbd\xef\xbf\xbd"},
            {"\"\\uD800\\uD83D\\uDE00\"", "\xef\xbf\xbd\xf0\x9f\x98\x80"},
            {"\"\\uDE00\\uD83D\"", "\xef\xbf\xbd\xef\xbf\xbd"},
            {"\"\\uD7FF\\uE000\"", "\xed\x9f\xbf\xee\x80\x80"},
            {"\"\\uFFFF\"", "\xef\xbf\xbf"}};

enum { ROWS = sizeof rows / sizeof *rows };

START_TEST(decoded)
{
    decode(rows[_i].json, strlen(rows[_i].json));
    expect_bytes(rows[_i].json, b.data, b.len, rows[_i].says,
                 strlen(rows[_i].says));
}
END_TEST

/* UTF-8, made without the lesson. Returns how many bytes. */
static size_t utf8_of(unsigned code, char to[4])
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        to[0] = (char)(0xc0 + code / 64);
        to[1] = (char)(0x80 + code % 64);
        return 2;
    }
    if (code < 0x10000) {
        to[0] = (char)(0xe0 + code / 4096);
        to[1] = (char)(0x80 + code / 64 % 64);
        to[2] = (char)(0x80 + code % 64);
        return 3;
    }
    to[0] = (char)(0xf0 + code / 262144);
    to[1] = (char)(0x80 + code / 4096 % 64);
    to[2] = (char)(0x80 + code / 64 % 64);
    to[3] = (char)(0x80 + code % 64);
    return 4;
}

static size_t escaped_as(unsigned code, char *json)
{
    unsigned high = 0xd7c0 + code / 1024, low = 0xdc00 + code % 1024;
    return (size_t)(code < 0x10000
                        ? sprintf(json, "\\u%04x", code)
                        : sprintf(json, "\\u%04X\\u%04x", high, low));
}

/* Quotes it, and reads that again. */
static void there_and_back(const char *says, size_t n)
{
    quote(says, n);
    struct buf json = b;
    b = (struct buf){0};
    ck_assert_uint_eq(json_length((struct text){json.data, json.len}),
                      json.len);
    decode(json.data, json.len);
    buf_free(&json);
    expect_bytes("read again", b.data, b.len, says, n);
}

/* Every character: escaped, quoted, as it is; a block of 256 in a string. */
START_TEST(all_characters)
{
    for (unsigned first = 0; first < 0x110000; first += 256) {
        char says[1100], json[3400] = "\"", plain[3400] = "\"";
        size_t n = 0, len = 1, m = 1;
        for (unsigned code = first; code < first + 256; code++) {
            bool half = code >> 11 == 0x1b;
            bool must = code < 0x20 || code == '"' || code == '\\' || half;
            n += utf8_of(half ? 0xfffd : code, says + n);
            len += escaped_as(code, json + len);
            m += must ? escaped_as(code, plain + m) : utf8_of(code, plain + m);
        }
        json[len++] = plain[m++] = '"';
        decode(json, len);
        expect_bytes("escaped", b.data, b.len, says, n);
        decode(plain, m);
        expect_bytes("as they are", b.data, b.len, says, n);
        there_and_back(says, n);
    }
}
END_TEST

/* Letters as they are and escaped, in every order. */
START_TEST(mixed)
{
    for (int round = 0; round < 5000; round++) {
        char says[64], json[200] = "\"";
        size_t n = 0, len = 1;
        for (unsigned i = dice(12); i > 0; i--) {
            unsigned code = dice(3) ? 0x20 + dice(95) : 0x10000 + dice(0x10000);
            bool must = code == '"' || code == '\\' || dice(2);
            n += utf8_of(code, says + n);
            len += must ? escaped_as(code, json + len)
                        : utf8_of(code, json + len);
        }
        json[len++] = '"';
        decode(json, len);
        expect_bytes("decoded", b.data, b.len, says, n);
        there_and_back(says, n);
    }
}
END_TEST

START_TEST(quoted)
{
    static const struct {
        struct text says;
        const char *json;
    } texts[] = {{{"", 0}, "\"\""},
                 {{"a", 1}, "\"a\""},
                 {{"/", 1}, "\"/\""},
                 {{"\0", 1}, "\"\\u0000\""},
                 {{"a\0b", 3}, "\"a\\u0000b\""},
                 {{"\"\\", 2}, "\"\\\"\\\\\""},
                 {{"\b\f\n\r\t", 5}, "\"\\b\\f\\n\\r\\t\""},
                 {{"\x01\x0b\x1f", 3}, "\"\\u0001\\u000b\\u001f\""},
                 {{"\x7f", 1}, "\"\x7f\""},
                 {{"\xe4\xbd\xa0", 3}, "\"\xe4\xbd\xa0\""}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        quote(texts[i].says.p, texts[i].says.n);
        expect_bytes("quoted", b.data, b.len, texts[i].json,
                     strlen(texts[i].json));
    }
}
END_TEST

/* Is it a string that says this word, whatever is escaped? */
START_TEST(said)
{
    static const struct {
        const char *json, *word;
        bool says;
    } words[] = {{"\"a\"", "a", true},
                 {"\"\"", "", true},
                 {"\"\\u0061\"", "a", true},
                 {"\"\\u0061b\\u0063\"", "abc", true},
                 {"\"\\uD83D\\uDE00\"", "\xf0\x9f\x98\x80", true},
                 {"\"\\/\"", "/", true},
                 {"\"\\\\\"", "\\", true},
                 {"\"\\u0061\"", "\\u0061", false},
                 {"\"a\"", "A", false},
                 {"\"ab\"", "a", false},
                 {"\"a\"", "ab", false},
                 {"\"\\u0061\\u0000\"", "a", false},
                 {"\"a\"", "\"a\"", false},
                 {"1", "1", false},
                 {"null", "null", false},
                 {"[\"a\"]", "a", false},
                 {"0", "", false},
                 {"11", "", false}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char *copy = exact(words[i].json, strlen(words[i].json));
        struct text json = {copy, strlen(words[i].json)};
        ck_assert_msg(json_says(json, words[i].word) == words[i].says, "%s, %s",
                      words[i].json, words[i].word);
        free(copy);
    }
}
END_TEST

/* What is there stays before it. */
START_TEST(appended)
{
    ck_assert(json_quote(&b, text_of("a\n")));
    ck_assert(json_decode(&b, text_of("\"\\u00e9z\"")));
    ck_assert(json_quote(&b, text_of("")));
    expect_bytes("both", b.data, b.len, "\"a\\n\"\xc3\xa9z\"\"", 10);
}
END_TEST

/* As many bytes cost as much time, wherever they stand. */
START_TEST(long_ones)
{
    enum { MANY = 1 << 20 };
    char *says = malloc(MANY);
    for (int i = 0; i < MANY; i++)
        says[i] = (char)(_i == 0 ? 'a' : _i == 1 ? '\n' : i % 2 ? '"' : 'b');
    quote(says, MANY);
    struct buf json = b;
    b = (struct buf){0};
    decode(json.data, json.len);
    ck_assert_uint_eq(b.len, MANY);
    ck_assert(memcmp(b.data, says, MANY) == 0);
    buf_free(&json);
    free(says);
}
END_TEST

START_TEST(no_memory)
{
    static const char *const texts[] = {"\"a\"", "\"\\n\"", "\"\\u0061\"",
                                        "\"\\uD83D\\uDE00\"", "\"\\nab\""};
    struct buf full = {malloc(1), SIZE_MAX / 2, SIZE_MAX / 2};
    struct buf before = full;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ck_assert(!json_decode(&full, text_of(texts[i])));
    ck_assert(!json_quote(&full, text_of("")));
    ck_assert(!json_quote(&full, text_of("a\n")));
    ck_assert(full.data == before.data && full.len == before.len);
    ck_assert(json_decode(&full, text_of("\"\""))); /* wants none */
    free(full.data);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("json: strings");
    TCase *t = tcase_create("strings");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, decoded, 0, ROWS);
    tcase_add_test(t, all_characters);
    tcase_add_test(t, mixed);
    tcase_add_test(t, quoted);
    tcase_add_test(t, said);
    tcase_add_test(t, appended);
    tcase_add_loop_test(t, long_ones, 0, 3);
    tcase_add_test(t, no_memory);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
