/* rng.c - splitmix64, and streams derived from a seed and a name. */
#include "base/rng.h"

#include <sys/random.h>

uint64_t rng_next(struct rng *r)
{
    uint64_t z = r->s += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

struct rng rng_for(uint64_t seed, const char *actor)
{
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a, 64 bit */
    struct rng r;

    for (; *actor; actor++)
        h = (h ^ (unsigned char)*actor) * 0x100000001b3u;
    r.s = seed ^ h;
    (void)rng_next(&r); /* seeds different in a bit diverge at once */
    return r;
}

uint64_t rng_below(struct rng *r, uint64_t n)
{
    uint64_t bound =
        -n % n; /* a draw below `bound` would favour small values */
    uint64_t x;

    do
        x = rng_next(r);
    while (x < bound);
    return x % n;
}

uint64_t rng_fresh_seed(void)
{
    uint64_t s = 0;

    if (getrandom(&s, sizeof(s), 0) != sizeof(s))
        return 1;
    return s % 1000000000u; /* short enough for a person to type */
}
