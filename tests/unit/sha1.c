/* A digest: the vectors of FIPS 180 and RFC 3174, and each way to pad. */
#include "sha1.h"
#include "base64.h"
#include "unit.h"

static void expect_digest(const char *bytes, size_t len, const char *want)
{
    unsigned char digest[21];
    char hex[41], *copy = exact(bytes, len);
    digest[20] = 0x55;
    sha1(copy, len, digest);
    free(copy);
    for (int i = 0; i < 20; i++)
        sprintf(hex + 2 * i, "%02x", digest[i]);
    ck_assert_str_eq(hex, want);
    ck_assert_int_eq(digest[20], 0x55);
}

static const struct {
    const char *text;
    int times;
    const char *digest;
} rows[] = {
    {"", 0, "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
    {"abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
     "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
     "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
     1, "a49b2446a02c645bf419f995b67091253a04a259"},
    {"0123456701234567012345670123456701234567012345670123456701234567", 10,
     "dea356a2cddd90c7a7ecedc5ebb563934f460452"},
    {"a", 1, "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"},
    {"a", 55, "c1c8bbdc22796e28c0e15163d20899b65621d65a"},
    {"a", 56, "c2db330f6083854c99d4b5bfb6e8f29f201be699"},
    {"a", 57, "f08f24908d682555111be7ff6f004e78283d989a"},
    {"a", 63, "03f09f5b158a7a8cdad920bddc29b81c18a551f5"},
    {"a", 64, "0098ba824b5c16427bd7a1122a5a442a25ec644d"},
    {"a", 65, "11655326c708d70319be2610e8a57d9a5b959d3b"},
    {"a", 111, "ac877859d427d9192054eea8feb3b8a403ef83a5"},
    {"a", 112, "689993727ba37386bb032495e9dbdfb4dd1ba744"},
    {"a", 119, "ee971065aaa017e0632a8ca6c77bb3bf8b1dfc56"},
    {"a", 120, "f34c1488385346a55709ba056ddd08280dd4c6d6"},
    {"a", 127, "89d95fa32ed44a7c610b7ee38517ddf57e0bb975"},
    {"a", 128, "ad5b3fdbcb526778c2839d2f151ea753995e26a0"},
    {"a", 129, "d96debf1bdcbc896e6c134ea76e8141f40d78536"},
    {"a", 1000, "291e9a6c66994949b57ba5e650361e98fc36b1ba"},
    {"a", 65536, "79db5888b5d38e10afbdbd14a19cd1caa9044c65"},
    {"a", 1000000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"},
};

START_TEST(vectors)
{
    size_t len = strlen(rows[_i].text), n = len * (size_t)rows[_i].times;
    char *bytes = malloc(n + 1);
    for (size_t at = 0; at < n; at += len)
        memcpy(bytes + at, rows[_i].text, len);
    expect_digest(bytes, n, rows[_i].digest);
    free(bytes);
}
END_TEST

START_TEST(nothing_at_all)
{
    unsigned char digest[20];
    sha1(NULL, 0, digest);
    ck_assert_int_eq(digest[0], 0xda);
    ck_assert_int_eq(digest[19], 0x09);
}
END_TEST

/* Bytes of each length below 300, all values in them: a digest of digests. */
START_TEST(all_lengths)
{
    unsigned char digests[300 * 20];
    char bytes[300];
    for (int i = 0; i < 300; i++)
        bytes[i] = (char)(i * 7 + 3);
    for (size_t n = 0; n < 300; n++) {
        char *copy = exact(bytes, n);
        sha1(copy, n, digests + 20 * n);
        free(copy);
    }
    expect_digest((char *)digests, sizeof digests,
                  "ca9349a03c700fe25e6c2cde997aa96ac2227d8a");
}
END_TEST

/* What the lesson wants it for: RFC 6455, 1.3, and more keys. */
START_TEST(handshakes)
{
    static const char *const keys[][2] = {
        {"dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="},
        {"AAAAAAAAAAAAAAAAAAAAAA==", "ICX+Yqv66kxgM0FcWaLWlFLwTAI="},
        {"AAECAwQFBgcICQoLDA0ODw==", "Bz3qJYTGdOe8gUSpLosEdiLKDrk="},
        {"/////////////////////w==", "XXpj4jYzLM2yUE0C7TIgMwTQh2g="},
        {"+++++++++++++++++++++w==", "ixakkuXOmA6rnL940yFjkr2/Yxs="},
    };
    char both[100], accept[28];
    unsigned char digest[20];
    int n = sprintf(both, "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
                    keys[_i][0]);
    sha1(both, (size_t)n, digest);
    size_t len = base64_encode(digest, sizeof digest, accept);
    expect_bytes("accept", accept, len, keys[_i][1], 28);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("sha1");
    TCase *t = tcase_create("digests");
    tcase_add_loop_test(t, vectors, 0, sizeof rows / sizeof *rows);
    tcase_add_test(t, nothing_at_all);
    tcase_add_test(t, all_lengths);
    tcase_add_loop_test(t, handshakes, 0, 5);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
