/* handle_own.h - librdkafka clients: configured, logged, closed in bounded
 * time.
 *
 * For the files of client/ only. Time-outs become deadlines once, at the
 * public call; deadlines are those of clk_monotonic_us().
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

struct setting {
    const char *key, *value;
};

/* A configuration: what all our clients share, then `tuned`, then the
 * properties of `a`, so that a user's word beats our tuning. What a caller
 * relies upon is set with conf_set() afterwards. */
MUST_USE int conf_new(const struct kafka_access *a, const struct setting *tuned,
                      size_t tuned_len, rd_kafka_conf_t **ret, struct err *err);
MUST_USE int conf_set(rd_kafka_conf_t *conf, const char *key, const char *value,
                      struct err *err);

/* Takes `conf`, also on failure. */
MUST_USE int handle_open(rd_kafka_type_t type, rd_kafka_conf_t *conf,
                         rd_kafka_t **ret, struct err *err);

/* What rd_kafka_destroy() must be preceded by. All but rk may be NULL. */
struct handle_parts {
    rd_kafka_t *rk;
    rd_kafka_queue_t *queue;
    rd_kafka_topic_t **topics; /* malloc'd; taken */
    size_t topics_len;
};

/* Close on a thread of its own and wait for it, at most `limit_us`. A client
 * that hangs longer (a name server that does not answer, for one) is left to
 * itself and logged, and false is the answer: a leak is better than a run that
 * never ends. */
bool handle_close(const struct handle_parts *parts, int64_t limit_us);

enum { CLOSE_LIMIT_US = 5000000 };

/* Milliseconds until `deadline_us`, rounded up; 0 when it has passed. */
int ms_until(int64_t deadline_us);

/* The errno value (negative) that stands for a Kafka error. */
int kafka_errno(rd_kafka_resp_err_t e);

/* Metadata of one topic (all brokers with it), from whichever broker answers:
 * asked again every 2 s, as a broker may hang. Freed by the caller with
 * rd_kafka_metadata_destroy(). -ETIMEDOUT: nobody answered. */
MUST_USE int metadata_of(rd_kafka_t *rk, rd_kafka_topic_t *topic,
                         int64_t deadline_us,
                         const struct rd_kafka_metadata **ret, struct err *err);

/* Metadata of the named topic, known to the cluster: as metadata_of(), and
 * -ENOENT where no broker knows the topic. */
MUST_USE int topic_metadata(rd_kafka_t *rk, const char *topic,
                            int64_t timeout_us,
                            const struct rd_kafka_metadata **ret,
                            struct err *err);

/* A topic that one broker knows may be news to another, which has still to
 * read of it: for 10 s from `since_us` on "unknown" may not be the last word. A
 * topic that was deleted answers the same for ever. */
bool may_be_new(int64_t since_us);

struct span {
    const char *topic;
    int32_t first; /* partition */
    size_t n;
};

/* The offsets of some partitions, into ret[0..n-1], at `when`:
 * RD_KAFKA_OFFSET_BEGINNING or _END. The client's own isolation.level decides
 * which end that is: the high watermark or the last stable offset. Leaders
 * that are missing just now are waited for. */
MUST_USE int offsets_at(rd_kafka_t *rk, const struct span *of, int64_t when,
                        int64_t deadline_us, int64_t *ret, struct err *err);

#endif
