/* console.h - console.log: a line on stdout, at once. */
#ifndef CONSOLE_H
#define CONSOLE_H

#include "buf.h"

/* what, and then text with its control characters as \xNN. If nobody reads
 * stdout the line is lost: the server does not wait for it. */
void console_log(const char *what, struct text text);

#endif
