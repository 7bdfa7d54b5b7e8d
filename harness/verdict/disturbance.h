/* disturbance.h - when a fault disturbed the system. Pure.
 *
 * The window of a fault runs from the moment it was asked for to the last trace
 * of its effects, and by one offset flush longer: records that were delivered
 * and not committed come twice within that flush.
 */
#ifndef VERDICT_DISTURBANCE_H
#define VERDICT_DISTURBANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "verdict/guarantee.h"

/* The life of one fault. Run clock; -1: not (yet). */
struct fault_life {
    bool applied; /* the system may have been touched */
    int64_t asked_us, applied_us, mended_us, recovered_us;
    int64_t last_generation_us; /* newest group generation after asked_us */
};

/* False: the fault disturbed nothing. Otherwise *ret is its window; to_us is
 * INT64_MAX when no recovery was seen, since anything later may still be an
 * effect. */
bool disturbance_window(const struct fault_life *f, int64_t flush_us,
                        struct window *ret);

#endif
