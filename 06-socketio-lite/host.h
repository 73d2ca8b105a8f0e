/* host.h - for whom a request is (Host), and from whose page (Origin).
 *
 * Any site may make its reader's browser POST to a server on the reader's own
 * machine; but in Origin the browser tells which site it was (RFC 6454). */
#ifndef HOST_H
#define HOST_H

#include "buf.h"

struct host {
    struct text name; /* n 0: none */
    uint64_t port;
};

/* "name", "name:port", "[ip6]:port"; port is for those that name none. False:
 * no host can be called so. */
bool host_split(struct text t, uint64_t port, struct host *host);
/* localhost, 127.0.0.0/8, [::1] */
bool host_is_loopback(struct text name);
/* Is this Origin another site than the host that was asked? The three names
 * of this machine count as one. */
bool host_is_other(struct text origin, struct host to);

#endif
