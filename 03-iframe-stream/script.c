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
    bool ok = buf_add(b, "\"", 1);
    size_t plain = 0; /* how many bytes before i need no escape */
    for (size_t i = 0; i < t.n && ok; i++) {
        unsigned char byte = (unsigned char)t.p[i];
        bool line = byte == 0xe2 && t.n - i > 2 && t.p[i + 1] == '\x80' &&
                    (t.p[i + 2] & '\xfe') == '\xa8';
        if (!line && byte >= 0x20 && !strchr("\"\\<>&", byte)) {
            plain++;
            continue;
        }
        char code[8];
        unsigned unit = line ? 0x2000u + (t.p[i + 2] & 0x3f) : byte;
        snprintf(code, sizeof code, "\\u%04x", unit);
        ok = buf_add(b, t.p + i - plain, plain) && buf_add(b, code, 6);
        plain = 0;
        i += line ? 2 : 0;
    }
    return ok && buf_add(b, t.p + t.n - plain, plain) && buf_add(b, "\"", 1);
}

bool script_add(struct buf *b, const char *call, struct text t)
{
    /* Without its last words the document would grow with every message. */
    static const char end[] = ");document.currentScript.remove()</script>\n";
    return buf_add(b, "<script>", 8) && buf_add(b, call, strlen(call)) &&
           add_string(b, t) && buf_add(b, end, sizeof end - 1);
}
