/* disturbance.c - when a fault disturbed the system. */
#include "verdict/disturbance.h"

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

bool disturbance_window(const struct fault_life *f, int64_t flush_us,
                        struct window *ret)
{
    int64_t last = later(later(f->applied_us, f->mended_us),
                         later(f->last_generation_us, f->recovered_us));

    if (!f->applied)
        return false;
    *ret = (struct window){
        .from_us = f->asked_us,
        .to_us = f->recovered_us < 0 ? INT64_MAX : last + flush_us,
    };
    return true;
}
