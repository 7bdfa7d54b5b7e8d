/* disturbance.h - when a fault disturbed the system. Pure.
 *
 * The window of a fault runs from the request for the fault to the last trace
 * of the fault's effects, and an offset flush longer: records delivered and not
 * committed come twice within the flush.
 */
#ifndef VERDICT_DISTURBANCE_H
#define VERDICT_DISTURBANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "verdict/guarantee.h"

/* The life of a fault. Run clock; -1: not (yet). */
struct fault_life {
    bool applied; /* the system may have been touched */
    int64_t asked_us, applied_us, mended_us, recovered_us;
    int64_t last_generation_us; /* newest group generation after asked_us */
};

/* False: the fault disturbed nothing. Otherwise *ret is the window; to_us is
 * INT64_MAX when no recovery was seen, since anything later may still be an
 * effect. */
bool disturbance_window(const struct fault_life *f, int64_t flush_us,
                        struct window *ret);

#endif
