/* Section 1 of the contract: SIGINT and SIGTERM. */
#include "../check_main.h"
#include "inbox.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BIG = 5000000 }; /* more than sockets hold */

static struct program server;

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

/* The handlers stand before the ready line is printed. */
START_TEST(right_after_the_ready_line)
{
    for (int i = 0; i < 20; i++) {
        program_start(&server, program_names[_i / 2], "-w", "tests", NULL);
        kill(server.pid, _i % 2 == 0 ? SIGINT : SIGTERM);
        ck_assert_int_eq(program_wait(&server, 2000), 0);
        close(server.out);
        close(server.err);
    }
}
END_TEST

/* An idle client, one in the middle of a head, and one in that of a body. */
START_TEST(with_clients)
{
    program_start(&server, program_names[_i / 2], NULL);
    struct client *idle = dial(&server), *busy = dial(&server);
    struct client *body = dial(&server);
    expect_alive(idle);
    client_say(busy, "GET / HTTP/1.1\r\nHost: 127.");
    client_say(body,
               "POST /%s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
               "Content-Length: 10\r\n\r\n123",
               _i / 2 == 3 ? "ajax" : "");
    settle(&server);
    kill(server.pid, _i % 2 == 0 ? SIGINT : SIGTERM);
    ck_assert_int_eq(program_wait(&server, 2000), 0);
    expect_end(idle);
}
END_TEST

static char folder[] = "/tmp/lessons-XXXXXX", path[64];

/* With a big file, which two ask for: it is gone again, but open. */
static void begin_with_a_file(struct client *c[2])
{
    if (mkdtemp(folder) == NULL)
        flunk("mkdtemp: %s", strerror(errno));
    snprintf(path, sizeof path, "%s/big.txt", folder);
    FILE *f = fopen(path, "w");
    if (f == NULL || fseek(f, BIG - 1, SEEK_SET) != 0 || fputc('.', f) == EOF)
        flunk("%s: %s", path, strerror(errno));
    fclose(f);
    program_start(&server, "01-polling", "-w", folder, NULL);
    for (int i = 0; i < 2; i++) {
        c[i] = dial_narrow(&server);
        ask(c[i], "GET", "/big.txt", "");
    }
    settle(&server);
    remove(path);
    rmdir(folder);
}

/* Somebody does not read his 5 megabytes: he is not waited for. But who does
 * read, even if he begins now, gets all that the second is enough for. */
START_TEST(a_file_under_way)
{
    struct client *c[2];
    begin_with_a_file(c);
    kill(server.pid, SIGTERM);
    answer(c[1]);
    expect_status(c[1], 200);
    ck_assert_uint_eq(c[1]->body.length, BIG);
    expect_end(c[1]);
    ck_assert_int_eq(program_wait(&server, 1800), 0);
}
END_TEST

/* Slow, but reading: what is under way still arrives whole. */
START_TEST(flushes_what_is_read)
{
    char *big = malloc(MAX_MESSAGE);
    struct inbox box;
    memset(big, 'x', MAX_MESSAGE);
    program_start(&server, "03-iframe-stream", NULL);
    inbox_open(&box, &server, IFRAME, "", "");
    struct client *poster = dial(&server);
    message_id id = 0;
    for (int i = 0; i < 10; i++)
        id = post(poster, IFRAME, big, MAX_MESSAGE);
    kill(server.pid, SIGTERM);
    while (box.id < id) {
        inbox_next(&box);
        if (!inbox_has_clock(&box) && box.text.length != MAX_MESSAGE)
            flunk("a message of %zu bytes", box.text.length);
    }
    free(big);
    inbox_close(&box);
    ck_assert_int_eq(program_wait(&server, 2000), 0);
}
END_TEST

/* Its answers fill the sockets, and behind them stay requests that nobody has
 * read: closed at once, it would be reset, and lose what is on its way. */
START_TEST(loses_no_answer)
{
    static const char one[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    static char many[20000 * (sizeof one - 1)];
    for (size_t at = 0; at < sizeof many; at += sizeof one - 1)
        memcpy(many + at, one, sizeof one - 1);
    program_start(&server, "01-polling", NULL);
    struct client *c = dial_narrow(&server);
    client_push(c, many, sizeof many, 500);
    client_idle(c, 500); /* it is read no further */
    int wide = 1 << 20;  /* so that a second may be enough for all */
    setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &wide, sizeof wide);
    long long stop = monotonic_ms();
    kill(server.pid, SIGTERM);
    ssize_t n = 1;
    while (n > 0)
        n = client_await(c);
    if (n != 0 && monotonic_ms() - stop < 900) /* then patience may end */
        flunk("reset after %lld ms", monotonic_ms() - stop);
    client_close(c);
    ck_assert_int_eq(program_wait(&server, 1800), 0);
}
END_TEST

static void expect_goodbye(struct inbox *box)
{
    struct client *c = box->c;
    if (box->lesson == POLL)
        expect_answer(c, 204);
    while (box->lesson != POLL && !c->last_chunk)
        if (!inbox_take(box) && !c->last_chunk)
            client_wait(c);
    expect_end(c);
}

/* A waiting poll gets 204, a stream its last chunk; then the end. Twice each:
 * one client has shut down its sending side. */
START_TEST(says_goodbye)
{
    struct inbox box[2];
    avoid_second_50();
    program_start(&server, lessons[_i].name, NULL);
    message_id id = post_text(dial(&server), _i, "x");
    for (int i = 0; i < 2; i++)
        inbox_open(&box[i], &server, _i, "", "");
    client_half_close(box[1].c);
    settle(&server);
    kill(server.pid, SIGTERM);
    for (int i = 0; i < 2; i++) {
        expect_goodbye(&box[i]);
        if (_i == POLL) {
            ck_assert_uint_eq(id_of(box[i].c), id);
            expect_header(box[i].c, "Cache-Control", "no-store");
        }
        inbox_close(&box[i]);
    }
    ck_assert_int_eq(program_wait(&server, 1500), 0);
}
END_TEST

START_TEST(says_goodbye_to_old_clients)
{
    avoid_second_50();
    program_start(&server, lessons[_i].name, NULL);
    struct client *c = dial(&server);
    client_say(c, "GET %s HTTP/1.0\r\n\r\n", lessons[_i].route);
    settle(&server);
    kill(server.pid, SIGTERM);
    answer_to(c, OLD);
    expect_status(c, _i == POLL ? 204 : 200);
    expect_end(c);
    clients_close();
    ck_assert_int_eq(program_wait(&server, 1500), 0);
}
END_TEST

/* A second of patience with one who has got his goodbye, but stays; unless a
 * second signal comes. */
START_TEST(leaves_who_stays)
{
    struct inbox box;
    avoid_second_50();
    program_start(&server, lessons[_i].name, NULL);
    inbox_open(&box, &server, _i, "", "");
    long long stop = monotonic_ms();
    kill(server.pid, SIGTERM);
    expect_goodbye(&box);
    ck_assert(refused("127.0.0.1", server.port));
    ck_assert_int_eq(program_wait(&server, 1800), 0);
    ck_assert_int_ge(monotonic_ms() - stop, 900); /* all of the second */
    inbox_close(&box);
}
END_TEST

START_TEST(second_signal)
{
    struct inbox box;
    avoid_second_50();
    program_start(&server, lessons[_i].name, NULL);
    inbox_open(&box, &server, _i, "", "");
    kill(server.pid, SIGTERM);
    expect_goodbye(&box);
    kill(server.pid, SIGINT);
    if (program_wait(&server, 400) == -1)
        flunk("still runs 400 ms after the second signal");
    inbox_close(&box);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("goodbye");
    TCase *t = tcase_create("signals");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, right_after_the_ready_line, 0, 2 * PROGRAMS);
    tcase_add_loop_test(t, with_clients, 0, 2 * PROGRAMS);
    tcase_add_test(t, a_file_under_way);
    tcase_add_test(t, flushes_what_is_read);
    tcase_add_test(t, loses_no_answer);
    tcase_add_loop_test(t, says_goodbye, 0, LESSONS);
    tcase_add_loop_test(t, says_goodbye_to_old_clients, 0, LESSONS);
    tcase_add_loop_test(t, leaves_who_stays, 0, LESSONS);
    tcase_add_loop_test(t, second_signal, 0, LESSONS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
