/* What the suites of the modules share.
 *
 * A suite has the name of its module, which is a file of the first lesson
 * that has it, and maybe a _ and more behind it; what a suite needs besides is
 * in a header. */
#ifndef UNIT_H
#define UNIT_H

#include "../check_main.h"
#include "buf.h"

#include <stdio.h>
#include <string.h>

/* A copy that has not one byte of room behind it, so that reading past the
 * end is caught (by SANITIZE=1). The caller frees it. */
static inline char *exact(const void *bytes, size_t len)
{
    char *copy = malloc(len > 0 ? len : 1);
    if (len > 0)
        memcpy(copy, bytes, len);
    return copy;
}

static inline struct text text_of(const char *word)
{
    return (struct text){word, strlen(word)};
}

/* For messages: at most 200 bytes, what is not plain as \xNN. */
static inline const char *show(char line[1000], const char *bytes, size_t len)
{
    size_t at = 0;
    for (size_t i = 0; i < len && i < 200; i++) {
        unsigned byte = (unsigned char)bytes[i];
        bool plain = byte >= 0x20 && byte < 0x7f;
        at += (size_t)sprintf(line + at, plain ? "%c" : "\\x%02x", byte);
    }
    strcpy(line + at, len > 200 ? "..." : "");
    return line;
}

static inline void expect_bytes(const char *what, const char *got, size_t n,
                                const char *want, size_t len)
{
    char a[1000], b[1000];
    if (n == len && (n == 0 || memcmp(got, want, n) == 0))
        return;
    ck_abort_msg("%s: %zu bytes \"%s\", not %zu bytes \"%s\"", what, n,
                 show(a, got, n), len, show(b, want, len));
}

static inline void expect_text(const char *what, struct text t,
                               const char *want)
{
    expect_bytes(what, t.p, t.n, want, strlen(want));
}

/* The same numbers on every machine and in every run. */
static inline unsigned dice(unsigned sides)
{
    static uint64_t state = 1;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % sides;
}

#endif
