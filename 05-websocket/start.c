/* start.c - how the server starts: its command line, then its socket. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "server.h"
#include "trace.h"

enum { BACKLOG = 4096 };

struct server server = {.address = "127.0.0.1", .port = 3000, .folder = "www"};

static const char usage[] =
    "usage: %s [-a ADDRESS] [-p PORT] [-w DIR] [-v]\n"
    "  -a ADDRESS  where to listen (127.0.0.1); 0.0.0.0 lets the class in\n"
    "  -p PORT     0 to 65535 (3000); 0 takes any free one\n"
    "  -w DIR      the folder of static files (www)\n"
    "  -v          show on stderr what crosses the wire\n";

static void refuse(const char *what, const char *value)
{
    fprintf(stderr, "%s: %s: %s (try --help)\n", server.name, what, value);
    exit(2);
}

void server_init(const char *name, int argc, char **argv)
{
    struct stat st;
    server.name = name;
    for (int letter; (letter = getopt(argc, argv, "a:p:w:v-:")) != -1;) {
        if (letter == '-' && strcmp(optarg, "help") == 0) {
            printf(usage, name);
            exit(0);
        } else if (letter == 'a') {
            server.address = optarg;
        } else if (letter == 'p') {
            struct text digits = {optarg, strlen(optarg)};
            if (!text_number(digits, &server.port) || server.port > 65535)
                refuse("-p wants a port from 0 to 65535, not", optarg);
        } else if (letter == 'w') {
            server.folder = optarg;
        } else if (letter == 'v') {
            trace_on = true;
        } else {
            fprintf(stderr, usage, name);
            exit(2);
        }
    }
    if (optind < argc)
        refuse("stray argument", argv[optind]);
    if (stat(server.folder, &st) < 0 || !S_ISDIR(st.st_mode))
        refuse("no such folder", server.folder);
}

static int try_address(const struct addrinfo *a)
{
    int yes = 1, fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

static void announce(int fd)
{
    struct sockaddr_storage bound;
    socklen_t len = sizeof bound;
    char ip[64], port[8], host[66];
    getsockname(fd, (struct sockaddr *)&bound, &len);
    getnameinfo((struct sockaddr *)&bound, len, ip, sizeof ip, port,
                sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
    server.loopback = strncmp(ip, "127.", 4) == 0 || strcmp(ip, "::1") == 0 ||
                      strncmp(ip, "::ffff:127.", 11) == 0;
    bool any = strcmp(ip, "0.0.0.0") == 0 || strcmp(ip, "::") == 0;
    snprintf(host, sizeof host, strchr(ip, ':') ? "[%s]" : "%s", ip);
    const char *at = any ? "localhost" : host, *name = server.name;
    printf("%s: http://%s:%s/ (page: http://%s:%s/%s.html)\n", name, at, port,
           at, port, name);
    fflush(stdout);
}

static void cannot_listen(const char *port)
{
    bool six = strchr(server.address, ':');
    fprintf(stderr, "%s: cannot listen on %s%s%s:%s: %s", server.name,
            six ? "[" : "", server.address, six ? "]" : "", port,
            strerror(errno));
    if (errno == EADDRINUSE)
        fprintf(stderr, " (try PORT=%d)",
                server.port < 65535 ? (int)server.port + 1 : 3000);
    fputc('\n', stderr);
    exit(1);
}

int server_listen(void)
{
    struct addrinfo *list, hints = {.ai_socktype = SOCK_STREAM,
                                    .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    char port[8];
    int fd = -1;
    snprintf(port, sizeof port, "%d", (int)server.port);
    if (getaddrinfo(server.address, port, &hints, &list) != 0)
        refuse("no such address", server.address);
    for (struct addrinfo *a = list; a && fd < 0; a = a->ai_next)
        fd = try_address(a);
    if (fd < 0)
        cannot_listen(port);
    freeaddrinfo(list);
    announce(fd);
    return fd;
}
