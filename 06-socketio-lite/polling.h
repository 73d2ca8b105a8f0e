/* polling.h - Engine.IO over HTTP: GET for what comes down, POST for what
 * goes up. What comes down may be one payload, or a stream of packets as in
 * the lessons before: script elements in an iframe, or events. */
#ifndef POLLING_H
#define POLLING_H

#include "session.h"

extern const struct transport polling, iframe, eventsource;

/* c waits for packets of s, or has them. False: another waits already, and s
 * is closed; c is not answered. */
bool polling_get(struct conn *c, struct session *s, const struct transport *t);
/* A payload from the client; or, with body.p NULL, its announcement, which is
 * answered only if it must not come. */
void polling_post(struct conn *c, struct session *s, const struct request *r);

#endif
