/* One event of a stream: its bytes, and what a browser makes of them. */
#include "sse.h"
#include "unit.h"

static const struct {
    struct text text;
    const char *lines; /* | stands for a line's end */
} rows[] = {
    {{"x", 1}, "data: x|"},
    {{"1700000000000", 13}, "data: 1700000000000|"},
    {{"", 0}, "data: |"},
    {{"\n", 1}, "data: |data: |"},
    {{"\r", 1}, "data: |data: |"},
    {{"\r\n", 2}, "data: |data: |"},
    {{"\n\r", 2}, "data: |data: |data: |"},
    {{"\n\n", 2}, "data: |data: |data: |"},
    {{"\r\r", 2}, "data: |data: |data: |"},
    {{"\r\r\n", 3}, "data: |data: |data: |"},
    {{"\r\n\n", 3}, "data: |data: |data: |"},
    {{"\r\n\r\n", 4}, "data: |data: |data: |"},
    {{"abc\n", 4}, "data: abc|data: |"},
    {{"abc\r", 4}, "data: abc|data: |"},
    {{"abc\r\n", 5}, "data: abc|data: |"},
    {{"\nabc", 4}, "data: |data: abc|"},
    {{"a\nb", 3}, "data: a|data: b|"},
    {{"a\r\nb\rc\nd", 8}, "data: a|data: b|data: c|data: d|"},
    {{"a\n\nb", 4}, "data: a|data: |data: b|"},
    {{"a\nid: 5", 7}, "data: a|data: id: 5|"},
    {{"id: 5", 5}, "data: id: 5|"},
    {{"data: x\rretry: 1", 16}, "data: data: x|data: retry: 1|"},
    {{"a\n\nevent: b\n\n", 13}, "data: a|data: |data: event: b|data: |data: |"},
    {{":x\n:", 4}, "data: :x|data: :|"},
    {{" x", 2}, "data:  x|"},
    {{"  x \n ", 6}, "data:   x |data:  |"},
    {{"\t\x0b\x0c", 3}, "data: \t\x0b\x0c|"},
    {{"\xc2\x85\xe2\x80\xa8", 5}, "data: \xc2\x85\xe2\x80\xa8|"},
    {{"\xef\xbb\xbfx\xff", 5}, "data: \xef\xbb\xbfx\xff|"},
    {{"\xe4\xbd\xa0\xe5\xa5\xbd", 6}, "data: \xe4\xbd\xa0\xe5\xa5\xbd|"}};

static struct buf b;

static void finish(void)
{
    buf_free(&b);
}

static void add(uint64_t id, const char *bytes, size_t len)
{
    char *copy = exact(bytes, len);
    ck_assert(sse_add(&b, id, (struct text){copy, len}));
    free(copy);
}

START_TEST(event)
{
    char want[200];
    size_t n = (size_t)sprintf(want, "id: 7\nevent: message\n%s|",
                               rows[_i].lines);
    for (char *bar = want; (bar = strchr(bar, '|')) != NULL;)
        *bar = '\n';
    add(7, rows[_i].text.p, rows[_i].text.n);
    expect_bytes("event", b.data, b.len, want, n);
}
END_TEST

START_TEST(nul)
{
    static const char want[] =
        "id: 7\nevent: message\ndata: \0a\0\ndata: \0\n\n";
    add(7, "\0a\0\n\0", 5);
    expect_bytes("event", b.data, b.len, want, sizeof want - 1);
}
END_TEST

START_TEST(its_id)
{
    static const struct {
        uint64_t id;
        const char *digits;
    } ids[] = {{9, "9"},
               {4294967296, "4294967296"},
               {1700000000000, "1700000000000"},
               {INT64_MAX, "9223372036854775807"},
               {UINT64_MAX, "18446744073709551615"}};
    char want[100];
    int n = sprintf(want, "id: %s\nevent: message\ndata: x\n\n",
                    ids[_i].digits);
    add(ids[_i].id, "x", 1);
    expect_bytes("event", b.data, b.len, want, (size_t)n);
}
END_TEST

START_TEST(no_id)
{
    add(0, "x\ny", 3);
    expect_bytes("event", b.data, b.len, "data: x\ndata: y\n\n", 17);
}
END_TEST

/* What is there stays before it. */
START_TEST(appended)
{
    static const char want[] =
        "retry: 2000\n\nid: 1\nevent: message\ndata: a\n\n"
        "id: 2\nevent: message\ndata: b\ndata: c\n\n";
    ck_assert(buf_add(&b, "retry: 2000\n\n", 13));
    add(1, "a", 1);
    add(2, "b\nc", 3);
    expect_bytes("stream", b.data, b.len, want, sizeof want - 1);
}
END_TEST

/* The rules of WHATWG HTML, 9.2.6, for events that have only an id, a name
 * and data: the data of the one that is there. */
static struct text interpret(struct text t, char *data)
{
    size_t n = 0;
    while (t.n > 0) {
        size_t end = 0, next;
        while (end < t.n && t.p[end] != '\n' && t.p[end] != '\r')
            end++;
        ck_assert_msg(end < t.n, "the last line has no end");
        next = end + (t.n - end > 1 && memcmp(t.p + end, "\r\n", 2) == 0) + 1;
        if (end > 5 && memcmp(t.p, "data:", 5) == 0) {
            size_t skip = 5 + (t.p[5] == ' ');
            memcpy(data + n, t.p + skip, end - skip);
            n += end - skip;
            data[n++] = '\n';
        } else if (end == 0) {
            ck_assert_msg(next == t.n, "more than one event");
            return (struct text){data, n - 1};
        }
        t = (struct text){t.p + next, t.n - next};
    }
    ck_abort_msg("no empty line");
    return t;
}

/* The browser gets the text, with \n for each of its line ends. */
START_TEST(random_texts)
{
    static const char bytes[] = "\n\r \0:abdit";
    char some[40], want[40], data[400];
    for (int i = 0; i < 20000; i++) {
        size_t n = 0, len = dice(sizeof some);
        for (size_t k = 0; k < len; k++)
            some[k] = bytes[dice(sizeof bytes - 1)];
        for (size_t k = 0; k < len; k++)
            if (some[k] != '\n' || k == 0 || some[k - 1] != '\r')
                want[n++] = some[k] == '\r' ? '\n' : some[k];
        b.len = 0;
        add(7, some, len);
        struct text got = interpret((struct text){b.data, b.len}, data);
        expect_bytes("data", got.p, got.n, want, n);
    }
}
END_TEST

START_TEST(the_longest)
{
    static char longest[65536];
    memset(longest, _i == 0 ? '\n' : 'x', sizeof longest);
    add(7, longest, sizeof longest);
    size_t lines = _i == 0 ? sizeof longest + 1 : 1, head = 21;
    ck_assert_uint_eq(b.len, head + lines * 7 + 1 + (_i == 0 ? 0 : 65536));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("sse");
    TCase *t = tcase_create("an event");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_add_loop_test(t, event, 0, sizeof rows / sizeof *rows);
    tcase_add_test(t, nul);
    tcase_add_loop_test(t, its_id, 0, 5);
    tcase_add_test(t, no_id);
    tcase_add_test(t, appended);
    tcase_add_test(t, random_texts);
    tcase_add_loop_test(t, the_longest, 0, 2);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
