/* plan.h - a scenario, bound: names to kinds, arguments checked, hops drawn.
 *
 * Everything known before anything starts is known when plan_bind() returns, so
 * no name and no argument fails in the middle of a run. `--dry-run` stops
 * there.
 *
 * After plan_bind() nobody writes into a plan. A run copies the loads and
 * arguments that need values of open endpoints, and completes the copies.
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/outcome.h"
#include "check/check.h"
#include "endpoint/endpoint.h"
#include "fault/fault.h"
#include "load/load.h"
#include "platform/platform.h"
#include "scenario/doc.h"
#include "scenario/scenario.h"

/* A place where records can be read back: an endpoint, or a topic. */
struct plan_station {
    const char *name;
    const struct endpoint_ops *ops;
    void *settings;            /* owned */
    const struct topic *topic; /* NULL: not a topic */
    bool is_loaded;            /* a load writes into the station */
};

/* Three properties of topics, and of no other kind of station yet. A second
 * cluster, or a database read by its log, will have some of the three. */

/* Records have offsets, so that lags, holes and trimmed places can be told. */
static inline bool station_has_offsets(const struct plan_station *s)
{
    return s->topic != NULL;
}

/* The observer sees records as they arrive. */
static inline bool station_is_tailed(const struct plan_station *s)
{
    return s->topic != NULL;
}

/* The brokers under test hold the records: the station is made in the cluster,
 * and is gone with it. */
static inline bool station_is_in_cluster(const struct plan_station *s)
{
    return s->topic != NULL;
}

/* station -> connector -> station, or load -> topic (connector NULL). */
struct plan_hop {
    char name[256];
    const struct connector *connector; /* NULL: the load's own hop */
    size_t up;                         /* station; SIZE_MAX: the load */
    size_t down;                       /* station */
    bool up_is_ledger; /* judged against the ledger, not against a station */
    /* Lag and end of a connector's hop are told by identities instead of
     * commits. A hop into a topic may belong to a source, also out of another
     * topic, and a source commits no offsets. */
    bool by_identities;
    struct guarantee guarantee;
    char group[256];   /* consumer group of a sink; "": a source */
    uint32_t *streams; /* owned */
    size_t streams_len;
    const char *dead_topic; /* dead-letter topic of a sink; NULL: none */
    void *dead_settings;    /* of the endpoint kind "topic", to read
                               dead_topic with; owned; NULL: none */
};

struct plan_step {
    const struct step *step;
    const struct fault_ops *ops;
    void *args; /* owned */
};

struct plan_check {
    const struct check_spec *spec;
    const struct check_ops *ops;
    void *args; /* owned */
};

/* A group of workers of the platform. */
struct plan_group {
    const char *name; /* borrowed; "": all workers are in one group */
    int64_t workers;
    const char **plugins; /* distinct, of the connectors that run there; owned,
                             strings borrowed */
    size_t plugins_len;
};

struct plan {
    struct doc *doc; /* borrowed */
    struct scenario scenario;
    const struct platform_ops *platform;
    void *platform_settings; /* owned */
    struct plan_station *stations;
    size_t stations_len;
    struct plan_hop *hops;
    size_t hops_len;
    struct plan_step *steps;
    size_t steps_len;
    struct plan_check *checks;
    size_t checks_len;
    struct load_item *loads; /* without .endpoint: none is open yet */
    size_t loads_len;
    const char **plugins; /* distinct, of all connectors; strings borrowed */
    size_t plugins_len;
    struct plan_group groups[PLATFORM_GROUPS_MAX]; /* at least one */
    size_t groups_len;
    json_t *kept; /* owned: values made while binding; arguments point into the
                     array */
};

/* Options of the command line that win over the file. */
struct plan_overrides {
    const char *platform; /* --platform; NULL: the file's, else "local" */
    const char *kafka;    /* --kafka; NULL: the file's */
    const char *plugin;   /* --plugin, of every connector; NULL: the file's */
};

/* Bind `doc`. Complaints go to the document; look at doc_complaints() before
 * running. Always leaves *ret fit for plan_done(). */
void plan_bind(struct doc *doc, const struct plan_overrides *over,
               struct plan *ret);
void plan_done(struct plan *p);

/* Whether platform and endpoints can do everything the plan asks: 0, or
 * -ENOTSUP with the reason (outcome skip). */
MUST_USE int plan_able(const struct plan *p, struct err *err);

/* Whether a station keeps one row for each key. */
bool plan_station_keeps_rows(const struct plan_station *s);

/* Groups of workers by name: index or SIZE_MAX. */
size_t plan_group_find(const struct plan *p, const char *name);
/* The index of the group that runs the connector. */
size_t plan_group_of(const struct plan *p, const struct connector *c);
/* The connector by name; NULL: no such connector. */
const struct connector *plan_connector(const struct plan *p, const char *name);

/* Stations by name: index or SIZE_MAX. */
size_t plan_station_find(const struct plan *p, const char *name);

/* The plan for people (--dry-run); new string. `seed` NULL: a seed is drawn
 * only when the plan is run. */
char *plan_text(const struct plan *p, const uint64_t *seed);

/* Whether `endpoints:` may name this kind; a topic is declared under
 * `topics:`. */
bool plan_may_declare(const struct endpoint_ops *kind);

/* Every kind of every set that a scenario may name, for scenario_schema(); new
 * array. */
struct schema_kind *plan_schema_kinds(size_t *ret_len);

#endif
