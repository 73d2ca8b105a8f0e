/* Frames of RFC 6455 as words, for tables: what a client sends and what it
 * must hear. They are made and read without any code of the lesson.
 *
 *   T B C P O X   text, binary, continuation, ping, pong, close
 *   t b c p o x   the same without FIN
 *   =HH           any first byte, in hex
 *   X1000         a close frame with its code
 *
 * and behind it the payload, parts of which may follow one another:
 *
 *   *N            N bytes of a pattern
 *   #HEX          bytes in hex
 *   :TEXT         text, up to the end
 *
 * A | stands between two frames. $HEX is no frame, but bare bytes. In what is
 * heard, X1000 is a close frame with this code and any reason; X: without.
 */
#ifndef FRAMES_H
#define FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 2500000 }; /* of a script's frames */

struct word {
    bool bare;
    unsigned char first;
    int code; /* of X1000; 0: none */
    size_t length;
    unsigned char payload[MOST_BYTES];
};

/* A frame of the server's. */
struct heard {
    unsigned char first;
    const unsigned char *payload;
    size_t length, used;
    const char *wrong;
};

static inline unsigned char hex_byte(const char *two)
{
    char digits[3] = {two[0], two[1], '\0'};
    return (unsigned char)strtoul(digits, NULL, 16);
}

/* ASCII, in which no two places nearby look alike; binary: all bytes. */
static inline unsigned char pattern(size_t i, bool binary)
{
    size_t n = i * 7 + i / 26 * 3 + i / 4096;
    return (unsigned char)(binary ? n * 5 : 'a' + n % 26);
}

/* Adds a part of the payload, returns what follows it. */
static inline const char *word_part(const char *s, struct word *w)
{
    char kind = *s++;
    if (kind == '*') {
        size_t n = strtoul(s, NULL, 10);
        for (size_t i = 0; i < n; i++)
            w->payload[w->length++] = pattern(i, (w->first & 15) == 2);
        s += strspn(s, "0123456789");
    } else if (kind == '#' || kind == '$') {
        for (; strspn(s, "0123456789abcdef") >= 2; s += 2)
            w->payload[w->length++] = hex_byte(s);
    } else {
        for (; *s != '\0' && *s != '|'; s++)
            w->payload[w->length++] = (unsigned char)*s;
    }
    return s;
}

/* Reads a word, returns what follows it; NULL: there is none. */
static inline const char *word_next(const char *s, struct word *w)
{
    static const char kinds[] = "CTB-----XPO", open[] = "ctb-----xpo";
    if (*s == '\0')
        return NULL;
    const char *whole = strchr(kinds, *s), *part = strchr(open, *s);
    w->bare = *s == '$';
    w->code = 0;
    w->length = 0;
    w->first = (unsigned char)(whole  ? 0x80 | (whole - kinds)
                               : part ? part - open
                                      : 0);
    if (*s == '=') {
        w->first = hex_byte(s + 1);
        s += 3;
    } else if (!w->bare) {
        s++;
    }
    size_t digits = strspn(s, "0123456789");
    if (digits > 0) {
        w->code = atoi(s);
        w->payload[w->length++] = (unsigned char)(w->code >> 8);
        w->payload[w->length++] = (unsigned char)w->code;
        s += digits;
    }
    while (*s != '\0' && *s != '|')
        s = word_part(s, w);
    return s + (*s == '|');
}

/* The header of a client's frame. Returns its bytes. */
static inline size_t head_of(unsigned char first, size_t length,
                             const unsigned char mask[4], unsigned char *out)
{
    size_t extra = length < 126 ? 0 : length < 65536 ? 2 : 8;
    out[0] = first;
    out[1] = (unsigned char)(0x80 | (extra == 0   ? length
                                     : extra == 2 ? 126
                                                  : 127));
    for (size_t i = 0; i < extra; i++)
        out[2 + i] = (unsigned char)(length >> 8 * (extra - 1 - i));
    memcpy(out + 2 + extra, mask, 4);
    return 2 + extra + 4;
}

/* A client's frame: masked, its length in the shortest form. */
static inline size_t word_bytes(const struct word *w, unsigned char *out)
{
    static unsigned char mask[4] = {0x37, 0xfa, 0x21, 0x3d};
    if (w->bare) {
        memcpy(out, w->payload, w->length);
        return w->length;
    }
    size_t head = head_of(w->first, w->length, mask, out);
    for (size_t i = 0; i < w->length; i++)
        out[head + i] = w->payload[i] ^ mask[i % 4];
    for (size_t i = 0; i < 4; i++) /* another one for the next */
        mask[i] = (unsigned char)(mask[i] * 5 + 77);
    return head + w->length;
}

/* All frames of a script, as a client sends them. Returns their bytes. */
static inline size_t script_bytes(const char *script, unsigned char *out)
{
    static struct word w;
    size_t n = 0;
    while ((script = word_next(script, &w)))
        n += word_bytes(&w, out + n);
    return n;
}

/* A frame of the server's, strictly. 0: more must come; -1: h->wrong. */
static inline int hear(const unsigned char *p, size_t n, struct heard *h)
{
    if (n < 2)
        return 0;
    size_t length = p[1] & 127;
    size_t extra = length == 126 ? 2 : length == 127 ? 8 : 0;
    bool control = p[0] & 8;
    h->first = p[0];
    h->wrong = p[1] & 0x80                       ? "a mask"
               : p[0] & 0x70                     ? "reserved bits"
               : (p[0] & 15) > 10                ? "a reserved opcode"
               : (p[0] & 15) > 2 && !control     ? "a reserved opcode"
               : control && (!(p[0] & 0x80))     ? "a control frame in parts"
               : control && extra > 0            ? "a long control frame"
               : (p[0] & 15) == 8 && length == 1 ? "half a close code"
                                                 : NULL;
    if (h->wrong)
        return -1;
    if (n < 2 + extra)
        return 0;
    for (size_t i = 0; i < extra; i++)
        length = (i > 0 ? length << 8 : 0) | p[2 + i];
    if ((extra == 2 && length < 126) || (extra == 8 && length < 65536))
        h->wrong = "a length not in its shortest form";
    h->payload = p + 2 + extra;
    h->length = length;
    h->used = 2 + extra + length;
    return h->wrong ? -1 : n >= h->used;
}

/* NULL: this frame is that word; or what is wrong. */
static inline const char *not_heard(const struct word *w, const struct heard *h)
{
    static char text[400];
    bool same = h->first == w->first && h->length >= w->length &&
                memcmp(h->payload, w->payload, w->length) == 0 &&
                (h->length == w->length || w->code > 0);
    int n = snprintf(text, sizeof text, "a frame %02x of %zu bytes \"",
                     h->first, h->length);
    for (size_t i = 0; i < h->length && i < 60; i++) {
        bool plain = h->payload[i] >= ' ' && h->payload[i] < 0x7f;
        n += sprintf(text + n, plain ? "%c" : "\\x%02x", h->payload[i]);
    }
    sprintf(text + n, "\", not %02x of %zu", w->first, w->length);
    return same ? NULL : text;
}

#endif
