/* forks.h - a process that forks others, made before any thread exists.
 *
 * The engine has librdkafka's threads once the cluster is up. A process forked
 * from a process with threads may hang on a lock whose holder fork(2) did not
 * copy.
 */
#ifndef BENCH_FORKS_H
#define BENCH_FORKS_H

#include <sys/types.h>

#include "bench/bench.h"

struct forks {
    int fd;
    pid_t pid;
};

/* Call while the process has a single thread. */
MUST_USE int forks_start(struct forks *ret, struct err *err);

/* Run `fn` in a process made for the job alone. Everything that `job` points to
 * must have existed at forks_start(). */
MUST_USE int forks_run(const struct forks *f, job_fn fn, const struct job *job,
                       struct measured *ret, struct err *err);

void forks_end(struct forks *f);

#endif
