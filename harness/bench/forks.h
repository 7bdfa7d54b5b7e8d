/* forks.h - a process that forks others, made before there were threads.
 *
 * The engine has librdkafka's threads once the cluster is up, and what is
 * forked from a process with threads may hang on a lock that nobody holds.
 */
#ifndef BENCH_FORKS_H
#define BENCH_FORKS_H

#include <sys/types.h>

#include "bench/bench.h"

struct forks {
    int fd;
    pid_t pid;
};

/* Call while this process has one thread only. */
MUST_USE int forks_start(struct forks *ret, struct err *err);

/* Run `fn` in a process made for it, which ends with it. Whatever `job` leads
 * to must have been there at forks_start(). */
MUST_USE int forks_run(const struct forks *f, job_fn fn, const struct job *job,
                       struct measured *ret, struct err *err);

void forks_end(struct forks *f);

#endif
