/* A client over a plain socket: see client.h. */
#include "client.h"
#include "response.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct client clients[MAX_CLIENTS];

void bytes_add(struct bytes *b, const void *data, size_t length)
{
    if (b->length + length + 1 > b->room) {
        size_t room = (b->length + length + 1) * 2;
        char *grown = realloc(b->data, room);
        if (grown == NULL)
            flunk("out of memory");
        b->data = grown;
        b->room = room;
    }
    if (length > 0)
        memcpy(b->data + b->length, data, length);
    b->length += length;
    b->data[b->length] = '\0';
}

void bytes_drop(struct bytes *b, size_t length)
{
    b->length -= length;
    if (length > 0)
        memmove(b->data, b->data + length, b->length + 1);
}

static socklen_t fill_address(struct sockaddr_storage *a, const char *address,
                              int port)
{
    struct sockaddr_in *four = (struct sockaddr_in *)a;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)a;
    memset(a, 0, sizeof *a);
    if (strchr(address, ':') != NULL) {
        six->sin6_family = AF_INET6;
        six->sin6_port = htons((uint16_t)port);
        inet_pton(AF_INET6, address, &six->sin6_addr);
        return sizeof *six;
    }
    four->sin_family = AF_INET;
    four->sin_port = htons((uint16_t)port);
    inet_pton(AF_INET, address, &four->sin_addr);
    return sizeof *four;
}

/* Returns the socket, or -1. narrow: a small receive buffer. */
static int reach(const char *address, int port, bool narrow)
{
    struct sockaddr_storage to;
    socklen_t length = fill_address(&to, address, port);
    int fd = socket(to.ss_family, SOCK_STREAM, 0), one = 1, few = 16384;
    if (fd == -1)
        return -1;
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (narrow)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &few, sizeof few);
    if (connect(fd, (struct sockaddr *)&to, length) == -1) {
        close(fd);
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    return fd;
}

bool refused(const char *address, int port)
{
    int fd = reach(address, port, false);
    if (fd != -1)
        close(fd);
    return fd == -1;
}

/* The system itself gives away higher ports, to each connection one: none of
 * theirs can be taken in between, and each test begins somewhere else. */
int free_port(const char *address)
{
    enum { LOWEST = 12000, COUNT = 20000, TRIES = 100 };
    static unsigned next;
    struct sockaddr_storage a;
    int port = -1;
    next += (unsigned)getpid() * 7 + (unsigned)monotonic_ms() * 101;
    for (int i = 0; i < TRIES && port == -1; i++) {
        int wanted = LOWEST + (int)(next++ % COUNT);
        socklen_t length = fill_address(&a, address, wanted);
        int fd = socket(a.ss_family, SOCK_STREAM, 0);
        if (fd != -1 && bind(fd, (struct sockaddr *)&a, length) == 0)
            port = wanted;
        close(fd);
    }
    return port;
}

static struct client *enter(struct program *p, bool narrow)
{
    struct client *c = clients;
    while (c < clients + MAX_CLIENTS && c->fd != 0)
        c++;
    if (c == clients + MAX_CLIENTS)
        flunk("the test has too many clients");
    c->fd = reach(p->address, p->port, narrow);
    if (c->fd == -1)
        flunk("connect to port %d: %s", p->port, strerror(errno));
    c->program = p;
    c->since = time(NULL);
    return c;
}

struct client *dial(struct program *p)
{
    return enter(p, false);
}

struct client *dial_narrow(struct program *p)
{
    return enter(p, true);
}

size_t client_push(struct client *c, const char *data, size_t length, int ms)
{
    struct pollfd wait = {.fd = c->fd, .events = POLLOUT};
    size_t sent = 0;
    while (sent < length) {
        ssize_t n = send(c->fd, data + sent, length - sent, 0);
        if (n >= 0)
            sent += (size_t)n;
        else if (errno != EAGAIN && errno != EINTR)
            break;
        else if (poll(&wait, 1, ms) == 0)
            break;
    }
    return sent;
}

void client_send(struct client *c, const void *data, size_t length)
{
    size_t sent = client_push(c, data, length, PATIENCE);
    if (sent < length)
        flunk("the server took %zu bytes of %zu", sent, length);
}

void client_say(struct client *c, const char *format, ...)
{
    char text[16384];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (length < 0 || (size_t)length >= sizeof text)
        flunk("the test says too much at once");
    client_send(c, text, (size_t)length);
}

void client_pieces(struct client *c, const char *data, size_t length, int at)
{
    size_t piece = at == 0 ? length : at < 0 ? 1 : (size_t)at;
    for (size_t sent = 0; sent < length; sent += piece, piece = 1) {
        if (sent > 0 && at >= 0)
            piece = length - sent;
        if (sent > 0)
            settle(c->program);
        client_send(c, data + sent, piece);
    }
}

void settle(struct program *p)
{
    for (int round = 0; round < 2; round++) {
        if (p->ping == NULL)
            p->ping = dial(p);
        ask(p->ping, "HEAD", "/nothing-here", "");
        if (answer_to(p->ping, HEAD_ONLY) != 404)
            flunk("a client besides: status %d, not 404", p->ping->status);
    }
}

ssize_t client_read(struct client *c, size_t limit)
{
    char data[65536];
    ssize_t n = recv(c->fd, data, limit < sizeof data ? limit : sizeof data, 0);
    if (n > 0)
        bytes_add(&c->in, data, (size_t)n);
    else if (n == 0)
        c->ended = true;
    else
        return errno == EAGAIN || errno == EINTR ? -1 : -2;
    return n;
}

ssize_t client_await(struct client *c)
{
    struct pollfd wait = {.fd = c->fd, .events = POLLIN};
    if (poll(&wait, 1, PATIENCE) == 0)
        flunk("nothing for %d ms, after \"%.200s\"", PATIENCE,
              c->in.length > 0 ? c->in.data : "");
    return client_read(c, SIZE_MAX);
}

void client_idle(struct client *c, int ms)
{
    struct pollfd wait = {.fd = c->fd, .events = POLLIN};
    poll(&wait, 1, ms);
}

void client_wait(struct client *c)
{
    ssize_t n = client_await(c);
    if (n == 0 || n == -2)
        flunk("%s, after \"%.200s\"", n == 0 ? "closed" : "reset",
              c->in.length > 0 ? c->in.data : "");
}

void expect_silence(struct client *c)
{
    settle(c->program);
    ssize_t n = client_read(c, SIZE_MAX);
    if (n == 0 || n == -2)
        flunk("the server has closed");
    if (c->in.length > 0)
        flunk("the server has said \"%.200s\"", c->in.data);
}

void expect_end(struct client *c)
{
    ssize_t n = -1;
    while (n == -1 && c->in.length == 0)
        n = client_await(c);
    if (c->in.length > 0)
        flunk("not the end, but \"%.200s\"", c->in.data);
    if (n == -2)
        flunk("not the end, but a reset");
}

size_t client_drain(struct client *c)
{
    size_t total = c->in.length;
    for (ssize_t n; (n = client_await(c)) != 0 && n != -2;)
        if (n > 0) {
            total += (size_t)n;
            c->in.length = 0;
        }
    return total;
}

void expect_files(struct program *p, int files)
{
    long long end = monotonic_ms() + PATIENCE;
    do
        settle(p);
    while (program_files(p) > files && monotonic_ms() < end);
    if (program_files(p) > files)
        flunk("%d files are open, not %d", program_files(p), files);
}

void client_half_close(struct client *c)
{
    shutdown(c->fd, SHUT_WR);
}

void client_reset(struct client *c)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    client_close(c);
}

void client_close(struct client *c)
{
    if (c->program->ping == c)
        c->program->ping = NULL;
    close(c->fd);
    free(c->in.data);
    free(c->head.data);
    free(c->body.data);
    *c = (struct client){.fd = 0};
}

void clients_close(void)
{
    for (struct client *c = clients; c < clients + MAX_CLIENTS; c++)
        if (c->fd != 0)
            client_close(c);
}
