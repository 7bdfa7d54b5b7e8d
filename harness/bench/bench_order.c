/* bench_order.c - the order of sequences in a disturbed stream. */
#include "bench/order.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/units.h"

struct order order_of(uint32_t stream, uint64_t total, int64_t disturbed)
{
    char actor[32];

    (void)snprintf(actor, sizeof(actor), "stream %u", stream);
    return (struct order){
        .rng = rng_for(1, actor),
        .total = total,
        .disturbed = disturbed,
    };
}

/* Put a sequence off to a random later place in the window, unless the place is
 * taken. */
static bool put_off(struct order *o, uint64_t seq)
{
    uint64_t later = 1 + rng_below(&o->rng, ORDER_WINDOW - 1);
    uint64_t *due = &o->due[(o->given + later) % ORDER_WINDOW];

    if (*due)
        return false;
    *due = seq + 1;
    return true;
}

uint64_t order_next(struct order *o)
{
    uint64_t *due = &o->due[o->given % ORDER_WINDOW];
    uint64_t seq = *due;
    uint64_t draw;

    assert(o->given < o->total);
    if (seq) {
        *due = 0;
    } else {
        seq = ++o->next;
        draw = o->disturbed ? rng_below(&o->rng, PPM) : PPM;
        /* only while the whole window still lies before the end: no sequence
         * may be missing */
        if (draw < (uint64_t)o->disturbed &&
            o->given + ORDER_WINDOW < o->total && put_off(o, seq - 1)) {
            if (draw % 2 == 0) {
                o->doubled++;
            } else {
                o->late++;
                seq = ++o->next;
            }
        }
    }
    o->given++;
    return seq - 1;
}
