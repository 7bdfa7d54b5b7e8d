/* scenario.h - a scenario file: syntax checked, names inside the file resolved.
 *
 * Names of higher layers (faults, targets, checks, endpoint and platform kinds)
 * and their arguments stay JSON values with paths; plan/ binds them
 * (plan/plan.h), before anything starts. All pointers live as long as the
 * document.
 */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct doc;

enum delivery { AT_MOST_ONCE, AT_LEAST_ONCE, EXACTLY_ONCE };
enum ordering { ORDER_NONE, ORDER_STREAM, ORDER_KEY };
/* Exactly-once of a sink: each identity stands once in the final contents
 * (`contents`), or was delivered once (`deliveries`). */
enum once_by { BY_CONTENTS, BY_DELIVERIES };

extern const char *const delivery_words[]; /* "at-most-once", ... */
extern const char *const ordering_words[]; /* "none", "stream", "key" */
extern const char *const once_by_words[];  /* "contents", "deliveries" */

struct guarantee {
    int64_t delivery; /* enum delivery */
    int64_t ordering; /* enum ordering; the default is ORDER_STREAM */
    int64_t once_by;  /* enum once_by */
    int64_t duplicates_per_disturbance; /* bound: "2000 per disturbance" or a
                                           number; -1: no bound */
};

struct topic {
    const char *name;
    int64_t partitions;   /* default 1 */
    int64_t replicas;     /* default 0: the plan takes min(3, brokers), since
                             --platform may replace the platform of the file */
    const json_t *config; /* topic configuration; may be NULL */
};

struct endpoint_spec {
    const char *name;
    const char *kind;
    const json_t *with; /* the object without `kind` */
    char path[96];      /* "endpoints.shop" */
};

struct connector {
    const char *name;
    const json_t *config; /* may hold ${endpoint.key}; the engine fills in the
                             value */
    const char *plugin;   /* folder, zip, tar.gz, g:a:v[:type[:classifier]] or a
                             name from fixtures; "": the worker has the
                             plugin */
    const char *connect;  /* group of workers; NULL: none is named */
    bool is_source;       /* from the place in the flow: an endpoint stands on
                             the left */
};

enum load_kind { LOAD_TOPIC, LOAD_FILE };
enum load_format { FORMAT_TEXT, FORMAT_JSON };

struct load {
    const char *into;        /* a topic, or an endpoint whose file can grow */
    int64_t kind;            /* enum load_kind, by the kind of `into` */
    int64_t rate;            /* records a second over all streams */
    int64_t from_us;         /* begins so long after the load of the run did */
    int64_t records;         /* ends once it has written so many; 0: with the
                                load of the run */
    int64_t size;            /* bytes of a value; at least STAMP_LEN + 8 */
    int64_t keys;            /* distinct keys of each stream; 0: no key */
    int64_t partitions;      /* streams; 0: as many as the topic has
                                partitions */
    int64_t format;          /* enum load_format */
    int64_t schema_change;   /* sequence number of the first record with one
                                more field; 0: no such record */
    int64_t acks;            /* -1 all, 0, 1 */
    int64_t idempotence;     /* bool, default true */
    const char *compression; /* none, gzip, snappy, lz4, zstd */
    int64_t transaction;     /* records in a transaction; 0: no transactions */
    int64_t abort_share;     /* parts per million of transactions to abort */
    int64_t timeout_us;      /* delivery time-out */
};

/* A row of a flow: station, connector, station, ... Both ends are stations. */
struct flow {
    const char *const *names; /* `len` names, an odd number: 3 or more, or 1 for
                                 a topic that is only loaded and verified */
    size_t len;
};

struct step {
    int64_t at_us;          /* from the start of the timeline; -1: `after` */
    const char *after;      /* "10000 delivered", "<label> recovered" */
    const char *label;      /* for `after` of later steps; may be NULL */
    const char *fault;      /* kind */
    const char *target_key; /* a key that scenario_read() was given; NULL: none
                               given */
    const char *target;     /* "leader of orders/0"; NULL: none given */
    const json_t *with;     /* arguments; may be NULL */
    int64_t for_us;         /* revert after this; 0: not stated */
    char path[32];          /* "timeline[3]" */
};

struct check_spec {
    const char *kind;
    const json_t *with; /* arguments; may be NULL */
    bool relax;         /* `relax: kind` with a reason; false: a check */
    const char *reason;
    char path[32]; /* "expect[0]" */
};

/* The outcome expected by the file. */
struct expected {
    bool given;             /* else: pass */
    int64_t is;             /* enum outcome of base/outcome.h */
    const json_t *findings; /* {"lost": "all" | "some" | number}; names:
                               `word` of base/findings.h; may be NULL */
};

/* All time-outs. `timeouts:` sets each; the evidence records all. */
struct timeouts {
    int64_t node_up_us;           /* 60s: a broker or worker answers */
    int64_t connector_running_us; /* 60s: connector and tasks RUNNING */
    int64_t steady_us;            /* 60s: three windows within 30 % */
    int64_t fault_lands_us;       /* 30s: proof of fault */
    int64_t revert_us;            /* 60s: a revert is proven */
    int64_t recover_us;           /* 120s: rate and lag are back */
    int64_t drain_us;             /* 180s: every station caught up */
    int64_t replay_us;            /* 600s: reading back one station */
    int64_t run_us;               /* 15m: the whole run */
    int64_t stall_us;             /* 30s: backlog and no progress */
};

struct platform_spec {
    const char *kind;   /* "local"; NULL: the default */
    const json_t *with; /* the `platform:` object less `kind`; may be NULL */
};

struct scenario {
    const char *name;
    const char *why;
    struct guarantee guarantee;   /* of every hop through a connector */
    const json_t *hop_guarantees; /* connector name -> guarantee object */
    struct platform_spec platform;
    struct topic *topics;
    size_t topics_len;
    struct endpoint_spec *endpoints;
    size_t endpoints_len;
    struct connector *connectors;
    size_t connectors_len;
    struct load *loads;
    size_t loads_len;
    struct flow *flows;
    size_t flows_len;
    struct step *steps;
    size_t steps_len;
    struct check_spec *checks;
    size_t checks_len;
    struct expected expected;
    struct timeouts timeouts;
    int64_t warm_up_us;  /* `warm-up`, default 0s: load before steady */
    int64_t quiet_us;    /* default 5s: load goes on after heal */
    int64_t duration_us; /* least time of the timeline, default 10s */
    int64_t records_min; /* vacuity guard, default 1000 */
    bool has_seed;
    uint64_t seed;
};

enum { STEP_TARGETS_MAX = 32 };

/* Read `d` into *ret; complaints go to `d` (doc_complaints()). After a
 * complaint the members of *ret concerned may be NULL or 0, and only
 * scenario_done() may be called on *ret. `target_keys` ("worker", "on", ...;
 * at most STEP_TARGETS_MAX, NULL-terminated, static storage) are the keys by
 * which a step may name its target.
 *
 * Names used but not declared (a flow over an unknown connector, a load into
 * nothing, an unknown label, a connector outside every flow) are complaints
 * with the nearest declared name. A topic named by flows only is declared with
 * defaults, so that a minimal file stays minimal; a name much like a declared
 * endpoint or topic is a complaint.
 */
void scenario_read(struct doc *d, const char *const *target_keys,
                   struct scenario *ret);
void scenario_done(struct scenario *s);

/* The guarantee of the hop through `connector`: the scenario's, replaced member
 * by member by hop_guarantees. */
struct guarantee scenario_guarantee(const struct scenario *s, struct doc *d,
                                    const char *connector);

/* A section's table, for the schema and `ordeal explain scenario`. */
struct section {
    const char *name; /* "load", "topics.*", "timeouts", ... */
    const char *help;
    const struct arg *args;
    size_t args_len;
};
const struct section *scenario_sections(size_t *ret_len);

/* A kind for the schema; the tables of kinds belong to higher layers. */
struct schema_kind {
    const char *set;  /* "fault", "check", "endpoint", "platform", "target" */
    const char *name; /* targets: the key */
    const char *help;
    const char *target_key; /* faults: the key of the target; NULL: no target */
    const struct arg *args;
    size_t args_len;
};

/* JSON Schema 2020-12 of a scenario file, from the same tables. New. */
json_t *scenario_schema(const struct schema_kind *kinds, size_t n);

#endif
