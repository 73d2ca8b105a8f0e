/* utf8.c - see utf8.h.
 *
 *   0xxxxxxx                                 U+0000 ..   U+007F
 *   110xxxxx 10xxxxxx                        U+0080 ..   U+07FF
 *   1110xxxx 10xxxxxx 10xxxxxx               U+0800 ..   U+FFFF
 *   11110xxx 10xxxxxx 10xxxxxx 10xxxxxx     U+10000 .. U+10FFFF
 *
 * What is wrong beyond that shows in the second byte: after E0 and F0 a
 * longer form than needed, after ED a surrogate, after F4 more than 10FFFF.
 * So a first byte tells how many follow, and between which the next one is. */
#include "utf8.h"

#include <stdint.h>
#include <string.h>

enum { STRIDE = 64 };

/* ASCII is skipped in strides that no branch interrupts. */
static const char *skip_ascii(const char *p, const char *end)
{
    for (; end - p >= STRIDE; p += STRIDE) {
        uint64_t words[STRIDE / 8], any = 0;
        memcpy(words, p, STRIDE);
        for (size_t i = 0; i < STRIDE / 8; i++)
            any |= words[i];
        if (any & (UINT64_MAX / 255 << 7))
            break;
    }
    while (p < end && (*p & 0x80) == 0)
        p++;
    return p;
}

/* Runs of three-byte characters without a rule of their own: Chinese. */
static const char *skip_common(const char *bytes, const char *end)
{
    const unsigned char *p = (const unsigned char *)bytes;
    while ((const char *)p + 3 <= end && p[0] - 0xe1u < 0x0c &&
           ((p[1] ^ 0x80u) | (p[2] ^ 0x80u)) < 0x40)
        p += 3;
    return (const char *)p;
}

static bool begin(struct utf8 *u, unsigned char first)
{
    if (first < 0xc2 || first > 0xf4)
        return false;
    u->need = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    u->low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    u->high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    return true;
}

bool utf8_check(struct utf8 *u, const char *bytes, size_t len)
{
    const char *p = bytes, *end = bytes + len;
    while (p < end) {
        unsigned char byte = (unsigned char)*p;
        if (u->need > 0) {
            if (byte < u->low || byte > u->high)
                return false;
            *u = (struct utf8){(unsigned char)(u->need - 1), 0x80, 0xbf};
            p++;
        } else if (byte < 0x80) {
            p = skip_ascii(p, end);
        } else {
            p = skip_common(p, end);
            if (p < end && (*p & 0x80) != 0 && !begin(u, (unsigned char)*p++))
                return false;
        }
    }
    return true;
}
