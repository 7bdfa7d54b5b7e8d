/* test_pool.c - jobs at their times, beside jobs that hang. */
#include "engine/pool_own.h"

#include <errno.h>

#include "base/attr.h"
#include "support/suite.h"

enum { JOBS = 40, HANGING = 3 };

struct job {
    int64_t at_us, began_us;
    bool busy, done;
};

static struct job jobs[JOBS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t let_go = PTHREAD_COND_INITIALIZER;
static bool hang;
static struct clk real;
static struct pool *pool;

static size_t first(void *ctx, int64_t *ret_at_us)
{
    size_t best = POOL_NO_JOB;

    (void)ctx;
    for (size_t i = 0; i < JOBS; i++)
        if (!jobs[i].busy && !jobs[i].done &&
            (best == POOL_NO_JOB || jobs[i].at_us < jobs[best].at_us))
            best = i;
    if (best != POOL_NO_JOB)
        *ret_at_us = jobs[best].at_us;
    return best;
}

/* The first jobs hang until they are let go. */
static void run(void *ctx, size_t i)
{
    (void)ctx;
    jobs[i].busy = true;
    jobs[i].began_us = clk_now(&real);
    while (hang && i < HANGING)
        (void)pthread_cond_wait(&let_go, &lock);
    jobs[i].busy = false;
    jobs[i].done = true;
}

static void setup(void)
{
    const struct pool_spec spec = {.threads = HANGING + 1,
                                   .clk = &real,
                                   .lock = &lock,
                                   .first = first,
                                   .run = run};
    struct err err = {0};

    real = clk_real();
    hang = true;
    for (size_t i = 0; i < JOBS; i++)
        jobs[i] = (struct job){.at_us = INT64_MAX, .began_us = -1};
    ck_assert_int_eq(pool_start(&spec, &pool, &err), 0);
}

static void set_free(void)
{
    pthread_mutex_lock(&lock);
    hang = false;
    pthread_cond_broadcast(&let_go);
    pthread_mutex_unlock(&lock);
}

static void teardown(void)
{
    set_free();
    ck_assert(pool_stop(pool, clk_now(&real) + 60 * (int64_t)US_PER_S));
}

static bool all_done(size_t from)
{
    bool done = true;

    pthread_mutex_lock(&lock);
    for (size_t i = from; i < JOBS; i++)
        done &= jobs[i].done;
    pthread_mutex_unlock(&lock);
    return done;
}

static void await(size_t from)
{
    while (!all_done(from))
        clk_sleep(&real, US_PER_MS);
}

/* Times that are far apart and times that come all at once. */
static void set_times(void)
{
    int64_t now = clk_now(&real);

    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < JOBS; i++)
        jobs[i].at_us = now + 20 * US_PER_MS + (int64_t)(i / 4) * 10000;
    pool_wake(pool);
    pthread_mutex_unlock(&lock);
}

START_TEST(no_job_begins_before_its_time_or_waits_for_one_that_hangs)
{
    set_times();
    await(HANGING);
    for (size_t i = 0; i < JOBS; i++)
        ck_assert_int_ge(jobs[i].began_us, jobs[i].at_us);
    ck_assert(!all_done(0));
    set_free();
    await(0);
}
END_TEST

START_TEST(a_job_that_hangs_is_waited_for_as_long_as_told)
{
    set_times();
    await(HANGING);
    ck_assert(!pool_stop(pool, clk_now(&real) + 10 * US_PER_MS));
}
END_TEST

START_TEST(an_earlier_time_wakes_a_thread_that_sleeps_longer)
{
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < JOBS; i++)
        jobs[i].at_us = clk_now(&real) + 3600 * (int64_t)US_PER_S;
    pool_wake(pool);
    pthread_mutex_unlock(&lock);
    clk_sleep(&real, 20 * US_PER_MS); /* asleep by now */
    set_free();
    set_times();
    await(0);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc,
                   no_job_begins_before_its_time_or_waits_for_one_that_hangs);
    tcase_add_test(tc, a_job_that_hangs_is_waited_for_as_long_as_told);
    tcase_add_test(tc, an_earlier_time_wakes_a_thread_that_sleeps_longer);
}

SUITE_MAIN("pool", fill)
