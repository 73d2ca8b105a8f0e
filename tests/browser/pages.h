#ifndef PAGES_H
#define PAGES_H

/* What the tests of the pages share. Each test is a loop test whose index _i
 * is a lesson: a new one is a name here and a line in pages.c. */
#include "hands.h"
#include "site.h"
#include "tab.h"

#include <check.h>

enum {
    POLLING,
    LONG_POLLING,
    IFRAME_STREAM,
    SSE,
    WEBSOCKET,
    SOCKETIO,
    LESSONS,

    SOON_MS = 2000,  /* what should happen at once */
    TRUTH_MS = 3000, /* how long #state may lie (contract, section 10) */
    BACK_MS = 6000,  /* in lesson 6, of a server that is back */
};

/* How a page may say it: a part of a regular expression. */
extern const char not_sent[];

extern const struct lesson lessons[LESSONS];

/* Lesson 2's speaks once a minute, lessons 5 and 6 have none. */
bool has_clock(int lesson);

/* Starts the lesson's program and opens its page; then waits until it says
 * that all is well, and in lessons 5 and 6, until it is greeted. */
struct tab *visit(int lesson);

void add_harness_tests(TCase *tcase);
void add_plain_tests(TCase *tcase, int lesson);
void add_message_tests(TCase *tcase, int lesson);
void add_recovery_tests(TCase *tcase, int lesson);
void add_looks_tests(TCase *tcase, int lesson);
void add_websocket_tests(TCase *tcase);
void add_socketio_tests(TCase *tcase);

#endif
