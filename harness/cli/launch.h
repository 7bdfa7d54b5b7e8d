/* launch.h - one run, from the outer program: folder, keeper, live view,
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

struct launch_spec {
    const struct plan *plan;
    const char *scenario_file;
    const char *out_dir; /* run folders land here */
    const json_t *fetched;
    const json_t *again; /* what start.json needs beside: sets, names */
    enum sandbox sandbox;
    uint64_t seed;
    enum live_style style;
    bool verbose;
    const char *verify_dir; /* judge this folder again; NULL: a new run */
    uint32_t verify_number;
    int64_t verify_began_wall_us; /* as start.json says */
};

/* Run it. *ret_run: its run.json (verify: verify.json), always (made up to the
 * shape, outcome inconclusive, if the engine died); *ret_dir: its folder (new).
 * A verify's reports go into verify/ below it: those of the run stay. Negative
 * only when nothing could be started: no folder, or one in use. */
int launch(const struct launch_spec *spec, json_t **ret_run, char **ret_dir,
           struct err *err);

/* Was the second Ctrl-C seen, or any at all? Then a suite goes no further. */
bool launch_interrupted(void);

#endif
