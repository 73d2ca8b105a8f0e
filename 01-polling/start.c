/* start.c - how the server starts: its command line, then its socket. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "server.h"
#include "trace.h"

enum { BACKLOG = 4096, AT_SIZE = 300 };

struct server server = {.address = "127.0.0.1", .port = 3000};

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
    static char folder[PATH_MAX];
    server.name = name;
    for (int letter; (letter = getopt(argc, argv, "a:p:w:v-:")) != -1;) {
        if (letter == 'a') {
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
            bool help = letter == '-' && strcmp(optarg, "help") == 0;
            fprintf(help ? stdout : stderr, usage, name);
            exit(help ? 0 : 2);
        }
    }
    if (optind < argc)
        refuse("stray argument", argv[optind]);
    const char *wanted = server.folder ? server.folder : "www";
    bool there = chdir(wanted) == 0 && getcwd(folder, sizeof folder);
    if (!there && server.folder)
        refuse("no such folder", server.folder);
    if (!there)
        fprintf(stderr, "%s: no folder www here, so no pages (try -w)\n", name);
    server.folder = there ? folder : wanted;
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

/* "host:port"; an IPv6 address stands in brackets. */
static void join(char at[AT_SIZE], const char *host, const char *port)
{
    snprintf(at, AT_SIZE, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

static void announce(int fd)
{
    struct sockaddr_storage bound;
    socklen_t len = sizeof bound;
    char ip[64], port[8], at[AT_SIZE];
    getsockname(fd, (struct sockaddr *)&bound, &len);
    getnameinfo((struct sockaddr *)&bound, len, ip, sizeof ip, port,
                sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
    server.loopback = strncmp(ip, "127.", 4) == 0 || strcmp(ip, "::1") == 0 ||
                      strncmp(ip, "::ffff:127.", 11) == 0;
    bool any = strcmp(ip, "0.0.0.0") == 0 || strcmp(ip, "::") == 0;
    join(at, any ? "localhost" : ip, port);
    printf("%s: http://%s/ (page: http://%s/%s.html)\n", server.name, at, at,
           server.name);
    fflush(stdout);
}

int server_listen(void)
{
    struct addrinfo *list,
        hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    int fd = -1, port = (int)server.port;
    char service[8], at[AT_SIZE];
    snprintf(service, sizeof service, "%d", port);
    if (getaddrinfo(server.address, service, &hints, &list) != 0)
        refuse("no such address", server.address);
    for (struct addrinfo *a = list; a && fd < 0; a = a->ai_next)
        fd = try_address(a);
    if (fd < 0) {
        join(at, server.address, service);
        fprintf(stderr, "%s: cannot listen on %s: %s", server.name, at,
                strerror(errno));
        if (errno == EADDRINUSE)
            fprintf(stderr, " (try PORT=%d)", port < 65535 ? port + 1 : 3000);
        fputc('\n', stderr);
        exit(1);
    }
    freeaddrinfo(list);
    announce(fd);
    return fd;
}
