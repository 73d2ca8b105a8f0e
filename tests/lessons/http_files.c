/* Section 2 of the contract: regular files only, of any size in bounded memory,
 * for readers of any speed. */
#include "../check_main.h"
#include "expect.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BIG = 20000000, HUNGRY = 20, KIB = 1024 };

static struct program server;
static char folder[] = "/tmp/lessons-XXXXXX";
static char path[64];

/* Once for all tests: a failed test does not clean up. */
static void make_folder(void)
{
    bool made = mkdtemp(folder) != NULL;
    snprintf(path, sizeof path, "%s/big.bin", folder);
    FILE *f = fopen(path, "w");
    for (int i = 0; f != NULL && i < BIG; i++)
        fputc('a' + i % 26 + i / 1000000 % 2, f);
    made = made && f != NULL && fclose(f) == 0;
    ck_assert_msg(made, "cannot fill %s: %s", folder, strerror(errno));
}

static void remove_folder(void)
{
    remove(path);
    rmdir(folder);
}

static void begin(int index)
{
    program_start(&server, program_names[index], "-w", folder, NULL);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

/* Checks and takes what has come of the file, from byte TOTAL on. */
static size_t take(struct client *c, size_t total)
{
    size_t n = c->in.length < BIG - total ? c->in.length : BIG - total;
    for (size_t i = 0; i < n; i++)
        if (c->in.data[i] !=
            (char)('a' + (total + i) % 26 + (total + i) / 1000000 % 2))
            flunk("byte %zu is wrong", total + i);
    bytes_drop(&c->in, n);
    return n;
}

static void read_big(struct client *c)
{
    answer_head(c, 0);
    expect_status(c, 200);
    ck_assert_int_eq(c->expected, BIG);
    for (size_t total = 0; (total += take(c, total)) < BIG;)
        client_wait(c);
}

/* Many ask for 20 MB and do not read: others are served, and memory does not
 * grow by files. Then they read, and get all of it. */
START_TEST(big_file)
{
    struct client *hungry[HUNGRY];
    begin(_i);
    settle(&server);
    long before = program_memory(&server);
    for (int i = 0; i < HUNGRY; i++) {
        hungry[i] = dial_narrow(&server);
        ask(hungry[i], "GET", "/big.bin", "");
    }
    settle(&server);
    long after = program_memory(&server);
    testing("%s: memory %ld KiB, then %ld", server.name, before, after);
    if (before != -1)
        ck_assert_int_lt(after - before, HUNGRY * KIB + 2 * KIB);
    for (int i = 0; i < 2; i++)
        read_big(hungry[i]);
    for (int i = 2; i < HUNGRY; i++)
        i % 2 == 0 ? client_reset(hungry[i]) : client_close(hungry[i]);
    settle(&server);
    struct client *c = dial(&server);
    ask(c, "GET", "/big.bin", "");
    ask(c, "GET", "/nothing-here", ""); /* behind it in the pipeline */
    read_big(c);
    expect_answer(c, 404);
    ck_assert_int_lt(program_memory(&server) - before, HUNGRY * KIB + 2 * KIB);
}
END_TEST

/* Reads a little at a time, with a small window, while another asks. */
START_TEST(slow_reader)
{
    size_t total = 0;
    begin(_i);
    struct client *c = dial_narrow(&server);
    ask(c, "GET", "/big.bin", "");
    answer_head(c, 0);
    expect_status(c, 200);
    for (int round = 0; total < BIG; round++) {
        total += take(c, total);
        if (total < BIG && client_read(c, 20000) == -1)
            client_wait(c);
        if (round % 16 == 0)
            settle(&server);
    }
    expect_alive(c);
}
END_TEST

/* The last answer of its connection, and the reader takes a rest when it has
 * left the server: longer than the server waits for anything but a reader. */
START_TEST(rests_before_the_end)
{
    size_t total = 0;
    bool rested = false;
    begin(_i);
    settle(&server);
    struct client *c = dial_narrow(&server);
    settle(&server);
    int files = program_files(&server);
    ask(c, "GET", "/big.bin", "Connection: close\r\n");
    answer_head(c, 0);
    expect_header(c, "Connection", "close");
    while ((total += take(c, total)) < BIG) {
        if (client_read(c, 20000) == -1)
            client_wait(c);
        if (!rested && total > BIG / 2 && program_files(&server) == files) {
            poll(NULL, 0, 2600);
            rested = true;
        }
    }
    expect_end(c);
}
END_TEST

/* A length of more than 32 bits. */
START_TEST(huge_file)
{
    static const char length[] = "5000000000";
    char other[80];
    snprintf(other, sizeof other, "%s/huge.bin", folder);
    FILE *f = fopen(other, "w");
    bool made = f != NULL && fclose(f) == 0 &&
                truncate(other, atoll(length)) == 0;
    begin(_i);
    struct client *c = dial(&server), *g = dial(&server);
    ask(c, "HEAD", "/huge.bin", "");
    answer_to(c, HEAD_ONLY);
    ask(g, "GET", "/huge.bin", "");
    answer_head(g, 0);
    client_reset(g);
    remove(other);
    if (!made) /* no file system for that */
        return;
    expect_status(c, 200);
    expect_header(c, "Content-Length", length);
    expect_alive(c);
}
END_TEST

/* The length has been promised: what is added meanwhile is not sent. */
START_TEST(growing_file)
{
    begin(_i);
    struct client *c = dial_narrow(&server);
    ask(c, "GET", "/big.bin", "");
    settle(&server);
    int bad = truncate(path, BIG + 100000);
    read_big(c);
    bad += truncate(path, BIG);
    ck_assert_int_eq(bad, 0);
    expect_alive(c);
}
END_TEST

/* So the connection must end short, if the file does. */
START_TEST(shrinking_file)
{
    char other[80];
    snprintf(other, sizeof other, "%s/other.bin", folder);
    FILE *f = fopen(other, "w");
    int bad = f == NULL || fclose(f) != 0 || truncate(other, BIG) != 0;
    begin(_i);
    struct client *c = dial_narrow(&server);
    ask(c, "GET", "/other.bin", "");
    answer_head(c, 0);
    settle(&server);
    bad += truncate(other, 1000);
    remove(other);
    ck_assert_int_eq(bad, 0);
    expect_status(c, 200);
    ck_assert_uint_lt(client_drain(c), BIG);
    settle(&server);
}
END_TEST

/* In a process of its own: waits for a reader of the FIFO, then says so. */
static pid_t start_writer(const char *fifo, int say)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    int fd = open(fifo, O_WRONLY);
    _exit(fd != -1 && write(say, "!", 1) == 1 ? 0 : 1);
}

/* A FIFO is not even opened: somebody might wait for just that. */
START_TEST(fifo)
{
    char fifo_path[80];
    int said[2];
    begin(_i);
    snprintf(fifo_path, sizeof fifo_path, "%s/fifo.txt", folder);
    ck_assert_int_eq(mkfifo(fifo_path, 0600) + pipe(said), 0);
    pid_t writer = start_writer(fifo_path, said[1]);
    struct pollfd wait = {.fd = said[0], .events = POLLIN};
    poll(&wait, 1, 50); /* it has most likely begun to wait by then */
    int status = get(dial(&server), "/fifo.txt");
    settle(&server);
    int opened = poll(&wait, 1, 100);
    kill(writer, SIGKILL);
    waitpid(writer, NULL, 0);
    remove(fifo_path);
    testing("%s: a FIFO", server.name);
    ck_assert_int_eq(status, 404);
    if (opened != 0)
        flunk("the server has opened it");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http, unusual files");
    TCase *t = tcase_create("unusual files");
    tcase_add_unchecked_fixture(t, make_folder, remove_folder);
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, big_file, 0, PROGRAMS);
    tcase_add_loop_test(t, slow_reader, 0, PROGRAMS);
    tcase_add_loop_test(t, rests_before_the_end, 0, 1);
    tcase_add_loop_test(t, huge_file, 0, PROGRAMS);
    tcase_add_loop_test(t, growing_file, 0, PROGRAMS);
    tcase_add_loop_test(t, shrinking_file, 0, PROGRAMS);
    tcase_add_loop_test(t, fifo, 0, PROGRAMS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
