/* The lessons' pages in a real Chromium. In the environment:
 *
 *   CHROMIUM=PATH           which browser, if not the first that is found
 *   CK_RUN_SUITE=04-sse     one lesson only
 *   SHOTS=DIR               keeps pictures of the pages there
 */
#include "browser.h"
#include "chrome.h"
#include "pages.h"

#include "check_main.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    SUITES = 1 + LESSONS,
    AT_ONCE = 2,         /* suites */
    SLOWEST_TEST_S = 40, /* in a slow place, under a sanitizer */
};

const struct lesson lessons[LESSONS] = {
    {"01-polling", NULL, 0, false},
    {"02-long-polling", "/", 65536, false},
    {"03-iframe-stream", "/", 65536, false},
    {"04-sse", "/ajax", 65536, false},
    {"05-websocket", "/chat", 1 << 20, true},
    {"06-socketio-lite", "/socket.io/?EIO=4&transport=websocket",
     1000000 - sizeof "42[\"broadcast\",\"\"]" + 1, true},
};

const char not_sent[] = "not sent|unsent|failed|could not|cannot";

bool has_clock(int lesson)
{
    return lesson == POLLING || lesson == IFRAME_STREAM || lesson == SSE;
}

struct tab *visit(int lesson)
{
    site_start(&lessons[lesson]);
    struct tab *tab = tab_open("%s", site_page());
    tab_wait(tab, TRUTH_MS, "probe.well()");
    if (lesson >= WEBSOCKET)
        tab_wait(tab, SOON_MS, "probe.log().length > 0");
    return tab;
}

/* One browser for all tests of a lesson: a start costs a second. */
static void start_browser(void)
{
    chrome_start(browser_find());
}

static void end_test(void)
{
    tabs_end();
    site_stop();
}

/* Suite 0 is about the harness, the others are about a page each. */
static const char *suite_name(int index)
{
    return index == 0 ? "harness" : lessons[index - 1].name;
}

static Suite *make_suite(int index)
{
    Suite *suite = suite_create(suite_name(index));
    TCase *tcase = tcase_create("all");
    int lesson = index - 1;
    tcase_set_timeout(tcase, SLOWEST_TEST_S);
    tcase_add_unchecked_fixture(tcase, start_browser, chrome_stop);
    tcase_add_checked_fixture(tcase, tabs_begin, end_test);
    suite_add_tcase(suite, tcase);
    if (index == 0) {
        add_harness_tests(tcase);
        return suite;
    }
    add_plain_tests(tcase, lesson);
    add_looks_tests(tcase, lesson);
    if (lessons[lesson].route != NULL)
        add_message_tests(tcase, lesson);
    add_recovery_tests(tcase, lesson);
    if (lesson == WEBSOCKET)
        add_websocket_tests(tcase);
    if (lesson == SOCKETIO)
        add_socketio_tests(tcase);
    return suite;
}

/* Runs in a process of its own, which says into OUT what it has to say. */
static pid_t run_aside(int index, FILE *out)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(fileno(out), STDOUT_FILENO);
        dup2(fileno(out), STDERR_FILENO);
        exit(run(make_suite(index)));
    }
    return pid;
}

/* Takes the end of one of the processes; true if all went well in it. */
static bool reap(void)
{
    int status;
    return wait(&status) > 0 && status == 0;
}

static void print_and_close(FILE *file)
{
    char text[4096];
    size_t n;
    rewind(file);
    while ((n = fread(text, 1, sizeof text, file)) > 0)
        fwrite(text, 1, n, stdout);
    fclose(file);
}

/* The tests mostly wait, so some suites run at the same time; but #state must
 * tell the truth in time, so not too many. */
static bool run_all(void)
{
    const char *only = getenv("CK_RUN_SUITE");
    FILE *out[SUITES] = {NULL};
    int running = 0;
    bool good = true;
    for (int i = 0; i < SUITES; i++) {
        if (only != NULL && strcmp(only, suite_name(i)) != 0)
            continue;
        if (running == AT_ONCE)
            good &= reap();
        else
            running++;
        out[i] = tmpfile();
        if (out[i] == NULL || run_aside(i, out[i]) == -1)
            return false;
    }
    while (running-- > 0)
        good &= reap();
    for (int i = 0; i < SUITES; i++)
        if (out[i] != NULL)
            print_and_close(out[i]);
    return good;
}

int main(void)
{
    if (browser_find() != NULL)
        return run_all() ? EXIT_SUCCESS : EXIT_FAILURE;
    puts("tests/browser: skipped, there is no Chromium (CHROMIUM=PATH says "
         "where)");
    return EXIT_SUCCESS;
}
