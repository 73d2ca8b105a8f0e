/* packet.h - one packet of Socket.IO, protocol 5; no I/O. It stands for the
 * package socket.io-parser.
 *
 *   5 1- /chat, 7 ["echo",{"_placeholder":true,"num":0}]    and 1 attachment
 *   | |  |      |  JSON: an event's name, then its arguments
 *   | |  |      number for the acknowledgement, if one is wanted
 *   | |  namespace, if it is not /
 *   | attachments that follow as messages of their own
 *   type */
#ifndef PACKET_H
#define PACKET_H

#include "buf.h"

enum packet_type {
    PACKET_CONNECT,
    PACKET_DISCONNECT,
    PACKET_EVENT,
    PACKET_ACK,
    PACKET_CONNECT_ERROR,
    PACKET_BINARY_EVENT,
    PACKET_BINARY_ACK
};
enum { MAX_ATTACHMENTS = 10 };

struct packet { /* all texts are views */
    enum packet_type type;
    int attachments;
    struct text nsp; /* "/", "/chat" */
    bool has_id;
    uint64_t id;      /* of the acknowledgement */
    struct text data; /* JSON; n 0: none */
    struct text name; /* of an event, as JSON */
    struct text args; /* what stands between the brackets, but for the name */
};

/* t: a message of Engine.IO, UTF-8. False: malformed. */
bool packet_parse(struct text t, struct packet *p);

/* Takes one list off rest. False: it refers to an attachment that is not
 * there, or, with attachments 0, to any. */
bool packet_all_attached(struct text *rest, int attachments);

/* Makes b the packet, '4' in front for Engine.IO, up to where its data
 * begins; attachments make it binary. False: no memory. */
bool packet_begin(struct buf *b, const struct packet *p);

#endif
