/* The lesson under test: see site.h. */
#include "site.h"
#include "../lessons/ws_client.h"
#include "json_peek.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct {
    const struct lesson *lesson;
    struct program program;
    char page[128];
    long long posts; /* over a WebSocket */
} site;

static void start_on(int port)
{
    char text[16];
    snprintf(text, sizeof text, "%d", port);
    program_start(&site.program, site.lesson->name, "-w", "www", "-p", text,
                  NULL);
}

void site_start(const struct lesson *lesson)
{
    site.lesson = lesson;
    start_on(free_port("127.0.0.1"));
    snprintf(site.page, sizeof site.page, "http://127.0.0.1:%d/%s.html",
             site.program.port, lesson->name);
}

void site_restart(void)
{
    start_on(site.program.port);
}

void site_signal(int signal)
{
    ck_assert_int_gt(site.program.pid, 0);
    kill(site.program.pid, signal);
}

void site_kill(int signal)
{
    clients_close();
    site_signal(signal);
    if (program_wait(&site.program, PATIENCE) == -1)
        flunk("still runs after signal %d", signal);
    close(site.program.out);
    close(site.program.err);
}

void site_stop(void)
{
    clients_close();
    if (site.program.pid > 0)
        site_signal(SIGCONT); /* a failed test may have left it stopped */
    program_stop(&site.program);
}

int site_port(void)
{
    return site.program.port;
}

const char *site_page(void)
{
    return site.page;
}

/* A text as a script of frames.h; in hex, where any byte may be. */
static const char *frame_of(const char *text)
{
    static char script[1 << 14];
    size_t n = 0;
    script[n++] = 'T';
    script[n++] = '#';
    for (; *text != '\0'; text++) {
        ck_assert_uint_lt(n, sizeof script - 2);
        n += (size_t)sprintf(script + n, "%02x", (unsigned char)*text);
    }
    return script;
}

static bool has_events(void)
{
    return strchr(site.lesson->route, '?') != NULL; /* lesson 6 */
}

/* What is sent, or comes back: the text, or an event with it. */
static const char *message_of(const char *event, const char *text)
{
    static char packet[1 << 13];
    char *quoted = json_quote(text);
    snprintf(packet, sizeof packet, "42[\"%s\",%s]", event, quoted);
    free(quoted);
    return frame_of(has_events() ? packet : text);
}

static struct client *poster(void)
{
    if (!site.lesson->socket)
        return dial(&site.program);
    struct client *c = ws_dial(&site.program, site.lesson->route);
    if (has_events()) {
        ws_take(c); /* the session is open */
        ws_say(c, frame_of("40"));
        ws_take(c); /* the namespace, too */
    }
    return c;
}

static void post(struct client *c, const char *text)
{
    if (site.lesson->socket)
        ws_say(c, message_of("broadcast", text));
    else
        ask_with(c, "POST", site.lesson->route, "", text, strlen(text));
}

/* Who says something in the chat hears it, too. */
static long long posted(struct client *c, const char *text)
{
    if (site.lesson->socket) {
        ws_hear(c, message_of("message", text));
        return ++site.posts;
    }
    answer(c);
    expect_status(c, 204);
    return atoll(header(c, "Message-Id"));
}

long long site_post(const char *text)
{
    struct client *c = poster();
    post(c, text);
    long long id = posted(c, text);
    client_close(c);
    return id;
}

long long site_post_many(const char *name, int first, int last)
{
    struct client *c = poster();
    long long id = 0;
    char text[64];
    for (int i = first; i <= last; i++) {
        snprintf(text, sizeof text, "%s#%d;", name, i);
        post(c, text);
    }
    for (int i = first; i <= last; i++) {
        snprintf(text, sizeof text, "%s#%d;", name, i);
        id = posted(c, text);
    }
    client_close(c);
    return id;
}

/* Its address may be in TIME_WAIT. */
static int listen_on(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    address.sin_port = htons((in_port_t)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(listen(fd, 16), 0);
    return fd;
}

/* The browser opens connections ahead and may say nothing on them. */
static int refuse(int fd)
{
    static const char refusal[] = "HTTP/1.1 503 Service Unavailable\r\n"
                                  "Content-Length: 0\r\n"
                                  "Connection: close\r\n\r\n";
    struct pollfd spoken = {.fd = fd, .events = POLLIN};
    char request[8192];
    int asked = poll(&spoken, 1, 100) == 1 &&
                read(fd, request, sizeof request) > 0;
    if (asked && write(fd, refusal, sizeof refusal - 1) == -1)
        asked = 0;
    close(fd);
    return asked;
}

int site_impostor(int ms)
{
    struct pollfd door = {.fd = listen_on(site.program.port)};
    long long end = monotonic_ms() + ms, left;
    int asked = 0;
    door.events = POLLIN;
    while ((left = end - monotonic_ms()) > 0)
        if (poll(&door, 1, (int)left) == 1)
            asked += refuse(accept(door.fd, NULL, NULL));
    close(door.fd);
    return asked;
}
