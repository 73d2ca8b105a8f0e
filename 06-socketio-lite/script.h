/* script.h - one script element that calls a function of the page around
 * the iframe with a text that others wrote. */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "buf.h"

/* Appends <script>CALL"TEXT")...</script>; call is as "parent.receive(7, ".
 * False: no memory, and b has to be thrown away. */
bool script_add(struct buf *b, const char *call, struct text t);

#endif
