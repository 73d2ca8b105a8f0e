/* What a terminal may be shown: no byte of others steers it. */
#include "trace.h"
#include "unit.h"

#include <fcntl.h>
#include <unistd.h>

enum { ROOM = 4000 };

static const struct {
    struct text text;
    const char *want;
} rows[] = {
    {{"", 0}, ""},
    {{"GET /?a=b HTTP/1.1", 18}, "GET /?a=b HTTP/1.1"},
    {{"a\r\nb\t\x1b[31m\0c", 12}, "a\\x0D\\x0Ab\\x09\\x1B[31m\\x00c"},
    {{"\xe4\xbd\xa0\xe5\xa5\xbd!", 7}, "\xe4\xbd\xa0\xe5\xa5\xbd!"},
    {{"\xf0\x9f\x91\x8b", 4}, "\xf0\x9f\x91\x8b"},
    {{"\xe4\xbd\xe4\xbd\xa0", 5}, "\\xE4\\xBD\xe4\xbd\xa0"},
    {{"\xf0\x9f\x91", 3}, "\\xF0\\x9F\\x91"},
    {{"\xf4\x90\x80\x80", 4}, "\\xF4\\x90\\x80\\x80"},
    {{"\xf0\x8f\xbf\xbf", 4}, "\\xF0\\x8F\\xBF\\xBF"},
    {{"\xf9\x90\x80\x80", 4}, "\\xF9\\x90\\x80\\x80"},
    {{"\xc2\x9b[31m", 6}, "\\xC2\\x9B[31m"}, /* CSI */
};

START_TEST(escape)
{
    struct text t = rows[_i].text;
    char line[ROOM], *copy = exact(t.p, t.n);
    trace_escape(line, sizeof line, ROOM, (struct text){copy, t.n});
    ck_assert_str_eq(line, rows[_i].want);
    free(copy);
}
END_TEST

static size_t encode(unsigned code, char out[4])
{
    size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 63));
    out[0] = (char)(n == 1 ? code : (0xf00u >> n & 0xff) | code);
    return n;
}

/* Controls, line ends, Unicode's Bidi_Control, and what is like it; by first
 * and last. */
static const unsigned steering[][2] = {
    {0, 0x1f},        {0x7f, 0x9f},     {0x61c, 0x61c},  {0x200e, 0x200f},
    {0x2028, 0x202e}, {0x2066, 0x206f}, {0xfff9, 0xfffb}};

static bool steers(unsigned code)
{
    for (size_t i = 0; i < sizeof steering / sizeof *steering; i++)
        if (code >= steering[i][0] && code <= steering[i][1])
            return true;
    return false;
}

/* Every character there is, and the surrogates, which are none. */
START_TEST(every_character)
{
    for (unsigned code = 0; code < 0x110000; code++) {
        char bytes[8] = "", line[40], want[40] = "";
        size_t n = encode(code, bytes);
        bool none = code >> 11 == 0xd800 >> 11;
        bool escaped = steers(code) || none;
        for (size_t i = 0; i < n; i++)
            sprintf(want + 4 * i, "\\x%02X", (unsigned)bytes[i] & 0xff);
        trace_escape(line, sizeof line, 20, (struct text){bytes, n});
        bool raw = n == strlen(line) && memcmp(line, bytes, n) == 0;
        if (escaped ? strcmp(line, want) != 0 : !raw)
            ck_abort_msg("U+%04X becomes \"%s\"", code, line);
    }
}
END_TEST

/* Plain ASCII and whole good characters come through, and nothing else. */
START_TEST(every_three_bytes)
{
    static const char some[] = "\0\x1b\x20"
                               "a\x7f\x80\x8f\x90\x9b\x9f\xa0\xbf"
                               "\xc0\xc1\xc2\xdf\xe0\xe2\xed\xef\xf0\xf4\xf5"
                               "\xff";
    enum { N = sizeof some - 1 };
    for (int i = 0; i < N * N * N; i++) {
        char bytes[] = {some[i / N / N], some[i / N % N], some[i % N]};
        char line[40], text[1000];
        trace_escape(line, sizeof line, 20, (struct text){bytes, 3});
        for (const char *p = line; *p != '\0';) {
            unsigned char first = (unsigned char)*p;
            size_t n = first < 0x80 ? 1 : first < 0xe0 ? 2 : 3;
            char again[4] = "";
            unsigned code = first & (n == 1 ? 0x7f : n == 2 ? 0x1f : 0x0f);
            for (size_t k = 1; k < n; k++)
                code = code << 6 | ((unsigned)p[k] & 0x3f);
            encode(code, again);
            if (memcmp(again, p, n) != 0 || steers(code))
                ck_abort_msg("%s: U+%04X", show(text, bytes, 3), code);
            p += n;
        }
    }
}
END_TEST

/* Full with max characters, or without room for the longest escape. */
START_TEST(cut)
{
    static const char text[] = "ab\x01\xe4\xbd\xa0\xf0\x9f\x91\x8b\x02z";
    static const char want[] = "ab\\x01\xe4\xbd\xa0\xf0\x9f\x91\x8b\\x02z";
    static const size_t ends[] = {0, 1, 2, 6, 9, 13, 17, 18};
    static const size_t used[] = {0, 1, 2, 3, 6, 10, 11, 12};
    static const int widths[] = {0, 1, 2, 6, 7, 8, 12, 13};
    for (int max = 0; max < 20; max++)
        for (size_t size = 5; size < 40; size++) {
            char *line = malloc(size);
            size_t item = 0;
            while (item < 7 && widths[item] < max && ends[item] + 5 <= size)
                item++;
            size_t n = trace_escape(line, size, max,
                                    (struct text){text, sizeof text - 1});
            if (n != used[item] || strlen(line) != ends[item] ||
                memcmp(line, want, ends[item]))
                ck_abort_msg("%d characters, %zu bytes: \"%s\"", max, size,
                             line);
            free(line);
        }
}
END_TEST

static int screen = -1;
static FILE *file;

static void watch(int fd)
{
    screen = dup(STDERR_FILENO);
    dup2(fd, STDERR_FILENO);
    trace_on = true;
}

static void begin(void)
{
    file = tmpfile();
    watch(fileno(file));
}

static void finish(void)
{
    trace_on = false;
    dup2(screen, STDERR_FILENO);
    close(screen);
}

/* What is on stderr now. */
static void expect_lines(const char *want)
{
    char got[ROOM];
    rewind(file);
    got[fread(got, 1, sizeof got - 1, file)] = '\0';
    ck_assert_str_eq(got, want);
}

START_TEST(one_line)
{
    trace_line(3, '<', "GET / HTTP/1.1", 14);
    trace_line(4294967295, '>', "a\nb\x1b[2J", 7);
    trace_line(1, '-', "", 0);
    trace_line(1, '-', "\xe4\xbd\xa0", 2); /* what lies behind is not shown, */
    trace_http(1, '-', &"\r\nx"[1], 2);    /* nor before */
    expect_lines("#3 < GET / HTTP/1.1\n#4294967295 > a\\x0Ab\\x1B[2J\n#1 - \n"
                 "#1 - \\xE4\\xBD\n#1 - \n#1 - x\n");
}
END_TEST

START_TEST(off)
{
    trace_on = false;
    trace_line(3, '<', "GET / HTTP/1.1", 14);
    trace_http(3, '<', "GET / HTTP/1.1\r\n\r\nbody", 22);
    expect_lines("");
}
END_TEST

static const struct {
    const char *bytes, *lines;
} messages[] = {
    {"A\r\nB: c\r\n\r\n", "#3 < A\n#3 < B: c\n#3 < \n"},
    {"A\nB: c\n\n", "#3 < A\n#3 < B: c\n#3 < \n"},
    {"A\r\n\r\nx\r\n\ny\n", "#3 < A\n#3 < \n#3 < x\\x0D\\x0A\\x0Ay\\x0A\n"},
    {"A\n\r\nx", "#3 < A\n#3 < \n#3 < x\n"},
    {"\nx\ny", "#3 < \n#3 < x\\x0Ay\n"},
    {"A\r\nB", "#3 < A\n#3 < B\n"},
    {"A\r", "#3 < A\\x0D\n"},
    {"A\rB\r\r\n", "#3 < A\\x0DB\\x0D\n"},
    {"", ""}};

START_TEST(http)
{
    size_t len = strlen(messages[_i].bytes);
    char *copy = exact(messages[_i].bytes, len);
    trace_http(3, '<', copy, len);
    expect_lines(messages[_i].lines);
    free(copy);
}
END_TEST

/* Traces so many pieces; returns the line's characters, and what is shown. */
static size_t trace_pieces(const char *piece, size_t count, char got[ROOM])
{
    char bytes[1500];
    size_t len = 0, chars = 0;
    while (count-- > 0)
        len += (size_t)sprintf(bytes + len, "%s", piece);
    rewind(file);
    ck_assert_int_eq(ftruncate(fileno(file), 0), 0);
    trace_line(4294967295, '<', bytes, len);
    rewind(file);
    got[fread(got, 1, ROOM - 1, file)] = '\0';
    for (const char *p = got; *p != '\n'; p++)
        chars += (*p & 0xc0) != 0x80;
    return chars;
}

static const char *const pieces[] = {"x", "\x01", "\xe4\xbd\xa0", "\xff"};

/* At most 160 characters, whatever they are. */
START_TEST(long_lines)
{
    char got[ROOM];
    for (size_t count = 1; count < 400; count++)
        ck_assert_uint_le(trace_pieces(pieces[_i], count, got), 160);
}
END_TEST

/* Where a line does not show all, and only there, it says how much there is. */
START_TEST(cut_lines)
{
    char got[ROOM], said[40];
    for (size_t count = 1; count < 400; count++) {
        size_t shown = 0;
        trace_pieces(pieces[_i], count, got);
        sprintf(said, " ... (%zu bytes)\n", count * strlen(pieces[_i]));
        for (char *p = got + 14; *p != '\n' && *p != ' '; shown++)
            p += *p == '\\' ? 4 : (long)strlen(pieces[_i]);
        if ((strstr(got, said) == NULL) != (shown == count))
            ck_abort_msg("%zu of %zu: %s", shown, count, got);
    }
}
END_TEST

/* Colour only on a terminal, and not where it is not wanted. */
START_TEST(colour)
{
    char got[100] = "";
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    ck_assert_int_eq(grantpt(master) | unlockpt(master), 0);
    finish();
    watch(open(ptsname(master), O_RDWR | O_NOCTTY));
    if (_i == 1)
        setenv("NO_COLOR", "1", 1);
    else
        unsetenv("NO_COLOR");
    trace_line(3, '<', "x", 1);
    ck_assert_int_gt(read(master, got, sizeof got - 1), 0);
    if (_i == 1)
        ck_assert_str_eq(got, "#3 < x\r\n");
    else
        ck_assert(*got == '\x1b' && strstr(got, "m#3 < x\x1b[0m"));
    close(master);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("trace");
    TCase *t = tcase_create("escapes");
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, escape, 0, sizeof rows / sizeof *rows);
    tcase_add_test(t, every_character);
    tcase_add_test(t, every_three_bytes);
    tcase_add_test(t, cut);
    suite_add_tcase(s, t);
    t = tcase_create("lines");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_add_test(t, one_line);
    tcase_add_test(t, off);
    tcase_add_loop_test(t, http, 0, sizeof messages / sizeof *messages);
    tcase_add_loop_test(t, long_lines, 0, 4);
    tcase_add_loop_test(t, cut_lines, 0, 4);
    tcase_add_loop_test(t, colour, 0, 2);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
