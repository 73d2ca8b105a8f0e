/* Lesson 4: server-sent events.  The answer without end again, but now the
 * browser knows what it is: it takes the events apart, connects again by
 * itself, and says which event it had last. */
#include <stdio.h>
#include "files.h"
#include "http.h"
#include "messages.h"
#include "server.h"
#include "sse.h"
#include "stream.h"

enum { BATCH = 1 << 16 }; /* bytes queued at once for one who is behind */

static struct messages history;
static struct buf text; /* the message last rendered */

static bool render(const struct message *m)
{
    text.len = 0;
    return sse_add(&text, m->id, (struct text){m->text, m->len});
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

/* app.get('/ajax', (req, res) => { ... }) */
static void get_events(struct conn *c, const struct request *r)
{
    static const char headers[] = "Content-Type: text/event-stream\r\n"
                                  "Cache-Control: no-store\r\n";
    static const char retry[] = "retry: 2000\n\n";
    struct text after = request_query(r, "after");
    struct text last = request_header(r, "Last-Event-ID");
    uint64_t id = 0, last_id;
    if (after.p && !text_number(after, &id)) {
        http_error(c, "400 Bad Request", "",
                   "after wants the number of a message");
        return;
    }
    if (text_number(last, &last_id)) { /* it is there, and makes sense */
        after = last;
        id = last_id;
    }
    if (!stream_start(c, headers, &watching))
        return;
    stream_write(c, retry, sizeof retry - 1);
    const struct message *m = after.p ? messages_after(&history, id) : NULL;
    c->mark = m ? m->id - 1 : messages_newest(&history);
    catch_up(c);
}

/* app.post('/ajax', (req, res) => { ... }) */
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

/* setInterval(() => { ... }, 1000). It is the heartbeat, too: proxies close
 * a connection on which nothing moves. */
static void tick(void)
{
    char digits[20];
    uint64_t now = date_now();
    if (now / 1000 % 2 == 0) /* new Date().getSeconds() % 2 == 0 */
        publish(digits, text_digits(digits, now));
}

int main(int argc, char **argv)
{
    server_init("04-sse", argc, argv);         /* const app = express()       */
    messages_init(&history, date_now());       /* let history = [] */
    http_use(files_get);                       /* app.use(express.static(..)) */
    http_route("GET", "/ajax", get_events);    /* app.get('/ajax', ...)       */
    http_route("POST", "/ajax", post_message); /* app.post('/ajax', ...)  */
    timer_every(1000, tick);                   /* setInterval(tick, 1000)     */
    return server_run();                       /* app.listen(3000)            */
}
