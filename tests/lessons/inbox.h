/* Messages of lessons 2 to 4: one goes in with post(), comes out of an inbox,
 * which hides whether it came as a poll's answer, a script or an event.
 *
 * An inbox fails the test on any malformed byte, and on an id that does not
 * follow the one before.
 */
#ifndef INBOX_H
#define INBOX_H

#include "expect.h"

enum { POLL, IFRAME, EVENTS, LESSONS, MAX_MESSAGE = 65536, KEPT = 256 };

extern const struct lesson {
    const char *name;
    const char *route;
} lessons[LESSONS];

typedef unsigned long long message_id;

struct inbox {
    struct client *c;
    int lesson;
    message_id id;     /* of the last message taken */
    struct bytes text; /* the last message; inbox_close frees it */
};

/* Connects and asks; query: what follows the route ("" or "?after=5"). For
 * streams the head has been answered on return. extra: more header lines. */
void inbox_open(struct inbox *box, struct program *p, int lesson,
                const char *query, const char *extra);

/* The same on a connection that stands. The head has not been answered. */
void inbox_ask(struct inbox *box, struct client *c, int lesson,
               const char *query, const char *extra);

/* Takes a message if one has arrived; a poll is then asked anew. */
bool inbox_take(struct inbox *box);

/* Waits for the next message, or for the next that is not the clock's. */
void inbox_next(struct inbox *box);
void inbox_next_posted(struct inbox *box);

/* Waits for the next posted message; it must be this one. */
void inbox_expect(struct inbox *box, message_id id, const void *text,
                  size_t length);

/* No message may be there but the clock's. */
void inbox_expect_none(struct inbox *box);

void inbox_close(struct inbox *box);

/* True if the last message is a time, as the clock's are. */
bool inbox_has_clock(const struct inbox *box);

/* Posts a message and returns its id. */
message_id post(struct client *c, int lesson, const void *text, size_t length);
message_id post_text(struct client *c, int lesson, const char *text);

/* The value of Message-Id in the last response. */
message_id id_of(const struct client *c);

/* Returns at once unless the clock of lesson 2 is about to strike. */
void avoid_second_50(void);

#endif
