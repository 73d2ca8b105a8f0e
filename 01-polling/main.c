/* Lesson 1: polling.  The browser asks again and again; the server can only
 * answer.  It costs a request and an answer each time, news or no news. */
#include "files.h"
#include "http.h"
#include "server.h"

static const char headers[] = "Content-Type: text/plain; charset=utf-8\r\n"
                              "Cache-Control: no-store\r\n";

/* app.get('/', (req, res) => res.send(Date.now())) */
static void get_time(struct conn *c, const struct request *r)
{
    char digits[20];
    (void)r;
    http_reply(c, "200 OK", headers, digits, text_digits(digits, date_now()));
}

int main(int argc, char **argv)
{
    server_init("01-polling", argc, argv); /* const app = express()       */
    http_use(files_get);                   /* app.use(express.static(..)) */
    http_route("GET", "/", get_time);      /* app.get('/', ...)           */
    return server_run();                   /* app.listen(3000)            */
}
