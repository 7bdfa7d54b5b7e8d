/* address.h - "ADDRESS:PORT" of IPv4, and sockets listening at an address. */
#ifndef STANDINS_SHARED_ADDRESS_H
#define STANDINS_SHARED_ADDRESS_H

#include <netinet/in.h>

#include "base/attr.h"
#include "base/err.h"

/* "255.255.255.255:65535" and NUL. */
enum { ADDRESS_TEXT = 22 };

/* Parse dotted IPv4 and a decimal port (0 to 65535). -EINVAL: anything else;
 * the error quotes `text`. */
MUST_USE int address_read(const char *text, struct sockaddr_in *ret,
                          struct err *err);

/* The inverse of address_read(). */
void address_write(const struct sockaddr_in *at, char out[ADDRESS_TEXT]);

/* Open a non-blocking TCP socket bound to `at` (port 0: the kernel picks a
 * port); `at` then holds the real port. SO_REUSEADDR is set, so that a killed
 * program can start again at once. The port is bound by number even if picked
 * by the kernel: Linux releases a port picked by bind(2) when the socket stops
 * listening, and keeps a port bound by number until the socket is closed. The
 * caller closes *ret_fd. Negative errno: the error names the address. */
MUST_USE int address_bind(struct sockaddr_in *at, int *ret_fd, struct err *err);

/* address_bind(), and listen with room for `backlog` connections. */
MUST_USE int address_listen(struct sockaddr_in *at, int backlog, int *ret_fd,
                            struct err *err);

#endif
