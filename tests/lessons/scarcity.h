/* A program whose memory runs out: see ../scarce.c. */
#ifndef SCARCITY_H
#define SCARCITY_H

#include "client.h"

/* Starts it. From scarce_now on, the allocation of this number fails. */
void scarce_start(struct program *p, const char *name, int number);
void scarce_now(struct program *p);
bool scarce_failed(const struct program *p);

#endif
