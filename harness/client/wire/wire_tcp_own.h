/* wire_tcp_own.h - a TCP connection, never blocking beyond a deadline.
 *
 * Deadlines are times of clk_monotonic_us(). The functions keep no state, so
 * they are thread-safe. getaddrinfo(3) is the exception to the deadline: a
 * silent name server holds the caller for as long as resolv.conf(5) says.
 */
#ifndef CLIENT_WIRE_TCP_OWN_H
#define CLIENT_WIRE_TCP_OWN_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

enum { TCP_HOST_MAX = 256 };

/* Split "host:port" or "[v6]:port"; *ret_port is borrowed from `address`.
 * -EINVAL: another form. */
MUST_USE int tcp_split(const char *address, char host[TCP_HOST_MAX],
                       const char **ret_port, struct err *err);

/* Connect to the first answering address of the host; *ret is a non-blocking
 * socket, to be closed by the caller. */
MUST_USE int tcp_dial(const char *address, int64_t deadline_us, int *ret,
                      struct err *err);

/* Wait until `fd` has one of the poll(2) `events`. -ETIMEDOUT. */
MUST_USE int tcp_wait(int fd, short events, int64_t deadline_us,
                      struct err *err);

/* Send all bytes. Receive at least one and at most `len` bytes: returns the
 * number, or -ECONNRESET when the peer has closed. */
MUST_USE int tcp_send(int fd, const void *data, size_t len, int64_t deadline_us,
                      struct err *err);
MUST_USE int tcp_receive(int fd, void *data, size_t len, int64_t deadline_us,
                         struct err *err);

#endif
