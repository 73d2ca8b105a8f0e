/* How packets come down to a client of Socket.IO; for sio.c. */
#ifndef SIO_DOWN_H
#define SIO_DOWN_H

#include "sio.h"

/* The target of a request. It is gone at the next call. */
const char *sio_target(const struct sio *s, const char *transport);

/* Waits until there is a packet, or more; adds those of a payload. */
void sio_fetch(struct sio *s);
void sio_add(struct sio *s, const char *packets, size_t length);

/* Returns how many bytes. */
size_t base64_read(unsigned char *to, const char *p, size_t n);

#endif
