/* A peek into JSON. Read from the end. */
#include "json_peek.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPLACEMENT = 0xFFFD };

static const char *skip_space(const char *p)
{
    return p + strspn(p, " \t\r\n");
}

/* From the opening quote to behind the closing one; NULL if there is none. */
static const char *skip_string(const char *p)
{
    for (p++; *p != '"'; p++) {
        if (*p == '\\')
            p++;
        if (*p == '\0')
            return NULL;
    }
    return p + 1;
}

/* Brackets are only counted: which kind closes which is the sender's care.
 * Strings must be skipped whole, because they may hold brackets. */
static const char *skip_value(const char *p)
{
    int depth = 0;

    do {
        if (*p == '"') {
            p = skip_string(p);
            if (p == NULL)
                return NULL;
        } else if (*p == '{' || *p == '[') {
            depth++;
            p++;
        } else if (*p == '}' || *p == ']') {
            depth--;
            p++;
        } else if (*p == '\0') {
            return NULL;
        } else if (depth > 0) {
            p++;
        } else {
            p += strcspn(p, ",]} \t\r\n");
        }
    } while (depth > 0);
    return p;
}

static const char *find_member(const char *p, const char *name, size_t length)
{
    p = skip_space(p);
    if (*p != '{')
        return NULL;
    while (*p == '{' || *p == ',') {
        const char *key = skip_space(p + 1);
        const char *end = *key == '"' ? skip_string(key) : NULL;
        if (end == NULL)
            return NULL;
        p = skip_space(end);
        if (*p != ':')
            return NULL;
        p = skip_space(p + 1);
        if ((size_t)(end - key) == length + 2 &&
            memcmp(key + 1, name, length) == 0)
            return p;
        p = skip_value(p);
        if (p == NULL)
            return NULL;
        p = skip_space(p);
    }
    return NULL;
}

const char *json_peek(const char *object, const char *path)
{
    while (object != NULL) {
        size_t length = strcspn(path, ".");
        object = find_member(object, path, length);
        if (path[length] == '\0')
            return object;
        path += length + 1;
    }
    return NULL;
}

/* Four hexadecimal digits, or -1. */
static long hex4(const char *p)
{
    char digits[5] = "";

    memcpy(digits, p, strnlen(p, 4));
    if (strspn(digits, "0123456789abcdefABCDEF") != 4)
        return -1;
    return strtol(digits, NULL, 16);
}

static char *put_utf8(char *out, long c)
{
    if (c < 0x80) {
        *out++ = (char)c;
    } else if (c < 0x800) {
        *out++ = (char)(0xC0 | c >> 6);
        *out++ = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        *out++ = (char)(0xE0 | c >> 12);
        *out++ = (char)(0x80 | (c >> 6 & 0x3F));
        *out++ = (char)(0x80 | (c & 0x3F));
    } else {
        *out++ = (char)(0xF0 | c >> 18);
        *out++ = (char)(0x80 | (c >> 12 & 0x3F));
        *out++ = (char)(0x80 | (c >> 6 & 0x3F));
        *out++ = (char)(0x80 | (c & 0x3F));
    }
    return out;
}

/* \uD83D\uDE00 is one character: the halves carry 10 bits each. *P stands
 * behind the first u. */
static long read_unicode(const char **p)
{
    long c = hex4(*p), low;

    *p += strnlen(*p, 4);
    if (c >= 0xD800 && c < 0xDC00 && strncmp(*p, "\\u", 2) == 0) {
        low = hex4(*p + 2);
        if (low >= 0xDC00 && low < 0xE000) {
            *p += 6;
            return 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        }
    }
    return c <= 0 || (c >= 0xD800 && c < 0xE000) ? REPLACEMENT : c;
}

char *json_string(const char *value)
{
    static const char names[] = "bfnrt", meanings[] = "\b\f\n\r\t";
    char *text, *out;
    const char *p;

    if (value == NULL || *value != '"')
        return NULL;
    /* No escape is shorter than the UTF-8 that it stands for. */
    p = skip_string(value);
    text = out = p != NULL ? malloc((size_t)(p - value)) : NULL;
    if (text == NULL)
        return NULL;
    for (p = value + 1; *p != '"';) {
        if (*p != '\\') {
            *out++ = *p++;
        } else if (p[1] == 'u') {
            p += 2;
            out = put_utf8(out, read_unicode(&p));
        } else {
            const char *name = strchr(names, p[1]);
            *out++ = name != NULL ? meanings[name - names] : p[1];
            p += 2;
        }
    }
    *out = '\0';
    return text;
}

char *json_quote(const char *text)
{
    char *quoted = malloc(6 * strlen(text) + 3), *out = quoted;

    if (quoted == NULL)
        abort();
    *out++ = '"';
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            *out++ = '\\';
            *out++ = *text;
        } else if ((unsigned char)*text < ' ') {
            out += sprintf(out, "\\u%04x", (unsigned)*text);
        } else {
            *out++ = *text;
        }
    }
    *out++ = '"';
    *out = '\0';
    return quoted;
}
