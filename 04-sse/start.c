/* start.c - how the server starts: its command line, then its socket. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
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
    "  -v          show on stderr what crosses the wire\n"
    "  --help      show this\n";

static void mistake(const char *what, const char *value)
{
    fprintf(stderr, "%s: %s: %s (try --help)\n", server.name, what, value);
    exit(2);
}

void server_init(const char *name, int argc, char **argv)
{
    static char folder[PATH_MAX];
    struct stat st;
    server.name = name;
    server.now = clock_now();
    for (int letter; (letter = getopt(argc, argv, "a:p:w:v-:")) != -1;) {
        if (letter == 'a') {
            server.address = optarg;
        } else if (letter == 'p') {
            struct text digits = {optarg, strlen(optarg)};
            if (!text_number(digits, &server.port) || server.port > 65535)
                mistake("-p (PORT=) wants a port, 0 to 65535, not", optarg);
        } else if (letter == 'w') {
            server.folder = optarg;
        } else if (letter == 'v') {
            trace_on = true;
        } else if (letter == '-' && strcmp(optarg, "help") == 0) {
            printf(usage, name);
            exit(0);
        } else if (letter == '-') {
            mistake("no such option", argv[optind - 1]);
        } else { /* getopt has named it */
            fprintf(stderr, usage, name);
            exit(2);
        }
    }
    if (optind < argc)
        mistake("stray argument", argv[optind]);
    const char *wanted = server.folder ? server.folder : "www";
    bool there = realpath(wanted, folder) && stat(folder, &st) == 0 &&
                 S_ISDIR(st.st_mode);
    if (!there && server.folder)
        mistake("-w wants a folder, not", server.folder);
    if (!there) /* nobody asked for it: the lesson works without its page */
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

static void print_ready_line(int fd)
{
    struct sockaddr_storage bound;
    socklen_t len = sizeof bound;
    char ip[64], port[8], at[AT_SIZE];
    getsockname(fd, (struct sockaddr *)&bound, &len);
    getnameinfo((struct sockaddr *)&bound, len, ip, sizeof ip, port,
                sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
    /* An IPv4 address within an IPv6 one is reached by IPv4. */
    const char *host = strncmp(ip, "::ffff:", 7) == 0 ? ip + 7 : ip;
    bool any = strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0;
    server.loopback = strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0;
    join(at, any ? "localhost" : host, port);
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
        mistake("no such address", server.address);
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
    print_ready_line(fd);
    return fd;
}
