/* address.h - "ADDRESS:PORT" of IPv4, and sockets that listen there. */
#ifndef STANDINS_SHARED_ADDRESS_H
#define STANDINS_SHARED_ADDRESS_H

#include <netinet/in.h>

#include "base/attr.h"
#include "base/err.h"

/* "255.255.255.255:65535" and its NUL. */
enum { ADDRESS_TEXT = 22 };

/* Parse dotted IPv4 and a decimal port (0 to 65535). -EINVAL: anything else;
 * the error quotes `text`. */
MUST_USE int address_read(const char *text, struct sockaddr_in *ret,
                          struct err *err);

/* The inverse of address_read(). */
void address_write(const struct sockaddr_in *at, char out[ADDRESS_TEXT]);

/* Open a non-blocking TCP socket that listens at `at` (port 0: the kernel picks
 * a port) with room for `backlog` connections; `at` then holds the real port.
 * SO_REUSEADDR is set, so that a killed program can be started again at once.
 * The caller closes *ret_fd. Negative errno: the error names the address. */
MUST_USE int address_listen(struct sockaddr_in *at, int backlog, int *ret_fd,
                            struct err *err);

#endif
