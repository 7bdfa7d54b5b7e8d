/* internal.h - parses records of Connect's internal topics: status, offsets and
 * config (status.storage.topic, offset.storage.topic, config.storage.topic).
 *
 * Keys and values are JSON without schemas, written by KafkaStatusBackingStore,
 * KafkaOffsetBackingStore and KafkaConfigBackingStore of Connect's runtime.
 * Pure: bytes in, struct out. An unknown key is CONNECT_UNKNOWN and no error,
 * since later versions add kinds.
 */
#ifndef CLIENT_INTERNAL_H
#define CLIENT_INTERNAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

enum connect_record_kind {
    CONNECT_UNKNOWN,
    /* status topic */
    CONNECT_STATUS,       /* state, worker, generation, trace */
    CONNECT_TASK_STATUS,  /* state, worker, generation, trace of `task` */
    CONNECT_TOPIC_IN_USE, /* `topic`, first used by `task` (KIP-558) */
    /* offsets topic */
    CONNECT_OFFSET, /* source_partition, source_offset */
    /* config topic */
    CONNECT_CONFIG,       /* config */
    CONNECT_TASK_CONFIG,  /* config, of `task` */
    CONNECT_TASK_COUNT,   /* task_count: all task configs are written */
    CONNECT_TARGET_STATE, /* state: STARTED, PAUSED, STOPPED */
    CONNECT_FENCING, /* task_count: producers of earlier generations of so many
                        tasks are fenced (KIP-618) */
    CONNECT_RESTART, /* a restart was asked for (KIP-745) */
    CONNECT_SESSION_KEY, /* the value, a secret, is not parsed (KIP-507) */
    CONNECT_LOGGER,      /* cluster-wide log level (KIP-976) */
};

/* The kind in words: "task status". */
const char *connect_record_name(enum connect_record_kind k);

/* A parsed record. Fields not belonging to the kind are NULL, -1 or 0. */
struct connect_record {
    enum connect_record_kind kind;
    bool tombstone; /* no value: deleted */
    char *connector;
    int task; /* -1: none */
    char *topic;
    char *state;
    char *worker; /* "10.1.2.3:8083" */
    char *trace;
    int64_t generation; /* of the worker group; -1: not in the record */
    int64_t task_count; /* -1: not in the record */
    json_t *source_partition;
    json_t *source_offset; /* NULL with a tombstone */
    json_t *config;        /* object of strings, maybe with passwords */
};

/* Parse a record of any of the three topics; the key tells the kind. value
 * NULL: a tombstone. The caller frees the fields with connect_record_done().
 * -EBADMSG: a known key with a value of the wrong form; *ret is then not
 * set. */
MUST_USE int connect_record_parse(const void *key, size_t key_len,
                                  const void *value, size_t value_len,
                                  struct connect_record *ret);
void connect_record_done(struct connect_record *r);

#endif
