/* Requests, and a strict reader of responses: see response.h. */
#include "response.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

void ask(struct client *c, const char *method, const char *target,
         const char *extra)
{
    client_say(c, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s\r\n", method,
               target, c->program->port, extra);
}

void ask_with(struct client *c, const char *method, const char *target,
              const char *extra, const void *body, size_t length)
{
    client_say(c,
               "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
               "Content-Length: %zu\r\n%s\r\n",
               method, target, c->program->port, length, extra);
    client_send(c, body, length);
}

/* The value in a line "name: value", or NULL if it is another header. */
static const char *value_of(const char *line, const char *name)
{
    size_t length = strlen(name);
    if (strncasecmp(line, name, length) != 0 || line[length] != ':')
        return NULL;
    return line + length + 1 + strspn(line + length + 1, " \t");
}

const char *header(const struct client *c, const char *name)
{
    const char *value = NULL;
    const char *end = c->head.data + c->head.length;
    for (const char *l = c->head.data; l < end; l += strlen(l) + 1) {
        const char *found = value_of(l, name);
        if (found != NULL && value != NULL)
            flunk("%s comes twice", name);
        if (found != NULL)
            value = found;
    }
    return value;
}

static void check_line(const char *line)
{
    const char *name_end = line + strcspn(line, ":");
    if (*name_end != ':' || name_end == line)
        flunk("a header without a name: \"%s\"", line);
    for (const char *p = line; p < name_end; p++)
        if (!isalnum((unsigned char)*p) && *p != '-')
            flunk("a strange name: \"%s\"", line);
    for (const char *p = name_end; *p != '\0'; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            flunk("a control character: \"%s\"", line);
    if (strncasecmp(line, "access-control-", 15) == 0)
        flunk("a CORS header: \"%s\"", line);
}

/* Date: Sun, 06 Nov 1994 08:49:37 GMT, a second of this connection. */
static void check_date(const struct client *c)
{
    const char *date = header(c, "Date");
    char text[64];
    if (date == NULL)
        flunk("no Date");
    time_t now = time(NULL);
    for (time_t t = now + 1; t >= c->since - 2; t--) {
        struct tm *utc = gmtime(&t);
        strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", utc);
        if (strcmp(date, text) == 0)
            return;
    }
    flunk("the date is \"%s\", but the client came at \"%s\"", date, text);
}

/* How the body ends: sets chunked and expected. */
static void check_length(struct client *c, int kind)
{
    const char *length = header(c, "Content-Length");
    const char *coding = header(c, "Transfer-Encoding");
    c->expected = -1;
    c->chunked = coding != NULL;
    if (coding != NULL && strcasecmp(coding, "chunked") != 0)
        flunk("Transfer-Encoding: %s", coding);
    if (coding != NULL && (kind & OLD) != 0)
        flunk("chunks for a client of HTTP/1.0");
    if (coding != NULL && length != NULL)
        flunk("both Content-Length and Transfer-Encoding");
    if (c->status < 200 || c->status == 204) {
        if (coding != NULL || length != NULL)
            flunk("a length with status %d", c->status);
        return;
    }
    if (coding == NULL && length == NULL && (kind & OLD) == 0)
        flunk("neither Content-Length nor chunked, status %d", c->status);
    if (length != NULL &&
        (length[0] == '\0' || length[strspn(length, "0123456789")] != '\0'))
        flunk("Content-Length: \"%s\"", length);
    if (length != NULL)
        c->expected = atoll(length);
}

/* Cuts a complete head into lines, each with a NUL for its CRLF. */
static void cut_lines(struct client *c, size_t length)
{
    c->head.length = 0;
    for (size_t i = 0; i < length; i++) {
        bool line_end = memcmp(c->in.data + i, "\r\n", 2) == 0;
        if (!line_end && (c->in.data[i] == '\r' || c->in.data[i] == '\n' ||
                          c->in.data[i] == '\0'))
            flunk("a bare CR, LF or NUL in the head, after \"%s\"",
                  c->head.data);
        bytes_add(&c->head, line_end ? "" : c->in.data + i, 1);
        i += line_end;
    }
}

static void check_status_line(struct client *c, int kind)
{
    const char *line = c->head.data;
    bool version = strncmp(line, "HTTP/1.1 ", 9) == 0 ||
                   ((kind & OLD) != 0 && strncmp(line, "HTTP/1.0 ", 9) == 0);
    if (!version || strspn(line + 9, "0123456789") != 3 || line[12] != ' ')
        flunk("the status line is \"%s\"", line);
    c->status = atoi(line + 9);
}

bool take_head(struct client *c, int kind)
{
    const char *end = c->in.length > 0 ? strstr(c->in.data, "\r\n\r\n") : NULL;
    if (end == NULL)
        return false;
    size_t length = (size_t)(end - c->in.data) + 2;
    cut_lines(c, length);
    bytes_drop(&c->in, length + 2);
    c->body.length = 0;
    bytes_add(&c->body, "", 0);
    c->last_chunk = false;
    check_status_line(c, kind);
    const char *line = c->head.data;
    while ((line += strlen(line) + 1) < c->head.data + c->head.length)
        check_line(line);
    if (c->status < 200)
        return true;
    check_date(c);
    check_length(c, kind);
    const char *sniff = header(c, "X-Content-Type-Options");
    if (sniff == NULL || strcasecmp(sniff, "nosniff") != 0)
        flunk("no X-Content-Type-Options: nosniff, status %d", c->status);
    return true;
}

bool take_chunk(struct client *c)
{
    if (!c->chunked) {
        size_t all = c->in.length;
        bytes_add(&c->body, c->in.data, all);
        c->in.length = 0;
        return all > 0;
    }
    char *line_end = c->in.length > 0 ? strstr(c->in.data, "\r\n") : NULL;
    if (c->last_chunk || line_end == NULL)
        return false;
    size_t digits = strspn(c->in.data, "0123456789abcdefABCDEF");
    if (digits == 0 || digits > 8 || c->in.data + digits != line_end)
        flunk("a chunk that begins with \"%.40s\"", c->in.data);
    size_t size = strtoul(c->in.data, NULL, 16), before = digits + 2;
    if (c->in.length < before + size + 2)
        return false;
    if (memcmp(c->in.data + before + size, "\r\n", 2) != 0)
        flunk("a chunk without CRLF at its end");
    c->last_chunk = size == 0;
    bytes_add(&c->body, c->in.data + before, size);
    bytes_drop(&c->in, before + size + 2);
    return true;
}

int answer_head(struct client *c, int kind)
{
    while (!take_head(c, kind))
        client_wait(c);
    return c->status;
}

static void read_to_end(struct client *c)
{
    while (!c->ended)
        if (!take_chunk(c) && client_await(c) == -2)
            flunk("reset, after %zu bytes of the body", c->body.length);
}

int answer_to(struct client *c, int kind)
{
    answer_head(c, kind);
    if ((kind & HEAD_ONLY) != 0 || c->status < 200 || c->status == 204)
        return c->status;
    if (c->chunked) {
        while (!c->last_chunk)
            if (!take_chunk(c))
                client_wait(c);
    } else if (c->expected == -1) {
        read_to_end(c);
    } else {
        while (c->in.length < (size_t)c->expected)
            client_wait(c);
        bytes_add(&c->body, c->in.data, (size_t)c->expected);
        bytes_drop(&c->in, (size_t)c->expected);
    }
    return c->status;
}

int answer(struct client *c)
{
    return answer_to(c, 0);
}

int get_with(struct client *c, const char *target, const char *extra)
{
    ask(c, "GET", target, extra);
    return answer(c);
}

int get(struct client *c, const char *target)
{
    return get_with(c, target, "");
}
