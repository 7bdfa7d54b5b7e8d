/* run.h - a run, from preflight to down, inside the engine process. */
#ifndef ENGINE_RUN_H
#define ENGINE_RUN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "node/node.h"
#include "plan/plan.h"

struct run_spec {
    const struct plan *plan;
    const char *dir;         /* the run's folder, absolute, made */
    const char *program_dir; /* where ordeal and its stand-ins are */
    const char *id;          /* "<time>-<name>-<seed>" */
    const char *scenario_file;
    const char *scenario_sha256;
    uint64_t seed;
    uint32_t number;            /* the stamps' run */
    const json_t *fetched;      /* what the platform's fetch() returned */
    const char *sandbox_reason; /* why the fallback; "" */
    int64_t origin_us;          /* clk_monotonic_us() when the run began */
    int64_t began_wall_us;
    int progress_fd; /* one JSON object a line for the live view; -1 */
    bool verbose;    /* log lines to stderr too */

    /* Judge what an earlier run of this folder left: brokers alone are
     * started, nothing is sent, the verdict is fail or inconclusive. */
    bool verify_only;
};

/* The keeper's engine_main: `ctx` is a struct run_spec. Writes run.json into
 * the folder whatever happens short of a SIGKILL, and returns the exit code. A
 * disk that is full leaves it the room that the run has kept for itself. */
int engine_run(struct nodes *nodes, void *ctx);

/* Where the nodes of a run, or the brokers that a verify starts, write their
 * logs, below work/; new. Copies without secrets go into logs/ and verify/logs/
 * when all have ended. An endpoint's folder in work/ never has a name with a
 * dot. */
char *run_node_logs(const char *dir, bool verify_only);

/* Free that room for who writes in the place of an engine that was killed.
 * `dir`: the run folder. It may be gone already. */
void run_give_room(const char *dir);

#endif
