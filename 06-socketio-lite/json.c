/* json.c - see json.h. */
#include "json.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each of these returns what follows its part, or NULL: not JSON. */

static const char *skip_space(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
        p++;
    return p;
}

static const char *skip_digits(const char *p, const char *end)
{
    const char *first = p;
    while (p < end && isdigit((unsigned char)*p))
        p++;
    return p > first ? p : NULL;
}

static const char *skip_word(const char *p, const char *end, const char *word)
{
    size_t n = strlen(word);
    return (size_t)(end - p) >= n && memcmp(p, word, n) == 0 ? p + n : NULL;
}

/* -1.5e+9: no leading zeros, and digits on both sides of the point. */
static const char *skip_number(const char *p, const char *end)
{
    p += *p == '-';
    p = p < end && *p == '0' ? p + 1 : skip_digits(p, end);
    if (p && p < end && *p == '.')
        p = skip_digits(p + 1, end);
    if (p && p < end && (*p == 'e' || *p == 'E')) {
        p++;
        p += p < end && (*p == '+' || *p == '-');
        p = skip_digits(p, end);
    }
    return p;
}

static const char *skip_escape(const char *p, const char *end)
{
    if (p == end || !strchr("\"\\/bfnrtu", *p) || *p == '\0')
        return NULL;
    if (*p++ != 'u')
        return p;
    for (int i = 0; i < 4; i++, p++)
        if (p == end || !isxdigit((unsigned char)*p))
            return NULL;
    return p;
}

static const char *skip_string(const char *p, const char *end)
{
    for (p++; p && p < end && *p != '"';)
        if (*p == '\\')
            p = skip_escape(p + 1, end);
        else
            p = (unsigned char)*p < 0x20 ? NULL : p + 1;
    return p && p < end ? p + 1 : NULL;
}

static const char *skip_value(const char *p, const char *end, int depth);

/* "name": in front of a member's value. */
static const char *skip_name(const char *p, const char *end)
{
    p = p < end && *p == '"' ? skip_string(p, end) : NULL;
    p = p ? skip_space(p, end) : NULL;
    return p && p < end && *p == ':' ? p + 1 : NULL;
}

static const char *skip_list(const char *p, const char *end, int depth)
{
    char close = *p == '[' ? ']' : '}';
    const char *first = skip_space(p + 1, end);
    if (depth == 0)
        return NULL;
    if (first < end && *first == close)
        return first + 1;
    do {
        p = skip_space(p + 1, end);
        if (close == '}')
            p = skip_name(p, end);
        p = p ? skip_value(skip_space(p, end), end, depth - 1) : NULL;
        p = p ? skip_space(p, end) : NULL;
    } while (p && p < end && *p == ',');
    return p && p < end && *p == close ? p + 1 : NULL;
}

static const char *skip_value(const char *p, const char *end, int depth)
{
    switch (p < end ? *p : '\0') {
    case '[':
    case '{':
        return skip_list(p, end, depth);
    case '"':
        return skip_string(p, end);
    case 't':
        return skip_word(p, end, "true");
    case 'f':
        return skip_word(p, end, "false");
    case 'n':
        return skip_word(p, end, "null");
    case '\0':
        return NULL;
    default:
        return skip_number(p, end);
    }
}

size_t json_length(struct text t)
{
    const char *end = skip_value(t.p, t.p + t.n, JSON_DEPTH);
    return end ? (size_t)(end - t.p) : 0;
}

bool json_step(struct text *rest, struct text *key, struct text *value)
{
    const char *p = rest->p, *end = p + rest->n;
    *key = (struct text){NULL, 0};
    if (*p != ']' && *p != '}')
        p = skip_space(p + 1, end); /* past [ or { or , */
    if (*p == ']' || *p == '}') {
        p = skip_space(p + 1, end);
        *rest = (struct text){p, (size_t)(end - p)};
        return false;
    }
    /* A name is a string before a colon; an element has none behind it. */
    const char *after = *p == '"' ? skip_string(p, end) : NULL;
    const char *colon = after ? skip_space(after, end) : end;
    if (colon < end && *colon == ':') {
        *key = (struct text){p, (size_t)(after - p)};
        p = skip_space(colon + 1, end);
        after = NULL;
    }
    if (!after)
        after = *p == '[' || *p == '{' ? p : skip_value(p, end, 0);
    *value = (struct text){p, (size_t)(after - p)};
    after = skip_space(after, end);
    *rest = (struct text){after, (size_t)(end - after)};
    return true;
}

bool json_next(struct text *rest, struct text *key, struct text *value)
{
    if (!json_step(rest, key, value))
        return false;
    if (value->n == 0) {
        const char *end = rest->p + rest->n;
        value->n = json_length(*rest);
        rest->p = skip_space(value->p + value->n, end);
        rest->n = (size_t)(end - rest->p);
    }
    return true;
}

bool json_is_string(struct text value)
{
    return value.n > 1 && *value.p == '"';
}

static size_t encode_utf8(char out[4], unsigned long code)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)((0xf0 << (4 - n) & 0xff) | code);
    return n;
}

static unsigned long four_digits(const char *p)
{
    char digits[5] = "";
    return strtoul(memcpy(digits, p, 4), NULL, 16);
}

/* The \u at p, and the one behind it where both are one character. Returns
 * the bytes that took. */
static size_t decode_unit(const char *p, const char *end, char utf8[4],
                          size_t *n)
{
    unsigned long code = four_digits(p + 2), low = 0;
    if (end - p >= 12 && p[6] == '\\' && p[7] == 'u')
        low = four_digits(p + 8);
    bool pair = code >> 10 == 0xd800 >> 10 && low >> 10 == 0xdc00 >> 10;
    if (pair)
        code = 0x10000 + ((code & 0x3ff) << 10 | (low & 0x3ff));
    else if (code >> 11 == 0xd800 >> 11)
        code = 0xfffd;
    *n = encode_utf8(utf8, code);
    return pair ? 12 : 6;
}

/* What stands behind a backslash, and what it stands for. */
static const char letters[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";

bool json_decode(struct buf *b, struct text string)
{
    const char *p = string.p + 1, *end = string.p + string.n - 1;
    while (p < end) {
        const char *back = memchr(p, '\\', (size_t)(end - p));
        size_t plain = (size_t)((back ? back : end) - p), n = 1;
        char utf8[4];
        if (!buf_add(b, p, plain))
            return false;
        p += plain;
        if (p == end)
            break;
        if (p[1] == 'u') {
            p += decode_unit(p, end, utf8, &n);
        } else {
            utf8[0] = means[strchr(letters, p[1]) - letters];
            p += 2;
        }
        if (!buf_add(b, utf8, n))
            return false;
    }
    return true;
}

bool json_says(struct text value, const char *word)
{
    struct text plain = {value.p + 1, value.n - 2};
    struct buf b = {0};
    if (!json_is_string(value))
        return false;
    if (*plain.p != *word && *plain.p != '\\') /* as with most words */
        return plain.n == 0 && *word == '\0';
    if (!memchr(plain.p, '\\', plain.n))
        return text_is(plain, word);
    bool says = plain.n <= 6 * strlen(word) && /* \u0061 is a letter */
                json_decode(&b, value) &&
                text_is((struct text){b.data, b.len}, word);
    buf_free(&b);
    return says;
}

static bool is_plain(char c)
{
    return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

bool json_quote(struct buf *b, struct text t)
{
    bool ok = buf_add(b, "\"", 1);
    while (t.n > 0 && ok) {
        size_t n = 0;
        while (n < t.n && is_plain(t.p[n]))
            n++;
        ok = buf_add(b, t.p, n);
        if (n < t.n && ok) {
            char byte = t.p[n++];
            const char *known = byte ? strchr(means, byte) : NULL;
            char code[7] = {'\\', known ? letters[known - means] : 'u'};
            if (!known)
                snprintf(code + 2, 5, "%04x", (unsigned char)byte);
            ok = buf_add(b, code, strlen(code));
        }
        t = (struct text){t.p + n, t.n - n};
    }
    return ok && buf_add(b, "\"", 1);
}
