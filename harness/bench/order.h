/* order.h - the order in which a stream's sequences are written. Pure, and the
 * same each time.
 *
 * In a disturbed one some sequences are held back and come up to ORDER_WINDOW
 * records later, and as many come again that much later. None is missing.
 */
#ifndef BENCH_ORDER_H
#define BENCH_ORDER_H

#include <stdint.h>

#include "base/rng.h"

enum { ORDER_WINDOW = 512 };

struct order {
    struct rng rng;
    uint64_t total;             /* records */
    uint64_t given;             /* of them, so far */
    int64_t disturbed;          /* ppm */
    uint64_t next;              /* the first sequence not yet drawn */
    uint64_t due[ORDER_WINDOW]; /* sequence + 1 that is to come at this place
                                   of the window; 0: none */
    uint64_t late, doubled;     /* so far, counted when drawn */
};

struct order order_of(uint32_t stream, uint64_t total, int64_t disturbed);

/* The next one; at most `total` may be asked for. */
uint64_t order_next(struct order *o);

#endif
