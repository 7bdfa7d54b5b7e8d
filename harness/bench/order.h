/* order.h - the order in which the sequences of a stream are written. Pure, and
 * the same in every run.
 *
 * In a disturbed stream some sequences are held back and come up to
 * ORDER_WINDOW records later, and as many come a second time, as much later. No
 * sequence is missing.
 */
#ifndef BENCH_ORDER_H
#define BENCH_ORDER_H

#include <stdint.h>

#include "base/rng.h"

enum { ORDER_WINDOW = 512 };

struct order {
    struct rng rng;
    uint64_t total;             /* records */
    uint64_t given;             /* records asked for so far */
    int64_t disturbed;          /* ppm */
    uint64_t next;              /* the first sequence not yet drawn */
    uint64_t due[ORDER_WINDOW]; /* sequence + 1 to write at the place in the
                                   window; 0: none */
    uint64_t late, doubled;     /* so far, counted when drawn */
};

struct order order_of(uint32_t stream, uint64_t total, int64_t disturbed);

/* The next sequence; may be called `total` times. */
uint64_t order_next(struct order *o);

#endif
