/* worker_state.h - what Connect's three topics say, read record by record.
 *
 * Config topic: connector-X {"properties":{}}, task-X-N {"properties":{}},
 * commit-X {"tasks":N}, target-state-X {"state","state.v2"} (KIP-875),
 * restart-connector-X {"include-tasks","only-failed"} (KIP-745; "task", ours:
 * that one only). Status topic: status-connector-X, status-task-X-N
 * {"state","trace","worker_id","generation"}. Offset topic: ["X",{partition}]
 * {offset}. A null value deletes. What is not understood changes nothing.
 *
 * Task configurations count from the commit that follows them, and only when
 * all of them are there: half a set is never taken.
 *
 * Pure. Not thread-safe: the owner's lock guards it. What is returned is
 * borrowed and lasts until the next record.
 */
#ifndef STANDINS_WORKER_WORKER_STATE_H
#define STANDINS_WORKER_WORKER_STATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum state_topic { TOPIC_CONFIG, TOPIC_OFFSETS, TOPIC_STATUS, TOPICS };

enum target_state { TARGET_STARTED, TARGET_PAUSED, TARGET_STOPPED };

/* Places in the config topic (offsets) tell what is newer; -1: never. */
struct restart_request {
    int64_t at;
    bool include_tasks, only_failed;
    int task; /* -1: not one of them only */
};

struct connector_state {
    char *name;
    json_t *config; /* NULL: there is no such connector */
    int64_t config_at;
    enum target_state target;
    json_t *tasks; /* their committed configurations, an array */
    int64_t tasks_at;
    json_t *uncommitted; /* "N" -> configuration */
    struct restart_request restart;
};

struct state;

struct state *state_new(void);
void state_free(struct state *s); /* NULL is fine */

/* One record. value NULL: deleted. */
void state_record(struct state *s, enum state_topic topic, int64_t offset,
                  const char *key, size_t key_len, const char *value,
                  size_t value_len);

/* The connectors that exist, in the order of their names. */
size_t state_len(const struct state *s);
const struct connector_state *state_at(const struct state *s, size_t i);
/* NULL: there is none of that name. */
const struct connector_state *state_find(const struct state *s,
                                         const char *name);

/* Status records: of task N, or -1: the connector; NULL: none. */
const json_t *state_status(const struct state *s, const char *name, int task);
/* {"X": {"-1": status, "0": status}}, of connectors that are gone, too. */
const json_t *state_statuses(const struct state *s);

/* The source offset of that partition, NULL: none. */
const json_t *state_offset(const struct state *s, const char *name,
                           const json_t *partition);
/* [{"partition":{},"offset":{}}], new. */
json_t *state_offsets(const struct state *s, const char *name);

#endif
