/* utf8.h - is it UTF-8 (RFC 3629), as far as it has come? */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Where in a character the text so far ends. All zero: between two. */
struct utf8 {
    unsigned char need;      /* bytes still to come */
    unsigned char low, high; /* between which the next one must be */
};

/* Goes on with len bytes. False: whatever follows, this is not UTF-8. The
 * text is complete when need is 0. */
bool utf8_check(struct utf8 *u, const char *bytes, size_t len);

#endif
