/* quorum.h - two questions that librdkafka 2.0.2 cannot ask a broker.
 *
 * In KRaft a client's metadata names a random broker as "controller"; who
 * really leads the metadata quorum is told by DescribeQuorum. And whether one
 * certain broker serves requests is only known by asking that very broker.
 * Both are one small request over a plain TCP connection of its own to a
 * plaintext listener. Thread-safe; nothing is kept between calls.
 */
#ifndef CLIENT_QUORUM_H
#define CLIENT_QUORUM_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* The node id of the active controller, as the first broker of `bootstrap`
 * ("host:port,host:port") that can tell says. A broker asks the controller
 * itself, so while an election runs there is no answer.
 * -EAGAIN: the quorum has no leader right now. -ETIMEDOUT, -ECONNREFUSED, ...:
 * no broker answered; err speaks of the last one asked. -EPROTO: an answer that
 * is none. `timeout_us` is for all brokers together. */
MUST_USE int quorum_leader(const char *bootstrap, int64_t timeout_us,
                           int32_t *ret, struct err *err);

/* Does this one broker ("host:port") answer an ApiVersions request?
 * 0: yes. Else as above. */
MUST_USE int broker_answers(const char *address, int64_t timeout_us,
                            struct err *err);

#endif
