/* json.h - JSON (RFC 8259) without a tree: values stay the text they are.
 *
 * The text has to be UTF-8 already; json_length is strict in all the rest. */
#ifndef JSON_H
#define JSON_H

#include "buf.h"

enum { JSON_DEPTH = 256 }; /* arrays and objects inside one another */

/* Bytes of the value at the front of t, without the white space around it;
 * 0: none there. Of what stands behind it nothing is said. */
size_t json_length(struct text t);

/* The functions below want values that json_length has measured. */

/* Takes an element off the front of an array, or a member off an object's
 * (key is the name then, and else p NULL). rest: begins as the whole value.
 * False: there was none left, and rest is what stands behind the list. */
bool json_next(struct text *rest, struct text *key, struct text *value);
/* As json_next, but it goes into lists: a nested one comes as a value with n 0,
 * and then its elements. So all that there is can be seen in one pass. */
bool json_step(struct text *rest, struct text *key, struct text *value);

bool json_is_string(struct text value);
bool json_says(struct text value, const char *word); /* a string with it */
/* Appends what a string says, in UTF-8; half a surrogate pair is U+FFFD.
 * False, here and below: no memory, and part of it may have been added. */
bool json_decode(struct buf *b, struct text string);
/* Appends a string that says t; no control characters, t being UTF-8. */
bool json_quote(struct buf *b, struct text t);

#endif
