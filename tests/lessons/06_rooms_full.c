/* Rooms of lesson 6: one is in a room, and does not fetch what is said. */
#include "../check_main.h"
#include "sio.h"
#include "stdout.h"

#include <stdio.h>
#include <string.h>

static struct program server;
static struct sio a, b;

static void begin(void)
{
    program_start(&server, "06-socketio-lite", NULL);
    sio_enter(&a, &server, BY_SOCKET);
    sio_enter(&b, &server, BY_POLLS);
    expect_out(&server, "连接成功");
    expect_out(&server, "连接成功");
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

/* One in the room fetches nothing, until it is too much: the others hear all of
 * it, also what was too much for him. */
START_TEST(one_fetches_nothing)
{
    enum { LONG = 900000 };
    static char text[LONG + 1], say[LONG + 100], hear[LONG + 100];
    memset(text, 'x', LONG);
    snprintf(say, sizeof say, "42[\"room\",\"x\",\"%s\"]", text);
    snprintf(hear, sizeof hear, "42[\"message\",\"%s\"]", text);
    sio_say(&a, "421[\"join\",\"x\"]");
    sio_hear(&a, "431[1]");
    sio_say(&b, "421[\"join\",\"x\"]");
    sio_hear(&b, "431[2]");
    for (int i = 0; i < 3; i++) {
        sio_say(&a, say);
        sio_hear(&a, hear);
    }
    expect_out(&server, "断开连接:transport error");
    sio_say(&a, "422[\"join\",\"x\"]");
    sio_hear(&a, "432[1]"); /* he has left it */
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06-socketio-lite: rooms, full");
    TCase *t = tcase_create("rooms");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 20);
    tcase_add_test(t, one_fetches_nothing);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
