/* sha1.h - a digest (FIPS 180-4, 6.1). No secret should rest on it today; a
 * WebSocket only shows by it that the server has read the handshake. */
#ifndef SHA1_H
#define SHA1_H

#include <stddef.h>

void sha1(const void *bytes, size_t len, unsigned char digest[20]);

#endif
