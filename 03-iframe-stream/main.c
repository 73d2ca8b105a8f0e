/* Lesson 3: a hidden iframe.  The page in it never ends: each message is one
 * more script in it, which runs as it arrives. */
#include <stdio.h>
#include "files.h"
#include "http.h"
#include "messages.h"
#include "script.h"
#include "server.h"
#include "stream.h"

enum { BATCH = 1 << 16 }; /* bytes queued at once for one who is behind */
enum { PADDING = 1024 };  /* a browser collects as much before it renders */

static struct messages history;
static struct buf text; /* the message last rendered */

static bool render(const struct message *m)
{
    char call[60];
    snprintf(call, sizeof call, "parent.receive(%llu, ",
             (unsigned long long)m->id);
    text.len = 0;
    return script_add(&text, call, (struct text){m->text, m->len});
}

/* What one has missed leaves as fast as it reads: it is not queued at once.
 * One so slow that the history has moved on is closed, and will be back. */
static void catch_up(struct conn *c)
{
    const struct message *m = messages_after(&history, c->mark);
    for (; m && c->out.len < BATCH; m = messages_after(&history, c->mark)) {
        if (m->id != c->mark + 1 || !render(m)) {
            conn_close(c);
            return;
        }
        c->mark = m->id;
        stream_write(c, text.data, text.len);
    }
    if (m)
        conn_again(c);
}

/* c->mark: the id of the last message sent to it. */
static const struct state watching = {.drained = catch_up,
                                      .goodbye = stream_end};

/* res.write(...) to all who watch: rendered once, sent to each.
 * NULL: no memory. */
static const struct message *publish(const char *bytes, size_t len)
{
    const struct message *m = messages_add(&history, bytes, len);
    struct conn *c = NULL;
    bool ok = m && render(m);
    while (m && (c = server_next(c, &watching)))
        if (ok && c->mark + 1 == m->id) {
            c->mark = m->id;
            stream_write(c, text.data, text.len);
        } else {
            conn_again(c); /* it is behind: it will catch up */
        }
    return m;
}

/* app.get('/', (req, res) => { ... }) */
static void get_stream(struct conn *c, const struct request *r)
{
    static const char headers[] = "Content-Type: text/html; charset=utf-8\r\n"
                                  "Cache-Control: no-store\r\n";
    struct text after = request_query(r, "after");
    char padding[PADDING + 1];
    uint64_t id = 0;
    if (after.p && !text_number(after, &id)) {
        http_error(c, "400 Bad Request", "",
                   "after wants the number of a message");
        return;
    }
    if (!stream_start(c, headers, &watching))
        return;
    snprintf(padding, sizeof padding, "%-*s\n", PADDING - 1,
             "<!doctype html><title>A page without end</title>");
    stream_write(c, padding, PADDING);
    const struct message *m = after.p ? messages_after(&history, id) : NULL;
    c->mark = m ? m->id - 1 : messages_newest(&history);
    catch_up(c);
}

/* app.post('/', (req, res) => { ... }) */
static void post_message(struct conn *c, const struct request *r)
{
    char headers[200];
    const struct message *m = NULL;
    if (r->body.n == 0)
        http_error(c, "400 Bad Request", "", "a message is not empty");
    else if (r->body.n > MAX_TEXT)
        http_error(c, "413 Content Too Large", "",
                   "a message of over 65536 bytes");
    else if (!(m = publish(r->body.p, r->body.n)))
        http_error(c, "503 Service Unavailable", "", "no memory for a message");
    if (!m)
        return;
    snprintf(headers, sizeof headers, "Message-Id: %llu\r\n",
             (unsigned long long)m->id);
    http_reply(c, "204 No Content", headers, "", 0);
}

/* setInterval(() => { ... }, 1000) */
static void tick(void)
{
    char digits[20];
    publish(digits, text_digits(digits, date_now()));
}

int main(int argc, char **argv)
{
    server_init("03-iframe-stream", argc, argv); /* const app = express() */
    messages_init(&history, date_now());         /* let history = [] */
    http_use(files_get);                   /* app.use(express.static(..)) */
    http_route("GET", "/", get_stream);    /* app.get('/', ...)           */
    http_route("POST", "/", post_message); /* app.post('/', ...)          */
    timer_every(1000, tick);               /* setInterval(tick, 1000)     */
    return server_run();                   /* app.listen(3000)            */
}
