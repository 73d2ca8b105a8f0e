/* Views of bytes, and the buffer that grows. */
#include "unit.h"

/* Else AddressSanitizer ends the program where malloc would return NULL. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static const struct {
    const char *text, *word;
    bool is, like;
} words[] = {{"", "", true, true},          {"", "a", false, false},
             {"a", "", false, false},       {"GET", "GET", true, true},
             {"get", "GET", false, true},   {"gEt", "GeT", false, true},
             {"GE", "GET", false, false},   {"GETS", "GET", false, false},
             {"GOT", "GET", false, false},  {"host", "Host", false, true},
             {"h-st", "H-ST", false, true}, {"h\rst", "H-ST", false, false},
             {"@", "`", false, false},      {"[", "{", false, false},
             {"\xc4", "\xe4", false, false}};

enum { WORDS = sizeof words / sizeof *words };

START_TEST(compared)
{
    size_t n = strlen(words[_i].text);
    char *copy = exact(words[_i].text, n);
    struct text t = {copy, n};
    ck_assert_int_eq(text_is(t, words[_i].word), words[_i].is);
    ck_assert_int_eq(text_like(t, words[_i].word), words[_i].like);
    free(copy);
}
END_TEST

START_TEST(nul_is_a_byte)
{
    ck_assert(!text_is((struct text){"a\0b", 3}, "a"));
    ck_assert(!text_like((struct text){"a\0b", 3}, "a"));
    ck_assert(!text_is((struct text){"a\0c", 3}, "abc"));
    ck_assert(!text_like((struct text){"a\0", 2}, "ab"));
    ck_assert(text_is((struct text){"a\0b", 1}, "a"));
}
END_TEST

static const struct {
    const char *text;
    bool ok;
    uint64_t number;
} numbers[] = {
    {"0", true, 0},
    {"7", true, 7},
    {"10", true, 10},
    {"007", true, 7},
    {"1700000000000", true, 1700000000000},
    {"18446744073709551609", true, UINT64_MAX - 6},
    {"18446744073709551615", true, UINT64_MAX},
    {"00000000000000000000018446744073709551615", true, UINT64_MAX},
    {"18446744073709551616", false, 0},
    {"18446744073709551620", false, 0},
    {"18446744073709551625", false, 0},
    {"36893488147419103232", false, 0},
    {"99999999999999999999", false, 0},
    {"184467440737095516150", false, 0},
    {"", false, 0},
    {"\xd9\xa1", false, 0} /* a digit in Arabic */
};

enum { NUMBERS = sizeof numbers / sizeof *numbers };

START_TEST(number)
{
    uint64_t got = 4711;
    size_t n = strlen(numbers[_i].text);
    char *copy = exact(numbers[_i].text, n);
    bool ok = text_number((struct text){copy, n}, &got);
    ck_assert_msg(ok == numbers[_i].ok, "\"%s\"", numbers[_i].text);
    if (ok)
        ck_assert_uint_eq(got, numbers[_i].number);
    free(copy);
}
END_TEST

/* Every byte but the ten digits: at the beginning, inside, at the end. */
START_TEST(number_bytes)
{
    uint64_t got;
    for (int i = 0; i < 256 * 3; i++) {
        char text[] = "111";
        text[i % 3] = (char)(i / 3);
        bool digit = i / 3 >= '0' && i / 3 <= '9';
        ck_assert_int_eq(text_number((struct text){text, 3}, &got), digit);
    }
}
END_TEST

/* Writes number's digits, which must be these and not one byte more. */
static void expect_digits(uint64_t value)
{
    char want[24], *digits = exact(want, 20);
    size_t len = (size_t)sprintf(want, "%llu", (unsigned long long)value);
    memset(digits, '#', 20);
    expect_bytes("digits", digits, text_digits(digits, value), want, len);
    for (size_t i = len; i < 20; i++)
        ck_assert_int_eq(digits[i], '#');
    free(digits);
}

START_TEST(digits)
{
    uint64_t power = 1;
    for (int i = 0; i < 20; i++, power *= 10) {
        expect_digits(power - 1);
        expect_digits(power);
        expect_digits(power + 1);
        expect_digits(power * 9);
    }
    expect_digits(UINT64_MAX);
    expect_digits(1234567890123456789);
}
END_TEST

static struct buf b;

static void finish(void)
{
    buf_free(&b);
}

static void expect_buf(const char *want)
{
    expect_bytes("the buffer", b.data, b.len, want, strlen(want));
    ck_assert(b.cap >= b.len);
}

START_TEST(adds)
{
    ck_assert(buf_add(&b, NULL, 0));
    ck_assert_uint_eq(b.len, 0);
    ck_assert(buf_add(&b, "ab", 2));
    expect_buf("ab");
    ck_assert(buf_add(&b, "c", 0));
    ck_assert(buf_add(&b, "cde", 3));
    expect_buf("abcde");
    ck_assert(buf_add(&b, "\0z", 2));
    expect_bytes("with NUL", b.data, b.len, "abcde\0z", 7);
}
END_TEST

START_TEST(drops)
{
    ck_assert(buf_add(&b, "abcdefgh", 8));
    buf_drop(&b, 0);
    expect_buf("abcdefgh");
    buf_drop(&b, 3);
    expect_buf("defgh");
    buf_drop(&b, 4);
    expect_buf("h");
    buf_drop(&b, 1);
    expect_buf("");
    buf_drop(&b, 0);
    ck_assert(buf_add(&b, "x", 1));
    expect_buf("x");
}
END_TEST

/* The room of what was dropped is used again. */
START_TEST(keeps_its_room)
{
    ck_assert(buf_add(&b, "0123456789", 10));
    size_t cap = b.cap;
    for (int i = 0; i < 1000; i++) {
        buf_drop(&b, 10);
        ck_assert(buf_add(&b, "abcdefghij", 10));
        expect_buf("abcdefghij");
    }
    ck_assert_uint_eq(b.cap, cap);
}
END_TEST

START_TEST(reserves)
{
    ck_assert(buf_reserve(&b, 0));
    ck_assert(buf_add(&b, "abc", 3));
    ck_assert(buf_reserve(&b, 1000));
    expect_buf("abc");
    ck_assert_uint_ge(b.cap - b.len, 1000);
    char *data = b.data;
    memset(b.data + b.len, 'x', 1000);
    ck_assert(buf_reserve(&b, 1000));
    ck_assert_ptr_eq(b.data, data);
    b.len += 1000;
    ck_assert(buf_reserve(&b, 1));
    ck_assert_int_eq(b.data[1002], 'x');
}
END_TEST

/* A megabyte byte by byte moves a few times, not a million times. */
START_TEST(grows_in_leaps)
{
    int moves = 0;
    for (int i = 0; i < 1 << 20; i++) {
        size_t cap = b.cap;
        char byte = (char)(i % 251);
        if (!buf_add(&b, &byte, 1))
            ck_abort_msg("no memory");
        moves += cap != b.cap;
    }
    ck_assert_int_le(moves, 40);
    for (int i = 0; i < 1 << 20; i++)
        if (b.data[i] != (char)(i % 251))
            ck_abort_msg("byte %d is %d", i, b.data[i]);
    ck_assert_uint_le(b.cap, 4 << 20);
}
END_TEST

START_TEST(no_memory)
{
    ck_assert(!buf_reserve(&b, SIZE_MAX / 2));
    ck_assert(!buf_add(&b, "x", SIZE_MAX / 2));
    ck_assert(b.data == NULL && b.len == 0 && b.cap == 0);
    ck_assert(buf_add(&b, "abc", 3));
    struct buf before = b;
    ck_assert(!buf_reserve(&b, SIZE_MAX / 2));
    ck_assert(!buf_add(&b, "x", SIZE_MAX / 2));
    ck_assert(b.data == before.data && b.cap == before.cap);
    expect_buf("abc");
}
END_TEST

START_TEST(fits)
{
    ck_assert(buf_add(&b, "abc", 3));
    ck_assert(buf_reserve(&b, 100000));
    buf_fit(&b);
    expect_buf("abc");
    ck_assert_uint_le(b.cap, 1000);
    memset(b.data + b.len, 'x', b.cap - b.len);
    ck_assert(buf_add(&b, "def", 3));
    expect_buf("abcdef");
}
END_TEST

/* Nothing in it is no special case. */
START_TEST(fits_empty)
{
    buf_fit(&b);
    ck_assert(buf_add(&b, "abc", 3));
    ck_assert(buf_reserve(&b, 100000));
    buf_drop(&b, 3);
    buf_fit(&b);
    ck_assert_uint_le(b.cap, 1000);
    ck_assert(buf_add(&b, "def", 3));
    expect_buf("def");
}
END_TEST

START_TEST(frees)
{
    buf_free(&b);
    ck_assert(buf_add(&b, "abc", 3));
    buf_free(&b);
    ck_assert(b.data == NULL && b.len == 0 && b.cap == 0);
    buf_free(&b);
    ck_assert(buf_add(&b, "d", 1));
    expect_buf("d");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("buf");
    TCase *t = tcase_create("text");
    tcase_add_loop_test(t, compared, 0, WORDS);
    tcase_add_test(t, nul_is_a_byte);
    tcase_add_loop_test(t, number, 0, NUMBERS);
    tcase_add_test(t, number_bytes);
    tcase_add_test(t, digits);
    suite_add_tcase(s, t);
    t = tcase_create("buf");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_add_test(t, adds);
    tcase_add_test(t, drops);
    tcase_add_test(t, keeps_its_room);
    tcase_add_test(t, reserves);
    tcase_add_test(t, grows_in_leaps);
    tcase_add_test(t, no_memory);
    tcase_add_test(t, fits);
    tcase_add_test(t, fits_empty);
    tcase_add_test(t, frees);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
