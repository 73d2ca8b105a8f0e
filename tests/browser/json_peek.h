#ifndef JSON_PEEK_H
#define JSON_PEEK_H

/* A peek into JSON: enough to ask a browser and to read its answers. Not a
 * parser: it trusts the browser to send valid JSON, and only promises to stay
 * inside the text when that is cut short. */

/* The value at PATH ("result.value": member names, joined by dots) of the
 * object OBJECT, or NULL. It is a view: it ends where the value ends, not in
 * a NUL. */
const char *json_peek(const char *object, const char *path);

/* The string that starts at VALUE, decoded to UTF-8, for free(); NULL when
 * VALUE is NULL or no string. NUL and half a surrogate pair become U+FFFD. */
char *json_string(const char *value);

/* TEXT (UTF-8) as a JSON string, quotes included, for free(). It is a string
 * for JavaScript, too. */
char *json_quote(const char *text);

#endif
