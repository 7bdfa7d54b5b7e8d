/* groups.h - what a record of __consumer_offsets says.
 *
 * Pure: bytes in, struct out; never reads beyond the bytes given. Knows the
 * commits of all groups and the membership of classic groups (which Connect's
 * sinks and workers are), in the versions that Kafka 0.9 to 4.4 write. What it
 * does not know - the records of the newer group protocols, later versions -
 * is GROUP_UNKNOWN, not an error.
 */
#ifndef CLIENT_GROUPS_H
#define CLIENT_GROUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

enum group_record_kind {
    GROUP_UNKNOWN,
    GROUP_COMMIT,     /* the offset of one partition */
    GROUP_MEMBERSHIP, /* a generation: who is in it, who has what */
};

struct group_partition {
    const char *topic;
    int32_t partition;
};

struct group_member {
    const char *id;
    const char *instance_id; /* NULL: dynamic */
    const char *client_id;   /* of a sink: "connector-consumer-<name>-<task>" */
    const char *client_host;
    int32_t rebalance_timeout_ms; /* -1: not said */
    int32_t session_timeout_ms;
    const void *subscription; /* borrowed from the value */
    size_t subscription_len;
    const void *assignment; /* borrowed from the value */
    size_t assignment_len;
    /* The assignment, where the group is one of consumers. A worker group's
     * ("connect") is opaque here, and has none. */
    const struct group_partition *partitions;
    size_t partitions_len;
};

struct group_record {
    enum group_record_kind kind;
    int key_version; /* as written; -1: no key to speak of */
    bool tombstone;  /* there was no value: forgotten, expired, deleted */
    const char *group;

    /* GROUP_COMMIT */
    const char *topic;
    int32_t partition;
    int64_t offset;
    int32_t leader_epoch; /* -1: not said */
    const char *metadata;
    int64_t commit_time_us; /* the broker's wall clock */
    int64_t expire_time_us; /* -1: not said */

    /* GROUP_MEMBERSHIP */
    const char *protocol_type; /* "consumer", "connect" */
    int32_t generation;
    const char *protocol;  /* NULL: none chosen yet */
    const char *leader;    /* member id; NULL: none */
    int64_t state_time_us; /* -1: not said */
    const struct group_member *members;
    size_t members_len;

    void *memory; /* owns every string and array above */
};

/* Parse. value NULL: a tombstone. Strings are NUL-terminated copies and live
 * until group_record_done(); subscription and assignment live as long as
 * `value`. -EBADMSG: cut short or not what its version says (then *ret needs
 * no done). */
MUST_USE int group_record_parse(const void *key, size_t key_len,
                                const void *value, size_t value_len,
                                struct group_record *ret);
void group_record_done(struct group_record *r);

#endif
