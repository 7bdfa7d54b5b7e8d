/* run_state_own.h - the data that the phases of a run share, in five parts:
 * given, world, told, facts, results.
 *
 * Everything belongs to the engine's thread, except where another thread is
 * named.
 */
#ifndef ENGINE_RUN_STATE_OWN_H
#define ENGINE_RUN_STATE_OWN_H

#include <jansson.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/outcome.h"
#include "base/pressure.h"
#include "engine/journal_own.h"
#include "engine/limits_own.h"
#include "engine/past.h"
#include "engine/progress_own.h"
#include "engine/run.h"
#include "engine/sampler_own.h"
#include "engine/timeline_own.h"
#include "ledger/ledger.h"
#include "oracle/commits.h"
#include "oracle/hop.h"
#include "plan/plan.h"
#include "verdict/baseline.h"
#include "verdict/late_failure.h"

/* ---- given: fixed before the run begins ---------------------------------- */

/* Everything the run was asked to do. Nothing here changes during the run, so
 * every thread may read given without a lock. */
struct given {
    const struct run_spec *spec;
    const struct plan *plan;
    struct flow_shape shape; /* ends of flows, rates of loads */
};

/* ---- world: everything the run acts on and looks at ---------------------- */

/* The ways into the Kafka and Connect clusters under test. All clients use the
 * observer's listener, so no fault of the timeline touches the harness. */
struct cluster {
    struct kafka_access access; /* borrowed by clients and endpoints */
    struct kafka_admin *admin;
    struct observer *observer; /* NULL: nothing was observed */
    struct field_group connects[PLATFORM_GROUPS_MAX]; /* a client for each
                                                         group of the plan */
};

/* A station's endpoint while open. */
struct open_station {
    struct endpoint_env env; /* borrowed by the endpoint */
    struct endpoint *endpoint;
    char *work_dir; /* owned */
};

/* Names and addresses of all workers. A sink is told the address of a sender
 * and finds the worker's number here. Any thread, under `lock`. */
struct worker_list {
    pthread_mutex_t lock;
    struct {
        char address[NODE_ADDRESS_MAX];
        char name[NODE_NAME_MAX];
        int number;
    } at[NODES_MAX];
    size_t len;
};

/* The processes, clients and threads of the run. NULL members have not been
 * started (yet) or have been closed again. */
struct world {
    struct nodes *nodes;
    struct clk clk;                   /* monotonic, 0 as the run began */
    struct platform_env platform_env; /* borrowed by the platform */
    struct platform_group groups[PLATFORM_GROUPS_MAX]; /* borrowed by the env */
    struct platform *platform;
    size_t nodes_declared; /* nodes of the platform when up */
    json_t *configs; /* shared world: dynamic configuration of the brokers when
                        up, as by shared_configs(); owned */
    struct cluster cluster;
    struct open_station *stations; /* by station of the plan; owned */
    struct sampler *sampler;
    struct load_item *loads; /* the plan's; `endpoint` is set; owned */
    struct load_thread *load;
    void **step_args; /* by step of the plan: arguments, filled with properties
                         of open endpoints; owned */
    json_t *step_texts;                     /* borrowed by step_args; owned */
    struct field field;                     /* everything faults may reach */
    struct field_endpoint *field_endpoints; /* borrowed by `field`; owned */
    struct worker_list workers;
};

/* ---- told: everything the run says on the way --------------------------- */

/* The journal on disk, the live view, and reasons that must not be told twice.
 */
struct told {
    struct journal *journal; /* NULL: the run folder could not be opened */
    struct event_sink events;
    struct progress progress;
    const char *phase; /* under way; NULL: none yet, or none any more */
    int64_t phase_began_us, phase_limit_us;
    int64_t progress_us;  /* the last line for the live view */
    bool late;            /* the end of timeouts.run is among the reasons */
    bool full;            /* a full disk is among the reasons */
    bool gone;            /* the end of all brokers is among the reasons */
    pthread_mutex_t lock; /* held while a sentence or a declared reset is added:
                             calls of faults add from threads of their own */
};

/* ---- facts: observations, before any judging ----------------------------- */

/* A station, read back. */
struct station_facts {
    struct tally_stream_spec *streams; /* streams leading here; owned */
    struct tally_spec spec;            /* how records are counted */
    struct tally *tally;               /* NULL: not read; owned */
    struct offset_walks walks;         /* topics only */
    char why_not[512];                 /* why the station was not read */
    bool part_read;                    /* an open transaction hid the rest */
    bool came_late; /* records came after the drain, during the replay */
    const char *holes_unjudged; /* static words why holes in the offsets are no
                                   findings; NULL: holes are */
};

/* A hop in the drain and the replay. */
struct hop_facts {
    int tasks, tasks_running; /* by their statuses, as the run ended */
    bool drained; /* as the drain ended: nothing more would have arrived */
    bool stalled; /* work waited and nothing moved until the drain's end */
    char dead_why[512]; /* why the dead-letter topic could not be read; "":
                           read, or the hop has none */
};

/* From the moment of `at` on, offsets of `connector` may go back. */
struct connector_reset {
    const char *connector; /* the plan's; "": unknown to the plan */
    struct declared_reset at;
};

struct facts {
    bool observed; /* by an observer, while the run went on */
    bool sampled;  /* once a second, while the run went on */
    struct limits limits[PLATFORM_GROUPS_MAX]; /* of the configuration in force,
                                                  by group of the plan */
    struct timeline timeline;                  /* the life of each step */
    bool timeline_made;                        /* timeline_init() was called */
    struct baseline baseline;
    struct station_facts *stations; /* by station of the plan; owned */
    struct hop_facts *hops;         /* by hop of the plan; owned */
    struct ledger_view ledger;
    bool have_ledger;
    struct connector_reset *resets; /* in order of time, under told.lock while
                                       the timeline goes on; owned */
    size_t resets_len;
    int64_t load_began_us, load_ended_us; /* run clock; -1: not (yet) */
    json_t *loads; /* "load.each" of run.json; owned, NULL: not known */
    struct pressure pressure_before; /* as the load began */
    struct pressure pressure_after;  /* as the drain ended */
    bool cut_short;                  /* a phase failed or ended early */
    bool drain_ended;                /* by itself, not broken off */
    bool unmended;    /* as the drain began: a fault may still be in force */
    bool topics_gone; /* topics ended with the run's processes */
    bool clock_set;   /* the wall clock was set: wall times have no order */
    bool struck;      /* a process ended without a fault having ended it */
    struct past past; /* verify only: records of the earlier run */
};

/* ---- results: conclusions from facts ------------------------------------- */

/* A hop, judged by the oracle. */
struct hop_judgement {
    bool judged;
    char why_not[512];
    struct hop_result result;
    struct commit_result commits;
    size_t commits_len; /* number of commits judged */
    struct late_failed late;
    bool refusals_known;   /* http sinks only */
    uint64_t refused_only; /* refused and neither taken nor dead-lettered */
    bool outside_judged;   /* the time of every duplicate is known */
    uint64_t duplicates_outside; /* of every disturbance's window */
};

/* The arrays become members of run.json unchanged. */
struct results {
    json_t *phases;     /* {name, from_us, to_us} of each phase ended */
    json_t *reasons;    /* sentences: why the run cannot pass (inconclusive) */
    json_t *not_judged; /* sentences: things that could not be observed */
    struct hop_judgement *hops; /* by hop of the plan; owned */
    json_t *left;               /* shared world: what the run left behind, as by
                                   isolation_findings(); NULL: not looked at */
};

/* ---- the run ------------------------------------------------------------- */

/* Judging takes const given, facts and results, never the whole run: a judge
 * can neither look at the world again nor act on the world. */
struct run {
    struct given given;
    struct world world;
    struct told told;
    struct facts facts;
    struct results results;
};

#endif
