/* cond.h - condition variables on the monotonic clock: setting the wall clock
 * neither ends nor stretches a wait. */
#ifndef BASE_COND_H
#define BASE_COND_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

void cond_init(pthread_cond_t *c);

/* Wait with `lock` held, for a condition variable from cond_init(). false: the
 * time `until_us` of clk_monotonic_us() has come. true: woken, perhaps for no
 * reason, so test the condition again. */
bool cond_wait_until(pthread_cond_t *c, pthread_mutex_t *lock,
                     int64_t until_us);

#endif
