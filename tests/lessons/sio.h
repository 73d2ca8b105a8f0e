/* A client of Socket.IO over plain sockets, on any of four ways down.
 *
 * Packets are written as in a payload of polling, whatever the way: "42[...]"
 * is text, "bAQID" is binary in Base64, and RS stands between two of them.
 */
#ifndef SIO_H
#define SIO_H

#include "ws_client.h"

#define RS "\x1e"

enum way { BY_SOCKET, BY_POLLS, BY_IFRAME, BY_EVENTS, WAYS };

extern const char *const ways[WAYS]; /* the names of the transports */

struct sio {
    struct program *program;
    enum way way;
    char sid[24];
    struct client *down, *up; /* NULL: not connected */
    bool asked;               /* a poll, or the stream, waits */
    bool deaf;                /* pings get no pong */
    struct bytes heard;       /* packets, each with RS behind it */
    struct bytes packet;      /* the last taken */
};

/* Opens a session; joins a namespace with "0/chat,{...}"; both, with "0". */
void sio_open(struct sio *s, struct program *p, enum way way);
void sio_join(struct sio *s, const char *connect);
void sio_enter(struct sio *s, struct program *p, enum way way);

/* Sends packets. A POST must be answered with "ok". */
void sio_say(struct sio *s, const char *packets);
void sio_send(struct sio *s, const char *packets, size_t length);

/* The same, but it must be the end of the session: 400 to a POST. */
void sio_say_bad(struct sio *s, const char *packets);

/* A poll is sent, so that it waits; a stream does already. */
void sio_wait(struct sio *s);

/* Waits for the next packet; it is gone at the next call. */
const char *sio_take(struct sio *s);

/* The next packets must be these. */
void sio_hear(struct sio *s, const char *packets);

/* Nothing may be there before the answer to what we ask the program: echo,
 * with an acknowledgement, in the namespace of this prefix ("" or "/chat,"). */
void sio_hear_nothing_in(struct sio *s, const char *prefix);
void sio_hear_nothing(struct sio *s);

/* The session must be over, and nothing more come. */
void sio_expect_over(struct sio *s);

/* The client goes: without a word. */
void sio_vanish(struct sio *s);

#endif
