/* wire_tls_own.h - TLS over a non-blocking socket, by OpenSSL.
 *
 * The server's certificate is checked: its authority, its host name (or IP
 * address, in the subject alternative names), its time. Each handshake reads
 * the files of the access anew, so a certificate replaced on disk is taken by
 * the next connection. Deadlines as in wire_tcp_own.h. A struct tls belongs to
 * a single thread at a time; no state is shared.
 */
#ifndef CLIENT_WIRE_TLS_OWN_H
#define CLIENT_WIRE_TLS_OWN_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "client/access.h"

struct tls;

/* Shake hands over `fd`; the caller keeps the socket. -EINVAL: a file of `s` is
 * unreadable or unfit. -EACCES: one side refuses the other; err names cause and
 * remedy (tls_words.h). -EPROTO: the server does not speak TLS. */
MUST_USE int tls_open(int fd, const char *host, const struct access_security *s,
                      int64_t deadline_us, struct tls **ret, struct err *err);
void tls_close(struct tls *t); /* NULL is fine; the socket stays open */

/* As tcp_send() and tcp_receive(). In TLS 1.3 the refusal of a client
 * certificate arrives only here: -EACCES. */
MUST_USE int tls_send(struct tls *t, const void *data, size_t len,
                      int64_t deadline_us, struct err *err);
MUST_USE int tls_receive(struct tls *t, void *data, size_t len,
                         int64_t deadline_us, struct err *err);

#endif
