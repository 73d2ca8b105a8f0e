/* A text that others wrote, inside of a script element. */
#include "script.h"
#include "unit.h"

static const char call[] = "parent.receive(7, ";

static struct buf b;

static void finish(void)
{
    buf_free(&b);
}

/* Takes word off the front. */
static struct text skip(struct text t, const char *word)
{
    size_t n = strlen(word);
    expect_bytes("the beginning", t.p, n < t.n ? n : t.n, word, n);
    return (struct text){t.p + n, t.n - n};
}

/* The value of four hexadecimal digits. */
static unsigned hex4(const char *p)
{
    char digits[5] = {p[0], p[1], p[2], p[3]}, *end;
    unsigned value = (unsigned)strtoul(digits, &end, 16);
    ck_assert_msg(end == digits + 4 && *digits != ' ', "\\u%s is no escape",
                  digits);
    return value;
}

/* What one escape of JavaScript, which begins at p, means, in UTF-8. */
static size_t unescape(const char *p, size_t left, struct buf *out)
{
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char *at = left > 1 && p[1] ? strchr(letters, p[1]) : NULL;
    if (at)
        return buf_add(out, &meant[at - letters], 1) ? 2 : 0;
    ck_assert_msg(left >= 6 && p[1] == 'u', "a backslash before \"%c\"", p[1]);
    unsigned code = hex4(p + 2);
    char utf8[3] = {(char)(0xe0 | code >> 12), (char)(0x80 | (code >> 6 & 63)),
                    (char)(0x80 | (code & 63))};
    char ascii = (char)code;
    ck_assert_msg(code < 0x80 || code >= 0x800, "\\u%04x for a byte", code);
    if (code < 0x80)
        return buf_add(out, &ascii, 1) ? 6 : 0;
    return buf_add(out, utf8, 3) ? 6 : 0;
}

/* Up to the next ": no byte that could end the string, its line, or the
 * element, and the same text when the escapes are undone. */
static struct text expect_string(struct text t, struct text want)
{
    struct buf out = {0};
    while (t.n > 0 && *t.p != '"') {
        unsigned char byte = (unsigned char)*t.p;
        bool line = t.n >= 3 && (memcmp(t.p, "\xe2\x80\xa8", 3) == 0 ||
                                 memcmp(t.p, "\xe2\x80\xa9", 3) == 0);
        if (byte < 0x20 || byte == '<' || line)
            ck_abort_msg("0x%02x stands in the string", byte);
        size_t n = byte == '\\' ? unescape(t.p, t.n, &out) : 1;
        if (byte != '\\')
            buf_add(&out, t.p, 1);
        t = (struct text){t.p + n, t.n - n};
    }
    expect_bytes("text", out.data, out.len, want.p, want.n);
    buf_free(&out);
    return skip(t, "\"");
}

/* Appended to what is there: an element, whole and alone. */
static void expect_script(const char *bytes, size_t len)
{
    char *copy = exact(bytes, len);
    b.len = 0;
    ck_assert(buf_add(&b, "before", 6));
    ck_assert(script_add(&b, call, (struct text){copy, len}));
    struct text t = skip((struct text){b.data, b.len}, "before<script>");
    t = expect_string(skip(skip(t, call), "\""), (struct text){copy, len});
    t = skip(t, ")");
    ck_assert_msg(t.n > 9 && memchr(t.p, '<', t.n) == t.p + t.n - 10,
                  "the element has no good end");
    expect_bytes("end", t.p + t.n - 10, 10, "</script>\n", 10);
    free(copy);
}

START_TEST(every_byte)
{
    for (int byte = 0; byte < 256; byte++) {
        char text[] = {(char)byte, 'a', (char)byte, (char)byte, '1', '\0'};
        expect_script(text, 1);
        expect_script(text, 2);
        expect_script(text + 1, 2);
        expect_script(text, 5);
    }
}
END_TEST

/* U+2000 to U+207f, of which two are line ends to older browsers. */
START_TEST(line_ends)
{
    for (int i = 0; i < 128; i++) {
        char text[] = {'\xe2',
                       (char)(0x80 | i >> 6),
                       (char)(0x80 | (i & 63)),
                       'x',
                       '\xe2',
                       '\x80',
                       '\xa8',
                       '\xe2',
                       '\x80',
                       '\xa9'};
        for (size_t from = 0; from < sizeof text; from++)
            for (size_t to = from; to <= sizeof text; to++)
                expect_script(text + from, to - from);
    }
}
END_TEST

static const char *const texts[] = {
    "",
    "hello",
    "\xe4\xbd\xa0\xe5\xa5\xbd \xf0\x9f\x91\x8b",
    "</script>",
    "</SCRIPT >",
    "a</script><script>alert(1)</script>",
    "<!--",
    "-->",
    "<!--<script>",
    "]]>",
    "&lt;/script&gt;&quot;",
    "\"",
    "\");alert(\"1",
    "');alert('1",
    "\\",
    "\\\\",
    "\\\"",
    "\\u0022",
    "\\n\\x3c\\u2028",
    "`${1}`",
    "a\nb\rc\r\nd\te",
    "//\n/*",
    "\xe2\x80",
    "\xe2\x80\"",
    "\xe2\xe2\x80\xa8",
    "\xe2\x80\xe2\x80\xa9",
    "\xe2\x80\xa8\xe2\x80\xa9",
    "\xef\xbb\xbf\xff\xfe",
};

START_TEST(text)
{
    expect_script(texts[_i], strlen(texts[_i]));
}
END_TEST

START_TEST(random_texts)
{
    static const char bytes[] = "\0\n\r\t\x1f\x7f<>&\"'\\/u02ab\x80\xa8\xa9"
                                "\xe2\x80\xa8\xe2\x80\xa9\xff";
    for (int i = 0; i < 3000; i++) {
        char some[40];
        unsigned len = dice(sizeof some);
        for (unsigned k = 0; k < len; k++)
            some[k] = bytes[dice(sizeof bytes - 1)];
        expect_script(some, len);
    }
}
END_TEST

/* The longest message, which grows sixfold. */
START_TEST(the_longest)
{
    static char longest[65536];
    memset(longest, "<a"[_i], sizeof longest);
    expect_script(longest, sizeof longest);
}
END_TEST

START_TEST(removes_itself)
{
    ck_assert(script_add(&b, call, text_of("x")));
    ck_assert(buf_add(&b, "", 1));
    ck_assert_ptr_ne(strstr(b.data, "document.currentScript.remove()"), NULL);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("script");
    TCase *t = tcase_create("a call");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_add_test(t, every_byte);
    tcase_add_test(t, line_ends);
    tcase_add_loop_test(t, text, 0, sizeof texts / sizeof *texts);
    tcase_add_test(t, random_texts);
    tcase_add_loop_test(t, the_longest, 0, 2);
    tcase_add_test(t, removes_itself);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
