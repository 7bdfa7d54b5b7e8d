/* cond.c - timed waits on the monotonic clock. */
#include "base/cond.h"

#include <errno.h>
#include <time.h>

#include "base/clk.h"

void cond_init(pthread_cond_t *c)
{
    pthread_condattr_t monotonic;

    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(c, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

bool cond_wait_until(pthread_cond_t *c, pthread_mutex_t *lock, int64_t until_us)
{
    struct timespec at = {.tv_sec = until_us / US_PER_S,
                          .tv_nsec = until_us % US_PER_S * 1000};

    return pthread_cond_timedwait(c, lock, &at) != ETIMEDOUT;
}
