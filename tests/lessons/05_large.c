/* Section 6 of the contract, built with a limit of 16 MiB: big messages, in one
 * frame, in fragments, in small pieces. Sections 9 and 10 of the Autobahn test
 * suite. */
#include "../check_main.h"
#include "ws_client.h"

#include <string.h>

enum { KIB = 1024, MIB = KIB * KIB, LIMIT = 16 * MIB, SECONDS = 60 };

static struct program server;
static unsigned char payload[LIMIT], frame[LIMIT + 14];

static void begin(void)
{
    program_start(&server, "tests/large-05-websocket", NULL);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

/* Each is sent as text (9.1, 9.3, 9.5) and as binary (9.2, 9.4, 9.6). */
static const struct {
    const char *name;
    size_t length, fragment, piece; /* 0: whole */
} rows[] = {
    {"9.1.1", 64 * KIB, 0, 0},
    {"9.1.2", 256 * KIB, 0, 0},
    {"9.1.3", MIB, 0, 0},
    {"9.1.4", 4 * MIB, 0, 0},
    {"9.1.5", 8 * MIB, 0, 0},
    {"9.1.6", 16 * MIB, 0, 0},
    {"9.3.1", 4 * MIB, 64, 0},
    {"9.3.2", 4 * MIB, 256, 0},
    {"9.3.3", 4 * MIB, KIB, 0},
    {"9.3.4", 4 * MIB, 4 * KIB, 0},
    {"9.3.5", 4 * MIB, 16 * KIB, 0},
    {"9.3.6", 4 * MIB, 64 * KIB, 0},
    {"9.3.7", 4 * MIB, 256 * KIB, 0},
    {"9.3.8", 4 * MIB, MIB, 0},
    {"9.3.9", 4 * MIB, 4 * MIB, 0},
    {"9.5.1", MIB, 0, 64},
    {"9.5.2", MIB, 0, 128},
    {"9.5.3", MIB, 0, 256},
    {"9.5.4", MIB, 0, 512},
    {"9.5.5", MIB, 0, KIB},
    {"9.5.6", MIB, 0, 2 * KIB},
    {"10.1.1", 64 * KIB, 1300, 0},
    {"the limit, in fragments", LIMIT, 1000 * KIB + 1, 0},
    {"fragments in small pieces", MIB, 1300, 997},
};

enum { ROWS = sizeof rows / sizeof *rows };

/* Sends it, in pieces of so many bytes. */
static void push(struct client *c, const unsigned char *p, size_t n,
                 size_t piece)
{
    for (size_t at = 0, one; at < n; at += one) {
        one = piece > 0 && n - at > piece ? piece : n - at;
        client_send(c, p + at, one);
    }
}

/* A message of that payload, in fragments of so many bytes. */
static void send_message(struct client *c, int opcode, size_t length,
                         size_t fragment, size_t piece)
{
    static const unsigned char mask[4] = {0x37, 0xfa, 0x21, 0x3d};
    size_t at = 0;
    do {
        size_t n = fragment > 0 && length - at > fragment ? fragment
                                                          : length - at;
        int fin = at + n == length ? 0x80 : 0;
        size_t head = head_of((unsigned char)(fin | (at > 0 ? 0 : opcode)), n,
                              mask, frame);
        for (size_t i = 0; i < n; i++)
            frame[head + i] = payload[at + i] ^ mask[i % 4];
        push(c, frame, head + n, piece);
        at += n;
    } while (at < length);
}

/* It must come back in one frame. */
static void expect_message(struct client *c, int opcode, size_t length)
{
    const struct heard *h = ws_take(c);
    if (h->first != (0x80 | opcode) || h->length != length)
        flunk("a frame %02x of %zu bytes, not %02x of %zu", h->first, h->length,
              0x80 | opcode, length);
    if (memcmp(h->payload, payload, length) != 0)
        flunk("other bytes");
}

static void fill(int opcode)
{
    for (size_t i = 0; i < LIMIT; i++)
        payload[i] = pattern(i, opcode == 2);
}

START_TEST(message)
{
    int row = _i / 2, opcode = 1 + _i % 2;
    testing("%s, opcode %d", rows[row].name, opcode);
    fill(opcode);
    struct client *c = ws_dial(&server, "/echo");
    send_message(c, opcode, rows[row].length, rows[row].fragment,
                 rows[row].piece);
    expect_message(c, opcode, rows[row].length);
    ws_expect_alive(c);
}
END_TEST

/* 9.7 and 9.8: a thousand to and fro. */
START_TEST(to_and_fro)
{
    static const size_t lengths[] = {0, 16, 64, 256, 1024, 4096};
    int opcode = 1 + _i % 2;
    size_t length = lengths[_i / 2];
    testing("1000 messages of %zu bytes, opcode %d", length, opcode);
    fill(opcode);
    struct client *c = ws_dial(&server, "/echo");
    for (int i = 0; i < 1000; i++) {
        send_message(c, opcode, length, 0, 0);
        expect_message(c, opcode, length);
    }
}
END_TEST

/* Text of 16 MiB that is no UTF-8 at its very end, in a frame that is not all
 * there; and a byte more than the limit, which its header tells. */
START_TEST(fails_fast)
{
    struct client *c = ws_dial(&server, "/echo");
    size_t head = head_of(0x81, LIMIT, (const unsigned char *)"\0\0\0", frame);
    memset(frame + head, 'x', LIMIT);
    frame[head + LIMIT - 2] = 0xff;
    client_send(c, frame, head + LIMIT - 2);
    expect_silence(c);
    client_send(c, frame + head + LIMIT - 2, 1);
    ws_hear(c, "X1007");
    c = ws_dial(&server, "/echo");
    ws_say(c, "$82ff000000000100000137fa213d");
    ws_hear(c, "X1009");
    c = ws_dial(&server, "/echo");
    fill(1);
    send_message(c, 1, LIMIT - 1, LIMIT, 0);
    expect_message(c, 1, LIMIT - 1);
    frame[0] = 0x01; /* now all of it without FIN, and then two bytes */
    client_send(c, frame, head + LIMIT - 1);
    ws_say(c, "P|$808237fa213d");
    ws_hear(c, "O|X1009");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("05-websocket, large");
    TCase *t = tcase_create("large");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, SECONDS);
    tcase_add_loop_test(t, message, 0, 2 * ROWS);
    tcase_add_loop_test(t, to_and_fro, 0, 12);
    tcase_add_test(t, fails_fast);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
