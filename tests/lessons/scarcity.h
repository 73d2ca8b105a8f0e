/* A program whose memory runs out: see ../scarce.c. */
#ifndef SCARCITY_H
#define SCARCITY_H

#include "client.h"

/* Starts it. From scarce_now on, the allocation of this number fails. */
void scarce_start(struct program *p, const char *name, int number);
/* The same for those from first to last. */
void scarce_start_row(struct program *p, const char *name, int first, int last);
void scarce_now(struct program *p);
bool scarce_failed(const struct program *p);

#endif
