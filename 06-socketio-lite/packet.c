/* packet.c - see packet.h. */
#include "packet.h"

#include <ctype.h>
#include <string.h>

#include "json.h"

/* Takes the digits off the front; there may be none. */
static struct text take_digits(struct text *rest)
{
    struct text t = {rest->p, 0};
    while (t.n < rest->n && isdigit((unsigned char)t.p[t.n]))
        t.n++;
    *rest = (struct text){rest->p + t.n, rest->n - t.n};
    return t;
}

static bool take_count(struct text *rest, struct packet *p)
{
    uint64_t n;
    if (!text_number(take_digits(rest), &n) || n > MAX_ATTACHMENTS ||
        rest->n == 0 || *rest->p != '-')
        return false;
    p->attachments = (int)n;
    *rest = (struct text){rest->p + 1, rest->n - 1};
    return true;
}

static void take_namespace(struct text *rest, struct packet *p)
{
    p->nsp = (struct text){"/", 1};
    if (rest->n == 0 || *rest->p != '/')
        return;
    const char *comma = memchr(rest->p, ',', rest->n);
    p->nsp = (struct text){rest->p,
                           comma ? (size_t)(comma - rest->p) : rest->n};
    size_t used = p->nsp.n + (comma != NULL);
    *rest = (struct text){rest->p + used, rest->n - used};
}

/* {"_placeholder":true,"num":N}, with keys in any order or escaped, stands
 * for attachment N; a wrong N would break the client that gets it. */
bool packet_all_attached(struct text *rest, int attachments)
{
    struct text key, value;
    bool placeholder = false, good = false;
    while (json_step(rest, &key, &value)) {
        uint64_t n;
        if (value.n == 0 && !packet_all_attached(rest, attachments))
            return false;
        if (key.p && json_says(key, "_placeholder"))
            placeholder = text_is(value, "true");
        else if (key.p && json_says(key, "num"))
            good = text_number(value, &n) && n < (uint64_t)attachments;
    }
    return !placeholder || good;
}

/* Names that are events of the socket itself, and so not for the wire. */
static bool is_reserved(struct text name)
{
    static const char *const reserved[] = {"connect",     "connect_error",
                                           "disconnect",  "disconnecting",
                                           "newListener", "removeListener"};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (json_says(name, reserved[i]))
            return true;
    return false;
}

static bool take_event(struct packet *p)
{
    struct text key, rest = p->data;
    if (p->data.n == 0 || *p->data.p != '[' ||
        !json_next(&rest, &key, &p->name))
        return false;
    p->args = (struct text){rest.p + 1, *rest.p == ',' ? rest.n - 2 : 0};
    return json_is_string(p->name) ? !is_reserved(p->name)
                                   : strchr("-0123456789", *p->name.p) != NULL;
}

static bool take_answer(struct packet *p)
{
    struct text key, first, rest = p->data;
    if (p->data.n == 0 || *p->data.p != '[' || !p->has_id)
        return false;
    p->args = (struct text){p->data.p + 1, 0};
    if (json_step(&rest, &key, &first)) /* else just a blank, perhaps */
        p->args.n = p->data.n - 2;
    return true;
}

static bool fits_type(struct packet *p)
{
    switch (p->type) {
    case PACKET_CONNECT:
        return p->data.n == 0 || *p->data.p == '{';
    case PACKET_DISCONNECT:
        return p->data.n == 0;
    case PACKET_EVENT:
    case PACKET_BINARY_EVENT:
        return take_event(p);
    case PACKET_ACK:
    case PACKET_BINARY_ACK:
        return take_answer(p);
    default:
        return false; /* only a server says CONNECT_ERROR */
    }
}

bool packet_parse(struct text t, struct packet *p)
{
    *p = (struct packet){0};
    if (t.n == 0 || *t.p < '0' || *t.p > '6')
        return false;
    p->type = (enum packet_type)(*t.p - '0');
    struct text rest = {t.p + 1, t.n - 1};
    bool binary = p->type == PACKET_BINARY_EVENT ||
                  p->type == PACKET_BINARY_ACK;
    if (binary && !take_count(&rest, p))
        return false;
    take_namespace(&rest, p);
    struct text id = take_digits(&rest);
    p->has_id = id.n > 0;
    if (p->has_id && !text_number(id, &p->id))
        return false;
    p->data = rest;
    return (rest.n == 0 || json_length(rest) == rest.n) && fits_type(p) &&
           (!binary || packet_all_attached(&rest, p->attachments));
}

bool packet_begin(struct buf *b, const struct packet *p)
{
    bool binary = p->attachments > 0;
    enum packet_type type = p->type;
    if (binary)
        type = type == PACKET_EVENT ? PACKET_BINARY_EVENT : PACKET_BINARY_ACK;
    char number[20], start[] = {'4', (char)('0' + type)};
    b->len = 0;
    bool ok = buf_add(b, start, 2);
    if (binary)
        ok = ok &&
             buf_add(b, number,
                     text_digits(number, (uint64_t)p->attachments)) &&
             buf_add(b, "-", 1);
    if (p->nsp.n > 1)
        ok = ok && buf_add(b, p->nsp.p, p->nsp.n) && buf_add(b, ",", 1);
    if (p->has_id)
        ok = ok && buf_add(b, number, text_digits(number, p->id));
    return ok;
}
