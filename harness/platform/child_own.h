/* child_own.h - runs a program to its end (mvn, javac, StorageTool), without a
 * shell.
 *
 * For the outer program, before a run: nodes are started through node/.
 */
#ifndef PLATFORM_CHILD_OWN_H
#define PLATFORM_CHILD_OWN_H

#include <limits.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* Find `name` in PATH (a name with '/' is taken as a path) and make the path
 * absolute. -ENOENT: not found or not executable; err is not set. */
MUST_USE int program_find(const char *name, char ret[PATH_MAX]);

struct child {
    char *const *argv; /* argv[0] is looked up in PATH */
    const char *cwd;   /* NULL: the caller's */
    int out_fd;        /* receives stdout and stderr */
    int lock_fd;       /* stays open in the program and its children; -1:
                          none */
    int64_t timeout_us;
};

/* Run the program with the caller's environment and an empty stdin, and wait.
 * -ENOENT: no such program. -ECHILD: the program failed; err says how the
 * program ended, not why. -ETIMEDOUT: the program was killed. The program dies
 * with the caller; children of the program may live on, and then hold
 * `lock_fd`. */
MUST_USE int child_run(const struct child *c, struct err *err);

/* The same with all output appended to `log_path`; on failure err quotes the
 * most telling line (telling_own.h). */
MUST_USE int child_run_logged(char *const *argv, const char *cwd,
                              const char *log_path, int lock_fd,
                              struct err *err);

/* The same; *ret: all output, new. */
MUST_USE int child_output(char *const *argv, char **ret, struct err *err);

#endif
