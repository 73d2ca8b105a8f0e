/* A string of JavaScript, read strictly: see js_string.h. */
#include "js_string.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void add_code_point(struct bytes *to, unsigned long point)
{
    char utf8[3] = {(char)(0xe0 | point >> 12),
                    (char)(0x80 | (point >> 6 & 0x3f)),
                    (char)(0x80 | (point & 0x3f))};
    if (point >= 0x800) {
        bytes_add(to, utf8, 3);
        return;
    }
    utf8[1] = (char)(0xc0 | point >> 6);
    if (point < 0x80)
        utf8[2] = (char)point;
    bytes_add(to, point < 0x80 ? utf8 + 2 : utf8 + 1, point < 0x80 ? 1 : 2);
}

/* One escape sequence behind its backslash. Returns its length. */
static size_t unescape(struct bytes *to, const char *p)
{
    static const char letters[] = "nrtbfv0", bytes[] = "\n\r\t\b\f\v";
    const char *letter = strchr(letters, *p);
    size_t digits = *p == 'u' ? 4 : *p == 'x' ? 2 : 0;
    char hex[5] = "";
    if (digits > 0) {
        memcpy(hex, p + 1, digits);
        if (strspn(hex, "0123456789abcdefABCDEF") != digits)
            flunk("a bad escape: \\%.6s", p);
        add_code_point(to, strtoul(hex, NULL, 16));
    } else if (letter != NULL && *p != '\0') {
        bytes_add(to, bytes + (letter - letters), 1);
    } else if (strchr("\\\"'/", *p) != NULL) {
        bytes_add(to, p, 1);
    } else {
        flunk("an unusual escape: \\%.1s", p);
    }
    return digits + 1;
}

const char *js_string_read(struct bytes *to, const char *p)
{
    static const char *const banned[] = {"</script", "<script", "<!--"};
    to->length = 0;
    bytes_add(to, "", 0);
    for (; *p != '"'; p++) {
        if ((unsigned char)*p < ' ' || strncmp(p, "\xe2\x80\xa8", 3) == 0 ||
            strncmp(p, "\xe2\x80\xa9", 3) == 0)
            flunk("a byte %02x, unescaped in a string", (unsigned char)*p);
        for (size_t i = 0; i < sizeof banned / sizeof *banned; i++)
            if (strncasecmp(p, banned[i], strlen(banned[i])) == 0)
                flunk("%s, unescaped in a string", banned[i]);
        if (*p == '\\')
            p += unescape(to, p + 1);
        else
            bytes_add(to, p, 1);
    }
    return p + 1;
}
