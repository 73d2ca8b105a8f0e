/* Bytes as text, and back. */
#include "base64.h"
#include "unit.h"

/* RFC 4648, section 10 and more. */
static const struct {
    const char *text;
    const char *bytes; /* in hex */
} rows[] = {
    {"", ""},
    {"Zg==", "66"},
    {"Zm8=", "666f"},
    {"Zm9v", "666f6f"},
    {"Zm9vYg==", "666f6f62"},
    {"Zm9vYmE=", "666f6f6261"},
    {"Zm9vYmFy", "666f6f626172"},
    {"FPucA9l+", "14fb9c03d97e"},
    {"FPucA9k=", "14fb9c03d9"},
    {"FPucAw==", "14fb9c03"},
    {"AA==", "00"},
    {"AAA=", "0000"},
    {"AAAA", "000000"},
    {"/w==", "ff"},
    {"//8=", "ffff"},
    {"////", "ffffff"},
    {"+/+/", "fbffbf"},
    {"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
     "b37a4f2cc0624f1690f64606cf385945b2bec4ea"},
    {"dGhlIHNhbXBsZSBub25jZQ==", "7468652073616d706c65206e6f6e6365"},
    {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
     "00108310518720928b30d38f41149351559761969b71d79f8218a39259a7a29aabb2db"
     "afc31cb3d35db7e39ebbf3dfbf"},
};

enum { ROWS = sizeof rows / sizeof *rows };

static const char *const bad[] = {
    "A",       "AA",     "AAA",      "AAAAA",    "AAAAAA",
    "AAAAAAA", "=",      "==",       "===",      "====",
    "A===",    "AB==",   "AP==",     "AAB=",     "AAD=",
    "/x==",    "//9=",   "Zh==",     "Zm9=",     "=AAA",
    "A=AA",    "AA=A",   "AAA=AAAA", "AA==AAAA", "Zg=",
    "Zm8==",   "Zm9v=",  "Zm9v====", "Zm9v Yg=", " Zg=",
    "Zg= ",    "Zg==\n", "Zg\n=",    "Zm-v",     "Zm_v",
    "Zm.v",    "Zm%v",   "Zm9v\r\n", "Zm9\xc3",  "\xff\xff\xff\xff",
    "A\1AA",   "AA[A",   "AA@A",     "AA`A",     "AA{A",
    "AA:A",    "AA*A",
};

enum { BAD = sizeof bad / sizeof *bad };

static size_t unhex(const char *hex, unsigned char *bytes)
{
    size_t n = 0;
    for (unsigned byte; sscanf(hex + 2 * n, "%2x", &byte) == 1; n++)
        bytes[n] = (unsigned char)byte;
    return n;
}

START_TEST(vectors)
{
    unsigned char want[64];
    size_t n = unhex(rows[_i].bytes, want), len = strlen(rows[_i].text);
    char *bytes = exact(want, n), *text = exact(rows[_i].text, len);
    char *made = malloc(len + 1), *back = malloc(len / 4 * 3 + 1);
    made[len] = back[len / 4 * 3] = '~'; /* one behind, not to be touched */
    size_t made_len = base64_encode(bytes, n, made);
    expect_bytes("encoded", made, made_len, rows[_i].text, len);
    long back_len = base64_decode(text, len, back);
    ck_assert_int_eq(back_len, (long)n);
    expect_bytes("decoded", back, n, (char *)want, n);
    ck_assert_int_eq(made[len], '~');
    ck_assert_int_eq(back[len / 4 * 3], '~');
    free(bytes);
    free(text);
    free(made);
    free(back);
}
END_TEST

START_TEST(malformed)
{
    size_t len = strlen(bad[_i]);
    char *text = exact(bad[_i], len), *room = malloc(len / 4 * 3 + 1);
    ck_assert_msg(base64_decode(text, len, room) == -1, "\"%s\"", bad[_i]);
    free(text);
    free(room);
}
END_TEST

START_TEST(a_nul_is_malformed)
{
    unsigned char room[3];
    ck_assert_int_eq(base64_decode("AA\0A", 4, room), -1);
    ck_assert_int_eq(base64_decode("AAA\0", 4, room), -1);
    ck_assert_int_eq(base64_decode("\0\0\0\0", 4, room), -1);
}
END_TEST

/* There is one text for each bytes: whatever can be decoded, encodes back. */
START_TEST(only_one_way)
{
    static const char some[] = "AQgw+/9z=-_ \n";
    unsigned char bytes[64];
    char text[8], back[12];
    int good = 0;
    for (int i = 0; i < 200000; i++) {
        size_t len = 4 * dice(3);
        for (size_t k = 0; k < len; k++)
            text[k] = some[dice(k + 3 > len ? 9 : 8)];
        if (len > 0 && dice(4) == 0)
            text[dice((unsigned)len)] = some[dice(sizeof some - 1)];
        long n = base64_decode(text, len, bytes);
        if (n < 0)
            continue;
        good++;
        size_t made = base64_encode(bytes, (size_t)n, back);
        expect_bytes("back", back, made, text, len);
    }
    ck_assert_int_gt(good, 50000);
}
END_TEST

START_TEST(random_bytes)
{
    unsigned char bytes[300], back[300];
    char text[400];
    for (int i = 0; i < 20000; i++) {
        size_t n = dice(sizeof bytes + 1);
        for (size_t k = 0; k < n; k++)
            bytes[k] = (unsigned char)dice(256);
        size_t len = base64_encode(bytes, n, text);
        ck_assert_uint_eq(len, (n + 2) / 3 * 4);
        ck_assert_int_eq(base64_decode(text, len, back), (long)n);
        ck_assert(n == 0 || memcmp(bytes, back, n) == 0);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("base64");
    TCase *t = tcase_create("both ways");
    tcase_add_loop_test(t, vectors, 0, ROWS);
    tcase_add_loop_test(t, malformed, 0, BAD);
    tcase_add_test(t, a_nul_is_malformed);
    tcase_add_test(t, only_one_way);
    tcase_add_test(t, random_bytes);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
