/* A WebSocket client: its handshake, and frames as the scripts of frames.h.
 *
 * It fails the test on any frame that a server must not send.
 */
#ifndef WS_CLIENT_H
#define WS_CLIENT_H

#include "../frames.h"
#include "expect.h"

#define WS_ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" /* RFC 6455, 1.3 */

/* Sends the handshake. extra: more header lines, each with its CRLF. */
void ws_ask(struct client *c, const char *path, const char *extra);

/* Waits for the 101, which must have this Sec-WebSocket-Accept. */
void ws_expect_open(struct client *c, const char *accept);

/* Connects, asks and is let in. */
struct client *ws_dial(struct program *p, const char *path);
struct client *ws_dial_narrow(struct program *p, const char *path);

/* Sends frames: at once; in pieces of so many bytes. */
void ws_say(struct client *c, const char *script);
void ws_say_in_pieces(struct client *c, const char *script, size_t piece);

/* Waits for exactly these frames; behind a close frame, for the end of the
 * connection. */
void ws_hear(struct client *c, const char *script);

/* Waits for any frame, returns it; it is gone at the next call. */
const struct heard *ws_take(struct client *c);

/* Nothing more may come, and a ping must be answered. */
void ws_expect_alive(struct client *c);

#endif
