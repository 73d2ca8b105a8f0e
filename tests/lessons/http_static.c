/* Section 2 of the contract: static files. */
#include "../check_main.h"
#include "expect.h"
#include "static_cases.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct program server;
static char folder[] = "/tmp/lessons-XXXXXX";

static void path_of(char *path, size_t room, int index)
{
    snprintf(path, room, "%s/%s", folder, things[index].name);
}

static int write_file(const char *path, const char *content)
{
    FILE *f = fopen(path, "w");
    if (f == NULL)
        return -1;
    fputs(content, f);
    return fclose(f);
}

/* Once for all tests: a failed test does not clean up. */
static void make_folder(void)
{
    char path[256];
    int bad = mkdtemp(folder) == NULL;
    for (int i = 0; i < THINGS; i++) {
        path_of(path, sizeof path, i);
        const char *text = things[i].text;
        char kind = things[i].kind;
        bad += kind == 'd'   ? mkdir(path, 0755)
               : kind == 'p' ? mkfifo(path, 0644)
               : kind == 'l' ? symlink(text, path)
                             : write_file(path, text);
    }
    ck_assert_msg(bad == 0, "cannot fill %s: %s", folder, strerror(errno));
}

static void remove_folder(void)
{
    char path[256];
    for (int i = THINGS - 1; i >= 0; i--) {
        path_of(path, sizeof path, i);
        remove(path);
    }
    rmdir(folder);
}

static void begin(int index)
{
    char path[64];
    snprintf(path, sizeof path, "%s/www", folder);
    program_start(&server, program_names[index], "-w", path, NULL);
}

static void finish(void)
{
    clients_close();
    program_stop(&server);
}

static bool fits(const char *pattern, const char *text)
{
    const char *star = strchr(pattern, '*');
    if (text == NULL || star == NULL)
        return text != NULL && strcmp(pattern, text) == 0;
    size_t before = (size_t)(star - pattern), after = strlen(star + 1);
    return strncmp(pattern, text, before) == 0 &&
           strlen(text) >= before + after &&
           strcmp(text + strlen(text) - after, star + 1) == 0;
}

START_TEST(row)
{
    int i = _i / PROGRAMS;
    begin(_i % PROGRAMS);
    testing("%s: %s", server.name, rows[i].target);
    struct client *c = dial(&server);
    get(c, rows[i].target);
    expect_status(c, rows[i].type == NULL ? 404 : 200);
    if (rows[i].type != NULL) {
        const char *type = header(c, "Content-Type");
        if (!fits(rows[i].type, type))
            flunk("type %s, not %s", type != NULL ? type : "(none)",
                  rows[i].type);
        expect_body(c, rows[i].body);
        expect_header(c, "Cache-Control", "no-cache");
        ck_assert_ptr_ne(header(c, "Content-Length"), NULL);
    }
    long long length = c->expected;
    ask(c, "HEAD", rows[i].target, "");
    answer_to(c, HEAD_ONLY);
    expect_status(c, rows[i].type == NULL ? 404 : 200);
    ck_assert_int_eq(c->expected, length);
    expect_silence(c);
}
END_TEST

/* No such file, or no such request: the contract names both. */
START_TEST(neither_way)
{
    static const char *const targets[] = {
        "/sub\\file.txt", "/..\\www-secret.txt",
        "/a%2",           "/a%",
        "/%zz.txt",       "/a.tx%7",
        "/%%61.txt",      "/a.txt%",
        "/\xe4.txt"};
    begin(_i);
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        struct client *c = dial(&server);
        testing("%s: %s", server.name, targets[i]);
        if (get(c, targets[i]) != 400)
            expect_status(c, 404);
    }
}
END_TEST

/* Names that no file system takes. */
START_TEST(long_names)
{
    char target[4000];
    begin(_i);
    for (size_t length = 200; length < sizeof target; length += 50) {
        testing("%s: a name of %zu bytes", server.name, length);
        memset(target, 'x', length);
        target[0] = '/';
        target[length] = '\0';
        ck_assert_int_eq(get(dial(&server), target), 404);
        for (size_t i = 0; i < length; i += 2)
            target[i] = '/';
        ck_assert_int_eq(get(dial(&server), target), 404);
        clients_close();
    }
}
END_TEST

/* Folders so deep that no index.html could be named in them. */
START_TEST(deep_folders)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/www", folder), root = n, made = 0;
    begin(_i);
    while (n < PATH_MAX - 240) {
        n += snprintf(path + n, sizeof path - (size_t)n, "/%0200d", 0);
        mkdir(path, 0755);
    }
    struct client *c = dial(&server);
    int status = 404;
    for (int length = PATH_MAX - 16; length < PATH_MAX && status == 404;
         length++) {
        snprintf(path + n, sizeof path - (size_t)n, "/%0*d", length - n - 1, 0);
        made += mkdir(path, 0755) == 0;
        status = get(c, path + root);
        rmdir(path);
    }
    for (; n > root; n -= 201) {
        path[n] = '\0';
        rmdir(path);
    }
    ck_assert_int_eq(status, 404);
    ck_assert_int_eq(made, 16);
}
END_TEST

/* The program's own route comes first, in lesson 4 as well. */
START_TEST(route_first)
{
    begin(_i);
    struct client *c = dial(&server);
    ask(c, "HEAD", "/", "");
    answer_to(c, HEAD_ONLY);
    expect_status(c, _i == 3 ? 302 : 200);
    ck_assert_int_ne(c->expected, 4); /* www/index.html */
    ask(c, "GET", "/ajax", "");
    answer_head(c, 0);
    expect_status(c, 200);
    const char *type = _i == 3 ? "text/event-stream" : "application/octet-";
    ck_assert_int_eq(strncmp(header(c, "Content-Type"), type, strlen(type)), 0);
}
END_TEST

/* -w with a slash at its end, -w that is a link, and the root of all. */
START_TEST(folder_by_another_name)
{
    char path[64], link[80];
    program_start(&server, program_names[_i], "-w", "/", NULL);
    snprintf(path, sizeof path, "%s/www/sub/file.txt", folder);
    ck_assert_int_eq(get(dial(&server), path), 200);
    finish();
    snprintf(path, sizeof path, "%s/www/", folder);
    snprintf(link, sizeof link, "%s/link", folder);
    program_start(&server, program_names[_i], "-w", path, NULL);
    ck_assert_int_eq(get(dial(&server), "/sub/file.txt"), 200);
    ck_assert_int_eq(get(dial(&server), "/out.txt"), 404);
    finish();
    ck_assert_int_eq(symlink("www", link), 0);
    program_start(&server, program_names[_i], "-w", link, NULL);
    remove(link); /* too late to matter, or else nothing is found */
    int status = get(dial(&server), "/nothing-here");
    ck_assert_int_eq(status, 404);
    ck_assert_int_eq(get(dial(&server), "/out.txt"), 404);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http, static files");
    TCase *t = tcase_create("files");
    tcase_add_unchecked_fixture(t, make_folder, remove_folder);
    tcase_add_checked_fixture(t, NULL, finish);
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, row, 0, ROWS * PROGRAMS);
    tcase_add_loop_test(t, neither_way, 0, PROGRAMS);
    tcase_add_loop_test(t, long_names, 0, PROGRAMS);
    tcase_add_loop_test(t, deep_folders, 0, PROGRAMS);
    tcase_add_loop_test(t, route_first, 0, HTTP_PROGRAMS);
    tcase_add_loop_test(t, folder_by_another_name, 0, PROGRAMS);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
