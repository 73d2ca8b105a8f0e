/* Rooms of lesson 6: their names, how many are in them, how many there are. */
#include "../check_main.h"
#include "sio.h"
#include "stdout.h"

#include <stdio.h>
#include <string.h>

/* Bytes that one socket's rooms may take, and each beside its name. */
enum { MAX_ROOMS = 65536, MEMBER_COST = 64 };

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

/* Emits WHAT with this room, whose acknowledgement must be the number. */
static void emit(struct sio *s, const char *what, const char *room, int number)
{
    static char line[MAX_ROOMS + 100];
    snprintf(line, sizeof line, "427[\"%s\",%s]", what, room);
    sio_say(s, line);
    snprintf(line, sizeof line, "437[%d]", number);
    sio_hear(s, line);
}

/* One room, whatever its name's JSON; or two. */
static const struct {
    const char *one, *other;
    bool same;
} names[] = {{"\"a\"", "\"\\u0061\"", true},
             {"\"\\u0041/\"", "\"A\\/\"", true},
             {"\"\\n\"", "\"\\u000a\"", true},
             {"\"\\u000A\"", "\"\\u000a\"", true},
             {"\"\\uD83D\\uDE00\"", "\"\xf0\x9f\x98\x80\"", true},
             {"\"你好\"", "\"\\u4f60\\u597d\"", true},
             {"\"\"", "\"\"", true},
             {"\"\\u0000\"", "\"\\u0000\"", true},
             {"1", "1", true},
             {"null", "null", true},
             {"[1,\n\"x\"]", "[1,\n\"x\"]", true},
             {"{\"a\":\n1}", "{\"a\":\n1}", true},
             {"\"a\"", "\"A\"", false},
             {"\"a\"", "\"a \"", false},
             {"\"a\"", "\"ab\"", false},
             {"\"ab\"", "\"b\"", false},
             {"\"\"", "\"\\u0000\"", false},
             {"\"a\"", "\"a\\u0000\"", false},
             {"\"a\"", "\"a\\n\"", false},
             {"\"a\\nb\"", "\"b\"", false},
             {"\"1\"", "1", false},
             {"1", "2", false},
             {"null", "\"null\"", false},
             {"[\"x\"]", "\"x\"", false},
             {"[1,\n\"x\"\n]", "\"x\"", false}};

enum { NAMES = sizeof names / sizeof *names };

START_TEST(their_names)
{
    const char *one = names[_i].one, *other = names[_i].other;
    bool same = names[_i].same;
    char line[100];
    testing("rooms %s and %s", one, other);
    emit(&a, "join", one, 1);
    emit(&a, "join", one, 1);
    emit(&b, "join", other, same ? 2 : 1);
    snprintf(line, sizeof line, "42[\"room\",%s,1]", other);
    sio_say(&a, line);
    sio_hear(&b, "42[\"message\",1]");
    if (same)
        sio_hear(&a, "42[\"message\",1]");
    snprintf(line, sizeof line, "42[\"room\",%s,2]", one);
    sio_say(&b, line);
    sio_hear(&a, "42[\"message\",2]");
    if (same)
        sio_hear(&b, "42[\"message\",2]");
    emit(&a, "leave", other, 1);
    emit(&a, "leave", one, same ? 1 : 0);
    emit(&b, "leave", other, 0);
    sio_hear_nothing(&a);
    sio_hear_nothing(&b);
}
END_TEST

START_TEST(no_name)
{
    sio_say(&a, "421[\"join\"]" RS "422[\"join\",null]" RS "42[\"room\"]" RS
                "423[\"leave\"]");
    sio_hear(&a, "431[1]" RS "432[1]" RS "42[\"message\",null]" RS "433[0]");
}
END_TEST

/* Who goes is in no room, and who leaves one is still in the others. */
START_TEST(members)
{
    enum { MANY = 30 };
    static struct sio c[MANY];
    char name[20];
    for (int i = 0; i < MANY; i++) {
        sio_enter(&c[i], &server, i % 2 ? BY_SOCKET : BY_EVENTS);
        emit(&c[i], "join", "\"all\"", i + 1);
        sprintf(name, "\"%d\"", i % 3);
        emit(&c[i], "join", name, i / 3 + 1);
        emit(&c[i], "join", "\"gone\"", i < 1 ? 1 : 2);
        emit(&c[i], "leave", "\"gone\"", i < 1 ? 0 : 1);
        if (i == 0)
            emit(&c[i], "join", "\"gone\"", 1);
    }
    sio_say(&a, "42[\"room\",\"1\",5]" RS "42[\"room\",\"all\",6]");
    for (int i = 0; i < MANY; i++) {
        if (i % 3 == 1)
            sio_hear(&c[i], "42[\"message\",5]");
        sio_hear(&c[i], "42[\"message\",6]");
        sio_hear_nothing(&c[i]);
    }
    for (int i = 0; i < MANY; i += 2)
        sio_vanish(&c[i]);
    settle(&server);
    emit(&a, "join", "\"all\"", MANY / 2 + 1);
    sio_say(&a, "42[\"room\",\"all\",7]");
    sio_hear(&a, "42[\"message\",7]");
    for (int i = 1; i < MANY; i += 2)
        sio_hear(&c[i], "42[\"message\",7]");
}
END_TEST

static void expect_gone(void)
{
    expect_out(&server, "断开连接:forced close");
    emit(&b, "join", "\"here\"", 1);
}

/* Who is in as many as there is room for may leave some and join others; one
 * more, and he is gone, and so are his rooms. */
START_TEST(most)
{
    enum { LETTERS = 60, MOST = MAX_ROOMS / (LETTERS + 2 + MEMBER_COST) };
    char name[LETTERS + 3];
    for (int i = 0; i < MOST; i++) {
        snprintf(name, sizeof name, "\"%0*d\"", LETTERS, i);
        emit(&a, "join", name, 1);
        emit(&b, "join", name, 2);
        emit(&b, "leave", name, 1);
    }
    emit(&a, "join", name, 1); /* it is in this one */
    emit(&a, "leave", name, 0);
    snprintf(name, sizeof name, "\"%0*d\"", LETTERS, MOST);
    emit(&a, "join", name, 1);
    sio_say(&a, "42[\"join\",\"one more\"]");
    expect_gone();
    emit(&b, "join", name, 1);
}
END_TEST

/* The newest leaves, and then the next. */
START_TEST(one_after_the_other)
{
    static struct sio c;
    sio_enter(&c, &server, BY_SOCKET);
    emit(&a, "join", "\"x\"", 1);
    emit(&b, "join", "\"x\"", 2);
    emit(&c, "join", "\"x\"", 3);
    emit(&c, "leave", "\"x\"", 2);
    emit(&b, "leave", "\"x\"", 1);
    sio_say(&b, "42[\"room\",\"x\",1]");
    sio_hear(&a, "42[\"message\",1]");
    sio_hear_nothing(&b);
    sio_hear_nothing(&c);
    emit(&c, "join", "\"x\"", 2);
    emit(&a, "leave", "\"x\"", 1);
}
END_TEST

/* So many rooms that some share a place in the table; half of them end. */
START_TEST(many_rooms)
{
    enum { SOCKETS = 6, EACH = 500 };
    static struct sio c[SOCKETS];
    char name[20];
    for (int i = 0; i < SOCKETS; i++) {
        sio_enter(&c[i], &server, BY_SOCKET);
        for (int n = 0; n < EACH; n++) {
            sprintf(name, "\"%d\"", i * EACH + n);
            emit(&c[i], "join", name, 1);
        }
    }
    for (int i = 0; i < SOCKETS; i++)
        for (int n = 0; n < EACH; n += 2) {
            sprintf(name, "\"%d\"", i * EACH + n);
            emit(&c[i], "leave", name, 0);
        }
    for (int n = 0; n < SOCKETS * EACH; n++) {
        sprintf(name, "\"%d\"", n);
        emit(&b, "join", name, n % 2 ? 2 : 1);
        emit(&b, "leave", name, n % 2 ? 1 : 0);
    }
}
END_TEST

/* Gone from a namespace is gone from its rooms. */
START_TEST(none)
{
    emit(&a, "join", "\"x\"", 1);
    emit(&b, "join", "\"x\"", 2);
    sio_say(&a, "41");
    sio_join(&a, "0");
    emit(&b, "join", "\"x\"", 1);
    emit(&a, "join", "\"x\"", 2);
    emit(&b, "leave", "\"x\"", 1);
}
END_TEST

START_TEST(long_name)
{
    static char name[MAX_ROOMS], line[MAX_ROOMS + 100];
    for (int n = MAX_ROOMS - MEMBER_COST; n <= MAX_ROOMS - MEMBER_COST + 1;
         n++) {
        memset(name, 'x', (size_t)n);
        name[0] = name[n - 1] = '"';
        name[n] = '\0';
        snprintf(line, sizeof line, "427[\"join\",%s]", name);
        if (n == MAX_ROOMS - MEMBER_COST) {
            emit(&a, "join", name, 1);
            emit(&a, "leave", name, 0);
        } else {
            sio_say(&a, line);
            expect_gone();
        }
    }
}
END_TEST

/* A room that nobody is in is no more. */
START_TEST(empty_rooms)
{
    enum { ROUNDS = 2000, NAME = 30000, MOST_KIB = 10000 };
    static char name[NAME + 3];
    long before = program_memory(&server);
    for (int i = 0; i < ROUNDS; i++) {
        snprintf(name, sizeof name, "\"%0*d\"", NAME, i);
        emit(&a, "join", name, 1);
        emit(&a, "leave", name, 0);
    }
    long more = program_memory(&server) - before;
    ck_assert_msg(before == -1 || more < MOST_KIB, "%ld KiB more", more);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06-socketio-lite: rooms");
    TCase *t = tcase_create("rooms");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_set_timeout(t, 15);
    tcase_add_loop_test(t, their_names, 0, NAMES);
    tcase_add_test(t, no_name);
    tcase_add_test(t, members);
    tcase_add_test(t, most);
    tcase_add_test(t, one_after_the_other);
    tcase_add_test(t, many_rooms);
    tcase_add_test(t, none);
    tcase_add_test(t, long_name);
    tcase_add_test(t, empty_rooms);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
