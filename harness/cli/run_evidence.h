/* run_evidence.h - the outer program's part of the evidence of a run: folder
 * and start before the engine, logs and reports after the engine. */
#ifndef CLI_RUN_EVIDENCE_H
#define CLI_RUN_EVIDENCE_H

#include <jansson.h>

#include "base/attr.h"
#include "base/err.h"
#include "cli/launch.h"
#include "engine/run.h"

/* Forget the secrets of other runs of a suite, and add those of this
 * scenario and of --secret: words replaced for another run would only make
 * holes in the evidence. */
void evidence_learn_secrets(const struct launch_spec *s);

/* In an engine forked by a keeper that has known other runs: forget their
 * secrets, learn those of the scenario, and keep the list in the run folder
 * `dir` up to date from here on. Of `s` only plan and again are used. */
MUST_USE int evidence_know_secrets(const struct launch_spec *s, const char *dir,
                                   struct err *err);

/* Make the run folder (verify: take the given folder), lock the folder, and
 * write what `ordeal verify RUN` needs. Sets spec->dir and spec->id to
 * *ret_dir and *ret_id, both new; *ret_hold is the locked descriptor.
 * Returns 0 or negative errno. */
MUST_USE int evidence_begin(const struct launch_spec *s, struct run_spec *spec,
                            char **ret_dir, char **ret_id, int *ret_hold,
                            struct err *err);

/* After all processes of the run have ended: copy the logs and write the
 * reports. Returns run.json (verify: verify.json) as written by the engine,
 * new. Without such a file a document of outcome inconclusive is made and
 * written. `unwritten`: the error of the engine about run.json, or "";
 * `died`: how the engine ended, "" if in good order. `run.logs_left` in the
 * document is true if a log could not be copied: work/ must stay then. */
json_t *evidence_end(const struct launch_spec *s, const struct run_spec *spec,
                     const char *unwritten, const char *died);

/* Make the folder of a run that is skipped for the reason `why`: run.json and
 * reports, no work/. *ret_run and *ret_dir are new. Returns 0 or negative
 * errno. */
MUST_USE int evidence_skip(const struct launch_spec *s, const char *why,
                           json_t **ret_run, char **ret_dir, struct err *err);

#endif
