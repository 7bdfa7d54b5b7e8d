/* worker_state.h - the content of Connect's three topics, applied record by
 * record.
 *
 * Config topic:
 *   connector-X            {"properties":{}}
 *   task-X-N               {"properties":{}}
 *   commit-X               {"tasks":N}
 *   target-state-X         {"state","state.v2"} (KIP-875)
 *   restart-connector-X    {"include-tasks","only-failed"} (KIP-745), and
 *                          "task", an addition: restart only task N
 * Status topic:
 *   status-connector-X     {"state","trace","worker_id","generation"}
 *   status-task-X-N        the same
 * Offset topic:
 *   ["X",{partition}]      {offset}
 *
 * A null value deletes. Records that are not understood change nothing. Task
 * configurations apply with the commit that follows them, and only as a
 * complete set.
 *
 * Pure. Not thread-safe: the owner's lock guards the state. Returned pointers
 * are borrowed and valid until the next record.
 */
#ifndef STANDINS_WORKER_WORKER_STATE_H
#define STANDINS_WORKER_WORKER_STATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum state_topic { TOPIC_CONFIG, TOPIC_OFFSETS, TOPIC_STATUS, TOPICS };

enum target_state { TARGET_STARTED, TARGET_PAUSED, TARGET_STOPPED };

/* Offsets in the config topic, by which the newer record is known; -1: never.
 */
struct restart_request {
    int64_t at;
    bool include_tasks, only_failed;
    int task; /* -1: not restricted to a task */
};

struct connector_state {
    char *name;
    json_t *config; /* NULL: the connector does not exist */
    int64_t config_at;
    enum target_state target;
    json_t *tasks; /* array of committed task configurations */
    int64_t tasks_at;
    json_t *uncommitted; /* task number -> configuration */
    struct restart_request restart;
};

struct state;

struct state *state_new(void);
void state_free(struct state *s); /* NULL is fine */

/* Apply a record. value NULL: a tombstone. */
void state_record(struct state *s, enum state_topic topic, int64_t offset,
                  const char *key, size_t key_len, const char *value,
                  size_t value_len);

/* Number of existing connectors; the i-th in the order of names. */
size_t state_len(const struct state *s);
const struct connector_state *state_at(const struct state *s, size_t i);
/* NULL: no connector of the name exists. */
const struct connector_state *state_find(const struct state *s,
                                         const char *name);

/* The status record of task N, or of the connector (task -1); NULL: none. */
const json_t *state_status(const struct state *s, const char *name, int task);
/* {"X": {"-1": status, "0": status}}, including connectors deleted since. */
const json_t *state_statuses(const struct state *s);

/* The source offset of a partition; NULL: none. */
const json_t *state_offset(const struct state *s, const char *name,
                           const json_t *partition);
/* All source offsets of a connector, [{"partition":{},"offset":{}}] (new). */
json_t *state_offsets(const struct state *s, const char *name);

#endif
