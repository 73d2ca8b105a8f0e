/* Static files, where a network does not help to see what happens. */
#include "files.h"
#include "peer.h"

#include <limits.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum { BIG = 10000000 };

static struct peer peer;
static struct conn *c;
static char folder[] = "/tmp/unit-files-XXXXXX";

static void make(const char *name, off_t size)
{
    char path[100];
    sprintf(path, "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    ck_assert_int_eq(ftruncate(fd, size), 0);
    close(fd);
}

static void begin(void)
{
    static char real[PATH_MAX];
    char path[100];
    table_begin();
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    ck_assert_ptr_ne(mkdtemp(folder), NULL);
    server.folder = realpath(folder, real);
    make("big.png", BIG);
    make("small.txt", 5);
    make("none.txt", 0);
    sprintf(path, "%s/sub", folder);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    http_accept(peer_open(&peer, SOCK_STREAM), false);
    c = server.conns[OWN_SLOTS];
}

static void finish(void)
{
    static const char *const names[] = {"/big.png", "/small.txt", "/none.txt",
                                        "/sub", ""};
    char path[100];
    for (int i = 0; i < 5; i++) {
        sprintf(path, "%s%s", folder, names[i]);
        remove(path);
    }
    table_end();
}

static void ask(const char *line)
{
    char text[100];
    const char *version = strstr(line, "HTTP/") ? "" : " HTTP/1.1";
    int n = sprintf(text, "%s%s\nHost: h\n\n", line, version);
    peer.len = 0;
    peer_say(&peer, text, (size_t)n);
    turns();
}

static void expect_status(const char *status)
{
    peer_hear(&peer, sizeof peer.text - 1);
    peer.text[peer.len] = '\0';
    ck_assert_msg(strncmp(peer.text, "HTTP/1.1 ", 9) == 0 &&
                      strncmp(peer.text + 9, status, 3) == 0,
                  "%s: %s", status, peer.text);
}

static int open_files(void)
{
    int count = 0;
    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

START_TEST(leaves_nothing_open)
{
    static const char *const rows[][2] = {
        {"GET /small.txt", "200"},  {"HEAD /small.txt", "200"},
        {"GET /none.txt", "200"},   {"HEAD /big.png", "200"},
        {"POST /small.txt", "405"}, {"PUT /sub", "404"},
        {"GET /sub", "404"},        {"GET /sub/", "404"},
        {"GET /small.txt/", "404"}, {"GET /nothing", "404"},
        {"GET /%00", "404"},        {"GET /..", "404"}};
    int before = open_files();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ask(rows[i][0]);
        expect_status(rows[i][1]);
        ck_assert_msg(open_files() == before, "%s", rows[i][0]);
    }
}
END_TEST

/* As fast as it is read, and with little of it in memory. */
START_TEST(slowly)
{
    size_t most = 0, sum = 0;
    ask("GET /big.png");
    while (sum < BIG) {
        peer.len = 0;
        peer_hear(&peer, 100000);
        ck_assert_uint_gt(peer.len, 0);
        sum += peer.len;
        most = c->out.cap + c->in.cap > most ? c->out.cap + c->in.cap : most;
    }
    ck_assert_uint_le(most, 1 << 18);
    peer_hear(&peer, sizeof peer.text - 1);
    ask("GET /small.txt");
    expect_status("200");
}
END_TEST

/* The last bytes before the end take their time, too. */
START_TEST(slowly_to_the_end)
{
    size_t sum = 0;
    narrow(c);
    ask("GET /big.png HTTP/1.1\nConnection: close");
    for (peer.len = 0; !peer.end; peer.len = 0) {
        peer_hear(&peer, sum < BIG - 300000 ? 200000 : 1000);
        sum += peer.len;
        if (!peer.end)
            pass(1000);
    }
    ck_assert_uint_ge(sum, BIG);
    ck_assert_uint_le(sum, BIG + 500);
}
END_TEST

/* A file that shrinks: what is announced cannot come, and the client sees
 * that. Then, or when the client goes away, nothing is left open. */
START_TEST(cut_off)
{
    int before = open_files();
    ask("GET /big.png");
    ck_assert_int_eq(open_files(), before + 1);
    if (_i == 0)
        make("big.png", 1000000);
    else
        close(peer.fd);
    for (int i = 0; i < 10 && is_open(c); i++) {
        peer.len = 0;
        peer_hear(&peer, sizeof peer.text - 1);
    }
    ck_assert(!is_open(c));
    c->state->closed(c); /* as server.c does now */
    ck_assert_int_eq(open_files(), before - (_i == 0 ? 1 : 2));
}
END_TEST

/* It grows: no more than was announced, and the next answer is in place. */
START_TEST(grows)
{
    ask("GET /small.txt");
    expect_status("200");
    ask("GET /big.png");
    make("big.png", BIG + 1000);
    size_t sum = 0;
    do {
        peer.len = 0;
        peer_hear(&peer, 1000000);
        sum += peer.len;
    } while (peer.len > 0);
    ck_assert_uint_ge(sum, BIG);
    ck_assert_uint_le(sum, BIG + 500); /* with its head */
    ask("GET /small.txt");
    expect_status("200");
}
END_TEST

/* Without a free descriptor it says so, and goes on when there is one. */
START_TEST(no_descriptor)
{
    struct rlimit limit, none;
    getrlimit(RLIMIT_NOFILE, &limit);
    none = limit;
    none.rlim_cur = (rlim_t)dup(peer.fd);
    setrlimit(RLIMIT_NOFILE, &none);
    ask("GET /small.txt");
    expect_status("503");
    setrlimit(RLIMIT_NOFILE, &limit);
    ask("GET /small.txt");
    expect_status("200");
}
END_TEST

/* An error of before is not one of this request. */
START_TEST(no_error_of_its_own)
{
    ck_assert_int_eq(open("/nowhere", O_RDONLY), -1);
    errno = EMFILE;
    ask("GET /%00");
    expect_status("404");
}
END_TEST

/* A file that is under way when the server stops ends its connection. */
START_TEST(ends_when_stopping)
{
    ask("GET /big.png");
    server.stopping = true;
    c->state->goodbye(c);
    do {
        peer.len = 0;
        peer_hear(&peer, 1000000);
    } while (peer.len > 0);
    ck_assert(peer.end);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("files");
    TCase *t = tcase_create("a file");
    tcase_add_checked_fixture(t, begin, finish);
    tcase_add_test(t, leaves_nothing_open);
    tcase_add_test(t, slowly);
    tcase_add_test(t, slowly_to_the_end);
    tcase_add_loop_test(t, cut_off, 0, 2);
    tcase_add_test(t, grows);
    tcase_add_test(t, no_descriptor);
    tcase_add_test(t, no_error_of_its_own);
    tcase_add_test(t, ends_when_stopping);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    http_use(files_get);
    return run(suite());
}
