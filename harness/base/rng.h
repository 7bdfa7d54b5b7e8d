/* rng.h - splitmix64 (Steele, Lea, Flood 2014). Same numbers on every machine:
 * test_rng.c pins them. One stream per actor is derived from the run's seed
 * and the actor's name, so adding a step does not change what others draw.
 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stdint.h>

struct rng {
    uint64_t s;
};

/* The stream of `actor` ("timeline[3]") under the run's `seed`. */
struct rng rng_for(uint64_t seed, const char *actor);

uint64_t rng_next(struct rng *r);

/* Uniform in 0..n-1 for n >= 1. */
uint64_t rng_below(struct rng *r, uint64_t n);

/* A seed nobody chose, from the kernel; for runs without --seed. */
uint64_t rng_fresh_seed(void);

#endif
