/* buf.c - see buf.h.  Appending doubles the room, so that n bytes cost n. */
#include "buf.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool text_is(struct text t, const char *word)
{
    return t.n == strlen(word) && memcmp(t.p, word, t.n) == 0;
}

bool text_like(struct text t, const char *word)
{
    return t.n == strlen(word) && strncasecmp(t.p, word, t.n) == 0;
}

bool text_number(struct text t, uint64_t *number)
{
    uint64_t n = 0;
    for (size_t i = 0; i < t.n; i++) {
        unsigned digit = (unsigned)t.p[i] - '0';
        if (digit > 9 || n > (UINT64_MAX - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    *number = n;
    return t.n > 0;
}

size_t text_digits(char digits[20], uint64_t number)
{
    char from_behind[20];
    size_t at = sizeof from_behind;
    do
        from_behind[--at] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    memcpy(digits, from_behind + at, sizeof from_behind - at);
    return sizeof from_behind - at;
}

static bool resize(struct buf *b, size_t cap)
{
    char *data = realloc(b->data, cap);
    if (!data)
        return false;
    b->data = data;
    b->cap = cap;
    return true;
}

bool buf_reserve(struct buf *b, size_t more)
{
    size_t need = b->len + more, twice = 2 * b->cap;
    return b->cap - b->len >= more || resize(b, need > twice ? need : twice);
}

bool buf_add(struct buf *b, const void *bytes, size_t len)
{
    if (!buf_reserve(b, len))
        return false;
    if (len > 0)
        memcpy(b->data + b->len, bytes, len);
    b->len += len;
    return true;
}

void buf_drop(struct buf *b, size_t len)
{
    b->len -= len;
    if (b->len > 0 && len > 0)
        memmove(b->data, b->data + len, b->len);
}

void buf_fit(struct buf *b)
{
    if (b->len == 0)
        buf_free(b);
    else if (b->cap > 2 * b->len)
        resize(b, b->len);
}

void buf_free(struct buf *b)
{
    free(b->data);
    *b = (struct buf){0};
}
