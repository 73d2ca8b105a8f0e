/* Lesson 2: long polling.  The browser asks, and the server keeps it waiting
 * until there is news: the answer comes when it has something to say. */
#include <stdio.h>
#include "files.h"
#include "http.h"
#include "messages.h"
#include "server.h"

enum { WAIT_MS = 30000 }; /* then 204: is the one who waits still there? */

static struct messages history;

static const char text_headers[] = "Content-Type: text/plain; charset=utf-8\r\n"
                                   "Cache-Control: no-store\r\n";

/* The headers are rendered once, however many wait for the message. */
static void send_message(struct conn *c, const struct message *m)
{
    static char headers[200];
    static uint64_t id;
    if (id != m->id)
        snprintf(headers, sizeof headers, "%sMessage-Id: %llu\r\n",
                 text_headers, (unsigned long long)(id = m->id));
    http_reply(c, "200 OK", headers, m->text, m->len);
}

/* A waiting client may have gone without a word: who vanishes from the net
 * sends no goodbye. An empty answer finds out; a living client asks again,
 * after the newest id: else what comes until then would be lost to it. */
static void nothing_new(struct conn *c)
{
    char headers[200];
    snprintf(headers, sizeof headers,
             "Cache-Control: no-store\r\nMessage-Id: %llu\r\n",
             (unsigned long long)messages_newest(&history));
    http_reply(c, "204 No Content", headers, "", 0);
}

/* The client's next request may be here already, behind the one that waits:
 * without .input nobody looks at its bytes until this one is answered. */
static const struct state waiting = {.timeout = nothing_new,
                                     .goodbye = nothing_new};

/* res.send(...) to all who wait. NULL: no memory. */
static const struct message *publish(const char *text, size_t len)
{
    const struct message *m = messages_add(&history, text, len);
    struct conn *c = NULL;
    while (m && (c = server_next(c, &waiting)))
        send_message(c, m);
    return m;
}

/* app.get('/', (req, res) => { ... }). Whoever has just been answered misses
 * what is published before it asks again, unless it says what it had. */
static void get_message(struct conn *c, const struct request *r)
{
    const struct message *m = NULL;
    struct text after = request_query(r, "after");
    uint64_t id = 0;
    if (after.p && !text_number(after, &id)) {
        http_error(c, "400 Bad Request", "",
                   "after wants the number of a message");
        return;
    }
    if (after.p)
        m = messages_after(&history, id);
    if (m) {
        send_message(c, m);
    } else if (c->head_only) {
        http_head(c, "200 OK", text_headers, -1); /* the head alone: HEAD */
        http_done(c);
    } else { /* one thread: nobody has published since we looked */
        conn_become(c, &waiting, WAIT_MS);
    }
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
    uint64_t now = date_now();
    if (now / 1000 % 60 == 50) /* new Date().getSeconds() == 50 */
        publish(digits, text_digits(digits, now));
}

int main(int argc, char **argv)
{
    server_init("02-long-polling", argc, argv); /* const app = express() */
    messages_init(&history, date_now());   /* let history = []            */
    http_use(files_get);                   /* app.use(express.static(..)) */
    http_route("GET", "/", get_message);   /* app.get('/', ...)           */
    http_route("POST", "/", post_message); /* app.post('/', ...)          */
    timer_every(1000, tick);               /* setInterval(tick, 1000)     */
    return server_run();                   /* app.listen(3000)            */
}
