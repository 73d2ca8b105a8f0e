/* base64.c - see base64.h.
 *
 *   bytes       |aaaaaaaa|bbbbbbbb|cccccccc|     3 x 8 bits
 *   characters  |aaaaaa|aabbbb|bbbbcc|cccccc|    4 x 6 bits
 *
 * One byte left gives two characters and "==", two give three and "=". */
#include "base64.h"

#include <string.h>

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t base64_encode(const void *bytes, size_t len, char *text)
{
    const unsigned char *in = bytes;
    char *out = text;
    for (size_t i = 0; i < len; i += 3) {
        size_t n = len - i < 3 ? len - i : 3;
        unsigned bits = (unsigned)in[i] << 16;
        bits |= n > 1 ? (unsigned)in[i + 1] << 8 : 0;
        bits |= n > 2 ? in[i + 2] : 0;
        *out++ = alphabet[bits >> 18];
        *out++ = alphabet[bits >> 12 & 63];
        *out++ = n > 1 ? alphabet[bits >> 6 & 63] : '=';
        *out++ = n > 2 ? alphabet[bits & 63] : '=';
    }
    return (size_t)(out - text);
}

long base64_decode(const char *text, size_t len, void *bytes)
{
    unsigned char *out = bytes;
    size_t pad = 0;
    while (pad < 2 && pad < len && text[len - 1 - pad] == '=')
        pad++;
    if (len % 4 != 0)
        return -1;
    unsigned bits = 0;
    for (size_t i = 0; i < len; i++) {
        const char *at = i < len - pad ? memchr(alphabet, text[i], 64)
                                       : alphabet;
        if (!at)
            return -1;
        bits = bits << 6 | (unsigned)(at - alphabet);
        if (i % 4 < 3)
            continue;
        *out++ = (unsigned char)(bits >> 16);
        *out++ = (unsigned char)(bits >> 8);
        *out++ = (unsigned char)bits;
        bits &= i == len - 1 ? 0xffffffu : 0;
    }
    out -= pad;
    for (size_t i = 0; i < pad; i++)
        if (out[i] != 0)
            return -1;
    return (long)(out - (unsigned char *)bytes);
}
