/* Finding, starting and ending a browser. Read from the end. */
#include "browser.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    LEAVE_MS = 3000, /* from the lifeline's end to SIGKILL */
    LEAVE_STEP_MS = 10
};

/* NAME if it is a path, else NAME found in PATH; NULL if not executable. */
static const char *find_program(const char *name)
{
    static char path[1024];
    const char *dirs = getenv("PATH");

    if (strchr(name, '/') != NULL)
        return access(name, X_OK) == 0 ? name : NULL;
    while (dirs != NULL && *dirs != '\0') {
        int length = (int)strcspn(dirs, ":");
        snprintf(path, sizeof path, "%.*s/%s", length, dirs, name);
        if (access(path, X_OK) == 0)
            return path;
        dirs += length;
        dirs += *dirs == ':';
    }
    return NULL;
}

const char *browser_find(void)
{
    static const char *const names[] = {
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    };
    const char *wish = getenv("CHROMIUM"), *found = NULL;

    if (wish != NULL && *wish != '\0')
        return find_program(wish);
    for (size_t i = 0; found == NULL && i < sizeof names / sizeof *names; i++)
        found = find_program(names[i]);
    return found;
}

/* The browser's words go to a file: it has many, and few matter. */
static int move_fds(const char *profile, int commands, int answers)
{
    char log[300];
    int out;

    snprintf(log, sizeof log, "%s/browser.log", profile);
    out = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    commands = fcntl(commands, F_DUPFD, 10); /* out of the way of 3 and 4 */
    answers = fcntl(answers, F_DUPFD, 10);
    if (out == -1 || dup2(out, 1) == -1 || dup2(out, 2) == -1 ||
        dup2(commands, 3) == -1 || dup2(answers, 4) == -1)
        return -1;
    close(commands);
    close(answers);
    return 0;
}

static void become_browser(const char *path, const char *profile, int commands,
                           int answers)
{
    static const char *const homes[] = {"TMPDIR", "XDG_CACHE_HOME",
                                        "XDG_CONFIG_HOME"};
    char option[300];
    char *argv[] = {
        "chromium", option, "--headless=new", "--remote-debugging-pipe",
        "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--disable-breakpad", "--disable-dev-shm-usage",
        "--disable-extensions", "--password-store=basic", "--use-mock-keychain",
        "--no-proxy-server", "--mute-audio", "--window-size=1280,900",
        /* Nothing that these tests do may leave this machine. */
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, "
        "EXCLUDE 127.0.0.1",
        "about:blank", geteuid() == 0 ? "--no-sandbox" : NULL, NULL};

    snprintf(option, sizeof option, "--user-data-dir=%s", profile);
    for (size_t i = 0; i < sizeof homes / sizeof *homes; i++)
        setenv(homes[i], profile, 1);
    signal(SIGPIPE, SIG_DFL);
    if (move_fds(profile, commands, answers) == 0) {
        execv(path, argv);
        perror(path);
    }
    _exit(127);
}

/* The end of its pipe is reason enough for a browser to leave, but one that
 * hangs must go, too. */
static void end_browser(pid_t pid)
{
    for (int ms = 0; ms < LEAVE_MS; ms += LEAVE_STEP_MS) {
        if (waitpid(pid, NULL, WNOHANG) != 0)
            break;
        poll(NULL, 0, LEAVE_STEP_MS);
    }
    for (int ms = 0; ms < LEAVE_MS; ms += LEAVE_STEP_MS) {
        if (kill(-pid, SIGKILL) == -1) /* until nobody is left */
            break;
        poll(NULL, 0, LEAVE_STEP_MS);
    }
}

/* He never returns: he ends as rm. Both groups are their own, so that a Ctrl-C
 * that ends the tests leaves him alive to clean up. */
static void become_janitor(const struct browser *b, const char *path,
                           int commands, int answers, int lifeline)
{
    ssize_t n;
    char c;
    pid_t pid = fork();

    if (pid == 0) {
        setpgid(0, 0);
        become_browser(path, b->profile, commands, answers);
    }
    setpgid(0, 0);
    close(commands);
    close(answers);
    do
        n = read(lifeline, &c, 1);
    while (n > 0 || (n == -1 && errno == EINTR));
    if (pid > 0)
        end_browser(pid);
    execlp("rm", "rm", "-rf", b->profile, (char *)NULL);
    _exit(127);
}

static void make_pipe(int fds[2])
{
    if (pipe(fds) == -1)
        ck_abort_msg("pipe: %s", strerror(errno));
    fcntl(fds[0], F_SETFD, FD_CLOEXEC);
    fcntl(fds[1], F_SETFD, FD_CLOEXEC);
}

void browser_start(struct browser *b, const char *path)
{
    const char *tmp = getenv("TMPDIR");
    int commands[2], answers[2], lifeline[2];

    make_pipe(commands);
    make_pipe(answers);
    make_pipe(lifeline);
    snprintf(b->profile, sizeof b->profile, "%s/browser-XXXXXX",
             tmp != NULL && *tmp != '\0' ? tmp : "/tmp");
    if (mkdtemp(b->profile) == NULL)
        ck_abort_msg("%s: %s", b->profile, strerror(errno));
    b->janitor = fork();
    if (b->janitor == 0) {
        close(commands[1]);
        close(answers[0]);
        close(lifeline[1]);
        become_janitor(b, path, commands[0], answers[1], lifeline[0]);
    }
    close(commands[0]);
    close(answers[1]);
    close(lifeline[0]);
    b->to = commands[1];
    b->from = answers[0];
    b->lifeline = lifeline[1];
}

void browser_end(struct browser *b)
{
    close(b->to);
    close(b->from);
    close(b->lifeline);
    while (waitpid(b->janitor, NULL, 0) == -1 && errno == EINTR)
        continue;
}

void browser_print_log(const struct browser *b)
{
    char line[512], log[300];
    FILE *file;

    snprintf(log, sizeof log, "%s/browser.log", b->profile);
    file = fopen(log, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        fputs(line, stderr);
    if (file != NULL)
        fclose(file);
}
