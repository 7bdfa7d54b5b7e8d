/* keeper_wire_own.h - JSON messages between engine and keeper.
 *
 * A message is one datagram of a SOCK_SEQPACKET pair, so it arrives whole or
 * not at all. Requests are {"op": NAME, ...}; replies {"ok": {...}} or
 * {"error": {"code": -2, "text": "..."}}.
 */
#ifndef NODE_KEEPER_WIRE_OWN_H
#define NODE_KEEPER_WIRE_OWN_H

#include <jansson.h>
#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"

/* Two connected ends, close-on-exec. */
MUST_USE int wire_pair(int ret[2], struct err *err);

/* -EMSGSIZE: larger than the kernel takes (about 200 kB). -EPIPE: the other
 * side has ended. */
MUST_USE int wire_send(int fd, const json_t *message, struct err *err);

/* Waits. The caller owns *ret. -EPIPE: the other side has ended. */
MUST_USE int wire_receive(int fd, json_t **ret, struct err *err);

/* The reply to a request that ended with `rc`: consumes `ok`, and copies the
 * error. NULL without memory. */
json_t *wire_reply(int rc, json_t *ok, const struct err *why);

/* The other way: 0 and *ret = what stood under "ok" (the caller's), or the
 * error that was sent. Consumes `reply`. */
MUST_USE int wire_unpack(json_t *reply, json_t **ret, struct err *err);

/* Between a fork and its exec: the child's one error, through a close-on-exec
 * pipe whose end without a word means that all went well. */
void wire_send_failure(int pipe, const struct err *why);

/* Waits for word or end, then closes `pipe`. True: there is an error. */
MUST_USE bool wire_receive_failure(int pipe, struct err *ret);

#endif
