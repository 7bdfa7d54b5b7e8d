/* pool_own.h - a few threads that do jobs at their times.
 *
 * The owner keeps the jobs and their times under a lock of the owner's, and the
 * pool asks for the job to be done first. One idle thread, the timer, sleeps
 * until the time of the first job and does the job itself, so between the due
 * time and the first instruction of the job stands nothing but the wake-up. The
 * other idle threads sleep until the timer has taken a job.
 *
 * Cut for the timeline of faults, where a call may hang for 20 s: the call
 * keeps one thread, and the jobs of the other steps go on.
 */
#ifndef ENGINE_POOL_OWN_H
#define ENGINE_POOL_OWN_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/clk.h"
#include "base/err.h"

/* Returned by first(): every job is being done, or waits to be woken. */
#define POOL_NO_JOB SIZE_MAX

struct pool_spec {
    size_t threads;
    const struct clk *clk; /* the real clock, from any origin; borrowed */
    pthread_mutex_t *lock; /* guards the jobs; borrowed */

    /* The job to be done first, and its time. Called with the lock held. */
    size_t (*first)(void *ctx, int64_t *ret_at_us);

    /* Do a job on a thread of the pool. Called with the lock held; run() may
     * release the lock for a while, and first() must not return the job
     * before run() has returned. */
    void (*run)(void *ctx, size_t job);
    void *ctx;
};

struct pool;

MUST_USE int pool_start(const struct pool_spec *spec, struct pool **ret,
                        struct err *err);

/* The time of a job has changed: ask first() again. Called with the lock
 * held. NULL: nothing happens. */
void pool_wake(struct pool *p);

/* Begin no job any more, wait until `until_us` for jobs under way, and free the
 * pool. False: a job is still under way at `until_us`; pool and thread then
 * stay, and pool_stop() may be called again. Called without the lock; NULL is
 * fine. */
MUST_USE bool pool_stop(struct pool *p, int64_t until_us);

#endif
