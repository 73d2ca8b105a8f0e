/* The program that lesson 6's modules are tested with: the times are short,
 * and it says back what it hears.
 *
 *   /engine.io/   Engine.IO: each message comes back, text as text
 *   /calm/        the same without a ping for minutes: nothing disturbs a test
 *   /pings/       the same with many pings, much time for their pongs, and
 *                 little for a probe
 *   /socket.io/   Socket.IO, namespaces / and /custom, and /left, which tells
 *                 those who stay that somebody has left, in all else the same:
 *                   on a connection  emits 'auth' with the auth payload, or {}
 *                   message          emits 'message-back', same arguments
 *                   message-with-ack acknowledges with the same arguments
 *                   ask              emits 'question' with the same arguments,
 *                                    wants an acknowledgement, and emits
 *                                    'answer' with the arguments of that
 *                   ask-twice        the same, but asks what it was answered
 *                   leave-me         disconnects the socket
 *
 * On stdout, a line for each session or socket that ends: its reason. */
#include <string.h>

#include "console.h"
#include "files.h"
#include "http.h"
#include "server.h"
#include "socketio.h"

enum { CONNECT_MS = 1500 };

static struct buf packet;

/* ---- Engine.IO ---- */

static void opened(struct session *s)
{
    (void)s;
}

static bool say_back(struct session *s, int opcode, struct text data)
{
    packet.len = 0;
    if (opcode == WS_BINARY)
        session_send(s, WS_BINARY, data.p, data.n);
    else if (buf_add(&packet, "4", 1) && buf_add(&packet, data.p, data.n))
        session_send(s, WS_TEXT, packet.data, packet.len);
    return true;
}

static void print(const char *what, const char *reason)
{
    console_log(what, (struct text){reason, strlen(reason)});
}

static void closed(struct session *s, const char *reason)
{
    print("session: ", reason);
    session_close(s, "twice"); /* nothing: it is over */
}

static struct engine plain = {.path = "/engine.io/"}, calm = {.path = "/calm/"},
                     pings = {.path = "/pings/"};

static void attach(struct engine *e, int interval, int timeout, int probe)
{
    e->ping_interval = interval;
    e->ping_timeout = timeout;
    e->probe_timeout = probe;
    e->max_payload = 1000000;
    e->on_connection = opened;
    e->on_message = say_back;
    e->on_close = closed;
    engine_attach(e);
}

/* ---- Socket.IO ---- */

static void connected(struct socket *socket, struct text auth)
{
    struct text none = {"{}", 2};
    socket_emit(socket, "auth", (struct args){auth.n > 0 ? auth : none, NULL});
}

static void message(struct socket *socket, const struct event *e)
{
    socket_emit(socket, "message-back", e->args);
}

static void message_with_ack(struct socket *socket, const struct event *e)
{
    socket_ack(socket, e, e->args);
}

static void answered(struct socket *socket, struct args args, void *data)
{
    (void)data;
    socket_emit(socket, "answer", args);
}

static void ask(struct socket *socket, const struct event *e)
{
    socket_emit_with_ack(socket, "question", e->args, answered, NULL);
}

static void answered_first(struct socket *socket, struct args args, void *data)
{
    socket_emit_with_ack(socket, "question", args, answered, data);
}

static void ask_twice(struct socket *socket, const struct event *e)
{
    socket_emit_with_ack(socket, "question", e->args, answered_first, NULL);
}

static void leave_me(struct socket *socket, const struct event *e)
{
    socket_disconnect(socket);
    /* It is gone: nothing of this does anything. */
    socket_disconnect(socket);
    socket_emit(socket, "message-back", e->args);
    if (socket_join(socket, (struct text){"\"room\"", 6}) != 0)
        print("socket: ", "is in a room");
}

static void disconnected(struct socket *socket, const char *reason)
{
    (void)socket;
    print("socket: ", reason);
}

/* Who has left does not hear of it, even if his session goes on. */
static void say_who_left(struct socket *socket, const char *reason)
{
    (void)reason;
    io_emit(socket_namespace(socket), "left", (struct args){{"1", 1}, NULL});
}

static const struct listener events[] = {
    {"message", message},   {"message-with-ack", message_with_ack},
    {"ask", ask},           {"ask-twice", ask_twice},
    {"leave-me", leave_me}, {NULL, NULL}};
static const struct namespace_handlers on = {connected, events, disconnected};
static const struct namespace_handlers leaving = {NULL, events, say_who_left};
static struct engine engine = {.path = "/socket.io/",
                               .ping_interval = 300,
                               .ping_timeout = 2000,
                               .probe_timeout = 2000,
                               .max_payload = 1000000};

int main(int argc, char **argv)
{
    server_init("echo", argc, argv);
    http_use(files_get);
    attach(&plain, 300, 200, 500);
    attach(&calm, 300000, 20000, 10000);
    attach(&pings, 100, 20000, 2000);
    io_attach(&engine, CONNECT_MS);
    io_of("/", &on);
    io_of("/custom", &on);
    io_of("/left", &leaving);
    return server_run();
}
