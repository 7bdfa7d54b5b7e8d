/* settings.h - a Connect worker's properties, by Connect's own names. */
#ifndef STANDINS_WORKER_SETTINGS_H
#define STANDINS_WORKER_SETTINGS_H

#include <jansson.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "standins/worker/worker_state.h"

struct settings {
    json_t *properties; /* as given; texts below are borrowed from it */
    const char *bootstrap, *group, *listeners;
    const char *advertised_host; /* NULL: that of the first listener */
    int64_t advertised_port;     /* 0: that of the first listener */
    const char *topics[TOPICS];
    int64_t partitions[TOPICS]; /* when a topic is made */
    int64_t replicas[TOPICS];   /* 0: as many as there are brokers, at most 3 */
    char *slots_topic;          /* of its group; owned */
    const char *session_ms, *heartbeat_ms, *rebalance_ms;
    int64_t stop_us;          /* how long a task may take to stop */
    int64_t flush_timeout_us; /* how long source offsets may take to be kept */
};

/* Takes `properties`, also on failure. Keys that mean nothing here are logged.
 * -EINVAL: one is missing, or is no number. */
MUST_USE int settings_of(json_t *properties, struct settings *ret,
                         struct err *err);
void settings_done(struct settings *s);

#endif
