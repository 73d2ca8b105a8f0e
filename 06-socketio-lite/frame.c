/* frame.c - see frame.h. */
#include "frame.h"

#include <stdio.h>
#include <string.h>

#include "trace.h"

enum { MOST = 100 }; /* characters of a frame in the trace */

static int bad(struct frame *f, int error, const char *why)
{
    f->error = error;
    f->why = why;
    return -1;
}

int frame_parse(const char *bytes, size_t n, int within, size_t room,
                struct frame *f)
{
    const unsigned char *p = (const unsigned char *)bytes;
    f->fin = p[0] & 0x80;
    f->opcode = p[0] & 15;
    bool control = f->opcode & 8;
    if (p[0] & 0x70)
        return bad(f, PROTOCOL_ERROR, "reserved bits without an extension");
    if (f->opcode > PONG || (f->opcode > BINARY && !control))
        return bad(f, PROTOCOL_ERROR, "a reserved opcode");
    if (control && !f->fin)
        return bad(f, PROTOCOL_ERROR, "a control frame in fragments");
    if (!control && (f->opcode == CONTINUATION) != (within != 0))
        return bad(f, PROTOCOL_ERROR,
                   within ? "a message inside a message"
                          : "nothing to continue");
    if (n < 2)
        return 0;
    if (!(p[1] & 0x80))
        return bad(f, PROTOCOL_ERROR, "a client has to mask its frames");
    f->length = p[1] & 127;
    size_t extra = f->length == 126 ? 2 : f->length == 127 ? 8 : 0;
    if (control && extra > 0)
        return bad(f, PROTOCOL_ERROR, "a control frame of over 125 bytes");
    if (n < 2 + extra)
        return 0;
    if (extra > 0)
        f->length = 0;
    for (size_t i = 0; i < extra; i++)
        f->length = f->length << 8 | p[2 + i];
    if ((extra == 2 && f->length < 126) || f->length >> 63 ||
        (extra == 8 && f->length <= 0xffff))
        return bad(f, PROTOCOL_ERROR, "a length not in its shortest form");
    if (!control && f->length > room)
        return bad(f, TOO_BIG, "the message is too big");
    if (n < 2 + extra + 4)
        return 0;
    memcpy(f->mask, p + 2 + extra, 4);
    return (int)extra + 6;
}

/* Eight bytes at a time. */
void frame_unmask(char *p, size_t n, const unsigned char mask[4], size_t at)
{
    unsigned char turned[8];
    uint64_t key, word;
    size_t i = 0;
    for (size_t k = 0; k < 8; k++)
        turned[k] = mask[(at + k) % 4];
    memcpy(&key, turned, 8);
    for (; i + 8 <= n; i += 8) {
        memcpy(&word, p + i, 8);
        word ^= key;
        memcpy(p + i, &word, 8);
    }
    for (; i < n; i++)
        p[i] ^= (char)turned[i % 8];
}

void frame_trace(unsigned id, char way, const struct frame *f, const char *p)
{
    static const char *const names[] = {[CONTINUATION] = "continuation",
                                        [TEXT] = "text",
                                        [BINARY] = "binary",
                                        [CLOSE] = "close",
                                        [PING] = "ping",
                                        [PONG] = "pong"};
    char line[4 * MOST + 8], mask[16] = "", code[16] = "";
    struct text text = {p, (size_t)f->length};
    if (!trace_on)
        return;
    if (way == '<')
        snprintf(mask, sizeof mask, " mask=%02x%02x%02x%02x", f->mask[0],
                 f->mask[1], f->mask[2], f->mask[3]);
    if (f->opcode == CLOSE && text.n > 1) {
        snprintf(code, sizeof code, " code=%d",
                 (unsigned char)p[0] << 8 | (unsigned char)p[1]);
        text = (struct text){p + 2, text.n - 2};
    }
    int at = snprintf(
        line, sizeof line, "fin=%d opcode=%d %s%s length=%llu%s \"", f->fin,
        f->opcode, names[f->opcode], mask, (unsigned long long)f->length, code);
    size_t shown = trace_escape(line + at, sizeof line - (size_t)at - 4,
                                MOST - at, text);
    strcat(line, shown < text.n ? "\"..." : "\"");
    trace_line(id, way, line, strlen(line));
}

size_t frame_header(unsigned char header[10], int opcode, size_t len)
{
    size_t extra = len < 126 ? 0 : len <= 0xffff ? 2 : 8;
    header[0] = (unsigned char)(0x80 | opcode);
    header[1] = (unsigned char)(extra == 0 ? len : extra == 2 ? 126 : 127);
    for (size_t i = 0; i < extra; i++)
        header[2 + i] = (unsigned char)((uint64_t)len >> 8 * (extra - 1 - i));
    return 2 + extra;
}
