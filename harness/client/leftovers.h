/* leftovers.h - questions about everything that a user of a cluster can leave
 * behind: topics, groups, dynamic configuration of brokers, ACLs, source
 * offsets.
 *
 * Thread-safe, with the errors of struct kafka_admin (client/kafka.h). Arrays
 * and objects returned are new.
 */
#ifndef CLIENT_LEFTOVERS_H
#define CLIENT_LEFTOVERS_H

#include <jansson.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "client/kafka.h"

/* The names of all topics, internal ones too. */
MUST_USE int kafka_topics(struct kafka_admin *k, json_t **ret,
                          int64_t timeout_us, struct err *err);

/* All groups: [{"name": "connect-shop", "protocol": "consumer", "members": 1}].
 * A group just deleted is left out. `members` is -1 for a group that the
 * brokers do not describe, such as a share group. Asks twice, half a second
 * apart, if there are such groups. */
MUST_USE int kafka_groups(struct kafka_admin *k, json_t **ret,
                          int64_t timeout_us, struct err *err);

/* Delete a group with its offsets. An unknown group is no error. -EBUSY: the
 * group has members. */
MUST_USE int kafka_delete_group(struct kafka_admin *k, const char *group,
                                int64_t timeout_us, struct err *err);

/* The entries of a broker that were set while the broker ran, for the broker
 * alone or for all: {"log.retention.ms": "1000"}. A sensitive value reads as
 * "". */
MUST_USE int kafka_dynamic_config(struct kafka_admin *k, int32_t broker,
                                  json_t **ret, int64_t timeout_us,
                                  struct err *err);

/* Every ACL in words: ["User:shop may READ topic orders from *"]. Empty if the
 * brokers have no authorizer. */
MUST_USE int kafka_acls(struct kafka_admin *k, json_t **ret, int64_t timeout_us,
                        struct err *err);

/* The source offsets in Connect's offsets topic `topic`, without those deleted:
 * [{"connector": "files", "partition": {"filename": "a"}}]. An unknown topic
 * has none. */
MUST_USE int kafka_source_offsets(const struct kafka_access *a,
                                  const char *topic, json_t **ret,
                                  int64_t timeout_us, struct err *err);

/* Delete all source offsets in `topic` by tombstones, each in the partition of
 * its offset. The connectors must be stopped. */
MUST_USE int kafka_forget_source_offsets(const struct kafka_access *a,
                                         const char *topic, int64_t timeout_us,
                                         struct err *err);

#endif
