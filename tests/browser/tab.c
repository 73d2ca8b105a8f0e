/* A tab of the browser. Read from the end. */
#include "tab.h"
#include "chrome.h"
#include "json_peek.h"
#include "../lessons/program.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_TABS = 8,
    MAX_JS = 1 << 18,
    MAX_ERROR = 400, /* of one error, so that a line can be read */
    LOAD_MS = 10000,
    LOOK_MS = 20 /* from look to look at what is awaited */
};

static struct {
    struct tab tabs[MAX_TABS];
    char *context; /* what the tabs of one test share */
    char *probe;   /* probe.js as a JSON string */
} browser;

/* ---- Events ---- */

static bool says(const char *value, const char *word)
{
    size_t length = strlen(word);

    return value != NULL && *value == '"' &&
           strncmp(value + 1, word, length) == 0 && value[length + 1] == '"';
}

/* The part of EVENT that tells of an error, or NULL. */
static const char *error_in(const char *event)
{
    const char *method = json_peek(event, "method");

    if (says(method, "Runtime.exceptionThrown"))
        return json_peek(event, "params.exceptionDetails");
    if (says(method, "Runtime.consoleAPICalled") &&
        says(json_peek(event, "params.type"), "error"))
        return json_peek(event, "params.args");
    if (says(method, "Log.entryAdded") &&
        says(json_peek(event, "params.entry.level"), "error"))
        return json_peek(event, "params.entry");
    return says(method, "Inspector.targetCrashed") ? method : NULL;
}

static void hear(const char *event)
{
    const char *session = json_peek(event, "sessionId");
    const char *error = error_in(event);

    for (struct tab *t = browser.tabs; t < browser.tabs + MAX_TABS; t++) {
        size_t used = strlen(t->errors);
        if (error != NULL && t->session != NULL && says(session, t->session))
            snprintf(t->errors + used, sizeof t->errors - used, "%.*s\n",
                     MAX_ERROR, error);
    }
}

const char *tab_errors(struct tab *tab)
{
    chrome_listen(0);
    return tab->errors;
}

/* ---- JavaScript ---- */

/* The answer to an evaluation. The page may be on its way to another one, and
 * the code may be about what is not there yet, so an error is an answer. */
static const char *evaluate(struct tab *tab, const char *js, va_list args)
{
    static char code[MAX_JS];
    const char *answer;
    char *quoted;
    int n = vsnprintf(code, sizeof code, js, args);

    ck_assert_msg(n >= 0 && n < MAX_JS, "JavaScript too long");
    quoted = json_quote(code);
    answer = chrome_call(tab->session, "Runtime.evaluate",
                         "\"expression\":%s,\"returnByValue\":true", quoted);
    free(quoted);
    return answer;
}

static const char *value_of(const char *answer, const char *js)
{
    const char *value = json_peek(answer, "result.result.value");

    if (value == NULL || json_peek(answer, "result.exceptionDetails") != NULL)
        ck_abort_msg("%.200s: %.800s", js, answer);
    return value;
}

bool tab_is(struct tab *tab, const char *js, ...)
{
    const char *value;
    va_list args;

    va_start(args, js);
    value = value_of(evaluate(tab, js, args), js);
    va_end(args);
    return strncmp(value, "true", 4) == 0;
}

double tab_number(struct tab *tab, const char *js, ...)
{
    const char *value;
    va_list args;

    va_start(args, js);
    value = value_of(evaluate(tab, js, args), js);
    va_end(args);
    return strtod(value, NULL);
}

const char *tab_text(struct tab *tab, const char *js, ...)
{
    const char *value;
    va_list args;

    va_start(args, js);
    value = value_of(evaluate(tab, js, args), js);
    va_end(args);
    free(tab->text);
    tab->text = json_string(value);
    ck_assert_msg(tab->text != NULL, "%s: not a string", js);
    return tab->text;
}

int tab_wait(struct tab *tab, int ms, const char *js, ...)
{
    long long start = monotonic_ms();
    char last[800];
    va_list args;

    for (;;) {
        const char *answer, *value;
        int waited = (int)(monotonic_ms() - start);
        va_start(args, js);
        answer = evaluate(tab, js, args);
        va_end(args);
        value = json_peek(answer, "result.result.value");
        if (value != NULL && strncmp(value, "true", 4) == 0)
            return waited;
        snprintf(last, sizeof last, "%s", answer);
        if (waited > ms)
            break;
        chrome_listen(LOOK_MS);
    }
    ck_abort_msg("not in %d ms: %.200s\n%s\n%s", ms, js, last,
                 tab_text(tab, "self.probe ? probe.where() : `${location}`"));
    return -1;
}

/* ---- Life ---- */

void tab_go(struct tab *tab, const char *url)
{
    char *quoted = json_quote(url);
    const char *answer = chrome_must(tab->session, "Page.navigate",
                                     "\"url\":%s", quoted);

    if (json_peek(answer, "result.errorText") != NULL)
        ck_abort_msg("%s: %.200s", url, answer);
    free(quoted);
    tab_wait(tab, LOAD_MS, "document.readyState !== 'loading'");
}

/* The string called NAME in the result of ANSWER, for free(). */
static char *result(const char *answer, const char *name)
{
    char path[64];

    snprintf(path, sizeof path, "result.%s", name);
    return json_string(json_peek(answer, path));
}

static void listen_and_probe(const char *session)
{
    chrome_must(session, "Page.enable", "");
    chrome_must(session, "Runtime.enable", "");
    chrome_must(session, "Log.enable", "");
    chrome_must(session, "Inspector.enable", "");
    chrome_must(session, "Emulation.setFocusEmulationEnabled",
                "\"enabled\":true");
    chrome_must(session, "Page.addScriptToEvaluateOnNewDocument",
                "\"source\":%s", browser.probe);
}

/* Each tab has a window, since the ones behind others are slowed down. */
struct tab *tab_open(const char *url, ...)
{
    struct tab *tab = browser.tabs;
    char text[512];
    va_list args;

    while (tab < browser.tabs + MAX_TABS && tab->session != NULL)
        tab++;
    ck_assert_msg(tab < browser.tabs + MAX_TABS, "too many tabs");
    tab->target = result(
        chrome_must(NULL, "Target.createTarget",
                    "\"url\":\"about:blank\",\"newWindow\":true,"
                    "\"browserContextId\":\"%s\"",
                    browser.context),
        "targetId");
    tab->session = result(chrome_must(NULL, "Target.attachToTarget",
                                      "\"targetId\":\"%s\",\"flatten\":true",
                                      tab->target),
                          "sessionId");
    listen_and_probe(tab->session);
    va_start(args, url);
    vsnprintf(text, sizeof text, url, args);
    va_end(args);
    tab_go(tab, text);
    return tab;
}

static void forget(struct tab *tab)
{
    free(tab->target);
    free(tab->session);
    free(tab->text);
    memset(tab, 0, sizeof *tab);
}

void tab_close(struct tab *tab)
{
    chrome_must(NULL, "Target.closeTarget", "\"targetId\":\"%s\"", tab->target);
    forget(tab);
}

static char *read_probe(void)
{
    static char text[MAX_JS];
    FILE *file = fopen("tests/browser/probe.js", "r");
    size_t n;

    ck_assert_msg(file != NULL, "tests/browser/probe.js is not here: run the "
                                "tests where the Makefile is");
    n = fread(text, 1, sizeof text - 1, file);
    text[n] = '\0';
    fclose(file);
    return json_quote(text);
}

/* The tabs that a failed test has left would go on asking and drawing. */
static void dispose_contexts(void)
{
    const char *answer = chrome_must(NULL, "Target.getBrowserContexts", "");
    const char *list = json_peek(answer, "result.browserContextIds");
    char *ids = strdup(list), *end = strchr(ids, ']');

    if (end != NULL)
        *end = '\0';
    for (char *id = strtok(ids, "[\","); id != NULL; id = strtok(NULL, "\","))
        chrome_must(NULL, "Target.disposeBrowserContext",
                    "\"browserContextId\":\"%s\"", id);
    free(ids);
}

void tabs_begin(void)
{
    chrome_on_event(hear);
    dispose_contexts();
    browser.probe = read_probe();
    browser.context = result(
        chrome_must(NULL, "Target.createBrowserContext", ""),
        "browserContextId");
}

void tabs_end(void)
{
    dispose_contexts();
    for (struct tab *t = browser.tabs; t < browser.tabs + MAX_TABS; t++)
        forget(t);
    free(browser.context);
    free(browser.probe);
    browser.context = browser.probe = NULL;
}
