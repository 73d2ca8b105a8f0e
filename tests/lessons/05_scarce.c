/* Section 6 of the contract: out of memory, a WebSocket may be lost, and no
 * other. One allocation after the other fails. */
#include "../check_main.h"
#include "scarcity.h"
#include "ws_client.h"

#include <string.h>

enum { MOST = 100, MEMBERS = 4 };

static struct program server;
static struct client *member[MEMBERS]; /* NULL: lost */
static int lost;

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

/* Waits for more; at the end of the connection the member is lost. */
static bool more(int i)
{
    ssize_t n = client_await(member[i]);
    if (n != 0 && n != -2)
        return true;
    member[i] = NULL;
    lost++;
    return false;
}

/* The last member comes when memory may be short: 101, or a refusal. */
static void enter(int i)
{
    static const char ask[] =
        "GET /chat HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    struct client *c = member[i] = dial(&server);
    client_push(c, ask, sizeof ask - 1, 100);
    while (!take_head(c, 0))
        if (!more(i))
            return;
    if (c->status == 101)
        return;
    expect_status(c, 503);
    member[i] = NULL;
    lost++;
}

/* Takes the next frame; false: the member is lost. */
static bool take(int i, struct heard *h)
{
    struct client *c = member[i];
    int is = 0;
    while (c->in.length == 0 ||
           (is = hear((unsigned char *)c->in.data, c->in.length, h)) == 0)
        if (!more(i))
            return false;
    if (is < 0)
        flunk("%s", h->wrong);
    return true;
}

/* Waits for one message. Others may come before it only if it is not known
 * whether they were sent. */
static void expect(int i, const char *script, bool unknown)
{
    static struct word word;
    struct heard h;
    word_next(script, &word);
    while (member[i] != NULL && take(i, &h)) {
        const char *wrong = not_heard(&word, &h);
        bytes_drop(&member[i]->in, h.used);
        if (wrong == NULL)
            return;
        if (!unknown)
            flunk("member %d hears %s", i, wrong);
    }
}

/* One says it, all who are left hear it; should the one who says it be lost,
 * nobody knows. */
static bool broadcast(const char *said, const char *heard, bool unknown)
{
    static unsigned char bytes[300000];
    int sender = 0;
    while (member[sender] == NULL)
        sender++;
    size_t n = script_bytes(said, bytes);
    client_push(member[sender], (char *)bytes, n, 100);
    expect(sender, heard, unknown);
    if (member[sender] == NULL)
        return true;
    for (int i = 0; i < MEMBERS; i++)
        if (i != sender)
            expect(i, heard, unknown);
    return false;
}

START_TEST(chat)
{
    static const char *const rows[][2] = {
        {"T:short", "T:short"},
        {"B*70000", "B*70000"},
        {"t:a|C:b", "T:ab"},
        {"t*70000|c*70000|C:x", "T*70000*70000:x"},
        {"T:the end", "T:the end"}};
    int number = 0;
    do {
        bool unknown = false;
        scarce_start(&server, "05-websocket", ++number);
        for (int i = 0; i < MEMBERS - 1; i++)
            member[i] = ws_dial(&server, "/chat");
        scarce_now(&server);
        lost = 0;
        enter(MEMBERS - 1);
        for (int i = 0; i < 5; i++) {
            testing("allocation %d, %s", number, rows[i][0]);
            unknown |= broadcast(rows[i][0], rows[i][1], unknown);
        }
        if (lost > 1)
            flunk("%d members are lost", lost);
        if (!scarce_failed(&server))
            break;
        ws_expect_alive(ws_dial(&server, "/chat"));
        finish();
    } while (number < MOST);
    ck_assert_int_gt(number, 5);
    ck_assert_int_lt(number, MOST);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("05-websocket, scarce");
    TCase *t = tcase_create("out of memory");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, chat);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
