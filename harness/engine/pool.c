/* pool.c - a few threads that do jobs at their times. */
#include "engine/pool_own.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cond.h"
#include "base/memory.h"

struct pool {
    struct pool_spec spec;
    pthread_t *threads; /* owned */
    size_t len;
    pthread_cond_t timer;   /* the timer sleeps here */
    pthread_cond_t idle;    /* idle threads other than the timer */
    pthread_cond_t settled; /* pool_stop() waits here for jobs under way */
    bool timed;             /* a thread is the timer */
    int64_t until_us;       /* the timer sleeps until then */
    size_t busy;            /* jobs under way */
    bool stop;
};

/* Sleep on `c` until `at_us` of the pool's clock. Both clocks run equally
 * fast. */
static void sleep_until(struct pool *p, pthread_cond_t *c, int64_t at_us)
{
    if (at_us == INT64_MAX)
        (void)pthread_cond_wait(c, p->spec.lock);
    else
        (void)cond_wait_until(c, p->spec.lock,
                              clk_monotonic_us() +
                                  (at_us - clk_now(p->spec.clk)));
}

/* Nothing is due before `at_us`. The first idle thread becomes the timer. A
 * later one only tells the timer if its sleep would be too long. */
static void rest(struct pool *p, int64_t at_us)
{
    if (p->timed) {
        if (at_us < p->until_us)
            (void)pthread_cond_signal(&p->timer);
        (void)pthread_cond_wait(&p->idle, p->spec.lock);
        return;
    }
    p->timed = true;
    p->until_us = at_us;
    sleep_until(p, &p->timer, at_us);
    p->timed = false;
}

static void *work(void *arg)
{
    struct pool *p = arg;

    pthread_mutex_lock(p->spec.lock);
    while (!p->stop) {
        int64_t at_us = INT64_MAX;
        size_t job = p->spec.first(p->spec.ctx, &at_us);

        if (job == POOL_NO_JOB || at_us > clk_now(p->spec.clk)) {
            rest(p, at_us);
            continue;
        }
        if (!p->timed) /* somebody has to watch the time meanwhile */
            (void)pthread_cond_signal(&p->idle);
        p->busy++;
        p->spec.run(p->spec.ctx, job);
        p->busy--;
        (void)pthread_cond_signal(&p->settled);
    }
    pthread_mutex_unlock(p->spec.lock);
    return NULL;
}

/* Wake every idle thread: no job is begun any more. Called with the lock
 * held. */
static void end(struct pool *p)
{
    p->stop = true;
    (void)pthread_cond_broadcast(&p->timer);
    (void)pthread_cond_broadcast(&p->idle);
}

static void join_and_free(struct pool *p)
{
    for (size_t i = 0; i < p->len; i++)
        (void)pthread_join(p->threads[i], NULL);
    pthread_cond_destroy(&p->timer);
    pthread_cond_destroy(&p->idle);
    pthread_cond_destroy(&p->settled);
    free(p->threads);
    free(p);
}

int pool_start(const struct pool_spec *spec, struct pool **ret, struct err *err)
{
    struct pool *p = must_calloc(1, sizeof(*p));
    bool whole;

    p->spec = *spec;
    p->threads = must_calloc(spec->threads, sizeof(*p->threads));
    cond_init(&p->timer);
    cond_init(&p->idle);
    cond_init(&p->settled);
    pthread_mutex_lock(spec->lock);
    while (p->len < spec->threads &&
           pthread_create(&p->threads[p->len], NULL, work, p) == 0)
        (void)pthread_setname_np(p->threads[p->len++], "pool");
    whole = p->len == spec->threads;
    if (!whole)
        end(p);
    pthread_mutex_unlock(spec->lock);
    if (!whole) {
        join_and_free(p);
        return err_set(err, -EAGAIN, "pool: not enough threads");
    }
    *ret = p;
    return 0;
}

void pool_wake(struct pool *p)
{
    if (!p)
        return;
    /* without a timer an idle thread has been signalled or none is idle */
    (void)pthread_cond_signal(&p->timer);
}

bool pool_stop(struct pool *p, int64_t until_us)
{
    bool settled;

    if (!p)
        return true;
    pthread_mutex_lock(p->spec.lock);
    end(p);
    while (p->busy > 0 && clk_now(p->spec.clk) < until_us)
        sleep_until(p, &p->settled, until_us);
    settled = p->busy == 0;
    pthread_mutex_unlock(p->spec.lock);
    if (settled)
        join_and_free(p);
    return settled;
}
