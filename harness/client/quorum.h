/* quorum.h - two questions that librdkafka 2.0.2 cannot ask a broker.
 *
 * In KRaft the metadata of a client names a random broker as "controller"; only
 * DescribeQuorum (KIP-595) tells the leader of the metadata quorum. And only a
 * request to a certain broker shows whether that broker serves requests. Each
 * question goes over a new connection (wire/connection.h) to a listener with or
 * without TLS and SASL/PLAIN. Thread-safe; no state between calls.
 */
#ifndef CLIENT_QUORUM_H
#define CLIENT_QUORUM_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "client/access.h"

/* Find the node id of the active controller: asks the brokers of a->bootstrap
 * in turn until a broker knows. A broker passes the question to the controller,
 * so during an election no broker answers. `timeout_us` is for all brokers
 * together. -EAGAIN: the quorum has no leader right now. -ETIMEDOUT,
 * -ECONNREFUSED, ...: no broker answered; err names the broker asked last.
 * -EACCES: TLS or SASL refused. -EPROTO: the bytes are no valid answer. */
MUST_USE int quorum_leader(const struct kafka_access *a, int64_t timeout_us,
                           int32_t *ret, struct err *err);

/* Check that the broker at `address` ("host:port") answers an ApiVersions
 * request; `s` NULL: plaintext. 0: yes. Else an error as above. */
MUST_USE int broker_answers(const struct access_security *s,
                            const char *address, int64_t timeout_us,
                            struct err *err);

#endif
