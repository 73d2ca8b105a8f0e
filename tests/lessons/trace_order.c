/* Section 9 of the contract: the trace has each byte, when it has come. */
#include "../check_main.h"
#include "eio.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static struct program server;
static char trace[1 << 16];

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

static void begin(int index)
{
    program_start(&server, program_names[index], "-v", NULL);
}

/* Without the lines of #2, who is the client of settle(). */
static void read_trace(void)
{
    if (server.pid != 0)
        settle(&server);
    program_stderr(&server, trace, sizeof trace);
    for (char *line = trace, *next; *line != '\0';) {
        next = strchr(line, '\n') + 1;
        if (strncmp(line, "#2 ", 3) == 0)
            memmove(line, next, strlen(next) + 1);
        else
            line = next;
    }
}

/* These pieces of it, of which the last is NULL, must be there in this order,
 * and none of them twice. */
static void expect_in_order(const char *const *pieces)
{
    const char *at = trace;
    read_trace();
    for (; *pieces != NULL; pieces++) {
        at = strstr(at, *pieces);
        if (at == NULL)
            flunk("no \"%s\" in \"%s\"", *pieces, trace);
        if (strstr(at + 1, *pieces) != NULL)
            flunk("\"%s\" twice", *pieces);
    }
}

/* The head comes before the answer to it, then the body, once it is whole. */
START_TEST(goes_on)
{
    begin(_i);
    struct client *c = dial(&server);
    client_say(c,
               "POST %s HTTP/1.1\r\nHost: localhost\r\n"
               "Expect: 100-continue\r\nContent-Length: 6\r\n\r\n",
               program_routes[_i]);
    ck_assert_int_eq(answer(c), 100);
    client_say(c, "abc");
    settle(&server);
    client_say(c, "def");
    answer(c);
    expect_in_order((const char *[]){"#1 < POST", "#1 < Expect", "#1 < \n",
                                     "#1 > HTTP/1.1 100 Continue\n#1 > \n",
                                     "#1 < abcdef\n", "#1 > HTTP/1.1", NULL});
}
END_TEST

/* Empty lines before a request are there, a body that is none is not. */
START_TEST(nothing_more_or_less)
{
    begin(_i);
    struct client *c = dial(&server);
    client_say(c, "\r\n");
    settle(&server);
    ask(c, "HEAD", "/client.h", "");
    answer_to(c, HEAD_ONLY);
    client_close(c);
    settle(&server);
    expect_in_order((const char *[]){"#1 - opened\n#1 < \n#1 < HEAD",
                                     "#1 > HTTP/1.1 200 OK\n",
                                     "\n#1 > \n#1 - closed", NULL});
}
END_TEST

/* What never becomes whole is there when it is over, and what comes behind the
 * last answer. */
START_TEST(breaks_off)
{
    begin(_i);
    struct client *c = dial(&server);
    client_say(c, "GET /nothing HTTP/1.1\r\nHost: never-wh");
    settle(&server);
    client_close(c);
    settle(&server);
    c = dial(&server);
    client_say(c, "\r");
    settle(&server);
    client_reset(c);
    settle(&server);
    c = dial(&server);
    client_say(c, "BAD\r\n\r\nbehind it");
    answer(c);
    client_say(c, " and behind");
    settle(&server);
    client_close(c);
    settle(&server);
    c = dial(&server);
    client_say(c,
               "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n"
               "\r\nhal",
               program_routes[_i]);
    settle(&server);
    client_close(c);
    expect_in_order((const char *[]){
        "#1 < GET /nothing HTTP/1.1\n"
        "#1 < Host: never-wh\n",
        " < \\x0D\n", " < BAD\n", " < behind it\n", " <  and behind\n",
        " < POST", " < Content-Length: 6\n", " < hal\n", NULL});
}
END_TEST

/* Who stays when the server stops is closed, too, and then there is no more.
 * A stream gets its last chunk. */
START_TEST(ends)
{
    bool stream = _i == 2 || _i == 3;
    begin(_i);
    struct client *c = dial(&server);
    ask(c, "GET", program_routes[_i], stream ? "" : "Connection: x\r\n");
    settle(&server);
    kill(server.pid, SIGTERM);
    ck_assert_int_eq(program_wait(&server, 2000), 0);
    expect_in_order((const char *[]){
        "#1 < GET", stream ? "#1 > 0\\x0D\\x0A\\x0D\\x0A\n" : "#1 - c",
        stream ? "#1 - closed: " : "losed: ", NULL});
}
END_TEST

/* Refused when its head is there: what follows is shown, and nothing else. */
START_TEST(refused_early)
{
    begin(5);
    for (int i = 0; i < 2; i++) {
        struct client *c = dial(&server);
        client_say(c, "POST /socket.io/?EIO=4&transport=polling&sid=no "
                      "HTTP/1.1\r\nHost: localhost\r\n"
                      "Content-Length: 100\r\n\r\n");
        expect_answer(c, 400);
        if (i > 0)
            client_say(c, "what follows");
        client_close(c);
        settle(&server);
        settle(&server);
    }
    program_stderr(&server, trace, sizeof trace);
    const char *line = strstr(trace, " < what follows\n");
    ck_assert_msg(line != NULL && strstr(trace, "x00") == NULL, "%s", trace);
}
END_TEST

/* The interim answer to a poll whose client sends no more is shown, too. */
START_TEST(still_there)
{
    struct eio e;
    begin(5);
    eio_open(&e, &server, LESSON);
    eio_ask(&e);
    settle(&server);
    client_half_close(e.poll);
    ck_assert_int_eq(answer(e.poll), 100);
    settle(&server);
    program_stderr(&server, trace, sizeof trace);
    ck_assert_ptr_nonnull(strstr(trace, " > HTTP/1.1 100 Continue\n"));
}
END_TEST

static void ask_often(struct client *c)
{
    for (int i = 0; i < 400; i++)
        get(c, "/client.h");
}

/* Who does not read it, as when the screen is paused, stops nobody, and may
 * read on later. It ends as always, too. */
START_TEST(nobody_reads)
{
    const char *const list[] = {"-v", "-p", "0", "-w", "tests/lessons", NULL};
    int screen[2];
    ck_assert_int_eq(pipe(screen), 0);
    fcntl(screen[0], F_SETFD, FD_CLOEXEC);
    program_spawn(&server, program_names[_i],
                  &(struct launch){.err = screen[1]}, list);
    ck_assert(program_ready(&server));
    struct client *c = dial(&server);
    ask_often(c);
    ck_assert_int_gt(read(screen[0], trace, sizeof trace - 1), 0);
    expect_alive(c);
    ck_assert_int_gt(read(screen[0], trace, sizeof trace - 1), 0);
    ck_assert_ptr_nonnull(strstr(trace, " lines are missing here\n"));
    ask_often(c);
    program_stop(&server);
    close(screen[0]);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("trace, order");
    TCase *t = tcase_create("-v");
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, goes_on, 0, PROGRAMS);
    tcase_add_loop_test(t, nothing_more_or_less, 0, PROGRAMS);
    tcase_add_loop_test(t, breaks_off, 0, PROGRAMS);
    tcase_add_loop_test(t, ends, 0, PROGRAMS);
    tcase_add_test(t, refused_early);
    tcase_add_test(t, still_there);
    tcase_add_loop_test(t, nobody_reads, 0, PROGRAMS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
