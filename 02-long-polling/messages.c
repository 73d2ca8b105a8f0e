/* messages.c - see messages.h.  A ring: the 257th takes the first one's
 * place. Ids count up by one, so that two messages of one millisecond
 * differ, and the place of an id is found by subtraction. */
#include "messages.h"

#include <stdlib.h>
#include <string.h>

void messages_init(struct messages *all, uint64_t first_id)
{
    *all = (struct messages){.first_id = first_id};
}

const struct message *messages_add(struct messages *all, const char *text,
                                   size_t len)
{
    struct message *m = &all->ring[all->count % MAX_MESSAGES];
    char *copy = malloc(len > 0 ? len : 1);
    if (!copy)
        return NULL;
    if (len > 0)
        memcpy(copy, text, len);
    free(m->text);
    *m = (struct message){all->first_id + all->count++, copy, len};
    return m;
}

uint64_t messages_newest(const struct messages *all)
{
    return all->first_id + all->count - 1;
}

const struct message *messages_after(const struct messages *all, uint64_t id)
{
    uint64_t newest = messages_newest(all);
    uint64_t kept = all->count < MAX_MESSAGES ? all->count : MAX_MESSAGES;
    uint64_t place = all->count - kept; /* the oldest; counted from the first
                                           that ever was */
    if (kept == 0 || id == newest)
        return NULL;
    if (id < newest && newest - id < kept)
        place = all->count - (newest - id);
    return &all->ring[place % MAX_MESSAGES];
}
