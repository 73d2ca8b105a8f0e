/* Frames: their headers, their masks, their lines in the trace. */
#include "frame.h"
#include "frame_rows.h"
#include "../frames.h"
#include "trace.h"
#include "unit.h"

#include <unistd.h>

static int parse(const char *bytes, size_t n, int within, size_t room,
                 struct frame *f)
{
    char *copy = exact(bytes, n);
    memset(f, 0x55, sizeof *f);
    int used = frame_parse(copy, n, within, room, f);
    free(copy);
    return used;
}

/* With as many bytes as there are so far: the answer comes when it is sure,
 * and then stays. */
START_TEST(headers)
{
    struct frame f;
    char bytes[32];
    size_t n = 0, whole = strlen(rows[_i].hex) / 2;
    for (; n < whole; n++)
        bytes[n] = (char)hex_byte(rows[_i].hex + 2 * n);
    memset(bytes + whole, 0x7b, sizeof bytes - whole);
    for (n = 1; n <= sizeof bytes; n++) {
        int used = parse(bytes, n, rows[_i].within, ROOM, &f);
        int after = rows[_i].after;
        int want = after > 0 && (int)n >= after ? -1
                   : n >= whole                 ? (int)whole
                                                : 0;
        ck_assert_msg(used == want, "%s, %zu bytes: %d, not %d", rows[_i].hex,
                      n, used, want);
        if (used < 0) {
            ck_assert_int_eq(f.error, rows[_i].error);
            ck_assert(strlen(f.why) > 0 && strlen(f.why) <= MAX_CONTROL - 2);
        } else if (used > 0) {
            ck_assert_uint_eq(f.length, (uint64_t)rows[_i].length);
            ck_assert_int_eq(f.fin, (unsigned char)bytes[0] >> 7);
            ck_assert_int_eq(f.opcode, bytes[0] & 15);
            ck_assert_mem_eq(f.mask, bytes + whole - 4, 4);
        }
    }
}
END_TEST

/* Every first byte, outside and inside of a message. */
START_TEST(first_bytes)
{
    struct frame f;
    for (int i = 0; i < 512; i++) {
        char bytes[6] = {(char)i, (char)0x80, 1, 2, 3, 4};
        int within = i >> 8 ? BINARY : 0, opcode = i & 15;
        bool fin = i & 0x80, good = !(i & 0x70);
        if (opcode == CLOSE || opcode == PING || opcode == PONG)
            good &= fin;
        else if (opcode == CONTINUATION)
            good &= within != 0;
        else
            good &= (opcode == TEXT || opcode == BINARY) && within == 0;
        int used = parse(bytes, 6, within, ROOM, &f);
        ck_assert_msg(used == (good ? 6 : -1), "%02x within %d: %d", i & 255,
                      within, used);
        ck_assert(good || f.error == PROTOCOL_ERROR);
        ck_assert_int_eq(parse(bytes, 1, within, ROOM, &f), good ? 0 : -1);
    }
}
END_TEST

/* What is left of a message's room; control frames need none. */
START_TEST(room)
{
    struct frame f;
    for (size_t left = 0; left < 200; left++)
        for (size_t n = 0; n < 200; n++) {
            static const unsigned char mask[4] = {1, 2, 3, 4};
            unsigned char bytes[16];
            int len = (int)head_of(0x82, n, mask, bytes);
            int used = parse((char *)bytes, (size_t)len, 0, left, &f);
            ck_assert_int_eq(used, n <= left ? len : -1);
            ck_assert(n <= left || f.error == TOO_BIG);
            bytes[0] = 0x89;
            used = parse((char *)bytes, (size_t)len, 0, left, &f);
            ck_assert_int_eq(used, n <= 125 ? len : -1);
        }
}
END_TEST

/* From every place of the payload, at every address, in every length. */
START_TEST(unmask)
{
    static const unsigned char masks[][4] = {{0x37, 0xfa, 0x21, 0x3d},
                                             {0, 0, 0, 0},
                                             {0xff, 0xff, 0xff, 0xff},
                                             {0, 0, 0, 1},
                                             {0x80, 0, 0, 0}};
    const unsigned char *mask = masks[_i];
    for (size_t at = 0; at < 9; at++)
        for (size_t shift = 0; shift < 8; shift++)
            for (size_t n = 0; n < 80; n++) {
                char *p = malloc(shift + n + 1);
                int wrong = 0;
                for (size_t i = 0; i < shift + n; i++)
                    p[i] = (char)pattern(i, true);
                frame_unmask(p + shift, n, mask, at);
                for (size_t i = 0; i < shift + n; i++) {
                    int by = i < shift ? 0 : mask[(at + i - shift) % 4];
                    wrong += p[i] != (char)(pattern(i, true) ^ by);
                }
                ck_assert_msg(wrong == 0, "at %zu + %zu, %zu bytes", at, shift,
                              n);
                free(p);
            }
}
END_TEST

/* Taken off in two pieces as in one. */
START_TEST(unmask_in_pieces)
{
    static const unsigned char mask[4] = {0x37, 0xfa, 0x21, 0x3d};
    char whole[100], pieces[100];
    for (size_t cut = 0; cut <= 100; cut++) {
        for (size_t i = 0; i < 100; i++)
            whole[i] = pieces[i] = (char)pattern(i, true);
        frame_unmask(whole, 100, mask, 0);
        frame_unmask(pieces, cut, mask, 0);
        frame_unmask(pieces + cut, 100 - cut, mask, cut);
        ck_assert_mem_eq(whole, pieces, 100);
    }
}
END_TEST

START_TEST(our_headers)
{
    static const struct {
        size_t length;
        const char *hex;
    } ours[] = {{0, "8100"},
                {1, "8101"},
                {125, "817d"},
                {126, "817e007e"},
                {127, "817e007f"},
                {256, "817e0100"},
                {65535, "817effff"},
                {65536, "817f0000000000010000"},
                {65537, "817f0000000000010001"},
                {16777216, "817f0000000001000000"}};
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        for (unsigned char opcode = 1; opcode < 11; opcode++) {
            unsigned char header[10], want[10];
            size_t n = strlen(ours[i].hex) / 2;
            for (size_t k = 0; k < n; k++)
                want[k] = hex_byte(ours[i].hex + 2 * k);
            want[0] = 0x80 | opcode;
            size_t is = frame_header(header, opcode, ours[i].length);
            expect_bytes("header", (char *)header, is, (char *)want, n);
        }
}
END_TEST

/* What frame_trace writes on stderr. */
static const char *traced(char way, const struct frame *f, const char *payload,
                          size_t n)
{
    static char text[2000];
    FILE *file = tmpfile();
    int before = dup(STDERR_FILENO);
    char *copy = payload ? exact(payload, n) : NULL;
    dup2(fileno(file), STDERR_FILENO);
    frame_trace(3, way, f, copy);
    fflush(stderr);
    dup2(before, STDERR_FILENO);
    close(before);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    free(copy);
    return text;
}

START_TEST(lines_of_the_trace)
{
    struct frame f = {true, TEXT, {0x37, 0xfa, 0x21, 0x3d}, 5, 0, NULL};
    ck_assert_str_eq(traced('<', &f, "hello", 5), "");
    trace_on = true;
    ck_assert_str_eq(traced('<', &f, "hello", 5),
                     "#3 < fin=1 opcode=1 text mask=37fa213d length=5 "
                     "\"hello\"\n");
    ck_assert_str_eq(traced('>', &f, "hello", 5),
                     "#3 > fin=1 opcode=1 text length=5 \"hello\"\n");
    f.fin = false;
    f.opcode = CONTINUATION;
    f.length = 2;
    ck_assert_str_eq(traced('>', &f, "\x1b\n", 2),
                     "#3 > fin=0 opcode=0 continuation length=2 "
                     "\"\\x1B\\x0A\"\n");
    f.length = 0;
    ck_assert_str_eq(traced('>', &f, NULL, 0),
                     "#3 > fin=0 opcode=0 continuation length=0 \"\"\n");
    f.opcode = PING;
    f.length = 0;
    ck_assert_str_eq(traced('>', &f, "", 0),
                     "#3 > fin=0 opcode=9 ping length=0 \"\"\n");
    f = (struct frame){true, CLOSE, {1, 2, 3, 4}, 5, 0, NULL};
    ck_assert_str_eq(traced('<', &f,
                            "\x03\xe9"
                            "bye",
                            5),
                     "#3 < fin=1 opcode=8 close mask=01020304 length=5 "
                     "code=1001 \"bye\"\n");
    f.length = 0;
    ck_assert_str_eq(traced('>', &f, "", 0),
                     "#3 > fin=1 opcode=8 close length=0 \"\"\n");
    f.length = 1;
    ck_assert_str_eq(traced('>', &f, "\x03", 1),
                     "#3 > fin=1 opcode=8 close length=1 \"\\x03\"\n");
}
END_TEST

/* Cut between two characters, wherever in one the room ends. */
START_TEST(cut_between_characters)
{
    char payload[200] = "", line[300];
    struct frame f = {true, TEXT, {0}, 0, 0, NULL};
    trace_on = true;
    for (int before = 0; before < 80; before++) {
        memset(payload, 'x', (size_t)before);
        strcpy(payload + before, "\xe4\xbd\xa0\xf0\x9f\x98\x80\xc3\xa4 and more"
                                 " than fits: one, two, three, four, five, "
                                 "six, seven, eight, nine, ten, eleven");
        f.length = strlen(payload);
        snprintf(line, sizeof line, "%s",
                 traced('>', &f, payload, (size_t)f.length));
        ck_assert_msg(strstr(line, "\\x") == NULL, "%s", line);
        ck_assert_msg(strstr(line, "\"...") != NULL, "%s", line);
    }
}
END_TEST

/* However long and strange: one line of at most 160 characters. */
START_TEST(long_lines)
{
    static const char *const texts[] = {
        "x", "\x1b", "\xff", "\xe4\xbd\xa0", "\xc2\x9b", "\xf0\x9f\x98\x80"};
    static char payload[70000];
    struct frame f = {false, CONTINUATION, {255, 255, 255, 255}, 0, 0, NULL};
    trace_on = true;
    for (int i = 0; i < 6; i++)
        for (size_t n = 0; n < 70000; n = n < 300 ? n + 1 : n * 2) {
            size_t chars = 0, len = strlen(texts[i]);
            for (size_t k = 0; k < n; k++)
                payload[k] = texts[i][k % len];
            f.length = n;
            const char *line = traced('<', &f, payload, n);
            for (const char *p = line; *p; p++)
                chars += (*p & 0xc0) != 0x80;
            ck_assert_msg(chars <= 161, "%zu characters: %s", chars, line);
            ck_assert(strchr(line, '\n') == line + strlen(line) - 1);
            ck_assert_ptr_eq(strchr(line, '\x1b'), NULL);
        }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("frame");
    TCase *t = tcase_create("headers");
    tcase_add_loop_test(t, headers, 0, ROWS);
    tcase_add_test(t, first_bytes);
    tcase_add_test(t, room);
    tcase_add_test(t, our_headers);
    suite_add_tcase(s, t);
    t = tcase_create("masks");
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, unmask, 0, 5);
    tcase_add_test(t, unmask_in_pieces);
    suite_add_tcase(s, t);
    t = tcase_create("the trace");
    tcase_set_timeout(t, 20);
    tcase_add_test(t, lines_of_the_trace);
    tcase_add_test(t, cut_between_characters);
    tcase_add_test(t, long_lines);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
