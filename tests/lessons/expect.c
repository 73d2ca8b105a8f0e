/* What a response must be: see expect.h. */
#include "expect.h"

#include <string.h>
#include <strings.h>

void expect_status(const struct client *c, int status)
{
    if (c->status != status)
        flunk("status %d, not %d, body \"%.100s\"", c->status, status,
              c->body.length > 0 ? c->body.data : "");
}

void expect_answer(struct client *c, int status)
{
    answer(c);
    expect_status(c, status);
}

void expect_header(const struct client *c, const char *name, const char *value)
{
    const char *is = header(c, name);
    if (is == NULL || strcasecmp(is, value) != 0)
        flunk("%s: %s, not %s", name, is != NULL ? is : "(none)", value);
}

void expect_body(const struct client *c, const char *text)
{
    if (c->body.length != strlen(text) ||
        memcmp(c->body.data, text, c->body.length) != 0)
        flunk("the body is \"%.200s\" (%zu bytes), not \"%.200s\"",
              c->body.data, c->body.length, text);
}

/* Counts the words of a list, or only those that are WORD. */
static int count_words(const char *list, const char *word, size_t length)
{
    int count = 0;
    for (const char *p = list + strspn(list, ", "); *p != '\0';) {
        size_t n = strcspn(p, ", ");
        count += word == NULL || (n == length && memcmp(p, word, n) == 0);
        p += n;
        p += strspn(p, ", ");
    }
    return count;
}

void expect_allow(const struct client *c, const char *methods)
{
    const char *is = header(c, "Allow");
    if (is == NULL)
        flunk("no Allow");
    if (count_words(is, NULL, 0) != count_words(methods, NULL, 0))
        flunk("Allow: %s, not just %s", is, methods);
    for (const char *p = methods; *p != '\0'; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");
        if (count_words(is, p, n) != 1)
            flunk("Allow: %s, not %s", is, methods);
        p += n;
    }
}

void expect_line(const struct client *c)
{
    const char *type = header(c, "Content-Type");
    if (type == NULL || strncasecmp(type, "text/plain", 10) != 0)
        flunk("the type of an error is %s", type != NULL ? type : "(none)");
    const char *line_end = memchr(c->body.data, '\n', c->body.length);
    if (line_end == NULL || line_end == c->body.data ||
        line_end != c->body.data + c->body.length - 1)
        flunk("not one line of text: \"%s\"", c->body.data);
    for (const char *p = c->body.data; p < line_end; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            flunk("a control character in \"%s\"", c->body.data);
}

void expect_error(struct client *c, int status)
{
    expect_answer(c, status);
    expect_line(c);
}

void expect_alive(struct client *c)
{
    if (get(c, "/nothing-here") != 404)
        flunk("one more request: status %d, not 404", c->status);
}
