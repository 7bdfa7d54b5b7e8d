/* pump.h - moves bytes between TCP clients and ordeal-mock, in one thread.
 *
 * Reads no byte of what it moves. Stops as a whole when its process is stopped,
 * and is gone as a whole when it is killed: that is what it is for.
 */
#ifndef STANDINS_MOCK_PUMP_H
#define STANDINS_MOCK_PUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "standins/shared/address.h"

enum { DOORS_MAX = 8, LINKS_MAX = 2048, LINK_BUFFER = 64 << 10 };

/* A listening socket. */
struct door {
    const char *name;           /* borrowed */
    char address[ADDRESS_TEXT]; /* "ADDRESS:PORT" as clients are told */
    int fd;                     /* -1: closed */
};

/* One direction of a link. */
struct flow {
    int from, to; /* descriptors of the link's */
    size_t at, len;
    bool ended; /* nothing more comes: closed when all is written */
    uint8_t data[LINK_BUFFER];
};

struct link {
    int tcp, mock;
    struct flow up, down;
};

struct pump {
    int number;
    const char *socket; /* the mock's */
    struct door doors[DOORS_MAX];
    size_t doors_len;
    int control; /* to the mock; -1: not yet */
    int signals; /* a signalfd: the end; borrowed */
    struct link *links[LINKS_MAX];
    size_t links_len;
};

/* Listen at "ADDRESS:PORT", port 0: any. */
MUST_USE int pump_listen(struct pump *p, const char *name, const char *where,
                         struct err *err);

/* Until a signal (0) or, once registered, until the mock is gone (-EPIPE). */
MUST_USE int pump_run(struct pump *p, struct err *err);

void pump_done(struct pump *p);

#endif
