/* Section 2 of the contract: nobody's garbage, half-closed or reset connection
 * stops, delays or crashes the loop; and the table of connections, full. */
#include "../check_main.h"
#include "inbox.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { GARBAGE = 300, FILES = 64, CROWD = 100 };

static struct program server;

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

static void break_off(struct client *c, int how)
{
    if (how == 0)
        client_close(c);
    else if (how == 1)
        client_reset(c);
    else
        client_half_close(c);
}

/* SEED repeats a run that failed. */
static void seed(void)
{
    const char *given = getenv("SEED");
    unsigned n = given != NULL ? (unsigned)atoi(given)
                               : (unsigned)wall_ms() % 1000000;
    srand(n);
    testing("%s, SEED=%u", server.name, n);
}

/* Random bytes, then good requests of which some bytes are changed. */
START_TEST(garbage)
{
    char text[2000];
    program_start(&server, program_names[_i], NULL);
    seed();
    settle(&server);
    int files = program_files(&server);
    for (int i = 0; i < GARBAGE; i++) {
        int length = rand() % 2000;
        for (int k = 0; k < length; k++)
            text[k] = (char)(rand() % 256);
        if (i % 3 != 0)
            length = snprintf(text, sizeof text,
                              "POST %s?after=1 HTTP/1.1\r\nHost: localhost\r\n"
                              "Origin: http://localhost\r\nSec-Fetch-Dest: x"
                              "\r\nContent-Length: 5\r\n\r\nhello",
                              program_routes[_i]);
        for (int k = 0; k < 3 && length > 0; k++)
            text[rand() % length] = (char)(rand() % 256);
        struct client *c = dial(&server);
        client_push(c, text, (size_t)length, 100);
        if (i % 5 == 0)
            settle(&server);
        break_off(c, i % 3);
    }
    clients_close();
    expect_files(&server, files);
}
END_TEST

/* One breaks off in every state of a connection, in every manner. */
START_TEST(breaks_off)
{
    static const char *const states[] = {
        "",
        "G",
        "GET / HTTP/1.1\r\nHost: lo",
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /client.c HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /ajax HTTP/1.1\r\nHost: localhost\r\n\r\nGET /client.c HTTP/1.1",
        "GET /?after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc",
        "POST /ajax HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\na",
        "BAD\r\n\r\nand more",
    };
    program_start(&server, program_names[_i], NULL);
    struct client *poster = dial(&server);
    for (size_t i = 0; i < 3 * sizeof states / sizeof *states; i++) {
        for (int settled = 0; settled < 2; settled++) {
            testing("%s: breaks off after \"%s\"", server.name, states[i / 3]);
            struct client *c = dial(&server);
            client_say(c, "%s", states[i / 3]);
            if (settled)
                settle(&server);
            break_off(c, (int)i % 3);
            if (_i != 0)
                post_text(poster, _i - 1, "to all that are left");
            settle(&server);
        }
    }
}
END_TEST

/* Who has no more to say is answered, and then it is over. */
START_TEST(nothing_more_to_come)
{
    program_start(&server, program_names[_i], NULL);
    struct client *none = dial(&server), *good = dial(&server);
    client_half_close(none);
    expect_end(none);
    ask(good, "GET", "/client.h", "");
    client_half_close(good);
    expect_answer(good, 200);
    expect_end(good);
}
END_TEST

/* Who finds no place is told so, and those who have one notice nothing. When
 * one leaves, there is a place again. */
START_TEST(full)
{
    struct client *in[CROWD];
    const char *const list[] = {"-p", "0", "-w", "tests/lessons", NULL};
    struct launch launch = {.files_soft = FILES, .files_hard = FILES};
    int count = 0, refusals = 0;
    program_spawn(&server, program_names[_i], &launch, list);
    ck_assert(program_ready(&server));
    settle(&server);
    for (int i = 0; i < CROWD; i++) {
        testing("%s: client %d, when 64 files may be open", server.name, i);
        struct client *c = dial(&server);
        ask(c, "GET", "/nothing-here", "");
        if (answer(c) == 404 && refusals == 0) {
            in[count++] = c;
            continue;
        }
        expect_status(c, 503);
        expect_line(c);
        expect_end(c);
        client_close(c);
        refusals++;
    }
    ck_assert_int_ge(count, 8);
    for (int i = 0; i < count; i++) {
        expect_alive(in[i]);
        ck_assert_int_eq(get(in[i], "/client.h"), 200);
    }
    client_close(in[0]);
    settle(&server);
    expect_alive(dial(&server));
}
END_TEST

/* However few files may be open: the first is served, and who finds no place
 * is told so. */
START_TEST(full_of_few)
{
    enum { FEWEST = 16, MANY = 40 };
    const char *const list[] = {"-p", "0", "-w", "tests/lessons", NULL};
    for (int files = FEWEST; files <= MANY; files += 4) {
        struct launch launch = {.files_soft = files, .files_hard = files};
        program_spawn(&server, program_names[_i], &launch, list);
        ck_assert(program_ready(&server));
        testing("%s: %d files may be open", server.name, files);
        struct client *c = dial(&server);
        ck_assert_int_eq(get(c, "/client.h"), 200);
        for (int i = 0; c->status != 503 && i < files; i++) {
            c = dial(&server);
            ask(c, "GET", "/nothing-here", "");
            answer(c);
        }
        expect_status(c, 503);
        clients_close();
        c = dial(&server);
        while (get(c, "/client.h") != 200) {
            client_close(c);
            c = dial(&server);
        }
        finish();
    }
}
END_TEST

/* Refused, but he neither reads nor leaves: others still get their answer, and
 * who has a place his file. */
START_TEST(full_of_the_refused)
{
    int files = _i % 2 == 0 ? FILES : 30;
    const char *const list[] = {"-p", "0", "-w", "tests/lessons", NULL};
    struct launch launch = {.files_soft = files, .files_hard = files};
    program_spawn(&server, program_names[_i / 2], &launch, list);
    ck_assert(program_ready(&server));
    settle(&server);
    struct client *all[CROWD], *first = dial(&server);
    expect_alive(first);
    for (int i = 0; i < CROWD; i++) {
        all[i] = dial(&server);
        ask(all[i], "GET", "/nothing-here", "");
    }
    settle(&server);
    ck_assert_int_eq(get(first, "/client.h"), 200);
    struct client *last = all[CROWD - 1];
    for (int i = 0; i < CROWD - 1; i++)
        client_reset(all[i]);
    answer(last);
    settle(&server);
    expect_alive(dial(&server));
}
END_TEST

/* More files are asked for than may be open: who comes then has to wait, and
 * the server does not wear itself out meanwhile. */
START_TEST(out_of_descriptors)
{
    enum { HUNGRY = 30, LATE = 8, REST_MS = 1000 };
    struct client *hungry[HUNGRY], *late[LATE];
    char folder[] = "/tmp/lessons-XXXXXX", path[64];
    const char *const list[] = {"-p", "0", "-w", folder, NULL};
    struct launch launch = {.files_soft = FILES, .files_hard = FILES};
    struct rusage used;
    ck_assert_ptr_ne(mkdtemp(folder), NULL);
    snprintf(path, sizeof path, "%s/big.bin", folder);
    FILE *f = fopen(path, "w");
    int bad = f == NULL || fclose(f) != 0 || truncate(path, 50000000) != 0;
    program_spawn(&server, program_names[_i], &launch, list);
    bool ready = program_ready(&server);
    for (int i = 0; ready && i < HUNGRY; i++) {
        hungry[i] = dial_narrow(&server);
        ask(hungry[i], "GET", "/big.bin", "");
        settle(&server);
    }
    remove(path);
    rmdir(folder);
    ck_assert(ready && bad == 0);
    testing("%s: %d open files", server.name, program_files(&server));
    for (int i = 0; i < LATE; i++)
        ask(late[i] = dial(&server), "GET", "/nothing-here", "");
    poll(NULL, 0, REST_MS);
    settle(&server);
    for (int i = 0; i < HUNGRY; i++)
        client_reset(hungry[i]);
    for (int i = 0; i < LATE; i++)
        if (answer(late[i]) != 503) /* the table may have been full yet */
            expect_status(late[i], 404);
    settle(&server);
    expect_alive(dial(&server));
    finish();
    getrusage(RUSAGE_CHILDREN, &used);
    long ms = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
              (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
    if (ms > REST_MS / 2)
        flunk("has worked for %ld ms", ms);
}
END_TEST

START_TEST(crowd)
{
    struct client *all[400];
    program_start(&server, program_names[_i], NULL);
    settle(&server);
    int files = program_files(&server);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 400; i++) {
            all[i] = dial(&server);
            ask(all[i], "GET", program_routes[_i], "");
        }
        settle(&server);
        for (int i = 0; i < 400; i++)
            break_off(all[i], i % 2);
        for (int i = 0; i < 3 && _i != 0; i++) /* who waits is seen to go */
            post_text(server.ping, _i - 1, "anybody?");
        expect_files(&server, files);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("trouble");
    TCase *t = tcase_create("others go on");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 30);
    tcase_add_loop_test(t, garbage, 0, PROGRAMS);
    tcase_add_loop_test(t, breaks_off, 0, HTTP_PROGRAMS);
    tcase_add_loop_test(t, nothing_more_to_come, 0, PROGRAMS);
    tcase_add_loop_test(t, full, 0, PROGRAMS);
    tcase_add_loop_test(t, full_of_few, 0, PROGRAMS);
    tcase_add_loop_test(t, full_of_the_refused, 0, 2 * PROGRAMS);
    tcase_add_loop_test(t, out_of_descriptors, 0, PROGRAMS);
    tcase_add_loop_test(t, crowd, 0, HTTP_PROGRAMS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
