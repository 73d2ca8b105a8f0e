/* room.h - who is in which room, for the parts of Socket.IO. */
#ifndef ROOM_H
#define ROOM_H

#include "socketio.h"

/* One socket in one room. */
struct member {
    struct socket *socket;
    struct room *room;
    struct member *next, **link; /* in the room, and what points to it there */
    struct member *sibling;      /* of the same socket */
};

/* The first who is in this room; NULL: nobody. */
const struct member *room_members(const struct namespace *io, struct text json);
void room_leave_all(struct socket *s);

#endif
