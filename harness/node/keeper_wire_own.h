/* keeper_wire_own.h - JSON messages between engine and keeper.
 *
 * A message is one datagram of a pair of SOCK_SEQPACKET sockets, so a message
 * arrives whole or not at all. Requests are {"op": NAME, ...}; replies are
 * {"ok": {...}} or {"error": {"code": -2, "text": "..."}}, the code being a
 * negative errno value.
 */
#ifndef NODE_KEEPER_WIRE_OWN_H
#define NODE_KEEPER_WIRE_OWN_H

#include <jansson.h>
#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"

/* Make two connected sockets, close-on-exec. */
MUST_USE int wire_pair(int ret[2], struct err *err);

/* Send a message, borrowed. -EMSGSIZE: larger than a datagram may be (about
 * 200 kB, net.core.wmem_default). -EPIPE: the other side has ended. */
MUST_USE int wire_send(int fd, const json_t *message, struct err *err);

/* Wait for a message; *ret is new. -EPIPE: the other side has ended.
 * -EBADMSG: not JSON. */
MUST_USE int wire_receive(int fd, json_t **ret, struct err *err);

/* Make the reply to a request that ended with `rc`: >= 0, {"ok": ok}, else
 * {"error": ...} with `rc` and the text of `why`. Takes the reference `ok`.
 * NULL: not possible as JSON. */
json_t *wire_reply(int rc, json_t *ok, const struct err *why);

/* Take a reply apart: 0 and *ret, new, the value of "ok"; or the error in the
 * reply. Takes the reference `reply`. */
MUST_USE int wire_unpack(json_t *reply, json_t **ret, struct err *err);

/* Send the error of a forked child to its parent before an exec(3), through a
 * close-on-exec pipe. A pipe closed without an error means success. */
void wire_send_failure(int pipe, const struct err *why);

/* In the parent: wait for an error or the end of the pipe, then close `pipe`.
 * True: *ret is the child's error. */
MUST_USE bool wire_receive_failure(int pipe, struct err *ret);

#endif
