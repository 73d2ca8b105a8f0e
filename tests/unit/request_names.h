/* What request.c has to say to which Host, header, query and list. */
#ifndef REQUEST_NAMES_H
#define REQUEST_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Name: NULL if it is impossible. */
static const struct {
    const char *host, *name;
    uint64_t port;
} hosts[] = {
    {"localhost", "localhost", 80},
    {"a", "a", 80},
    {"A-b_c~d.example", "A-b_c~d.example", 80},
    {"example.", "example.", 80},
    {"xn--bcher-kva.example:8080", "xn--bcher-kva.example", 8080},
    {"127.0.0.1", "127.0.0.1", 80},
    {"127.0.0.1:3000", "127.0.0.1", 3000},
    {"[::1]", "[::1]", 80},
    {"[::1]:3000", "[::1]", 3000},
    {"[2001:DB8::0f]:1", "[2001:DB8::0f]", 1},
    {"[::ffff:127.0.0.1]", "[::ffff:127.0.0.1]", 80},
    {"a:", "a", 80},
    {"[::1]:", "[::1]", 80},
    {"a:0", "a", 0},
    {"a:00080", "a", 80},
    {"a:65535", "a", 65535},
    {"a:65536", NULL, 0},
    {"a:99999999999999999999", NULL, 0},
    {"a:18446744073709551696", NULL, 0}, /* 2^64 + 80 */
    {"a:-1", NULL, 0},
    {"a:+80", NULL, 0},
    {"a:80a", NULL, 0},
    {"a:http", NULL, 0},
    {"a:80:80", NULL, 0},
    {"a::80", NULL, 0},
    {"", NULL, 0},
    {":", NULL, 0},
    {":80", NULL, 0},
    {"::1", NULL, 0},
    {"[", NULL, 0},
    {"]", NULL, 0},
    {"[]", NULL, 0},
    {"[]:80", NULL, 0},
    {"[::1", NULL, 0},
    {"::1]", NULL, 0},
    {"[::1]80", NULL, 0},
    {"[::1]a", NULL, 0},
    {"[::1]]", NULL, 0},
    {"[[::1]]", NULL, 0},
    {"[::g]", NULL, 0},
    {"[:::::]", NULL, 0},
    {"[12345::]", NULL, 0},
    {"[1.2.3.4]", NULL, 0},
    {"[00000000:0000:0000:0000:0000:ffff:255.255.255.255]", NULL, 0},
    {"%", NULL, 0},
    {"a%zz", NULL, 0},
    {"[::1]:65536", NULL, 0},
    {"a[::1]", NULL, 0},
    {"a b", NULL, 0},
    {"a\tb", NULL, 0},
    {"a/", NULL, 0},
    {"a/b", NULL, 0},
    {"a?b", NULL, 0},
    {"a#b", NULL, 0},
    {"a\\b", NULL, 0},
    {"a\"b", NULL, 0},
    {"a<b", NULL, 0},
    {"a>b", NULL, 0},
    {"a^b", NULL, 0},
    {"a`b", NULL, 0},
    {"a{b}", NULL, 0},
    {"a|b", NULL, 0},
    {"me@a", NULL, 0},
    {"me:word@a", NULL, 0},
    {"http://a", NULL, 0},
    {"a, b", NULL, 0},
    {"b\xc3\xbc"
     "cher",
     NULL, 0},
    {"a\x7f", NULL, 0},
};

static const struct {
    const char *name;
    bool loopback;
} names[] = {
    {"localhost", true},
    {"LocalHost", true},
    {"127.0.0.1", true},
    {"127.0.0.0", true},
    {"127.255.255.255", true},
    {"127.9.80.100", true},
    {"[::1]", true},
    {"", false},
    {"localhos", false},
    {"localhostx", false},
    {"xlocalhost", false},
    {"localhost.example", false},
    {"example.localhost.example", false},
    {"128.0.0.1", false},
    {"126.255.255.255", false},
    {"12.7.0.1", false},
    {"0.0.0.0", false},
    {"192.168.0.1", false},
    {"127.example", false},
    {"127.0.0.example", false},
    {"127.0.0.1.example", false},
    {"127.0.0.1x", false},
    {"127.0.0.256", false},
    {"127.0.0.1.1", false},
    {"127.", false},
    {"127...", false},
    {"1270.0.0.1", false},
    {"::1", false},
    {"[::]", false},
    {"[::2]", false},
    {"[::11]", false},
    {"[::1", false},
    {"[1::1]", false},
};

/* The value: NULL if there is none. */
static const struct {
    const char *query, *name, *value;
} queries[] = {
    {"", "after", NULL},
    {"after=5", "after", "5"},
    {"after=", "after", ""},
    {"after", "after", ""},
    {"after=5=6", "after", "5=6"},
    {"after=5?", "after", "5?"},
    {"a=1&after=5", "after", "5"},
    {"after=5&a=1", "after", "5"},
    {"after=5&after=6", "after", "5"},
    {"after&after=6", "after", ""},
    {"&&after=5&", "after", "5"},
    {"&", "after", NULL},
    {"=5", "after", NULL},
    {"afte=5", "after", NULL},
    {"aftermath=5", "after", NULL},
    {"xafter=5", "after", NULL},
    {"After=5", "after", NULL},
    {"x=after=5", "after", NULL},
    {"x=after", "after", NULL},
    {"after%3d5", "after", NULL},
    {"a%66ter=%35", "after", NULL},
    {"after=%35", "after", "%35"},
    {"?after=5", "after", NULL},
    {"a=1;after=5", "after", NULL},
};

static const struct {
    const char *list, *token;
    bool has;
} lists[] = {
    {"", "upgrade", false},
    {",", "upgrade", false},
    {"upgrade", "upgrade", true},
    {"Upgrade", "uPGRADE", true},
    {"keep-alive, Upgrade", "upgrade", true},
    {"Upgrade,keep-alive", "upgrade", true},
    {"a \t,\t upgrade\t ,b", "upgrade", true},
    {",,upgrade,", "upgrade", true},
    {"upgrades", "upgrade", false},
    {"xupgrade", "upgrade", false},
    {"upgrad", "upgrade", false},
    {"up grade", "upgrade", false},
    {"upgrade x", "upgrade", false},
    {"upgrade;q=1", "upgrade", false},
    {"\"upgrade\"", "upgrade", false},
};

enum {
    HOSTS = sizeof hosts / sizeof *hosts,
    NAMES = sizeof names / sizeof *names,
    QUERIES = sizeof queries / sizeof *queries,
    LISTS = sizeof lists / sizeof *lists
};

#endif
