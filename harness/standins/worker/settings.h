/* settings.h - the properties of a Connect worker, under Connect's names. */
#ifndef STANDINS_WORKER_SETTINGS_H
#define STANDINS_WORKER_SETTINGS_H

#include <jansson.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "standins/worker/worker_state.h"

struct settings {
    json_t *properties; /* all properties; the strings below are borrowed from
                           here */
    const char *bootstrap, *group, *listeners;
    const char *advertised_host; /* NULL: the address of the first listener */
    int64_t advertised_port;     /* 0: the port of the first listener */
    const char *topics[TOPICS];
    int64_t partitions[TOPICS]; /* used when a topic is created */
    int64_t replicas[TOPICS];   /* 0: as many as brokers, at most 3 */
    char *slots_topic; /* topic of the workers' group (slots.h); owned */
    const char *session_ms, *heartbeat_ms, *rebalance_ms;
    int64_t stop_us;          /* how long a task may take to stop */
    int64_t flush_timeout_us; /* how long writing source offsets may take */
};

/* Takes over `properties`, also on failure. Unknown keys are logged and
 * ignored. -EINVAL: a required property is missing, or a value is out of range.
 */
MUST_USE int settings_of(json_t *properties, struct settings *ret,
                         struct err *err);
void settings_done(struct settings *s);

#endif
