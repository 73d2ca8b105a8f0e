/* upgrade.h - Engine.IO over a WebSocket, from the start or later:
 *
 *   polls -- a WebSocket opens --> and 2probe --> and 5 --> WebSocket
 *                                  (3probe)
 *
 * Until the 5 the session stays with its polls: if the WebSocket does not
 * come through, nothing is lost. */
#ifndef UPGRADE_H
#define UPGRADE_H

#include "session.h"

extern const struct transport websocket;
extern const struct ws_handlers upgrade_handlers;

/* A WebSocket for s; NULL: for a new session. c is answered. */
void upgrade(struct conn *c, const struct request *r, struct engine *e,
             struct session *s);

#endif
