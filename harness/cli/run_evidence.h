/* run_evidence.h - what the outer program adds to the evidence of a run: the
 * folder and the start before the engine, logs and reports after the engine. */
#ifndef CLI_RUN_EVIDENCE_H
#define CLI_RUN_EVIDENCE_H

#include <jansson.h>

#include "base/attr.h"
#include "base/err.h"
#include "cli/launch.h"
#include "engine/run.h"

/* Forget the secrets of other runs, whose words would make holes in the
 * evidence of this run, and add those of the scenario and of --secret. */
void evidence_learn_secrets(const struct launch_spec *s);

/* Make the run folder (verify: take the given one), lock it against a second
 * process, and write what `ordeal verify RUN` needs. Sets spec->dir and
 * spec->id to *ret_dir and *ret_id, both new; *ret_hold: the locked descriptor.
 */
MUST_USE int evidence_begin(const struct launch_spec *s, struct run_spec *spec,
                            char **ret_dir, char **ret_id, int *ret_hold,
                            struct err *err);

/* When all processes of the run have ended: copy the logs, write the reports.
 * Returns run.json (verify: verify.json) as the engine wrote the file; new.
 * Where there is none, a document of outcome inconclusive is made and written.
 * `unwritten`: the error that the engine reported for run.json, or "";
 * `died`: how the engine ended, or "" for in good order. `run.logs_left` is
 * true if a log could not be copied, so that work/ must stay. */
json_t *evidence_end(const struct launch_spec *s, const struct run_spec *spec,
                     const char *unwritten, const char *died);

#endif
