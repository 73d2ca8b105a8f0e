#ifndef TAB_H
#define TAB_H

/* A tab of the browser: a page, and an ear at its console. JavaScript is given
 * like printf's format, and `probe` is there for it in every page (probe.js).
 * Whatever goes wrong fails the test. */
#include <stdbool.h>

struct tab {
    char *target, *session; /* what the browser calls it; NULL: none */
    char *text;             /* the value of the last tab_text() */
    char errors[4096];      /* what its console had to complain of */
};

/* Around each test: tabs of one test share cookies, cache and connections,
 * and share them with no other test. */
void tabs_begin(void);
void tabs_end(void);

struct tab *tab_open(const char *url, ...);
void tab_go(struct tab *tab, const char *url);
void tab_close(struct tab *tab);

/* What a piece of JavaScript is worth. A text is valid until the next one of
 * this tab. */
bool tab_is(struct tab *tab, const char *js, ...);
double tab_number(struct tab *tab, const char *js, ...);
const char *tab_text(struct tab *tab, const char *js, ...);

/* Waits until it is true, and fails after MS milliseconds of waiting. Returns
 * the milliseconds that it took. */
int tab_wait(struct tab *tab, int ms, const char *js, ...);

/* What the console had to say that is an error: "" is best. */
const char *tab_errors(struct tab *tab);

#endif
