/* pump.h - moves bytes between TCP clients and ordeal-mock, in one thread.
 *
 * Looks into no byte moved. Each broker is a process so that stopping (SIGSTOP)
 * or killing the process stops or cuts all connections at once, like the
 * connections of a real broker.
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
    int fd;                     /* listening */
};

/* One direction of a link. */
struct flow {
    int from, to; /* descriptors of the link */
    size_t at, len;
    bool ended; /* end of input: close once all is written */
    uint8_t data[LINK_BUFFER];
};

struct link {
    int tcp, mock;
    struct flow up, down;
};

struct pump {
    int number;
    const char *socket; /* path of ordeal-mock's socket; borrowed */
    struct door doors[DOORS_MAX];
    size_t doors_len;
    int control; /* connection to ordeal-mock; -1: not open yet */
    int signals; /* signalfd of the signals that end the program; borrowed */
    struct link *links[LINKS_MAX];
    size_t links_len;
};

/* Listen at `where`, "ADDRESS:PORT", as listener `name` (borrowed). Port 0: the
 * kernel picks a port. The address in use is then in p->doors. */
MUST_USE int pump_listen(struct pump *p, const char *name, const char *where,
                         struct err *err);

/* Serve until a signal (returns 0), or until ordeal-mock has gone after the
 * broker was registered (-EPIPE). */
MUST_USE int pump_run(struct pump *p, struct err *err);

/* Close every link, door and the control connection. */
void pump_done(struct pump *p);

#endif
