/* launch.h - one run from the outer program: folder, keeper, live view,
 * reports. */
#ifndef CLI_LAUNCH_H
#define CLI_LAUNCH_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "cli/live.h"
#include "node/node.h"
#include "plan/plan.h"

/* Open files allowed to each process of a run: an engine has 100 to 300, a
 * broker more. */
enum { LAUNCH_DESCRIPTORS = 512 };

struct world;

struct launch_spec {
    const struct plan *plan;
    const char *scenario_file;
    const char *out_dir; /* folder of the run folders */
    const json_t *fetched;
    const json_t *again; /* sets, names: the options of the command line, for
                            start.json */
    enum sandbox sandbox;
    uint64_t seed;
    enum live_style style;
    bool verbose;
    struct world *world; /* shared with other runs; NULL: a new run has nodes of
                            its own */
    size_t suite_at;     /* with `world`: the scenario's place in the suite */
    const char *verify_dir; /* a run folder to judge again; NULL: a new run */
    uint32_t verify_number;
    int64_t verify_began_wall_us; /* from start.json */
};

/* Run a scenario, or judge a run folder again. *ret_run: run.json (verify:
 * verify.json), new; if the engine died, a document of outcome inconclusive
 * in the same shape. *ret_dir: the run folder, new. Reports of a verify go
 * into verify/ and leave the run's own untouched. Returns 0; negative errno
 * only if nothing was started: no folder, or the folder is locked. Call
 * while the process has one thread. */
int launch(const struct launch_spec *spec, json_t **ret_run, char **ret_dir,
           struct err *err);

/* True once the user has pressed Ctrl-C (or sent SIGTERM): a suite begins no
 * further run. */
bool launch_interrupted(void);

#endif
