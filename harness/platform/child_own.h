/* child_own.h - a program run to its end (mvn, javac, StorageTool), no shell.
 *
 * For the outer program, before a run: nodes are started through node/.
 */
#ifndef PLATFORM_CHILD_OWN_H
#define PLATFORM_CHILD_OWN_H

#include <limits.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* Find `name` in PATH (or take it as it is, if it has a '/') and make it
 * absolute. -ENOENT: not there or not executable; err is not set. */
MUST_USE int program_find(const char *name, char ret[PATH_MAX]);

struct child {
    char *const *argv; /* argv[0] is looked up in PATH */
    const char *cwd;   /* NULL: ours */
    int out_fd;        /* gets stdout and stderr */
    int lock_fd;       /* stays open in it and what it starts; -1: none */
    int64_t timeout_us;
};

/* Run it with our environment and an empty stdin and wait for it.
 * -ENOENT: no such program. -ECHILD: it failed; err says how, not why.
 * -ETIMEDOUT: it was killed. It dies with us; what it had started in its turn
 * may go on, and then holds `lock_fd`. */
MUST_USE int child_run(const struct child *c, struct err *err);

/* The same with all it prints appended to `log_path`; a failure quotes the
 * most telling line of it. */
MUST_USE int child_run_logged(char *const *argv, const char *cwd,
                              const char *log_path, int lock_fd,
                              struct err *err);

/* The same; *ret: what it printed (new). */
MUST_USE int child_output(char *const *argv, char **ret, struct err *err);

#endif
