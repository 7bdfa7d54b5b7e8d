/* handle_own.h - librdkafka clients: configured, logged, closed in bounded
 * time; and questions about metadata and offsets, asked until a deadline.
 *
 * For the files of client/ only. A public function turns its time-out into a
 * deadline by clk_monotonic_us() once, and passes the deadline on. Thread-safe.
 */
#ifndef CLIENT_HANDLE_OWN_H
#define CLIENT_HANDLE_OWN_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "client/kafka.h"

/* Make a configuration: the properties shared by all clients of the harness,
 * then `tuned`, then those derived from the security in `a`, then the user's
 * properties in `a`, so that a user can overrule the tuning. A property that
 * the code relies upon is set afterwards, with conf_set(). -EINVAL: refused by
 * librdkafka; secrets are not quoted. */
MUST_USE int conf_new(const struct kafka_access *a, const struct setting *tuned,
                      size_t tuned_len, rd_kafka_conf_t **ret, struct err *err);
MUST_USE int conf_set(rd_kafka_conf_t *conf, const char *key, const char *value,
                      struct err *err);

/* Open a client. Takes `conf`, also on failure. */
MUST_USE int handle_open(rd_kafka_type_t type, rd_kafka_conf_t *conf,
                         rd_kafka_t **ret, struct err *err);

/* A client, and the parts to be destroyed before rd_kafka_destroy(). All but rk
 * may be NULL. */
struct handle_parts {
    rd_kafka_t *rk;
    rd_kafka_queue_t *queue;
    rd_kafka_topic_t **topics; /* array from malloc(); freed too */
    size_t topics_len;
};

/* Close on a new thread and wait for the thread, at most `limit_us`. A client
 * that hangs longer (in a name look-up without an answer, for example) is left
 * behind and logged, and the result is false: a leak is better than a run that
 * never ends. */
bool handle_close(const struct handle_parts *parts, int64_t limit_us);

enum { CLOSE_LIMIT_US = 5000000 };

/* Milliseconds until `deadline_us`, rounded up; 0: the deadline has passed. */
int ms_until(int64_t deadline_us);

/* The negative errno value for a Kafka error; 0 for none; -EIO if no value fits
 * better. */
int kafka_errno(rd_kafka_resp_err_t e);

/* Metadata of the brokers and of `topic` (NULL: of brokers only), from any
 * broker. After 2 s without an answer the question goes out again, since the
 * broker asked first may hang. The caller frees *ret with
 * rd_kafka_metadata_destroy(). -ETIMEDOUT: no broker answered. */
MUST_USE int metadata_of(rd_kafka_t *rk, rd_kafka_topic_t *topic,
                         int64_t deadline_us,
                         const struct rd_kafka_metadata **ret, struct err *err);

/* The number of partitions in metadata of one topic. A topic that does not
 * exist yet has none; -EAGAIN: the topic may exist, but a broker elects or
 * starts and tells no partitions. */
int metadata_partitions(const struct rd_kafka_metadata *md);

/* As metadata_of(), by the topic's name. -ENOENT: the topic is unknown. A topic
 * with partitions that have no leader is known. */
MUST_USE int topic_metadata(rd_kafka_t *rk, const char *topic,
                            int64_t timeout_us,
                            const struct rd_kafka_metadata **ret,
                            struct err *err);

/* Whether "unknown topic" may only mean that the broker asked has not yet read
 * of a topic just made: true for 10 s from `since_us` (when the caller began to
 * ask). A deleted topic stays unknown for ever, hence the limit. */
bool may_be_new(int64_t since_us);

/* Partitions first .. first+n-1 of a topic. */
struct span {
    const char *topic;
    int32_t first;
    size_t n;
};

/* How much longer than a single question the first question about so many
 * partitions may take. */
int64_t partitions_take_us(size_t partitions);

/* Write first offsets (`when` RD_KAFKA_OFFSET_BEGINNING) or end offsets (`when`
 * RD_KAFKA_OFFSET_END) of partitions to ret[0..n-1]. The end is the high
 * watermark or the last stable offset, by the isolation.level of the client.
 * Waits for missing leaders until the deadline: -ETIMEDOUT. */
MUST_USE int offsets_at(rd_kafka_t *rk, const struct span *of, int64_t when,
                        int64_t deadline_us, int64_t *ret, struct err *err);

#endif
