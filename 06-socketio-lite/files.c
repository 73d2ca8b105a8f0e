/* files.c - see files.h.  A file is sent piece by piece, as fast as it is
 * read: its size costs no memory. */
#include "files.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>
#include "trace.h"

enum { PIECE = 1 << 15, STALL_MS = 60000 };

static const char *type_of(const char *name)
{
    static const char *const types[][2] = {
        {".html", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".txt", "text/plain; charset=utf-8"},
        {".md", "text/markdown; charset=utf-8"},
        {".json", "application/json"},
        {".svg", "image/svg+xml; charset=utf-8"},
        {".png", "image/png"},
        {".ico", "image/x-icon"}};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
        if (strcasecmp(dot, types[i][0]) == 0)
            return types[i][1];
    return "application/octet-stream";
}

/* The decoded path behind server.folder. False: no file of ours has such a
 * name, with "/..", a backslash, a NUL or a broken %XX in it. */
static bool locate(struct text path, char name[PATH_MAX])
{
    size_t begin = strlen(server.folder), len = begin;
    if (begin + path.n + sizeof "/index.html" > PATH_MAX)
        return false;
    memcpy(name, server.folder, len);
    for (const char *p = path.p, *end = p + path.n; p < end; p++) {
        char byte = *p, digits[3] = "";
        if (*p == '%') {
            if (end - p < 3 || !isxdigit((unsigned char)p[1]) ||
                !isxdigit((unsigned char)p[2]))
                return false;
            byte = (char)strtol(memcpy(digits, p + 1, 2), NULL, 16);
            p += 2;
        }
        if (byte == '\0' || byte == '\\')
            return false;
        name[len++] = byte;
    }
    name[len] = '\0';
    return !strstr(name + begin, "/..");
}

/* A regular file in the folder; a folder stands for its index.html. Links are
 * followed first and judged then: they must not lead out. What is no regular
 * file is not even opened: a FIFO would notice. */
static int open_file(char name[PATH_MAX], struct stat *st)
{
    char real[PATH_MAX];
    size_t n = strlen(server.folder); /* 1: it is "/" */
    if (stat(name, st) == 0 && S_ISDIR(st->st_mode))
        strcat(name, "/index.html");
    bool inside = realpath(name, real) &&
                  strncmp(real, server.folder, n) == 0 &&
                  (n == 1 || real[n] == '/');
    bool good = inside && stat(real, st) == 0 && S_ISREG(st->st_mode);
    return good ? open(real, O_RDONLY | O_NONBLOCK | O_NOFOLLOW) : -1;
}

static void close_file(struct conn *c)
{
    close(c->file);
}

/* c->mark: how many bytes are still to be sent. */
static void send_piece(struct conn *c)
{
    char piece[PIECE];
    size_t want = c->mark < PIECE ? (size_t)c->mark : PIECE;
    ssize_t n = read(c->file, piece, want);
    if (n < 0 || (n == 0 && want > 0)) {
        conn_close(c); /* it shrank, and its length is announced */
        return;
    }
    if (n > 0)
        trace_line(c->id, '>', piece, (size_t)n);
    conn_add(c, piece, (size_t)n);
    conn_deadline(c, STALL_MS);
    conn_again(c);
    c->mark -= (size_t)n;
    if (c->mark > 0)
        return;
    close_file(c);
    http_done(c);
}

/* When the server stops it goes on sending, for the second that is left. */
static const struct state sending = {
    .drained = send_piece, .goodbye = conn_again, .closed = close_file};

void files_get(struct conn *c, const struct request *r)
{
    char name[PATH_MAX], headers[100];
    struct stat st;
    errno = 0;
    int fd = locate(r->path, name) ? open_file(name, &st) : -1;
    if (fd < 0 && (errno == EMFILE || errno == ENFILE)) {
        http_error(c, "503 Service Unavailable", "", "too many open files");
    } else if (fd < 0) {
        http_error(c, "404 Not Found", "", "there is no such file");
    } else if (!c->head_only && !text_is(r->method, "GET")) {
        close(fd);
        http_error(c, "405 Method Not Allowed", "Allow: GET, HEAD\r\n",
                   "a file can only be read");
    } else {
        snprintf(headers, sizeof headers,
                 "Content-Type: %s\r\nCache-Control: no-cache\r\n",
                 type_of(name));
        http_head(c, "200 OK", headers, st.st_size);
        c->file = fd;
        c->mark = c->head_only ? 0 : (uint64_t)st.st_size;
        conn_become(c, &sending, STALL_MS);
        send_piece(c);
    }
}
