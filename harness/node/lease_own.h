/* lease_own.h - a 127.x.y.0/24 that no other run of this machine uses.
 *
 * The lock is a name in the abstract namespace of Unix sockets: it reaches
 * exactly as far as the loopback addresses do (one network namespace, all
 * users), the kernel drops it when its holder dies, and no file stays behind.
 */
#ifndef NODE_LEASE_OWN_H
#define NODE_LEASE_OWN_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct lease {
    int fd; /* holds it while open; close-on-exec */
    uint8_t x, y;
};

/* Take a free range. -EADDRINUSE: all 16384 are taken. -EADDRNOTAVAIL: this
 * machine's loopback does not answer for 127.0.0.0/8. */
MUST_USE int lease_take(struct lease *ret, struct err *err);

/* Take this one. -EADDRINUSE: another holds it. */
MUST_USE int lease_take_at(uint8_t x, uint8_t y, struct lease *ret,
                           struct err *err);

/* Give it back. Closing the last descriptor does the same. */
void lease_drop(struct lease *l);

#endif
