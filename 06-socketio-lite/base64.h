/* base64.h - bytes as text (RFC 4648, section 4). */
#ifndef BASE64_H
#define BASE64_H

#include <stddef.h>

/* Writes 4 characters for each 3 bytes, or what is left of them, and no 0 at
 * the end. Returns how many. */
size_t base64_encode(const void *bytes, size_t len, char *text);
/* Writes at most len / 4 * 3 bytes. Returns how many; -1: not canonical Base64
 * (its padding is missing, or bits that stand for nothing are set). */
long base64_decode(const char *text, size_t len, void *bytes);

#endif
