/* The head of a request: what it says, or why it is bad. */
#include "request_cases.h"
#include "request_names.h"
#include "request_splits.h"

/* Writes text with eol for each \n. */
static size_t render(char *out, const char *text, const char *eol)
{
    size_t n = 0;
    for (; *text != '\0'; text++)
        if (*text == '\n')
            n += (size_t)sprintf(out + n, "%s", eol);
        else
            out[n++] = *text;
    return n;
}

START_TEST(head)
{
    static const char *const good[] = {
        "%s\nHost: h\n\n", "GET / HTTP/1.1\nHost: h\n%s\n\n", NULL, "%s"};
    static const char *const bad[] = {"%s\n", "GET / HTTP/1.1\nHost: h\n%s\n",
                                      "GET / HTTP/1.1\nHost: h\n%s\n\n", "%s"};
    const char *want = cases[_i].want;
    bool is_good = *want < '0' || *want > '9';
    for (int bare = 0; bare < 2; bare++) {
        char text[500], bytes[1000];
        sprintf(text, (is_good ? good : bad)[cases[_i].place], cases[_i].text);
        expect(bytes, render(bytes, text, bare ? "\n" : "\r\n"), want);
    }
}
END_TEST

/* With n bytes in the request line, all from the target; ends as given. */
static size_t long_line(char *bytes, size_t n, const char *end)
{
    int x = (int)(n - strlen("GET / HTTP/1.1"));
    return (size_t)sprintf(bytes, "GET /%0*d HTTP/1.1%s", x, 0, end);
}

START_TEST(line_length)
{
    static char bytes[ROOM], told[ROOM];
    const char *eol = _i == 0 ? "\r\n" : "\n";
    size_t n = long_line(bytes, 4096, eol);
    n += (size_t)sprintf(bytes + n, "Host: h\r\n\r\n");
    ck_assert_int_eq(parse(told, bytes, n), (int)n);
    expect_splits(bytes, n, n);
    expect(bytes, long_line(bytes, 4097, eol), "414");
    expect(bytes, long_line(bytes, 4098, ""), "414");
    expect(bytes, long_line(bytes, 6000, eol), "414");
    expect(bytes, long_line(bytes, 9000, ""), "414");
    memset(bytes, 'x', 9000);
    expect(bytes, 4098, "414");
    expect(bytes, 4000, "more");
}
END_TEST

/* Host and count - 1 others. */
static size_t many_headers(char *bytes, int count)
{
    size_t n = (size_t)sprintf(bytes, "GET / HTTP/1.1\r\nHost: h\r\n");
    for (int i = 1; i < count; i++)
        n += (size_t)sprintf(bytes + n, "X: %d\r\n", i);
    return n;
}

START_TEST(header_count)
{
    char bytes[2000];
    for (int count = 1; count <= 64; count++) {
        size_t n = many_headers(bytes, count);
        strcpy(bytes + n, "\r\n");
        expect(bytes, n + 2, "GET /? @h 1.1");
    }
    expect(bytes, many_headers(bytes, 65), "431");
}
END_TEST

/* With n bytes in the head, if the ends of its lines are as given. */
static size_t long_head(char *bytes, size_t n, const char *ends)
{
    const char *begin = "GET / HTTP/1.1\nHost: h\nX: ";
    int x = (int)(n - strlen(begin) - strlen(ends));
    return (size_t)sprintf(bytes, "%s%0*d%s", begin, x, 0, ends);
}

START_TEST(head_length)
{
    static const char *const ends[] = {"\r\n\r\n", "\n\n", "\r\n\n", "\n\r\n"};
    static char bytes[ROOM];
    expect(bytes, long_head(bytes, 8192, ends[_i]), "GET /? @h 1.1");
    expect(bytes, long_head(bytes, 8191, ends[_i]), "GET /? @h 1.1");
    expect(bytes, long_head(bytes, 8193, ends[_i]), "431");
    expect(bytes, long_head(bytes, 8192, ""), "431");
    expect(bytes, long_head(bytes, 8191, ""), "more");
}
END_TEST

/* Every byte in the midst of the method, the target, a name and a value. */
START_TEST(every_byte)
{
    static const char *const forms[] = {"G%cT / HTTP/1.1\nHost: h\n\n",
                                        "GET /a%cb HTTP/1.1\nHost: h\n\n",
                                        "GET / HTTP/1.1\nHost: h\nX%cY: z\n\n",
                                        "GET / HTTP/1.1\nHost: h\nX: y%cz\n\n"};
    for (int byte = 0; byte < 256; byte++) {
        char bytes[100];
        bool visible = byte > 0x20 && byte < 0x7f;
        bool token = visible && !strchr("\"(),/:;<=>?@[\\]{}", byte);
        const bool good[] = {token, visible, token || byte == ':',
                             byte == '\t' || (byte >= 0x20 && byte != 0x7f)};
        size_t n = (size_t)sprintf(bytes, forms[_i], byte);
        char told[ROOM];
        int used = parse(told, bytes, n);
        if (used != (good[_i] ? (int)n : -1))
            ck_abort_msg("byte 0x%02x: %d, %s", (unsigned)byte, used, told);
        expect_splits(bytes, n, n);
    }
}
END_TEST

/* Every byte at every place of values of 16 to 23 bytes, among all sorts of
 * others: the search for control bytes takes eight at a time. */
START_TEST(every_place)
{
    static const char others[] = "v \x7e\x80\x81\x9f\xa0\xff!";
    char bytes[100] = "GET / HTTP/1.1\nHost: h\nX:", told[ROOM];
    const size_t begin = strlen(bytes);
    for (size_t len = 16; len < 24; len++)
        for (size_t i = 0; i < 16 * 256; i++) {
            size_t at = begin + i / 256, n = begin + len;
            int byte = i % 256;
            memset(bytes + begin, others[_i], len);
            memcpy(bytes + n, "w\n\n", 3);
            bytes[at] = (char)byte;
            bool bad = byte == 0x7f || (byte < 0x20 && byte != '\t');
            int used = parse(told, bytes, n + 3);
            if (used != (bad ? -1 : (int)n + 3))
                ck_abort_msg("byte 0x%02x at %zu of %zu: %d, %s",
                             (unsigned)byte, at - begin, len, used, told);
        }
}
END_TEST

/* A few bytes of a good head changed, doubled, or left out. */
START_TEST(garbled)
{
    static const char seeds[][80] = {
        "GET /a?b HTTP/1.1\r\nHost: h:80\r\nContent-Length: 5\r\n\r\n",
        "POST http://a/ HTTP/1.0\nConnection: close\nHost:\th\n\n"};
    static const char bytes[] = "\0\t\n\r\x1f\x7f\x80\xff :/?,.[]15aHT";
    for (int i = 0; i < 3000; i++) {
        char text[100];
        size_t n = strlen(strcpy(text, seeds[i % 2]));
        for (unsigned changes = 1 + dice(4); changes > 0; changes--) {
            size_t at = dice((unsigned)n), to = dice((unsigned)n);
            text[at] = dice(2) ? bytes[dice(sizeof bytes - 1)] : text[to];
            if (dice(8) == 0)
                n = at + 1;
        }
        expect_splits(text, n, ROOM);
    }
}
END_TEST

START_TEST(host_header)
{
    struct host host;
    size_t len = strlen(hosts[_i].host);
    char *copy = exact(hosts[_i].host, len), bytes[200], told[ROOM];
    bool ok = host_split((struct text){copy, len}, 80, &host);
    ck_assert_msg(ok == (hosts[_i].name != NULL), "\"%s\"", hosts[_i].host);
    if (ok) {
        expect_text("name", host.name, hosts[_i].name);
        ck_assert_uint_eq(host.port, hosts[_i].port);
    }
    free(copy);
    int n = sprintf(bytes, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n",
                    hosts[_i].host);
    ck_assert_int_eq(parse(told, bytes, (size_t)n), ok ? n : -1);
}
END_TEST

START_TEST(loopback)
{
    struct text name = text_of(names[_i].name);
    char *copy = exact(name.p, name.n);
    name.p = copy;
    ck_assert_msg(host_is_loopback(name) == names[_i].loopback, "\"%s\"",
                  names[_i].name);
    free(copy);
}
END_TEST

START_TEST(header)
{
    static const char bytes[] = "GET / HTTP/1.1\r\nHost: h\r\nX-One: 1 \r\n"
                                "x-two:\t a, b\tc\t\r\nX-ONE: 2\r\nX-No:\r\n"
                                "X-Blank: \t \nX-Colon::d:\r\n\r\n";
    static const char *const rows[][2] = {
        {"X-One", "1"},   {"x-one", "1"},       {"X-ONE", "1"},
        {"host", "h"},    {"X-Two", "a, b\tc"}, {"X-No", ""},
        {"X-Blank", ""},  {"X-Colon", ":d:"},   {"X-On", NULL},
        {"X-One:", NULL}, {"X-OneX", NULL},     {"-One", NULL},
        {"X_One", NULL},  {"", NULL},           {"1", NULL}};
    struct request r;
    ck_assert_int_gt(request_parse(bytes, sizeof bytes - 1, &r), 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text value = request_header(&r, rows[i][0]);
        ck_assert_int_eq(value.p == NULL, rows[i][1] == NULL);
        expect_text(rows[i][0], value, rows[i][1] ? rows[i][1] : "");
    }
    ck_assert_int_eq(r.header_count, 7);
}
END_TEST

START_TEST(query)
{
    struct request r;
    char bytes[100];
    int n = sprintf(bytes, "GET /?%s HTTP/1.0\n\n", queries[_i].query);
    ck_assert_int_eq(request_parse(bytes, (size_t)n, &r), n);
    const char *want = queries[_i].value;
    struct text value = request_query(&r, queries[_i].name);
    ck_assert_int_eq(value.p == NULL, want == NULL);
    expect_text(queries[_i].query, value, want ? want : "");
}
END_TEST

START_TEST(no_query)
{
    struct request r;
    static const char bytes[] = "GET /after=5 HTTP/1.0\n\n";
    ck_assert_int_gt(request_parse(bytes, sizeof bytes - 1, &r), 0);
    ck_assert_ptr_eq(request_query(&r, "after").p, NULL);
}
END_TEST

START_TEST(list)
{
    size_t n = strlen(lists[_i].list);
    char *copy = exact(lists[_i].list, n);
    struct request r = {.header_count = 3};
    r.headers[0] = (struct header){{"Connection", 10}, {"upgrade", 7}};
    r.headers[1] = (struct header){{"Upgrade", 7}, {"h2c", 3}};
    r.headers[2] = (struct header){{"upgrade", 7}, {copy, n}};
    ck_assert_msg(request_lists(&r, "Upgrade", lists[_i].token) ==
                      lists[_i].has,
                  "\"%s\"", lists[_i].list);
    free(copy);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("request");
    TCase *t = tcase_create("head");
    tcase_set_timeout(t, 30);
    tcase_add_loop_test(t, head, 0, CASES);
    tcase_add_loop_test(t, line_length, 0, 2);
    tcase_add_test(t, header_count);
    tcase_add_loop_test(t, head_length, 0, 4);
    tcase_add_loop_test(t, every_byte, 0, 4);
    tcase_add_loop_test(t, every_place, 0, 9);
    tcase_add_test(t, garbled);
    suite_add_tcase(s, t);
    t = tcase_create("names");
    tcase_add_loop_test(t, host_header, 0, HOSTS);
    tcase_add_loop_test(t, loopback, 0, NAMES);
    tcase_add_test(t, header);
    tcase_add_loop_test(t, query, 0, QUERIES);
    tcase_add_test(t, no_query);
    tcase_add_loop_test(t, list, 0, LISTS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
