#ifndef SITE_H
#define SITE_H

/* The lesson under test: its program runs, serves the pages, is killed and
 * comes back, and somebody else's messages are posted to it. One at a time. */
#include <stdbool.h>

struct lesson {
    const char *name;  /* of its folder, its program and its page */
    const char *route; /* where messages are POSTed, NULL: nowhere */
    int most;          /* bytes of a message */
    bool socket;       /* the route is a WebSocket's: nobody keeps messages */
};

/* Starts the program on a free port, or again on the port it had. */
void site_start(const struct lesson *lesson);
void site_restart(void);

/* Ends it by this signal, and waits until it is gone. */
void site_kill(int signal);

/* Stops it, which must go well, unless it has been killed. */
void site_stop(void);

/* The signal, without waiting: SIGSTOP and SIGCONT. */
void site_signal(int signal);

int site_port(void);
const char *site_page(void); /* its address */

/* Posts a text, or the numbered ones "NAME#FIRST;" to "NAME#LAST;" as fast as
 * the program takes them. Returns the id of the last; over a WebSocket, where
 * there are none, how many there have been. */
long long site_post(const char *text);
long long site_post_many(const char *name, int first, int last);

/* Somebody else on the port of a program that was killed: answers 503 to all
 * that asks, for MS milliseconds. Returns how many asked. */
int site_impostor(int ms);

#endif
