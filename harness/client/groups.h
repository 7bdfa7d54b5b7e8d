/* groups.h - parses records of __consumer_offsets.
 *
 * Pure: bytes in, struct out, never reading beyond the bytes given. Parsed are
 * the commits of all groups and the membership of classic groups (Connect's
 * sinks and workers are classic), in the versions written by Kafka 0.9 to 4.4.
 * The formats are OffsetCommitKey, OffsetCommitValue, GroupMetadataKey and
 * GroupMetadataValue.json of Kafka's group coordinator, and
 * ConsumerProtocolAssignment.json of its clients. Other records - of the
 * consumer and share group protocols (KIP-848, KIP-932), of later versions -
 * are GROUP_UNKNOWN and no error.
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
    GROUP_MEMBERSHIP, /* a generation: its members and their partitions */
};

struct group_partition {
    const char *topic;
    int32_t partition;
};

struct group_member {
    const char *id;
    const char *instance_id; /* group.instance.id; NULL: dynamic member */
    const char *client_id;   /* of a sink task:
                                "connector-consumer-<connector>-<task>" */
    const char *client_host;
    int32_t rebalance_timeout_ms; /* -1: not in the record */
    int32_t session_timeout_ms;
    const void *subscription; /* borrowed from the value */
    size_t subscription_len;
    const void *assignment; /* borrowed from the value */
    size_t assignment_len;
    /* The assignment of partitions, parsed, if the protocol type is "consumer".
     * The assignment of a Connect worker group ("connect") is not parsed. */
    const struct group_partition *partitions;
    size_t partitions_len;
};

struct group_record {
    enum group_record_kind kind;
    int key_version; /* as written; -1: no key, or too short */
    bool tombstone;  /* no value: expired or deleted */
    const char *group;

    /* GROUP_COMMIT */
    const char *topic;
    int32_t partition;
    int64_t offset;
    int32_t leader_epoch; /* -1: not in the record */
    const char *metadata;
    int64_t commit_time_us; /* the broker's wall clock */
    int64_t expire_time_us; /* -1: not in the record */

    /* GROUP_MEMBERSHIP */
    const char *protocol_type; /* "consumer", "connect" */
    int32_t generation;
    const char *protocol;  /* assignor; NULL: none chosen yet */
    const char *leader;    /* member id of the group leader; NULL: none */
    int64_t state_time_us; /* last change of state; -1: not in the record */
    const struct group_member *members;
    size_t members_len;

    void *memory; /* owns every string and array above */
};

/* Parse a record; value NULL: a tombstone. Strings in *ret are NUL-terminated
 * copies, valid until group_record_done(); subscription and assignment are
 * borrowed from `value`. -EBADMSG: the bytes are cut short or do not fit the
 * version in front; *ret is then not set. */
MUST_USE int group_record_parse(const void *key, size_t key_len,
                                const void *value, size_t value_len,
                                struct group_record *ret);
void group_record_done(struct group_record *r);

#endif
