/* Is it UTF-8, as far as it has come? */
#include "utf8.h"
#include "../utf8_cases.h"
#include "unit.h"

enum { GOOD = -1 };

/* The same by another way: characters as numbers. Returns the byte that can't
 * be; n: it ends inside a character; GOOD. */
static int reference(const unsigned char *p, int n)
{
    for (int i = 0, len; i < n; i += len) {
        len = p[i] < 0x80 ? 1 : p[i] < 0xe0 ? 2 : p[i] < 0xf0 ? 3 : 4;
        long low = len == 1 ? 0 : len == 2 ? 0x80 : len == 3 ? 0x800 : 0x10000;
        long code = len == 1 ? p[i] : p[i] & (0x7f >> len);
        if ((p[i] & 0xc0) == 0x80 || p[i] > 0xf4 || p[i] == 0xc0 ||
            p[i] == 0xc1)
            return i;
        for (int k = 1; k < len; k++) {
            if (i + k == n)
                return n;
            if ((p[i + k] & 0xc0) != 0x80)
                return i + k;
            code = code << 6 | (p[i + k] & 0x3f);
            int bits = 6 * (len - 1 - k); /* that are still to come */
            long least = code << bits, most = least + (1L << bits) - 1;
            if (most < low || least > 0x10ffff ||
                (least >= 0xd800 && most <= 0xdfff))
                return i + k;
        }
    }
    return GOOD;
}

/* In two pieces, AT bytes in the first; what is checked is behind no room. */
static int check(const unsigned char *p, int n, int at)
{
    struct utf8 u = {0};
    char *a = exact(p, (size_t)at), *b = exact(p + at, (size_t)(n - at));
    bool first = utf8_check(&u, a, (size_t)at);
    bool both = first && utf8_check(&u, b, (size_t)(n - at));
    free(a);
    free(b);
    return !first ? 1 : !both ? 2 : u.need > 0 ? 3 : 0;
}

/* Byte by byte: it must fail at the first that can't be. */
static int check_bytes(const unsigned char *p, int n)
{
    struct utf8 u = {0};
    for (int i = 0; i < n; i++)
        if (!utf8_check(&u, (const char *)p + i, 1))
            return i;
    return u.need > 0 ? n : GOOD;
}

static void expect_at(const char *what, const unsigned char *p, int n, int bad)
{
    char line[1000];
    int byte = check_bytes(p, n);
    if (byte != bad)
        ck_abort_msg("%s: \"%s\": wrong at %d, not %d", what,
                     show(line, (const char *)p, (size_t)n), byte, bad);
    for (int at = 0; at <= n; at++) {
        int want = bad == GOOD ? 0 : bad < at ? 1 : bad < n ? 2 : 3;
        int is = check(p, n, at);
        if (is != want)
            ck_abort_msg("%s: \"%s\", split at %d: %d, not %d", what,
                         show(line, (const char *)p, (size_t)n), at, is, want);
    }
}

START_TEST(cases)
{
    char bytes[64];
    int n = utf8_bytes(&utf8_cases[_i], bytes);
    const unsigned char *p = (unsigned char *)bytes;
    expect_at(utf8_cases[_i].what, p, n, utf8_cases[_i].wrong);
    ck_assert_int_eq(reference(p, n), utf8_cases[_i].wrong);
}
END_TEST

/* Behind runs that are skipped in strides: ASCII, Chinese, and both. */
START_TEST(behind_a_run)
{
    static const char *const runs[] = {"x", "\xe4\xbd\xa0", "\xc3\xa4",
                                       "x\xe4\xbd\xa0", "\xf0\x9f\x98\x80"};
    unsigned char text[300];
    char bytes[64];
    int n = utf8_bytes(&utf8_cases[_i], bytes);
    for (int run = 0; run < 5; run++)
        for (int times = 0; times < 200; times += 1 + times / 70) {
            int len = (int)strlen(runs[run]), at = 0;
            if ((times + 1) * len + n + 70 > (int)sizeof text)
                break;
            for (int i = 0; i < times; i++, at += len)
                memcpy(text + at, runs[run], (size_t)len);
            memcpy(text + at, bytes, (size_t)n);
            int bad = reference(text, at + n);
            ck_assert_int_eq(check_bytes(text, at + n), bad);
            int is = check(text, at + n, at);
            ck_assert_int_eq(is, bad == GOOD ? 0 : bad < at + n ? 2 : 3);
            memset(text + at + n, 'x', 70); /* and before one */
            int all = at + n + 70;
            bad = reference(text, all);
            ck_assert_int_eq(check(text, all, 0), bad == GOOD ? 0 : 2);
        }
}
END_TEST

/* All of two bytes, and with each a choice of third and fourth ones. */
START_TEST(all_beginnings)
{
    static const unsigned char more[] = {0x7f, 0x80, 0xbf, 0xc0};
    enum { MORE = sizeof more };
    for (int two = 0; two < 65536; two++)
        for (int i = 0; i < MORE * MORE; i++) {
            unsigned char p[4] = {(unsigned char)(two >> 8), (unsigned char)two,
                                  more[i / MORE], more[i % MORE]};
            struct utf8 u = {0};
            int bad = reference(p, 4);
            bool ok = utf8_check(&u, (char *)p, 4);
            if (ok != (bad == GOOD || bad == 4) ||
                (ok && (u.need > 0) != (bad == 4)))
                ck_abort_msg("%02x %02x %02x %02x", p[0], p[1], p[2], p[3]);
        }
}
END_TEST

START_TEST(all_characters)
{
    for (unsigned code = 0x80; code < 0x200000; code++) {
        unsigned char p[4];
        int n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        for (int i = n - 1, bits = 0; i >= 0; i--, bits += 6)
            p[i] = (unsigned char)(0x80 | (code >> bits & 0x3f));
        p[0] = (unsigned char)(code >> 6 * (n - 1) | (0xf00u >> n & 0xff));
        struct utf8 u = {0};
        bool good = code < 0x110000 && !(code >= 0xd800 && code < 0xe000);
        bool is = utf8_check(&u, (char *)p, (size_t)n) && u.need == 0;
        if (is != good)
            ck_abort_msg("U+%04X", code);
    }
}
END_TEST

START_TEST(random_texts)
{
    static const char *const pieces[] = {
        "x",
        "abcdefghijklmnopqrstuvwxyz",
        "\xc3\xa4",
        "\xe4\xbd\xa0",
        "\xe4\xbd\xa0\xe5\xa5\xbd\xe4\xb8\x96\xe7\x95\x8c",
        "\xf0\x9f\x98\x80",
        "\xe0\xa0\x80",
        "\xed\x9f\xbf",
        "\xf4\x8f\xbf\xbf",
        "\xef\xbb\xbf"};
    for (int i = 0; i < 3000; i++) {
        unsigned char text[400];
        int n = 0, most = (int)dice(300);
        while (n < most) {
            const char *piece = pieces[dice(10)];
            memcpy(text + n, piece, strlen(piece));
            n += (int)strlen(piece);
        }
        if (n > 0 && dice(3) == 0)
            text[dice((unsigned)n)] = (unsigned char)dice(256);
        int bad = reference(text, n), at = (int)dice((unsigned)n + 1);
        ck_assert_int_eq(check_bytes(text, n), bad);
        int want = bad == GOOD ? 0 : bad < at ? 1 : bad < n ? 2 : 3;
        ck_assert_int_eq(check(text, n, at), want);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("utf8");
    TCase *t = tcase_create("a text");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, cases, 0, UTF8_CASES);
    tcase_add_loop_test(t, behind_a_run, 0, UTF8_CASES);
    tcase_add_test(t, all_beginnings);
    tcase_add_test(t, all_characters);
    tcase_add_test(t, random_texts);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
