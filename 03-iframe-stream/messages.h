/* messages.h - the last 256 messages and their ids.
 *
 * Between an answer and the next question a client hears nothing. So each
 * message has an id, the client says which it had last, and here is kept
 * what it may have missed. */
#ifndef MESSAGES_H
#define MESSAGES_H

#include "buf.h"

enum { MAX_MESSAGES = 256, MAX_TEXT = 65536 };

struct message {
    uint64_t id; /* one more than that of the message before it */
    char *text;  /* len bytes, ours; valid until the next is added */
    size_t len;
};

struct messages {
    struct message ring[MAX_MESSAGES]; /* each at its id % MAX_MESSAGES */
    uint64_t first, next;              /* id of the first ever, of the next */
};

/* Begins with this id: the time in ms, so that ids grow across a restart. */
void messages_init(struct messages *all, uint64_t first_id);
/* Keeps a copy; len is not 0. NULL: no memory. */
const struct message *messages_add(struct messages *all, const char *text,
                                   size_t len);
/* The oldest kept with a greater id. One from the future counts as 0: it is
 * from another run of the server. NULL: there is none. */
const struct message *messages_after(const struct messages *all, uint64_t id);
/* The id of the newest; the one before the first, if there is none yet. */
uint64_t messages_newest(const struct messages *all);

#endif
