/* host.c - see host.h. */
#include "host.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

/* What a name may have in it (RFC 3986, reg-name), but without what could end
 * it for another reader of the same line: no %XX, no ( ) , ; = either. */
static bool is_of_name(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("!$&'*+-._~", c));
}

/* Of "[::1]", or of a name; 0: it is neither. */
static size_t host_length(struct text t)
{
    char ip[48] = "";
    struct in6_addr bits;
    const char *end = t.n > 0 && *t.p == '[' ? memchr(t.p, ']', t.n) : NULL;
    size_t n = end ? (size_t)(end - t.p - 1) : 0;
    if (end && n < sizeof ip &&
        inet_pton(AF_INET6, memcpy(ip, t.p + 1, n), &bits) == 1)
        return n + 2;
    for (n = 0; n < t.n && is_of_name(t.p[n]);)
        n++;
    return n;
}

bool host_split(struct text t, uint64_t port, struct host *host)
{
    size_t n = host_length(t);
    *host = (struct host){{t.p, n}, port};
    if (n == 0 || n == t.n)
        return n > 0;
    struct text digits = {t.p + n + 1, t.n - n - 1};
    return t.p[n] == ':' &&
           (digits.n == 0 ||
            (text_number(digits, &host->port) && host->port <= 65535));
}

static bool is_here(struct text name)
{
    return text_like(name, "localhost") || text_is(name, "127.0.0.1") ||
           text_is(name, "[::1]");
}

bool host_is_loopback(struct text name)
{
    char ip[16] = "";
    struct in_addr bits;
    if (name.n < sizeof ip)
        memcpy(ip, name.p, name.n);
    return is_here(name) ||
           (strncmp(ip, "127.", 4) == 0 && inet_pton(AF_INET, ip, &bits) == 1);
}

bool host_is_other(struct text origin, struct host to)
{
    struct host from;
    size_t s = origin.n > 4 && origin.p[4] == 's', n = 7 + s;
    if (origin.n < n || memcmp(origin.p, s ? "https://" : "http://", n) != 0)
        return true;
    origin = (struct text){origin.p + n, origin.n - n};
    if (!host_split(origin, s ? 443 : 80, &from) || from.port != to.port)
        return true;
    bool same = from.name.n == to.name.n &&
                strncasecmp(from.name.p, to.name.p, to.name.n) == 0;
    return !same && !(is_here(from.name) && is_here(to.name));
}
