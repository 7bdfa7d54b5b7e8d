/* run.h - a run, from preflight to down, inside the engine process. */
#ifndef ENGINE_RUN_H
#define ENGINE_RUN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "node/node.h"
#include "plan/plan.h"

/* Nodes that several runs use, one after another. */
struct shared_world {
    const char *dir; /* absolute: data, logs and configuration of the nodes;
                        NULL: the run has nodes of its own, below work/ */
    const char *id;  /* of the world: the last part of `dir` */
    int ordinal;     /* which run this is in the world, from 1 */
    const json_t *before;    /* ids of the runs before, in order; NULL: none */
    const uint32_t *numbers; /* the stamps' runs of the runs before */
    size_t numbers_len;
    bool other_workers; /* the run before had workers of other settings */
};

struct run_spec {
    const struct plan *plan;
    const char *dir;         /* the run's folder, absolute, made */
    const char *program_dir; /* folder of ordeal and the stand-ins */
    const char *id;          /* "<time>-<name>-<seed>" */
    const char *scenario_file;
    const char *scenario_sha256;
    const char *commit; /* of the program; "": unknown */
    uint64_t seed;
    uint32_t number;       /* the stamps' run */
    const json_t *fetched; /* result of the platform's fetch() */
    struct shared_world world;
    const char *sandbox_reason; /* why the fallback; "" */
    int64_t origin_us;          /* clk_monotonic_us() when the run began */
    int64_t began_wall_us;
    int progress_fd; /* for the live view, a JSON object a line; -1: no live
                        view */
    bool verbose;    /* log lines to stderr too */

    /* Read an earlier run of `dir` again and judge the data left: brokers alone
     * are started, nothing is sent, the verdict is fail or inconclusive. */
    bool verify_only;
};

/* The keeper's engine_main: `ctx` is a struct run_spec. Writes run.json into
 * the folder whatever happens short of a SIGKILL, even on a full disk, and
 * returns the exit code. */
int engine_run(struct nodes *nodes, void *ctx);

/* Where the nodes of a run, or the brokers that a verify starts, write their
 * logs, below work/; new. Copies without secrets go into logs/ and verify/logs/
 * when all have ended. An endpoint's folder in work/ never has a name with a
 * dot. */
char *run_node_logs(const char *dir, bool verify_only);

/* For a run whose engine died in a shared world, once the world's processes
 * have ended: bring the logs and the data of the nodes, as far as they are the
 * run's, into the run folder `dir`, as the engine does at the end of a run. 0
 * also where the engine did, and for a run with nodes of its own. */
MUST_USE int run_take_from_world(const char *dir, struct err *err);

/* Free the room that a run keeps on the disk for run.json, so that the outer
 * program can write run.json for an engine that was killed. `dir`: the run
 * folder. The room may be free already. */
void run_give_room(const char *dir);

#endif
