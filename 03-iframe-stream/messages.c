/* messages.c - see messages.h.  A ring: the 257th takes the first one's
 * place. Ids count up by one, so that two messages of one millisecond
 * differ, and an id tells where its message is. */
#include "messages.h"

#include <stdlib.h>
#include <string.h>

void messages_init(struct messages *all, uint64_t first_id)
{
    *all = (struct messages){.first = first_id, .next = first_id};
}

const struct message *messages_add(struct messages *all, const char *text,
                                   size_t len)
{
    struct message *m = &all->ring[all->next % MAX_MESSAGES];
    char *copy = malloc(len);
    if (!copy)
        return NULL;
    memcpy(copy, text, len);
    free(m->text);
    *m = (struct message){all->next++, copy, len};
    return m;
}

uint64_t messages_newest(const struct messages *all)
{
    return all->next - 1;
}

const struct message *messages_after(const struct messages *all, uint64_t id)
{
    uint64_t oldest = all->first;
    if (all->next - all->first > MAX_MESSAGES)
        oldest = all->next - MAX_MESSAGES;
    if (oldest == all->next || id == all->next - 1)
        return NULL;
    if (id < oldest || id >= all->next)
        id = oldest - 1;
    return &all->ring[(id + 1) % MAX_MESSAGES];
}
