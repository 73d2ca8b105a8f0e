/* The programs under test: see program.h. */
#include "program.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ARGUMENTS = 16 };

const char *const program_names[PROGRAMS] = {
    "01-polling", "02-long-polling", "03-iframe-stream",
    "04-sse",     "05-websocket",    "06-socketio-lite"};
const char *const program_routes[PROGRAMS] = {"/", "/", "/", "/ajax", "/", "/"};

static char label[256]; /* the case that testing() named */

void testing(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(label, sizeof label, format, list);
    va_end(list);
    for (char *p = label; *p != '\0'; p++) /* one line, whatever the case */
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            *p = ' ';
}

_Noreturn void flunk(const char *format, ...)
{
    char text[2048];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    ck_abort_msg("%s: %s", label[0] != '\0' ? label : "-", text);
    abort();
}

static long long clock_ms(clockid_t which)
{
    struct timespec t;
    clock_gettime(which, &t);
    return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

long long monotonic_ms(void)
{
    return clock_ms(CLOCK_MONOTONIC);
}

long long wall_ms(void)
{
    return clock_ms(CLOCK_REALTIME);
}

/* In the new process: never returns. */
static void become(const char *path, const struct launch *l, char **arguments)
{
    if (l->files_hard > 0) {
        struct rlimit limit = {(rlim_t)l->files_soft, (rlim_t)l->files_hard};
        if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
            _exit(126);
    }
    if (l->folder != NULL && chdir(l->folder) == -1)
        _exit(126);
    if (l->variable != NULL)
        setenv(l->variable, "1", 1);
    for (int fd = 0; fd < 3; fd++)
        if (l->closed & 1 << fd)
            close(fd);
    signal(SIGPIPE, SIG_DFL); /* ignoring it is the program's own duty */
    execv(path, arguments);
    _exit(127);
}

static int new_file(void)
{
    FILE *f = tmpfile();
    if (f == NULL)
        flunk("tmpfile: %s", strerror(errno));
    int fd = fcntl(fileno(f), F_DUPFD_CLOEXEC, 0);
    fclose(f);
    return fd;
}

/* BUILD/NAME, from the root on: a launch may change the folder. */
static void find(const char *name, char *path, size_t room)
{
    const char *build = getenv("BUILD");
    if (build == NULL)
        build = "build";
    if (build[0] != '/' && getcwd(path, room) == NULL)
        flunk("getcwd: %s", strerror(errno));
    size_t length = build[0] == '/' ? 0 : strlen(path);
    snprintf(path + length, room - length, "/%s/%s", build, name);
    if (access(path, X_OK) == -1)
        flunk("%s: %s", path, strerror(errno));
}

void program_spawn(struct program *p, const char *name, const struct launch *l,
                   const char *const *arguments)
{
    char *list[MAX_ARGUMENTS + 2] = {(char *)(uintptr_t)name};
    for (int i = 0; i < MAX_ARGUMENTS && arguments[i] != NULL; i++)
        list[i + 1] = (char *)(uintptr_t)arguments[i];
    int ends[2];
    if (pipe(ends) == -1)
        flunk("pipe: %s", strerror(errno));
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    *p = (struct program){.name = name, .address = "127.0.0.1"};
    p->out = ends[0];
    p->err = l->err > 0 ? l->err : new_file();
    char path[2048];
    find(name, path, sizeof path);
    signal(SIGPIPE, SIG_IGN);
    p->pid = fork();
    if (p->pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(p->err, STDERR_FILENO);
        close(ends[1]);
        become(path, l, list);
    }
    close(ends[1]);
    if (p->pid == -1)
        flunk("fork: %s", strerror(errno));
}

/* Appends what comes on stdout to text; false at the end or after ms. */
static bool read_out(const struct program *p, char *text, size_t room, int ms)
{
    struct pollfd wait = {.fd = p->out, .events = POLLIN};
    size_t length = strlen(text);
    if (length + 1 >= room || poll(&wait, 1, ms) <= 0)
        return false;
    ssize_t n = read(p->out, text + length, room - length - 1);
    text[length + (n > 0 ? (size_t)n : 0)] = '\0';
    return n > 0;
}

bool program_ready(struct program *p)
{
    while (strchr(p->ready, '\n') == NULL)
        if (!read_out(p, p->ready, sizeof p->ready, PATIENCE))
            return false;
    const char *page = strstr(p->ready, "/ (page: ");
    if (page == NULL)
        flunk("the ready line is \"%s\"", p->ready);
    while (page > p->ready && page[-1] != ':')
        page--;
    p->port = atoi(page);
    return true;
}

static bool given(const char *const *arguments, int count, const char *option)
{
    for (int i = 0; i < count; i++)
        if (strcmp(arguments[i], option) == 0)
            return true;
    return false;
}

void program_start(struct program *p, const char *name, ...)
{
    const char *arguments[MAX_ARGUMENTS + 1] = {NULL};
    int count = 0;
    va_list list;
    va_start(list, name);
    for (const char *a; (a = va_arg(list, const char *)) != NULL;)
        arguments[count++] = a;
    va_end(list);
    if (!given(arguments, count, "-p")) {
        arguments[count++] = "-p";
        arguments[count++] = "0";
    }
    if (!given(arguments, count, "-w")) {
        arguments[count++] = "-w";
        arguments[count++] = "tests/lessons";
    }
    testing("%s", name);
    program_spawn(p, name, &(struct launch){.err = 0}, arguments);
    if (!program_ready(p)) {
        char text[1024];
        program_stderr(p, text, sizeof text);
        flunk("no ready line, but \"%s\" and on stderr \"%s\"", p->ready, text);
    }
}

int program_wait(struct program *p, int ms)
{
    struct pollfd wait = {.fd = p->out, .events = POLLIN};
    char drop[256];
    int status;
    long long end = monotonic_ms() + ms;
    do { /* stdout ends with the process: no need to look again and again */
        int left = (int)(end - monotonic_ms());
        if (left < 0 || poll(&wait, 1, left) == 0)
            return -1;
    } while (read(p->out, drop, sizeof drop) > 0);
    if (waitpid(p->pid, &status, 0) == -1)
        flunk("waitpid: %s", strerror(errno));
    p->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void program_run(struct outcome *o, const char *name, const struct launch *l,
                 const char *const *arguments)
{
    struct program p;
    program_spawn(&p, name, l, arguments);
    o->out[0] = '\0';
    while (read_out(&p, o->out, sizeof o->out, PATIENCE)) {
        /* until it ends */
    }
    o->status = program_wait(&p, 0);
    if (o->status == -1)
        flunk("still runs, having said \"%s\"", o->out);
    program_stderr(&p, o->err, sizeof o->err);
    close(p.out);
    if (l->err <= 0)
        close(p.err);
}

void program_stop(struct program *p)
{
    if (p->pid == 0)
        return;
    kill(p->pid, SIGTERM);
    int status = program_wait(p, 2000);
    if (status != 0) {
        char text[1024];
        program_stderr(p, text, sizeof text);
        flunk("after SIGTERM: status %d, not 0 (-1: still runs; 128 + N: "
              "signal N); stderr \"%s\"",
              status, text);
    }
    close(p->out);
    close(p->err);
}

size_t program_stderr(const struct program *p, char *text, size_t room)
{
    ssize_t n = pread(p->err, text, room - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    return n > 0 ? (size_t)n : 0;
}

/* A line of /proc/PID/status, in KiB. */
static long memory_line(const struct program *p, const char *name)
{
    char path[64], line[256];
    long value = -1;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)p->pid);
    FILE *f = fopen(path, "r");
    if (f == NULL)
        return -1;
    while (value == -1 && fgets(line, sizeof line, f) != NULL)
        if (strncmp(line, name, strlen(name)) == 0)
            value = atol(line + strlen(name));
    fclose(f);
    return value;
}

long program_memory(const struct program *p)
{
    enum { SHADOW = 1 << 30 }; /* a sanitizer maps terabytes, and hoards */
    return memory_line(p, "VmSize:") > SHADOW ? -1 : memory_line(p, "VmRSS:");
}

int program_files(const struct program *p)
{
    char path[64];
    int count = 0;
    snprintf(path, sizeof path, "/proc/%ld/fd", (long)p->pid);
    DIR *folder = opendir(path);
    if (folder == NULL)
        return -1;
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}
