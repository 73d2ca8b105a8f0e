/* base64.h - bytes as text (RFC 4648, section 4). */
#ifndef BASE64_H
#define BASE64_H

#include <stddef.h>

/* Writes 4 characters for each 3 bytes, or what is left of them, and no 0 at
 * the end. Returns how many. */
size_t base64_encode(const void *bytes, size_t len, char *text);
/* Writes at most len / 4 * 3 bytes. Returns how many; -1: not Base64, which
 * wants its padding, and no bits that nobody sees. */
long base64_decode(const char *text, size_t len, void *bytes);

#endif
