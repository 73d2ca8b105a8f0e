/* console.h - console.log: a line on stdout, when the turn is over. */
#ifndef CONSOLE_H
#define CONSOLE_H

#include "buf.h"

/* what (at most 200 bytes), and then text with its control characters as
 * \xNN. If nobody reads stdout the line is lost: no one waits for it. */
void console_log(const char *what, struct text text);

#endif
