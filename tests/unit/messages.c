/* The last 256 messages: who asks for what comes after an id gets it. */
#include "messages.h"
#include "unit.h"

static struct messages all;

static void finish(void)
{
    for (int i = 0; i < MAX_MESSAGES; i++)
        free(all.ring[i].text);
    messages_init(&all, 0);
}

/* Its text is its id in digits. */
static void add(uint64_t id)
{
    char digits[20];
    size_t len = text_digits(digits, id);
    const struct message *m = messages_add(&all, digits, len);
    memset(digits, '#', sizeof digits); /* it has a copy */
    ck_assert_ptr_ne(m, NULL);
    ck_assert_uint_eq(m->id, id);
}

static void fill(uint64_t first, uint64_t count)
{
    messages_init(&all, first);
    for (uint64_t i = 0; i < count; i++)
        add(first + i);
    ck_assert_uint_eq(messages_newest(&all), first + count - 1);
}

/* Want: the id of what comes after this id, 0 if nothing does. */
static void expect_after(uint64_t id, uint64_t want)
{
    char digits[20];
    const struct message *m = messages_after(&all, id);
    if ((m ? m->id : 0) != want)
        ck_abort_msg("after %llu: %llu, not %llu", (unsigned long long)id,
                     (unsigned long long)(m ? m->id : 0),
                     (unsigned long long)want);
    if (m)
        expect_bytes("text", m->text, m->len, digits,
                     text_digits(digits, want));
}

static const uint64_t counts[] = {0,   1,   2,   3,   255, 256,
                                  257, 258, 511, 512, 513, 1000};

enum { COUNTS = sizeof counts / sizeof *counts };

/* Every id near those that are kept, and those that are far away. */
START_TEST(after)
{
    uint64_t count = counts[_i], first = 1700000000000, end = first + count;
    uint64_t kept = count < 256 ? count : 256, oldest = end - kept;
    fill(first, count);
    for (uint64_t id = first - 300; id < end + 300; id++) {
        bool follows = id >= oldest && id < end;
        uint64_t want = follows ? id + 1 : oldest;
        expect_after(id, kept == 0 || id == end - 1 ? 0 : want);
    }
    const uint64_t far[] = {0,
                            1,
                            256,
                            first / 2,
                            first * 2,
                            (uint64_t)1 << 63,
                            ((uint64_t)1 << 63) + first,
                            UINT64_MAX - first,
                            UINT64_MAX - 1,
                            UINT64_MAX};
    for (size_t i = 0; i < sizeof far / sizeof *far; i++)
        expect_after(far[i], kept > 0 ? oldest : 0);
}
END_TEST

/* Who asks again and again gets each once, in order. */
START_TEST(one_by_one)
{
    uint64_t id = 0, n = 0, count = counts[_i];
    fill(5, count);
    for (const struct message *m; (m = messages_after(&all, id)) != NULL; n++) {
        ck_assert(id == 0 || m->id == id + 1);
        id = m->id;
    }
    ck_assert_uint_eq(n, count < 256 ? count : 256);
    ck_assert_uint_eq(id, count > 0 ? messages_newest(&all) : 0);
}
END_TEST

/* Who keeps up misses nothing, whatever else falls out of the ring. */
START_TEST(keeping_up)
{
    fill(1000, 0);
    for (uint64_t id = 1000; id < 2000; id++) {
        expect_after(id - 1, 0);
        add(id);
        expect_after(id - 1, id);
        expect_after(id, 0);
    }
}
END_TEST

/* After a restart the ids of before are older, or not yet given. */
START_TEST(after_a_restart)
{
    fill(1000, 300);
    uint64_t before = messages_newest(&all);
    finish();
    fill(_i == 0 ? before + 5000 : before - 200, 3);
    expect_after(before, all.first);
}
END_TEST

START_TEST(any_bytes)
{
    static const struct text texts[] = {{"\0", 1},       {"a\0b", 3},
                                        {"\0\0abc", 5},  {"abc\0", 4},
                                        {"\xff\r\n", 3}, {"", 0}};
    fill(7, 0);
    for (uint64_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *copy = exact(texts[i].p, texts[i].n);
        const struct message *m = messages_add(&all, copy, texts[i].n);
        free(copy);
        expect_bytes("added", m->text, m->len, texts[i].p, texts[i].n);
        m = messages_after(&all, 6 + i);
        expect_bytes("kept", m->text, m->len, texts[i].p, texts[i].n);
    }
}
END_TEST

START_TEST(the_longest)
{
    static char text[MAX_TEXT];
    fill(7, 0);
    for (int i = 0; i < 300; i++) {
        memset(text, i, sizeof text);
        const struct message *m = messages_add(&all, text, sizeof text);
        expect_bytes("added", m->text, m->len, text, sizeof text);
    }
    memset(text, 299 - 255, sizeof text);
    const struct message *oldest = messages_after(&all, 0);
    expect_bytes("oldest", oldest->text, oldest->len, text, sizeof text);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("messages");
    TCase *t = tcase_create("the last 256");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_add_loop_test(t, after, 0, COUNTS);
    tcase_add_loop_test(t, one_by_one, 0, COUNTS);
    tcase_add_test(t, keeping_up);
    tcase_add_loop_test(t, after_a_restart, 0, 2);
    tcase_add_test(t, any_bytes);
    tcase_add_test(t, the_longest);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
