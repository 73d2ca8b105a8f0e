/* A string of JavaScript in a script of HTML, read strictly. */
#ifndef JS_STRING_H
#define JS_STRING_H

#include "client.h"

/* Reads the string behind its first quote, returns what follows it. It fails
 * the test on one that something could leave: no line end, for it ends a string
 * in a script; no NUL, for HTML replaces it; no tag, for it could end the
 * element or, with <!-- before <script, keep it from ending. */
const char *js_string_read(struct bytes *to, const char *p);

#endif
