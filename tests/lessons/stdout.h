/* What a program prints on its stdout, line by line. */
#ifndef STDOUT_H
#define STDOUT_H

#include "client.h"

/* The next line must be this; and no more than has been taken. */
void expect_out(struct program *p, const char *line);
void expect_no_out(struct program *p);

#endif
