/* connection.h - one connection to one broker, in Kafka's own protocol: for
 * requests that librdkafka cannot send, sends at a price, or addresses to a
 * broker of its own choice.
 *
 * A connection is TCP, then TLS and SASL/PLAIN as the access says, then
 * requests one after another, each with its answer:
 *
 *     struct wire_out *out = wire_request(w, &(struct wire_api){...});
 *     wire_put_string(out, ...);
 *     rc = wire_call(w, timeout_us, &in, err);
 *     ... = wire_take_i16(&in);
 *
 * Time-outs are for the whole call, on the monotonic clock; sockets never
 * block (but for the look-up of a name, wire_tcp_own.h). A connection has no
 * shared state: any number of threads may have one each, and one connection
 * belongs to one thread at a time. SIGPIPE is never raised.
 *
 * After any error but one found by the caller in an answer's fields, the
 * connection is out of step and every later call returns -ENOTCONN; close it.
 *
 * Errors name the broker first, then the cause:
 * -ECONNREFUSED, -EHOSTUNREACH, -ECONNRESET, -ETIMEDOUT: no connection, or no
 *    answer.
 * -EACCES: TLS or SASL refused by one of both sides; err says which part (the
 *    authority, the host name, the time of a certificate, the client
 *    certificate, user and password) and the remedy.
 * -EINVAL: a bad address; an unreadable or unfit file of the access.
 * -EPROTO: the bytes are no valid answer: impossible length, another request's
 *    correlation id, fields cut short.
 *
 * Not done: re-authentication (KIP-368). A listener with
 * connections.max.reauth.ms closes a connection older than that.
 *
 * Cut for four users; the first is client/quorum.c, three are to come:
 * 1. SCRAM changes: AlterUserScramCredentials (51) version 0, flexible, to any
 *    broker: 40 ms where Kafka's tool takes a JVM of 1.4 s. The salted password
 *    is made by the caller (PKCS5_PBKDF2_HMAC); the answer has an error code
 *    and message for each user.
 * 2. Elections, reassignment, quotas: ElectLeaders (43), the
 *    AlterPartitionReassignments pair (45, 46), AlterClientQuotas (49). They go
 *    to the active controller or are forwarded there (KIP-590), and may take
 *    long: hence a time-out for each call, not for each connection.
 * 3. The reader of record batches: Fetch (1) in answers of many MiB, whose
 *    batches are walked in place. wire_call() lends the whole answer as a slice
 *    (no copy), `answer_max` allows the size, the buffer is kept between calls.
 */
#ifndef CLIENT_WIRE_CONNECTION_H
#define CLIENT_WIRE_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "client/access.h"
#include "client/wire/wire_codec.h"

struct wire;

enum { WIRE_ANSWER_MAX = 1 << 20 };

struct wire_spec {
    const char *address;                    /* "host:port" of the broker */
    const struct access_security *security; /* NULL: plaintext */
    size_t answer_max;  /* longest answer taken, in bytes; 0: WIRE_ANSWER_MAX */
    int64_t timeout_us; /* for connecting, TLS and SASL together */
};

/* Connect, and log in. All of the spec is borrowed for the call only. */
MUST_USE int wire_open(const struct wire_spec *spec, struct wire **ret,
                       struct err *err);
void wire_close(struct wire *w); /* NULL is fine */

/* The address, for errors about fields of an answer. */
const char *wire_address(const struct wire *w);

/* A request: key and version of the API, and whether that version is flexible
 * (`flexibleVersions` in Kafka's JSON of the message). */
struct wire_api {
    int16_t key, version;
    bool flexible;
};

/* Begin a request: the header is put, the caller puts the body. Borrowed until
 * wire_call(). */
struct wire_out *wire_request(struct wire *w, const struct wire_api *api);

/* Send the request and receive the answer: *ret stands at the first field of
 * the body and is borrowed until the next request. -EMSGSIZE: a field of the
 * request was too long; nothing was sent. */
MUST_USE int wire_call(struct wire *w, int64_t timeout_us, struct wire_in *ret,
                       struct err *err);

#endif
