/* shared_world.h - brokers and workers that scenarios of a suite use one after
 * another, from the outer program.
 *
 * A world is a keeper that stays (node/node.h). Data, logs and configuration of
 * the nodes lie in the folder <out>/.world-<number>/, locked while a process of
 * the world lives and removed at the end. Each scenario has an engine of its
 * own, so the death of an engine ends a single run. Call from the main thread,
 * while the process has no other thread.
 */
#ifndef CLI_SHARED_WORLD_H
#define CLI_SHARED_WORLD_H

#include <jansson.h>
#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "cli/bound.h"
#include "engine/run.h"

struct world;

struct world_spec {
    const struct bound *suite; /* borrowed for the life of the world; all
                                  fetched */
    size_t suite_len;
    const char *out_dir; /* made before */
    enum sandbox sandbox;
    bool verbose;
};

/* Make the folder and start the keeper; nodes are started by the first run. */
MUST_USE int world_open(const struct world_spec *spec, struct world **ret,
                        struct err *err);

/* End all processes, give the latest run the logs and data that its engine has
 * not taken, and remove the folder. Where taking fails, the folder stays for
 * world_tidy(). NULL is fine. */
void world_close(struct world *w);

struct keeper *world_keeper(struct world *w);

/* Start the engine of scenario `at` of the suite. Of `spec` are used: dir, id,
 * scenario_sha256, seed, number, origin_us, began_wall_us, sandbox_reason.
 * progress_fd and `hold`, the lock of the run folder, are borrowed: the engine
 * gets duplicates. */
MUST_USE int world_begin(struct world *w, size_t at,
                         const struct run_spec *spec, int hold,
                         struct err *err);

/* The engine of the run has ended; `died`: how, "" in good order. If the engine
 * died, the world's processes are ended, and the run gets its logs and data. */
void world_ended(struct world *w, const char *died);

/* Whether the world can be used after the run with evidence `run` (NULL: none).
 * Else *ret_why, new, says why not. Notes the run for the evidence of later
 * runs. */
bool world_goes_on(struct world *w, const json_t *run, char **ret_why);

/* Remove worlds in `out_dir` left by a killed program, after the latest run of
 * each has got its logs and data; where taking fails, the world stays. A world
 * whose processes do not end within `patience_us` is in use, and stays. */
void world_tidy(const char *out_dir, int64_t patience_us);

#endif
