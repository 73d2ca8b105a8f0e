/* script.c - see script.h.
 *
 * No byte of the text may end the string, or the element. "</script>" ends
 * the element even inside a string, "<!--" hides the one that should end it,
 * and U+2028 and U+2029 are line ends to older browsers: all are \uNNNN. */
#include "script.h"

#include <stdio.h>
#include <string.h>

static bool add_string(struct buf *b, struct text t)
{
    const char *p = t.p, *end = t.p + t.n;
    const char *start = p; /* from here to p nothing needs an escape */
    bool ok = buf_add(b, "\"", 1);
    while (p < end && ok) {
        unsigned char byte = (unsigned char)*p;
        bool line_end = byte == 0xe2 && end - p > 2 && p[1] == '\x80' &&
                        (p[2] & '\xfe') == '\xa8';
        if (!line_end && byte >= 0x20 && !strchr("\"\\<>&", byte)) {
            p++;
            continue;
        }
        char code[8];
        unsigned unit = line_end ? 0x2000u + (p[2] & 0x3f) : byte;
        snprintf(code, sizeof code, "\\u%04x", unit);
        ok = buf_add(b, start, (size_t)(p - start)) && buf_add(b, code, 6);
        start = p += line_end ? 3 : 1;
    }
    return ok && buf_add(b, start, (size_t)(end - start)) &&
           buf_add(b, "\"", 1);
}

bool script_add(struct buf *b, const char *call, struct text t)
{
    /* Without its last words the document would grow with every message. */
    static const char end[] = ");document.currentScript.remove()</script>\n";
    return buf_add(b, "<script>", 8) && buf_add(b, call, strlen(call)) &&
           add_string(b, t) && buf_add(b, end, sizeof end - 1);
}
