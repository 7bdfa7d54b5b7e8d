/* spawn.h - how the keeper starts the process of a node, and helpers for forked
 * children. Call from a process with a single thread. */
#ifndef NODE_SPAWN_H
#define NODE_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"

/* A process to start; all borrowed. */
struct spawn {
    char *const *argv;
    char *const *env;
    const char *cwd;
    const char *log_path;
    const char *hosts_path; /* bound over /etc/hosts; NULL: keep /etc/hosts */
    int netns;              /* network namespace to enter, -1: stay */
};

/* Start the process as leader of a new session; the process dies with the
 * caller. Returns after the exec(3); the caller reaps *ret_pid. On an error of
 * any step up to the exec, err has the reason and no process is left. */
MUST_USE int spawn_process(const struct spawn *s, pid_t *ret_pid,
                           struct err *err);

/* Fork a child that calls `turn_into` to exec a program; `turn_into` returns
 * only on failure, and gets the caller's pid as `parent`. Returns as
 * spawn_process() does. */
MUST_USE int spawn_forked(int (*turn_into)(const void *ctx, pid_t parent,
                                           struct err *err),
                          const void *ctx, pid_t *ret_pid, struct err *err);

/* Die when `parent`, the caller's parent, dies (prctl(2), PR_SET_PDEATHSIG),
 * and at once if `parent` has died already. */
void die_with(pid_t parent);

/* Forbid core files to the process and its children, also where
 * /proc/sys/kernel/core_pattern is a pipe: memory holds passwords, and neither
 * logs/ nor evidence would show or redact a core. */
void leave_no_core(void);

/* Set all signals to their defaults and unblock all: exec(3) resets handlers,
 * but neither ignored nor blocked signals. */
void reset_signals(void);

#endif
