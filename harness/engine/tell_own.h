/* tell_own.h - messages of a run: phases, reasons, the live view. Engine
 * thread, but for run_reason() and run_not_judged(): any thread. */
#ifndef ENGINE_TELL_OWN_H
#define ENGINE_TELL_OWN_H

#include <jansson.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "engine/run_state_own.h"

/* Open journal.jsonl (verify: verify.jsonl) in the run folder. From now on
 * every event goes into the journal, and to the live view if it has a text. */
MUST_USE int run_open_journal(struct run *r, struct err *err);

/* End the phase under way and begin `name` (static storage; NULL: none).
 * `limit_us`: longest duration of the phase, for the live view. */
void run_phase(struct run *r, const char *name, int64_t limit_us);

/* The phase under way; "preflight" before the first. */
const char *run_phase_name(const struct run *r);

/* Add a reason why the run cannot be judged a pass. */
void run_reason(struct run *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Add `sentence`, worded by verdict/, as a reason. Takes `sentence`; NULL: no
 * reason. */
void run_reason_if(struct run *r, json_t *sentence);

/* Add something that could not be observed, and why not. */
void run_not_judged(struct run *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Send a line of rates, lag, tasks and faults to the live view, at most twice a
 * second. */
void run_progress(struct run *r);

#endif
