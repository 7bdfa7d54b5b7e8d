/* internal.h - what a record of Connect's own three topics says: status,
 * offsets and config (written by the internal JSON converter, no schemas).
 *
 * Pure: bytes in, struct out. Keys it does not know are CONNECT_UNKNOWN, not
 * an error, as later versions add some.
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
    CONNECT_TASK_STATUS,  /* the same, of `task` */
    CONNECT_TOPIC_IN_USE, /* `topic`, first used by `task` */
    /* offsets topic */
    CONNECT_OFFSET, /* source_partition, source_offset */
    /* config topic */
    CONNECT_CONFIG,       /* config */
    CONNECT_TASK_CONFIG,  /* config, of `task` */
    CONNECT_TASK_COUNT,   /* task_count: the task configs are complete */
    CONNECT_TARGET_STATE, /* state: STARTED, PAUSED, STOPPED */
    CONNECT_FENCING,      /* task_count: producers of earlier ones are fenced */
    CONNECT_RESTART,      /* somebody asked for it */
    CONNECT_SESSION_KEY,  /* its value is a secret and is not looked at */
    CONNECT_LOGGER,
};

const char *connect_record_name(enum connect_record_kind k);

/* Fields that a kind does not have are NULL, -1 or 0. */
struct connect_record {
    enum connect_record_kind kind;
    bool tombstone; /* there was no value: deleted */
    char *connector;
    int task; /* -1: none */
    char *topic;
    char *state;
    char *worker; /* "10.1.2.3:8083" */
    char *trace;
    int64_t generation; /* -1: not said */
    int64_t task_count; /* -1: not said */
    json_t *source_partition;
    json_t *source_offset; /* NULL with a tombstone */
    json_t *config;        /* of strings; passwords may be among them */
};

/* Parse; which of the three topics it came from shows in the key. The caller
 * owns what is in *ret (connect_record_done). -EBADMSG: a known key with a
 * value that is not what it must be (then *ret needs no done). */
MUST_USE int connect_record_parse(const void *key, size_t key_len,
                                  const void *value, size_t value_len,
                                  struct connect_record *ret);
void connect_record_done(struct connect_record *r);

#endif
