/* files.c - see files.h.  A file is sent piece by piece, as fast as it is
 * read, so that its size costs no memory. */
#include "files.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trace.h"

enum { PIECE = 1 << 15, STALL_MS = 60000 };

struct file {
    int fd;
    off_t left;
};

static const char *type_of(const char *path)
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
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
        if (strcmp(dot, types[i][0]) == 0)
            return types[i][1];
    return "application/octet-stream";
}

/* server.folder and the decoded path. False: no file of ours has such a name,
 * be it "..", a backslash, a NUL or half an encoding that is in it. */
static bool locate(struct text path, char *name, size_t size)
{
    size_t len = strlen(server.folder);
    if (len + 2 >= size)
        return false;
    memcpy(name, server.folder, len);
    for (size_t i = 0; i < path.n; i++) {
        char byte = path.p[i], code[3] = "";
        if (byte == '%' && path.n - i > 2) {
            memcpy(code, path.p + i + 1, 2);
            byte = (char)strtol(code, NULL, 16);
            i += 2;
        }
        bool whole = code[0] == '\0' || (isxdigit((unsigned char)code[0]) &&
                                         isxdigit((unsigned char)code[1]));
        if (!whole || byte == '\0' || byte == '\\' || len + 2 >= size)
            return false;
        name[len++] = byte;
    }
    memcpy(name + len, "/", 2);
    bool up = strstr(name + strlen(server.folder), "/../") != NULL;
    name[len] = '\0';
    return !up;
}

/* A regular file below the folder, open; a folder stands for its index.html.
 * -1 and errno else. Links are followed first and judged then: they must not
 * lead out. Without O_NONBLOCK a FIFO would make us wait for its writer. */
static int open_file(const char *name, struct stat *st)
{
    char root[PATH_MAX], real[PATH_MAX];
    if (!realpath(server.folder, root) || !realpath(name, real))
        return -1;
    size_t n = strcmp(root, "/") == 0 ? 0 : strlen(root);
    bool inside = strncmp(real, root, n) == 0 && (!real[n] || real[n] == '/');
    int fd = inside ? open(real, O_RDONLY | O_NONBLOCK | O_NOFOLLOW) : -1;
    if (fd < 0 || (fstat(fd, st) == 0 && S_ISREG(st->st_mode)))
        return fd;
    close(fd);
    errno = ENOENT;
    if (!S_ISDIR(st->st_mode) || strlen(real) + 12 > sizeof real)
        return -1;
    return open_file(strcat(real, "/index.html"), st);
}

static void close_file(struct conn *c)
{
    struct file *f = c->data;
    close(f->fd);
    free(f);
    c->data = NULL;
}

static void send_piece(struct conn *c)
{
    char piece[PIECE];
    struct file *f = c->data;
    size_t want = f->left < PIECE ? (size_t)f->left : PIECE;
    ssize_t n = read(f->fd, piece, want);
    if (n <= 0 && want > 0) {
        conn_close(c);      /* it shrank, and we had announced its length */
        return;
    }
    conn_add(c, piece, (size_t)n);
    trace_line(c->id, '>', piece, (size_t)n);
    conn_deadline(c, STALL_MS);
    conn_again(c);
    f->left -= n;
    if (f->left > 0)
        return;
    close_file(c);
    http_done(c);
}

static const struct state sending = {.drained = send_piece,
                                     .closed = close_file};

static void send_file(struct conn *c, int fd, off_t size, const char *headers)
{
    struct file *f = malloc(sizeof *f);
    if (!f) {
        close(fd);
        conn_close(c);
        return;
    }
    *f = (struct file){fd, c->head_only ? 0 : size};
    http_head(c, "200 OK", headers, size);
    c->data = f;
    conn_become(c, &sending, STALL_MS);
    send_piece(c);
}

void files_get(struct conn *c, const struct request *r)
{
    char name[PATH_MAX], headers[100];
    struct stat st = {0};
    errno = ENOENT;
    int fd = locate(r->path, name, sizeof name) ? open_file(name, &st) : -1;
    if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM)) {
        http_error(c, "503 Service Unavailable", "too many files are open");
    } else if (fd < 0) {
        http_error(c, "404 Not Found", "there is no such file");
    } else if (!c->head_only && !text_is(r->method, "GET")) {
        close(fd);
        http_not_allowed(c, "GET, HEAD");
    } else {
        snprintf(headers, sizeof headers,
                 "Content-Type: %s\r\nCache-Control: no-cache\r\n",
                 type_of(name));
        send_file(c, fd, st.st_size, headers);
    }
}
