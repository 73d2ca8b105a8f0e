/* buf.h - bytes: a view into them, and the buffer that grows. */
#ifndef BUF_H
#define BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A view: n bytes at p, owned by somebody else, without a 0 at the end. */
struct text {
    const char *p;
    size_t n;
};

bool text_is(struct text t, const char *word);   /* to the letter */
bool text_like(struct text t, const char *word); /* upper or lower case */
/* Decimal digits, one at least, of at most 64 bits; else false, and *number as
 * it was. text_digits returns how many; there is no 0 behind them. */
bool text_number(struct text t, uint64_t *number);
size_t text_digits(char digits[20], uint64_t number);

/* All zero is an empty buffer; whoever has the struct owns the data. */
struct buf {
    char *data;
    size_t len, cap;
};

/* Room for more bytes behind the first len. False: no memory, b as it was. */
bool buf_reserve(struct buf *b, size_t more);
bool buf_add(struct buf *b, const void *bytes, size_t len); /* likewise */
void buf_drop(struct buf *b, size_t len); /* forgets the first len bytes */
void buf_fit(struct buf *b);              /* gives back most unused room */
void buf_free(struct buf *b);

#endif
