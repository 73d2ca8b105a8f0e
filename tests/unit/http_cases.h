/* What http.c has to say to which origin, and to which request. */
#ifndef HTTP_CASES_H
#define HTTP_CASES_H

#include <stdbool.h>
#include <stddef.h>

/* Host, Origin (NULL: none), and whether another site has sent it. */
static const struct {
    const char *host, *origin;
    bool foreign;
} origins[] = {{"a", NULL, false},
               {"a", "http://a", false},
               {"a", "http://A", false},
               {"a:80", "http://a", false},
               {"a", "http://a:80", false},
               {"a:3000", "http://a:3000", false},
               {"a:443", "https://a", false},
               {"[::2]:81", "http://[::2]:81", false},
               {"localhost:1", "http://127.0.0.1:1", false},
               {"127.0.0.1:1", "http://[::1]:1", false},
               {"[::1]:1", "http://LOCALHOST:1", false},
               {"a", "", true},
               {"a", "null", true},
               {"a", "a", true},
               {"a", "http:", true},
               {"a", "http://", true},
               {"a", "http:/a", true},
               {"a", "https://a", true},
               {"a", "ftp://a", true},
               {"a", "xhttp://a", true},
               {"a", "http://a:81", true},
               {"a:3000", "http://a", true},
               {"a", "http://b", true},
               {"a", "http://aa", true},
               {"a", "http://a.b", true},
               {"a", "http://b.a", true},
               {"a", "http://a/", true},
               {"a", "http://a b", true},
               {"a", "http://a, http://b", true},
               {"a", "http://b@a", true},
               {"a", "http://a@b", true},
               {"a", "http://a:80:80", true},
               {"a", "http://a:65616", true}, /* 2^16 + 80 */
               {"localhost:1", "http://127.0.0.1:2", true},
               {"localhost:1", "http://localhost.a:1", true},
               {"localhost:1", "http://127.0.0.1.a:1", true},
               {"a:1", "http://localhost:1", true},
               {"localhost:1", "http://a:1", true}};

/* The request line without its version, headers (with the body, if any); the
 * answer's beginning, a header of it ("": any), its body (NULL: any). The
 * routes are those of http.c:begin, and echo says what it got. */
static const struct {
    const char *line, *headers, *status, *header, *body;
} routes[] = {
    {"GET / ", "", "200", "X: y", "GET /? "},
    {"GET /?a=b ", "", "200", "Content-Length: 10\r\n", "GET /?a=b "},
    {"GET http://h/?a ", "", "200", "X: y", "GET /?a "},
    {"HEAD / ", "", "200", "Content-Length: 8\r\n", ""},
    {"HEAD / ", "Content-Length: x\n", "400", "", ""},
    {"POST / ", "Content-Length: 2\n\nhi", "200", "X: y", "POST /? hi"},
    {"PUT / ", "", "405", "Allow: GET, HEAD, POST\r\n", NULL},
    {"GET /post ", "", "405", "Allow: POST\r\n", NULL},
    {"HEAD /post ", "", "405", "Allow: POST\r\n", ""},
    {"PUT /wait ", "", "405", "Allow: GET, HEAD\r\n", NULL},
    {"OPTIONS * ", "", "405", "Allow: ", NULL},
    {"CONNECT a:443 ", "", "405", "Allow: ", NULL},
    {"PUT /any ", "", "200", "X: y", "PUT /any? "},
    {"BREW /any ", "", "200", "X: y", "BREW /any? "},
    {"BREW / ", "", "501", "", NULL},
    {"BREW /file ", "", "501", "", NULL},
    {"get / ", "", "501", "", NULL},
    {"GETS / ", "", "501", "", NULL},
    {"GE / ", "", "501", "", NULL},
    {"ET / ", "", "501", "", NULL},
    {"OST /file ", "", "501", "", NULL},
    {"GETGETGETGETG / ", "", "501", "", NULL},
    {"GET /file ", "", "200", "X: y", "GET /file? "},
    {"DELETE /file ", "", "200", "X: y", "DELETE /file? "},
    {"GET /postx ", "", "200", "X: y", "GET /postx? "},
    {"GET /pos ", "", "200", "X: y", "GET /pos? "},
    {"GET / ", "Sec-Fetch-Dest: document\n", "302", "Location: /unit.html\r\n",
     NULL},
    {"GET /?a ", "Sec-Fetch-Dest: document\n", "302",
     "Location: /unit.html\r\n", NULL},
    {"GET / ", "Sec-Fetch-Dest: iframe\n", "200", "X: y", "GET /? "},
    {"POST / ", "Sec-Fetch-Dest: document\n", "200", "X: y", "POST /? "},
    {"GET /file ", "Sec-Fetch-Dest: document\n", "200", "X: y", "GET /file? "},
    {"GET / ", "Origin: http://b\n", "200", "X: y", "GET /? "},
    {"POST / ", "Origin: http://b\n", "403", "", NULL},
    {"POST / ", "Origin: http://h\nOrigin: http://b\n", "403", "", NULL},
    {"POST /file ", "Origin: http://b\n", "403", "", NULL},
    {"POST /any ", "Origin: http://b\n", "200", "X: y", "POST /any? "},
    {"GET /empty ", "", "204 No Content\r\n", "", ""},
    {"GET / ", "Connection: close\n", "200", "Connection: close\r\n", NULL},
    {"GET /lose ", "", "500", "Connection: close\r\n", NULL},
    {"GET /up ", "", "200", "X: y", "GET /up? "},
    {"GET /up ", "Upgrade: shout\n", "200", "X: y", "GET /up? "},
    {"GET /up ", "Connection: upgrade\n", "200", "X: y", "GET /up? "},
    {"GET /up ", "Connection: upgrade\nUpgrade: other\n", "200", "X: y",
     "GET /up? "},
    {"GET /file ", "Connection: upgrade\nUpgrade: shout\n", "200", "X: y",
     "GET /file? "},
    {"GET /up ", "Connection: upgrade\nUpgrade: shout\nOrigin: http://b\n",
     "403", "", NULL}};

enum {
    ORIGINS = sizeof origins / sizeof *origins,
    ROUTES = sizeof routes / sizeof *routes
};

#endif
