/* Lesson 5: WebSocket.  One handshake over HTTP, and then both sides send
 * whenever they like, with a few bytes of frame around each message. */
#include "console.h"
#include "files.h"
#include "http.h"
#include "server.h"
#include "websocket.h"

/* wsServer.on('connection', socket => ...) */
static void connected(struct conn *socket)
{
    (void)socket;
    console_log("连接成功", (struct text){0});
}

/* socket.on('message', msg => ...) */
static void greet(struct conn *socket, int opcode, struct text msg)
{
    static const char hello[] = "服务器说:你好客户端";
    (void)opcode;
    console_log("客户端发送过来的消息:", msg);
    ws_send(socket, WS_TEXT, hello, sizeof hello - 1);
}

static const struct ws_handlers greeting = {.on_connection = connected,
                                            .on_message = greet};

static void echo(struct conn *socket, int opcode, struct text msg)
{
    ws_send(socket, opcode, msg.p, msg.n);
}

static const struct ws_handlers echoing = {.on_message = echo};

/* wsServer.clients.forEach(client => client.send(msg)) */
static void chat(struct conn *socket, int opcode, struct text msg)
{
    struct conn *client = NULL;
    while ((client = ws_next(client, ws_handlers(socket))))
        ws_send(client, opcode, msg.p, msg.n);
}

static const struct ws_handlers chatting = {.on_message = chat};

/* new Ws({ server }), for each of three paths */
static void open_greeting(struct conn *c, const struct request *r)
{
    ws_accept(c, r, &greeting, NULL);
}

static void open_echo(struct conn *c, const struct request *r)
{
    ws_accept(c, r, &echoing, NULL);
}

static void open_chat(struct conn *c, const struct request *r)
{
    ws_accept(c, r, &chatting, NULL);
}

/* Somebody came to one of them without a WebSocket. */
static void no_upgrade(struct conn *c, const struct request *r)
{
    (void)r;
    http_error(c, "426 Upgrade Required",
               "Upgrade: websocket\r\nConnection: Upgrade\r\n",
               "this path is for a WebSocket");
}

/* Nor is there a WebSocket at any other path. */
static void get_file(struct conn *c, const struct request *r)
{
    if (request_lists(r, "Upgrade", "websocket"))
        http_error(c, "404 Not Found", "", "there is no WebSocket here");
    else
        files_get(c, r);
}

int main(int argc, char **argv)
{
    server_init("05-websocket", argc, argv);
    http_use(get_file);                          /* express.static('www')  */
    http_route("websocket", "/", open_greeting); /* new Ws({ server })     */
    http_route("websocket", "/echo", open_echo);
    http_route("websocket", "/chat", open_chat);
    http_route("GET", "/echo", no_upgrade);
    http_route("GET", "/chat", no_upgrade);
    return server_run(); /* server.listen(3000)    */
}
