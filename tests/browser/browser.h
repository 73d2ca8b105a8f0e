#ifndef BROWSER_H
#define BROWSER_H

/* Finding, starting and ending a browser. Three processes: the tests; the
 * browser; and between them a janitor, who waits on a lifeline (a pipe that
 * only the tests hold open) and then ends the browser and removes its profile.
 * So nothing is left behind, whichever way the tests end. */
#include <sys/types.h>

struct browser {
    int to, from; /* the browser reads from TO, writes into FROM */
    int lifeline; /* close it, and the browser ends */
    pid_t janitor;
    char profile[256]; /* the folder of its profile, and its words */
};

/* Where the browser is: $CHROMIUM, else the usual names in PATH, else the
 * usual places on macOS. NULL if there is none. */
const char *browser_find(void);

/* Starts the browser at PATH with a new profile below $TMPDIR. */
void browser_start(struct browser *b, const char *path);

/* Ends it, and waits until it and its profile are gone. */
void browser_end(struct browser *b);

/* Prints what the browser itself has printed. */
void browser_print_log(const struct browser *b);

#endif
