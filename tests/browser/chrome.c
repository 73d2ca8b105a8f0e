/* The talk with a headless Chromium. Read from the end. */
#include "chrome.h"
#include "json_peek.h"
#include "../lessons/program.h"
#include "browser.h"

#include <check.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    ANSWER_MS = 20000, /* for one answer, a start included */
    MAX_COMMAND = 1 << 20,
    READ_SIZE = 1 << 16
};

static struct {
    struct browser browser;
    void (*on_event)(const char *event);
    char *in; /* what came, and how much of it */
    size_t length, capacity;
    size_t taken; /* bytes that the caller has had */
    pid_t reader; /* whose IN this is: see receive() */
    int last_id;
} chrome;

static void give_up(const char *method, const char *why)
{
    browser_print_log(&chrome.browser);
    ck_abort_msg("%s: %.500s", method, why);
}

/* Takes what the browser says within MS milliseconds. */
static void take(int ms)
{
    struct pollfd from = {.fd = chrome.browser.from, .events = POLLIN};
    ssize_t n;

    if (chrome.capacity - chrome.length < READ_SIZE) {
        chrome.capacity = 2 * chrome.capacity + READ_SIZE;
        chrome.in = realloc(chrome.in, chrome.capacity);
        ck_assert_ptr_nonnull(chrome.in);
    }
    if (poll(&from, 1, ms) <= 0)
        return;
    n = read(from.fd, chrome.in + chrome.length, READ_SIZE);
    if (n <= 0)
        give_up("read", "the browser has gone");
    chrome.length += (size_t)n;
}

/* The next message until the time END, or NULL. Check runs each test in a
 * child: what the parent or another test has read of the stream is not what
 * this process has. So it begins with nothing, and its first "message" can be
 * the tail of one, which answers no command. */
static const char *receive(long long end)
{
    if (chrome.reader != getpid())
        chrome.length = chrome.taken = 0;
    chrome.reader = getpid();
    chrome.length -= chrome.taken;
    if (chrome.taken > 0)
        memmove(chrome.in, chrome.in + chrome.taken, chrome.length);
    chrome.taken = 0;
    for (;;) {
        long long left = end - monotonic_ms();
        char *nul = chrome.length == 0 ? NULL
                                       : memchr(chrome.in, '\0', chrome.length);
        if (nul != NULL) {
            chrome.taken = (size_t)(nul - chrome.in) + 1;
            return chrome.in;
        }
        if (left < 0)
            return NULL;
        take((int)left);
    }
}

static void send_all(const char *data, size_t length)
{
    while (length > 0) {
        ssize_t n = write(chrome.browser.to, data, length);
        if (n == -1 && errno != EINTR)
            give_up("write", strerror(errno));
        if (n > 0) {
            data += n;
            length -= (size_t)n;
        }
    }
}

/* Ids of different test processes must differ, since one may find the answers
 * that another did not wait for. */
static int next_id(void)
{
    chrome.last_id = (chrome.last_id + 1) & 0xFFF;
    return (int)(getpid() & 0x7FFFF) << 12 | chrome.last_id;
}

static const char *await_answer(int id, const char *method)
{
    long long end = monotonic_ms() + ANSWER_MS;
    const char *message, *value;

    while ((message = receive(end)) != NULL) {
        value = json_peek(message, "id");
        if (value != NULL && strtol(value, NULL, 10) == id)
            return message;
        if (value == NULL && chrome.on_event != NULL)
            chrome.on_event(message);
    }
    give_up(method, "no answer");
    return NULL;
}

static const char *call(const char *session, const char *method,
                        const char *params, va_list args)
{
    static char command[MAX_COMMAND];
    char *end = command + sizeof command, *p = command;
    int id = next_id();

    p += snprintf(p, (size_t)(end - p), "{\"id\":%d,\"method\":\"%s\",", id,
                  method);
    if (session != NULL)
        p += snprintf(p, (size_t)(end - p), "\"sessionId\":\"%s\",", session);
    p += snprintf(p, (size_t)(end - p), "\"params\":{");
    p += vsnprintf(p, (size_t)(end - p), params, args);
    if (end - p < 3)
        give_up(method, "the command is too long");
    memcpy(p, "}}", 3);
    send_all(command, (size_t)(p - command) + 3);
    return await_answer(id, method);
}

const char *chrome_call(const char *session, const char *method,
                        const char *params, ...)
{
    va_list args;
    const char *answer;

    va_start(args, params);
    answer = call(session, method, params, args);
    va_end(args);
    return answer;
}

const char *chrome_must(const char *session, const char *method,
                        const char *params, ...)
{
    va_list args;
    const char *answer;

    va_start(args, params);
    answer = call(session, method, params, args);
    va_end(args);
    if (json_peek(answer, "error") != NULL)
        give_up(method, answer);
    return answer;
}

void chrome_listen(int ms)
{
    long long end = monotonic_ms() + ms;
    const char *message;

    while ((message = receive(end)) != NULL)
        if (json_peek(message, "id") == NULL && chrome.on_event != NULL)
            chrome.on_event(message);
}

void chrome_on_event(void (*handler)(const char *event))
{
    chrome.on_event = handler;
}

void chrome_start(const char *path)
{
    signal(SIGPIPE, SIG_IGN);
    browser_start(&chrome.browser, path);
    chrome_must(NULL, "Browser.getVersion", "");
}

void chrome_stop(void)
{
    browser_end(&chrome.browser);
    free(chrome.in);
    chrome.in = NULL;
    chrome.length = chrome.capacity = chrome.taken = 0;
}
