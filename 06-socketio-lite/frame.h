/* frame.h - the frames of RFC 6455, section 5: bytes in, fields out; no I/O.
 *
 *    0               1               2               3
 *   |F|RSV  |opcode |M|  length     | length 126: 2 bytes more     |
 *   |I|0 0 0|       |A|  0 .. 125   |        127: 8 bytes more     |
 *   |N|     |       |S|  126, 127   |                              |
 *   | mask: 4 bytes, from clients only | payload, each byte XORed  |
 */
#ifndef FRAME_H
#define FRAME_H

#include "buf.h"

enum opcode { CONTINUATION, TEXT, BINARY, CLOSE = 8, PING, PONG };
enum { PROTOCOL_ERROR = 1002, BAD_DATA = 1007, TOO_BIG = 1009 };
enum { MAX_CONTROL = 125 }; /* bytes of a control frame's payload */

struct frame {
    bool fin;
    unsigned char opcode, mask[4];
    uint64_t length; /* of the payload */
    int error;       /* after -1: a close code */
    const char *why;
};

/* Bytes of a client's header; 0: need more; -1: bad, whatever follows. len is
 * not 0; within is the opcode of a message begun, 0 for none; room is what
 * may be added to it. */
int frame_parse(const char *bytes, size_t len, int within, size_t room,
                struct frame *f);
/* Takes the mask off (or puts it on); at is the place of p in the payload. */
void frame_unmask(char *p, size_t n, const unsigned char mask[4], size_t at);
/* The header of a whole message of ours. Returns its bytes. */
size_t frame_header(unsigned char header[10], int opcode, size_t len);
/* A line of the trace: the fields, and how the payload begins. */
void frame_trace(unsigned id, char way, const struct frame *f, const char *p);

#endif
