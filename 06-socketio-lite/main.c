/* Lesson 6: Socket.IO.  Lessons 2 to 5 behind one interface: events with
 * names, whatever way there is, and the best one that works. */
#include <string.h>
#include "console.h"
#include "files.h"
#include "http.h"
#include "json.h"
#include "server.h"
#include "socketio.h"

static struct buf text;  /* what an argument says */
static struct buf reply; /* what is sent back */

/* A string's text, or the JSON of what is no string. */
static struct text text_of(const struct event *e, int i)
{
    struct text json = event_arg(e, i).json;
    text.len = 0;
    if (!json_is_string(json))
        return json;
    return json_decode(&text, json) ? (struct text){text.data, text.len} : json;
}

/* io.on('connection', socket => ...) */
static void connected(struct socket *socket, struct text auth)
{
    (void)socket, (void)auth;
    console_log("连接成功", (struct text){0});
}

/* socket.on('message', msg => ...) */
static void message(struct socket *socket, const struct event *e)
{
    static const char says[] = "服务器说:";
    struct text msg = text_of(e, 0);
    console_log("接受到客户端发过来的消息:", msg);
    reply.len = 0;
    if (buf_add(&reply, says, sizeof says - 1) && buf_add(&reply, msg.p, msg.n))
        socket_send(socket, (struct text){reply.data, reply.len});
}

/* io.emit('message', '全局广播') */
static void broadcast(struct socket *socket, const struct event *e)
{
    io_emit(socket_namespace(socket), "message", event_arg(e, 0));
}

/* socket.broadcast.emit('message', msg) */
static void others(struct socket *socket, const struct event *e)
{
    socket_broadcast(socket, "message", event_arg(e, 0));
}

static void acknowledge(struct socket *socket, const struct event *e, int n)
{
    char digits[20];
    size_t len = text_digits(digits, (uint64_t)n);
    socket_ack(socket, e, (struct args){{digits, len}, NULL});
}

/* socket.join(room) */
static void join(struct socket *socket, const struct event *e)
{
    acknowledge(socket, e, socket_join(socket, event_arg(e, 0).json));
}

/* socket.leave(room) */
static void leave(struct socket *socket, const struct event *e)
{
    acknowledge(socket, e, socket_leave(socket, event_arg(e, 0).json));
}

/* io.to(room).emit('message', msg) */
static void room(struct socket *socket, const struct event *e)
{
    io_emit_to(socket_namespace(socket), event_arg(e, 0).json, "message",
               event_arg(e, 1));
}

static void echo(struct socket *socket, const struct event *e)
{
    if (e->wants_ack)
        socket_ack(socket, e, e->args);
    else
        socket_emit(socket, "echo", e->args);
}

/* socket.on('disconnect', reason => ...) */
static void disconnected(struct socket *socket, const char *reason)
{
    (void)socket;
    console_log("断开连接:", (struct text){reason, strlen(reason)});
}

static const struct listener events[] = {
    {"message", message}, {"broadcast", broadcast},
    {"others", others},   {"join", join},
    {"leave", leave},     {"room", room},
    {"echo", echo},       {NULL, NULL}};
static const struct namespace_handlers on = {connected, events, disconnected};
static struct engine engine = {.path = "/socket.io/",
                               .ping_interval = 25000,
                               .ping_timeout = 20000,
                               .probe_timeout = 10000,
                               .max_payload = 1000000};

int main(int argc, char **argv)
{
    server_init("06-socketio-lite", argc, argv);
    http_use(files_get);       /* app.use(express.static('www'))     */
    io_attach(&engine, 45000); /* const io = require('socket.io')(..) */
    io_of("/", &on);           /* io.on('connection', ...)           */
    io_of("/chat", &on);       /* io.of('/chat').on(...)             */
    return server_run();       /* server.listen(3000)                */
}
