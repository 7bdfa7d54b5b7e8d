/* lease_own.h - a range 127.x.y.0/24 used by no other run on the machine.
 *
 * The lock is a name in the abstract namespace of Unix sockets (unix(7)). The
 * name is valid exactly where the loopback addresses are: in one network
 * namespace, for all users. The kernel drops the name when the holder dies, and
 * no file stays behind.
 */
#ifndef NODE_LEASE_OWN_H
#define NODE_LEASE_OWN_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct lease {
    int fd; /* open: the lease is held; close-on-exec */
    uint8_t x, y;
};

/* Take a free range. -EADDRINUSE: all 16384 ranges are taken. -EADDRNOTAVAIL:
 * the loopback interface does not answer for all of 127.0.0.0/8. */
MUST_USE int lease_take(struct lease *ret, struct err *err);

/* Take the range 127.x.y.0/24. -EADDRINUSE: another run holds the range. */
MUST_USE int lease_take_at(uint8_t x, uint8_t y, struct lease *ret,
                           struct err *err);

/* Give the range back. Closing the last copy of the descriptor does the same.
 */
void lease_drop(struct lease *l);

#endif
