/* run_state_own.h - what the phases of a run share, in five parts: given,
 * world, told, facts, results.
 *
 * Everything belongs to the engine's thread, except where another thread is
 * named. */
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

/* Everything the run was asked to do. Nothing here changes while the run goes
 * on, so every thread may read it without a lock. */
struct given {
    const struct run_spec *spec;
    const struct plan *plan;
    struct flow_shape shape; /* ends of flows, rates of loads */
};

/* ---- world: what the run acts on and looks at ---------------------------- */

/* The ways into the Kafka and Connect clusters under test. All clients use the
 * observer's listener, so no fault of the timeline touches them. */
struct cluster {
    struct kafka_access access; /* borrowed by clients and endpoints */
    struct kafka_admin *admin;
    struct observer *observer; /* NULL: nothing was observed */
    struct connect *connect;
};

/* A station's endpoint while it is open. */
struct open_station {
    struct endpoint_env env; /* borrowed by the endpoint */
    struct endpoint *endpoint;
    char *work_dir; /* owned */
};

/* Names and addresses of all workers, so that a thread that is told an address
 * finds the worker's number. Any thread, under `lock`. */
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
    struct clk clk;                   /* the run's one clock; 0: its begin */
    struct platform_env platform_env; /* borrowed by the platform */
    struct platform *platform;
    struct cluster cluster;
    struct open_station *stations; /* by station of the plan; owned */
    struct sampler *sampler;
    struct load_item *loads; /* the plan's, those into files with the endpoint
                                that is open; owned */
    struct load_thread *load;
    void **step_args;   /* by step of the plan: its arguments, filled with
                           properties of open endpoints; owned */
    json_t *step_texts; /* borrowed by step_args; owned */
    struct field field; /* what faults may reach */
    struct field_endpoint *field_endpoints; /* borrowed by `field`; owned */
    struct worker_list workers;
};

/* ---- told: what the run says while it goes on ---------------------------- */

/* The journal on disk, the live view, and what has been said already. */
struct told {
    struct journal *journal; /* NULL: the run folder could not be opened */
    struct event_sink events;
    struct progress progress;
    const char *phase; /* under way; NULL: none yet, or none any more */
    int64_t phase_began_us, phase_limit_us;
    int64_t progress_us; /* the last line for the live view */
    bool full;           /* a full disk is among the reasons */
    bool gone;           /* the end of all brokers is among the reasons */
};

/* ---- facts: what was observed, before any judging ------------------------ */

/* What a station held when it was read back. */
struct station_facts {
    struct tally_stream_spec *streams; /* streams that lead here; owned */
    struct tally_spec spec;            /* how its records are counted */
    struct tally *tally;               /* NULL: not read; owned */
    struct offset_walks walks;         /* topics only */
    char why_not[512];                 /* why it was not read */
    bool part_read;                    /* an open transaction hid the rest */
    bool came_late; /* records came after the drain, while it was read */
    const char *holes_unjudged; /* static words why holes in its offsets are no
                                   findings; NULL: they are */
};

/* What the drain and the replay saw of a hop. */
struct hop_facts {
    bool drained; /* as the drain ended: nothing more would have arrived */
    bool stalled; /* work waited and nothing moved until the drain's end */
    char dead_why[512]; /* why its dead-letter topic could not be read; "": it
                           was, or there is none */
};

/* From the moment of `at` on, offsets of `connector` may go back. */
struct connector_reset {
    const char *connector; /* the plan's; "": not one of the plan's */
    struct declared_reset at;
};

struct facts {
    struct limits limits;     /* of the configuration in force */
    struct timeline timeline; /* what became of each step */
    bool timeline_made;       /* timeline_init() was called */
    struct baseline baseline;
    struct station_facts *stations; /* by station of the plan; owned */
    struct hop_facts *hops;         /* by hop of the plan; owned */
    struct ledger_view ledger;
    bool have_ledger;
    struct connector_reset *resets; /* in order of time; owned */
    size_t resets_len;
    int64_t load_began_us, load_ended_us; /* run clock; -1: not (yet) */
    struct pressure pressure_before;      /* as the load began */
    struct pressure pressure_after;       /* as the drain ended */
    bool cut_short;   /* a phase failed or was not done to its end */
    bool drain_ended; /* by itself, not broken off */
    bool unmended;    /* as the drain began: a fault may still be in force */
    bool topics_gone; /* topics ended with the run's processes */
    bool clock_set;   /* the wall clock was set: wall times have no order */
    bool struck;      /* a process ended without a fault having ended it */
    struct past past; /* verify only: what the run told while it lived */
};

/* ---- results: what is concluded from facts ------------------------------- */

/* A hop as the oracle judged it. */
struct hop_judgement {
    bool judged;
    char why_not[512];
    struct hop_result result;
    struct commit_result commits;
    size_t commits_len; /* commits that `commits` was judged from */
    struct late_failed late;
    bool refusals_known;   /* http sinks only */
    uint64_t refused_only; /* refused and neither taken nor dead-lettered */
    bool outside_judged;   /* the time of every duplicate is known */
    uint64_t duplicates_outside; /* of every disturbance's window */
};

/* The arrays become members of run.json as they are. */
struct results {
    json_t *phases;     /* {name, from_us, to_us} of each phase that ended */
    json_t *reasons;    /* sentences: why the run cannot pass (inconclusive) */
    json_t *not_judged; /* sentences: what could not be observed */
    struct hop_judgement *hops; /* by hop of the plan; owned */
};

/* ---- the run ------------------------------------------------------------- */

/* Judging takes const given, facts and results, never the whole run: a judge
 * can neither look at the world again nor act on it. */
struct run {
    struct given given;
    struct world world;
    struct told told;
    struct facts facts;
    struct results results;
};

/* One hop as evidence: fields of `hops` in run.json, with its status by the
 * guarantee. New. */
json_t *hop_evidence(struct run *r, size_t hop); /* hop_json.c */

#endif
