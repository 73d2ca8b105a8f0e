/* A client over a plain socket: connects, sends in pieces, breaks off.
 *
 * Clients live in one table; clients_close() ends them all. Every wait gives
 * up after PATIENCE and fails the test.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include "program.h"

#include <time.h>

enum { MAX_CLIENTS = 512 };

struct bytes {
    char *data; /* a NUL follows data[length - 1] */
    size_t length, room;
};

struct client {
    int fd; /* 0: unused */
    struct program *program;
    time_t since;    /* when it connected */
    struct bytes in; /* has arrived, is not yet taken */
    bool ended;      /* the server has closed its side */

    /* What response.c has taken from it: */
    int status;
    struct bytes head;  /* lines that end with NUL */
    bool chunked;       /* how the body comes: in chunks, */
    long long expected; /* with this length, or -1: until the end */
    struct bytes body;  /* of a stream: what nobody has taken yet */
    bool last_chunk;    /* the end of a chunked body has come */
};

void bytes_add(struct bytes *b, const void *data, size_t length);
void bytes_drop(struct bytes *b, size_t length); /* from the front */

/* Connects. dial_narrow: with a small receive buffer. */
struct client *dial(struct program *p);
struct client *dial_narrow(struct program *p);

/* True if an address can be had and refuses or lacks nobody there. */
bool refused(const char *address, int port);

/* A port that is free just now; -1: this machine has no such address. */
int free_port(const char *address);

/* Sends all of it, or fails the test. */
void client_send(struct client *c, const void *data, size_t length);
void client_say(struct client *c, const char *format, ...);

/* Sends what the server takes until it hangs up, or takes nothing for ms.
 * Returns how much that was. */
size_t client_push(struct client *c, const char *data, size_t length, int ms);

/* Sends in two pieces, AT bytes in the first; AT 0: whole; -1: byte by byte.
 * The server has read each piece before the next is sent. */
void client_pieces(struct client *c, const char *data, size_t length, int at);

/* Waits until the server has dealt with all that was sent to it before: two
 * exchanges on another connection are two rounds of its loop. Who has closed
 * is only gone after another settle. */
void settle(struct program *p);

/* Reads what is there, at most limit bytes. Returns how many, 0 at the end,
 * -1: nothing now, -2: reset. */
ssize_t client_read(struct client *c, size_t limit);

/* The same, when there is something: data, the end or a reset. */
ssize_t client_await(struct client *c);

/* Waits, at most ms, for data, the end or a reset. */
void client_idle(struct client *c, int ms);

/* Waits for more data; the end or a reset fails the test. */
void client_wait(struct client *c);

/* The server must have sent nothing more, and not have closed. */
void expect_silence(struct client *c);

/* The server must close, without a reset, and say nothing more before. */
void expect_end(struct client *c);

/* Reads until the server closes or resets; returns all the bytes. */
size_t client_drain(struct client *c);

/* The server must have closed all but so many files, as soon as it may. */
void expect_files(struct program *p, int files);

void client_half_close(struct client *c);
void client_reset(struct client *c);
void client_close(struct client *c);
void clients_close(void);

#endif
