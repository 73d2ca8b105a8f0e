/* Messages of lessons 2 to 4: see inbox.h. */
#include "inbox.h"
#include "js_string.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const struct lesson lessons[LESSONS] = {
    {"02-long-polling", "/"}, {"03-iframe-stream", "/"}, {"04-sse", "/ajax"}};

/* Where WHAT begins in data, at FROM or later, or -1. Data may hold NULs. */
static long find(const struct bytes *b, size_t from, const char *what)
{
    size_t length = strlen(what);
    for (; from + length <= b->length; from++)
        if (memcmp(b->data + from, what, length) == 0)
            return (long)from;
    return -1;
}

/* Sets the id; returns what follows it. It must be the last one and one. */
static const char *read_id(struct inbox *box, const char *text)
{
    char *end;
    message_id id = strtoull(text, &end, 10);
    if (end == text || *text == '-' || *text == '+')
        flunk("an id \"%.30s\"", text);
    if (box->id != 0 && id != box->id + 1)
        flunk("id %llu follows %llu", id, box->id);
    box->id = id;
    return end;
}

/* <script>...parent.receive(ID, "TEXT")...</script> */
static bool take_script(struct inbox *box)
{
    static const char call[] = "parent.receive(";
    struct bytes *b = &box->c->body;
    for (;;) {
        long start = find(b, 0, "<script");
        long end = start == -1 ? -1 : find(b, (size_t)start, "</script>");
        if (end == -1)
            return false;
        long from = find(b, (size_t)start, call);
        if (from != -1 && from < end) {
            const char *p = read_id(box, b->data + from + sizeof call - 1);
            if (strncmp(p, ", \"", 3) != 0)
                flunk("no string after the id: \"%.40s\"", p);
            p = js_string_read(&box->text, p + 3);
            if (*p != ')' || strstr(p, "remove") == NULL ||
                strstr(p, "remove") > b->data + end)
                flunk("after the string: \"%.60s\"", p);
        }
        bytes_drop(b, (size_t)end + strlen("</script>"));
        if (from != -1 && from < end)
            return true;
    }
}

/* A line from FROM on: returns its end, and where the next begins; -1: not
 * all of it is there. LF, CR LF and CR end it. */
static long line_end(const struct bytes *b, size_t from, size_t *next)
{
    for (size_t i = from; i < b->length; i++) {
        if (b->data[i] == '\r' && i + 1 == b->length)
            return -1;
        *next = i + 1 + (b->data[i] == '\r' && b->data[i + 1] == '\n');
        if (b->data[i] == '\n' || b->data[i] == '\r')
            return (long)i;
    }
    return -1;
}

/* The value of a line "name: value" or "name:value", or NULL. */
static const char *field(const char *line, size_t length, const char *name)
{
    size_t n = strlen(name);
    if (length <= n || memcmp(line, name, n) != 0 || line[n] != ':')
        return NULL;
    return line + n + 1 + (line[n + 1] == ' ' && length > n + 1);
}

struct event {
    bool id, message, data;
};

static void read_field(struct inbox *box, struct event *e, const char *line,
                       size_t length)
{
    const char *id = field(line, length, "id");
    const char *data = field(line, length, "data");
    const char *type = field(line, length, "event");
    const char *end = line + length;
    if (id != NULL && read_id(box, id) != end)
        flunk("an id with more behind it: \"%.40s\"", line);
    if (type != NULL && (end - type != 7 || memcmp(type, "message", 7) != 0))
        flunk("an event that is no message: \"%.40s\"", line);
    if (data != NULL && e->data)
        bytes_add(&box->text, "\n", 1);
    if (data != NULL)
        bytes_add(&box->text, data, (size_t)(end - data));
    e->id = e->id || id != NULL;
    e->message = e->message || type != NULL;
    e->data = e->data || data != NULL;
    if (id == NULL && type == NULL && data == NULL && length > 0 &&
        line[0] != ':' && field(line, length, "retry") == NULL)
        flunk("an unknown field: \"%.40s\"", line);
}

/* A block that ends in an empty line; without data it is no event. */
static bool take_event(struct inbox *box)
{
    struct bytes *b = &box->c->body;
    struct event e = {false, false, false};
    size_t next = 0, last = 0;
    long end;
    while ((end = line_end(b, last, &next)) > (long)last)
        last = next;
    if (end == -1)
        return false;
    box->text.length = 0;
    for (size_t at = 0; at < last; at = next) {
        end = line_end(b, at, &next);
        read_field(box, &e, b->data + at, (size_t)end - at);
    }
    line_end(b, last, &next);
    bytes_drop(b, next);
    if (!e.data && !e.id)
        return take_event(box);
    if (!e.data || !e.id || !e.message)
        flunk("an event that lacks a field: id %d event %d data %d", e.id,
              e.message, e.data);
    return true;
}

message_id id_of(const struct client *c)
{
    char *end;
    const char *text = header(c, "Message-Id");
    message_id id = text != NULL ? strtoull(text, &end, 10) : 0;
    if (text == NULL || *end != '\0' || text[strspn(text, "0123456789")])
        flunk("Message-Id: %s", text != NULL ? text : "(none)");
    return id;
}

/* The answer to a poll; then asks for what is newer. */
static bool take_answer(struct inbox *box)
{
    struct client *c = box->c;
    char query[64];
    if (c->in.length == 0)
        return false;
    if (answer(c) != 204) {
        expect_status(c, 200);
        read_id(box, header(c, "Message-Id") ? header(c, "Message-Id") : "-");
        box->text.length = 0;
        bytes_add(&box->text, c->body.data, c->body.length);
    }
    snprintf(query, sizeof query, "/?after=%llu", box->id);
    ask(c, "GET", box->id != 0 ? query : "/", "");
    return c->status == 200;
}

bool inbox_take(struct inbox *box)
{
    if (box->lesson == POLL)
        return take_answer(box);
    for (;;) {
        if (box->lesson == IFRAME ? take_script(box) : take_event(box))
            return true;
        if (!take_chunk(box->c))
            return false;
    }
}

void inbox_ask(struct inbox *box, struct client *c, int lesson,
               const char *query, const char *extra)
{
    char target[256];
    snprintf(target, sizeof target, "%s%s", lessons[lesson].route, query);
    *box = (struct inbox){.c = c, .lesson = lesson};
    ask(c, "GET", target, extra);
}

void inbox_open(struct inbox *box, struct program *p, int lesson,
                const char *query, const char *extra)
{
    inbox_ask(box, dial(p), lesson, query, extra);
    if (lesson == POLL) {
        settle(p);
        return;
    }
    answer_head(box->c, 0);
    expect_status(box->c, 200);
}

void inbox_next(struct inbox *box)
{
    while (!inbox_take(box))
        client_wait(box->c);
}

bool inbox_has_clock(const struct inbox *box)
{
    if (box->text.length != 13 || strspn(box->text.data, "0123456789") != 13)
        return false;
    long long age = wall_ms() - atoll(box->text.data);
    return age > -1000 && age < 300000;
}

void inbox_next_posted(struct inbox *box)
{
    do
        inbox_next(box);
    while (inbox_has_clock(box));
}

void inbox_expect(struct inbox *box, message_id id, const void *text,
                  size_t length)
{
    inbox_next_posted(box);
    if (box->id != id)
        flunk("id %llu, not %llu", box->id, id);
    if (box->text.length != length || memcmp(box->text.data, text, length) != 0)
        flunk("message \"%.60s\" (%zu bytes), not \"%.60s\" (%zu bytes)",
              box->text.data, box->text.length, (const char *)text, length);
}

void inbox_expect_none(struct inbox *box)
{
    settle(box->c->program);
    do
        while (inbox_take(box))
            if (!inbox_has_clock(box))
                flunk("message \"%.60s\", id %llu", box->text.data, box->id);
    while (client_read(box->c, SIZE_MAX) > 0);
    if (box->c->ended)
        flunk("the server has closed");
}

void inbox_close(struct inbox *box)
{
    client_close(box->c);
    free(box->text.data);
}

message_id post(struct client *c, int lesson, const void *text, size_t length)
{
    ask_with(c, "POST", lessons[lesson].route, "", text, length);
    answer(c);
    expect_status(c, 204);
    return id_of(c);
}

message_id post_text(struct client *c, int lesson, const char *text)
{
    return post(c, lesson, text, strlen(text));
}

void avoid_second_50(void)
{
    long long second = wall_ms() / 1000 % 60;
    struct timespec pause = {.tv_sec = 51 - second};
    if (second >= 46 && second <= 50)
        nanosleep(&pause, NULL);
}
