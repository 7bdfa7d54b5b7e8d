/* spawn.h - how the keeper starts a node's process, and what of it every
 * child needs. */
#ifndef NODE_SPAWN_H
#define NODE_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"

struct spawn {
    char *const *argv;
    char *const *env;
    const char *cwd;
    const char *log_path;
    const char *hosts_path; /* bound over /etc/hosts; NULL: leave it */
    int netns;              /* network namespace to enter, -1: stay */
};

/* Start it as leader of a session of its own that dies with the caller.
 * Returns once the program runs; what stopped it from running is in err, and
 * then no process is left. The caller reaps *ret_pid. */
MUST_USE int spawn_process(const struct spawn *s, pid_t *ret_pid,
                           struct err *err);

/* Fork, and have the child turn into a program by `turn_into`, which returns
 * only if it could not; `parent` is the caller. Returns once the program runs,
 * with the child to be reaped in *ret_pid; what stopped it from running is in
 * err, and then no process is left. */
MUST_USE int spawn_forked(int (*turn_into)(const void *ctx, pid_t parent,
                                           struct err *err),
                          const void *ctx, pid_t *ret_pid, struct err *err);

/* Die when `parent`, the caller's parent, dies, also if it just has. */
void die_with(pid_t parent);

/* exec resets handlers, but neither what is ignored nor what is blocked. */
void reset_signals(void);

#endif
