/* may_go_on_own.h - whether the run may go on: Ctrl-C, time-out, disk,
 * descriptors, clock, and whether everything that should run still runs. Engine
 * thread.
 */
#ifndef ENGINE_MAY_GO_ON_OWN_H
#define ENGINE_MAY_GO_ON_OWN_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "engine/run_state_own.h"

/* From now on take SIGTERM and SIGINT for a wish to stop (base/stop.h) instead
 * of dying of them. */
void run_watch_signals(void);

/* True after the first SIGTERM or SIGINT: heal, keep the evidence, stop. Any
 * thread. */
bool run_interrupted(void);

/* Whether timeouts.run is over. */
bool run_is_late(const struct run *r);

/* 0, or the reason to end the run now: -EINTR interrupted, -ETIMEDOUT
 * timeouts.run is over, -ENOSPC too little room on the disk, -EMFILE no
 * descriptors left, -ECHILD a process ended that no fault had ended. */
MUST_USE int run_may_go_on(struct run *r, struct err *err);

/* -ENOSPC: less is left than a run needs. Brokers halt on a full disk, sinks
 * lose records, and the evidence gets holes. */
MUST_USE int run_disk_has_room(const struct run *r, struct err *err);

/* Occupy room in the run folder that run.json will fit into, whatever fills the
 * disk before. run_give_room() frees the room. */
MUST_USE int run_keep_room(const struct run *r, struct err *err);

/* Whether the wall clock was set since the run began: wall times then say
 * nothing about order. Compared at each call; once true, true for good. */
bool run_clock_was_set(struct run *r);

#endif
