/* run_state_own.h - what the phases of a run share. Engine thread, but where
 * said. */
#ifndef ENGINE_RUN_STATE_OWN_H
#define ENGINE_RUN_STATE_OWN_H

#include <jansson.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/outcome.h"
#include "base/pressure.h"
#include "engine/journal_own.h"
#include "engine/late_failure_own.h"
#include "engine/past.h"
#include "engine/progress_own.h"
#include "engine/run.h"
#include "engine/sampler_own.h"
#include "engine/timeline_own.h"
#include "ledger/ledger.h"
#include "oracle/commits.h"
#include "oracle/hop.h"
#include "plan/plan.h"

/* What was read back of a station. */
struct station_run {
    struct endpoint_env env; /* the endpoint borrows it */
    struct endpoint *endpoint;
    char *work_dir;
    struct tally_stream_spec *streams; /* those that lead here */
    struct tally_spec spec;
    struct tally *tally;       /* NULL: not read */
    struct offset_walks walks; /* topics */
    char why_not[512];         /* why it was not read */
    bool may_hole; /* holes in its offsets are explained or not judged */
};

struct hop_run {
    bool judged;
    char why_not[512];
    bool drained;
    bool dead_unread; /* what it dead-lettered is not known */
    bool stalled;     /* work waited and nothing moved until the end */
    int64_t stalled_from_us;
    struct hop_result result;
    struct commit_result commits;
    struct late_failed late;
    const char *late_why_not; /* static words; NULL: it was judged */
    bool commits_judged;
    char commits_why_not[128];
    uint64_t refused_only, refused_not_lost; /* http sinks */
    bool refusals_known;
    uint64_t duplicates_outside; /* of every disturbance's window */
    bool outside_judged;
};

struct run {
    const struct run_spec *spec;
    const struct plan *plan;
    struct nodes *nodes;
    struct clk clk;
    struct journal *journal;
    struct event_sink events;
    struct progress progress;
    struct platform_env platform_env; /* the platform borrows it */
    struct platform *platform;
    struct kafka_access kafka;
    struct kafka_admin *admin;
    struct connect *connect;
    struct observer *observer;
    struct sampler *sampler;
    struct load_thread *load;
    struct load_counts load_counts; /* as it stopped */
    struct timeline timeline;
    bool timeline_made;
    struct field field;
    struct field_endpoint *field_endpoints;
    struct baseline baseline;
    bool ends[SAMPLE_STATIONS_MAX];
    struct station_run *stations; /* as the plan's */
    struct hop_run *hops;         /* as the plan's */
    struct ledger_view ledger;
    bool have_ledger;
    struct {
        const char *connector; /* the plan's */
        struct declared_reset at;
    } * resets;
    size_t resets_len;
    int64_t load_began_us, load_ended_us;
    /* as the load began, and as the drain ended */
    struct pressure pressure_before, pressure_after;
    bool cut_short;   /* a phase could not be done, or not to its end */
    bool drain_ended; /* it was not broken off */
    bool unmended;    /* a fault may still be there */
    bool topics_gone; /* they ended with the run's processes */
    bool full_told;   /* that the disk is full is a reason */
    bool gone_told;   /* that they have ended is a reason */
    bool clock_set;   /* the wall clock, and its times are no order */
    bool struck;      /* something ended that no fault of ours had ended */
    struct past past; /* verify: what the run told while it lived */

    /* Where workers are, for threads that are told an address. */
    pthread_mutex_t workers_lock;
    struct {
        char address[NODE_ADDRESS_MAX];
        char name[NODE_NAME_MAX];
        int number;
    } workers[NODES_MAX];
    size_t workers_len;

    json_t *phases;
    json_t *reasons; /* why it cannot be a pass: inconclusive */
    json_t *not_judged;
    json_t *checks;
    const char *phase; /* the one under way */
    int64_t phase_began_us, phase_limit_us;
    struct err failed; /* the phase that could not be done, and why */
};

/* First SIGTERM or SIGINT: heal and stop. Set by a handler. */
bool run_interrupted(void);

/* Begin a phase (ends the one before); `limit_us` is how long it may take, for
 * the live view. */
void run_phase(struct run *r, const char *name, int64_t limit_us);

/* A reason why the run cannot be judged a pass. */
void run_reason(struct run *r, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Something that could not be observed. */
void run_not_judged(struct run *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* One line for the live view, sent at most twice a second. */
void run_progress(struct run *r);

/* Has the whole run's time-out passed, or was it interrupted? err says so. */
int run_may_go_on(struct run *r, struct err *err);

/* Has the wall clock been set since the run began? Then it says nothing about
 * what came before what. Seen where it is asked, and from then on. */
bool run_clock_was_set(struct run *r);

/* Can this process open what it takes to see anything? -EMFILE: no, and nothing
 * that it takes for absent or unanswered is. Any thread. */
int run_can_look(struct err *err);

/* How long a transaction may be left open by who died, before the brokers end
 * it: by the configuration of whoever writes in transactions. */
int64_t run_open_transaction_us(struct run *r); /* read_back.c */

/* ---- standing.c ---- */

/* Do all servers and nodes run that no fault has ended? -ECHILD: not. */
int run_all_stand(struct run *r, struct err *err);

/* Is there a broker, or a fault that will bring one back? -ECHILD: no, and for
 * good. `ctx` is the run; from another thread only while the engine's waits for
 * it. */
int run_cluster_stands(void *ctx, struct err *err);

/* Is there any use in reading a topic or waiting for a proof? < 0: none. As the
 * function before. */
int run_is_of_use(void *ctx, struct err *err);

/* Whether it has no broker any more, and what follows from it: its topics are
 * gone, and the first time that it is seen to be so that is a reason. */
bool run_cluster_is_gone(struct run *r);

/* Tell every sink about every worker, and the workers where to dial it. */
int run_introduce_workers(struct run *r, struct err *err);

/* The number of the worker at an address or name ("10.88.0.12",
 * "worker-1:18083"); -1: none of ours. `ctx` is the run. Any thread. */
int run_worker_at(void *ctx, const char *address);

/* ---- the phases' work (each in a file of its own) ------------------------ */

int run_up(struct run *r, struct err *err);         /* up.c */
int run_start_flow(struct run *r, struct err *err); /* start_flow.c: topics,
                               endpoints, observer, connectors, load */
int run_steady(struct run *r, struct err *err);     /* steady.c */
int run_timeline(struct run *r, struct err *err);
int run_heal(struct run *r, struct err *err);
int run_quiet(struct run *r, struct err *err);
int run_stop_load(struct run *r, struct err *err);
int run_drain(struct run *r, struct err *err);       /* drain.c */
int run_read_ledger(struct run *r, struct err *err); /* read_back.c; once */
void run_replay(struct run *r);
/* ---- dead_letters.c ---- */

/* Where a hop's dead letters go, borrowed; NULL: nowhere. */
const char *run_dead_topic(const struct plan_hop *h);

/* Its dead-letter topic, read like a station. *ret NULL: it has none, or
 * nothing was ever sent there. */
MUST_USE int run_read_dead(struct run *r, const struct plan_hop *h,
                           struct tally **ret, struct err *err);

void run_judge_hops(struct run *r); /* judge_hops.c */
void run_look_again(struct run *r); /* again.c: verify, in place of all */
void run_down(struct run *r);

/* run.json, the outcome in it. New. */
json_t *run_evidence(struct run *r); /* evidence.c */

/* One hop as evidence: fields of `hops` in run.json, with its status by the
 * guarantee. New. */
json_t *hop_evidence(struct run *r, size_t hop); /* hop_json.c */

/* One offset flush of the workers: the tail of every disturbance. */
int64_t run_flush_us(struct run *r);

/* So long nothing moves at the hop where nothing is wrong, and timeouts.stall
 * at least (drain.c). */
int64_t run_stall_us(struct run *r, const struct plan_hop *h);

/* Whether `relax: <check>` stops this finding from failing. */
bool run_relaxed(const struct run *r, const char *finding);

#endif
