/* What only lesson 6 has: a client of its own, and transports to choose. */
#include "pages.h"

#include "../lessons/program.h"

#include <signal.h>
#include <stdio.h>

enum {
    STEP_MS = 30000, /* of a conversation */
    FALL_MS = 4000,  /* from a transport to the next: 2 s, and some more */
};

static const char *const transports[] = {"websocket", "eventsource", "iframe",
                                         "polling"};

static void load(struct tab *tab, const char *name)
{
    static char text[1 << 15];
    FILE *file = fopen(name, "r");
    ck_assert_msg(file != NULL, "%s is not here", name);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    tab_text(tab, "%s\n;''", text);
}

/* Goes through all the steps, of which one may fail by its name. */
static void run_steps(struct tab *tab, const char *steps)
{
    tab_text(tab,
             "self.verdict = 'begins', (async () => {"
             "for (const [name, step] of Object.entries(%s))"
             "await step(verdict = name);"
             "verdict = 'good';"
             "})().catch(error => verdict += ': ' + error.message), ''",
             steps);
    tab_wait(tab, STEP_MS, "/^good$|: /.test(verdict)");
    ck_assert_str_eq(tab_text(tab, "verdict"), "good");
}

/* The same as with the stock client: see tests/conversation.js. */
START_TEST(converses_over)
{
    char steps[200];
    site_start(&lessons[SOCKETIO]);
    struct tab *tab = tab_open("%s", site_page());
    load(tab, "tests/conversation.js");
    snprintf(steps, sizeof steps,
             "conversation(namespace => io(location.origin + namespace, "
             "{ transports: ['%s'] }))",
             transports[_i]);
    run_steps(tab, steps);
}
END_TEST

/* What the client promises by itself: see client.js. */
START_TEST(keeps_its_word)
{
    site_start(&lessons[SOCKETIO]);
    struct tab *tab = tab_open("http://127.0.0.1:%d/style.css", site_port());
    tab_text(tab, "fetch('/socket.io/socket.io.js').then(r => r.text())"
                  ".then(text => (0, eval)(text)), ''");
    tab_wait(tab, SOON_MS, "self.io !== undefined");
    load(tab, "tests/browser/client.js");
    run_steps(tab, "steps");
}
END_TEST

static void click_on(struct tab *tab, const char *id)
{
    char js[64];
    snprintf(js, sizeof js, "probe.one('#%s')", id);
    tab_click(tab, js);
}

static void expect_in_use(struct tab *tab, const char *transport)
{
    tab_wait(tab, FALL_MS, "probe.one('#%s-is').textContent === 'in use'",
             transport);
    tab_wait(tab, FALL_MS, "probe.well()");
}

static void say(struct tab *tab, const char *text)
{
    tab_text(tab, "probe.field().value = '%s', ''", text);
    tab_click(tab, "probe.button()");
    tab_wait(tab, SOON_MS, "probe.shown('%s')", text);
    tab_wait(tab, SOON_MS, "probe.field().value === ''");
}

/* One transport after the other is taken away, and given back. */
START_TEST(falls_back_when_one_is_taken)
{
    struct tab *tab = visit(SOCKETIO);
    for (int i = 0; i < 4; i++) {
        expect_in_use(tab, transports[i]);
        say(tab, transports[i]);
        if (i < 3)
            click_on(tab, transports[i]);
    }
    click_on(tab, "websocket");
    expect_in_use(tab, "websocket");
    ck_assert_str_eq(tab_errors(tab), "");
}
END_TEST

/* Not by choice: the browser has no such thing, or it never answers. */
START_TEST(falls_back_by_itself)
{
    static const char *const gone[][2] = {
        {"delete self.WebSocket", "eventsource"},
        {"delete self.WebSocket, delete self.EventSource", "iframe"},
        {"self.WebSocket = self.EventSource = class { close() {} }", "iframe"},
        {"self.WebSocket = class { constructor() { throw Error('no') } }",
         "eventsource"},
    };
    struct tab *tab = visit(SOCKETIO);
    tab_text(tab, "%s, ''", gone[_i][0]);
    tab_text(tab, "start(), ''");
    tab_wait(tab, 3 * FALL_MS, "probe.one('#%s-is').textContent === 'in use'",
             gone[_i][1]);
    say(tab, "still here");
}
END_TEST

/* In order, over each transport, what was emitted while nobody was there. */
START_TEST(delivers_what_was_emitted_offline)
{
    struct tab *tab = visit(SOCKETIO);
    for (int i = 0; i < _i; i++)
        click_on(tab, transports[i]);
    expect_in_use(tab, transports[_i]);
    site_kill(SIGKILL);
    tab_wait(tab, TRUTH_MS, "probe.state() === 'closed'");
    tab_text(tab, "for (let n = 1; n <= 5; n++)"
                  "    socket.emit('broadcast', `kept#${n};`);"
                  "''");
    site_restart();
    tab_wait(tab, BACK_MS, "probe.well()");
    tab_wait(tab, SOON_MS, "probe.numbers('kept') === '5,4,3,2,1'");
}
END_TEST

/* The notes' own lines, but for the path of the script. */
START_TEST(does_what_the_notes_say)
{
    site_start(&lessons[SOCKETIO]);
    struct tab *tab = tab_open("%s", site_page());
    tab_text(tab,
             "self.said = [], (() => {"
             "const console = { log: text => said.push(text) };"
             "let socket = io.connect('http://127.0.0.1:%d/')\n"
             "socket.on('connect', () => {\n"
             "console.log('连接成功')\n"
             "socket.emit('message','hello')\n"
             "});\n"
             "socket.on('message', msg => {\n"
             "console.log(msg)\n"
             "});\n"
             "socket.on('disconnect', () => {\n"
             "console.log('断开连接')\n"
             "});\n"
             "})(), ''",
             site_port());
    tab_wait(tab, SOON_MS, "said.join() === '连接成功,服务器说:hello'");
    site_kill(SIGTERM);
    tab_wait(tab, SOON_MS, "said.at(-1) === '断开连接'");
}
END_TEST

START_TEST(joins_rooms)
{
    struct tab *one = visit(SOCKETIO), *two = tab_open("%s", site_page());
    tab_wait(two, TRUTH_MS, "probe.well()");
    click_on(one, "join");
    tab_wait(one, SOON_MS, "probe.one('#members').textContent === '1 in red'");
    tab_text(two, "probe.field().value = 'for the red', ''");
    click_on(two, "room");
    tab_wait(one, SOON_MS, "probe.shown('for the red')");
    tab_wait(two, SOON_MS, "probe.field().value === ''");
    ck_assert(tab_is(two, "!probe.shown('for the red')"));
    click_on(one, "leave");
    tab_wait(one, SOON_MS, "probe.one('#members').textContent === '0 in red'");
    tab_text(two, "probe.field().value = 'for others', ''");
    click_on(two, "others");
    tab_wait(one, SOON_MS, "probe.shown('for others')");
    ck_assert(tab_is(two, "!probe.shown('for others')"));
}
END_TEST

void add_socketio_tests(TCase *tcase)
{
    tcase_add_loop_test(tcase, converses_over, 0, 4);
    tcase_add_test(tcase, keeps_its_word);
    tcase_add_test(tcase, falls_back_when_one_is_taken);
    tcase_add_loop_test(tcase, falls_back_by_itself, 0, 4);
    tcase_add_loop_test(tcase, delivers_what_was_emitted_offline, 0, 4);
    tcase_add_test(tcase, does_what_the_notes_say);
    tcase_add_test(tcase, joins_rooms);
}
