/* rng.h - random numbers by splitmix64 (Steele, Lea, Flood 2014).
 *
 * The same seed gives the same numbers on every machine; test_rng.c pins some.
 * Each actor draws from a stream of its own, derived from the seed of the run
 * and the actor's name, so an added step does not change what other steps draw.
 * A struct rng belongs to one thread at a time.
 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stdint.h>

struct rng {
    uint64_t s;
};

/* The stream of `actor` ("timeline[3]") under the run's `seed`. */
struct rng rng_for(uint64_t seed, const char *actor);

/* The next 64 bits. */
uint64_t rng_next(struct rng *r);

/* A number from 0 to n-1, each equally likely, for n >= 1. */
uint64_t rng_below(struct rng *r, uint64_t n);

/* A seed of at most nine digits from the kernel, for runs without --seed. */
uint64_t rng_fresh_seed(void);

#endif
