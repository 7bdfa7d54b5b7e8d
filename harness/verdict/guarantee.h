/* guarantee.h - what a declared guarantee says of findings. Pure. */
#ifndef VERDICT_GUARANTEE_H
#define VERDICT_GUARANTEE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oracle/hop.h"
#include "scenario/scenario.h"

struct duplicates_seen {
    bool unknown;          /* a run that was broken off, or struck by others:
                              how often and when it was disturbed nobody can
                              say */
    uint64_t disturbances; /* faults that were applied */
    uint64_t outside;      /* duplicates outside of every window */
    bool outside_judged;
};

/* When the system was disturbed, run clock. */
struct window {
    int64_t from_us, to_us;
};

enum duplicate_when { DUPLICATE_INSIDE, DUPLICATE_OUTSIDE, DUPLICATE_UNKNOWN };

/* Did a copy whose record says `time_us` come within a window? `of_arrival`:
 * that is when it came; else when it was made, and it may have come at any
 * time since. The times are true to `slack_us`. */
enum duplicate_when duplicate_when(const struct window *windows, size_t len,
                                   int64_t time_us, bool of_arrival,
                                   int64_t slack_us);

/* When the system was disturbed, as a station's wall clock would say it. */
struct disturbed {
    bool known; /* what was done, and when by the wall clock */
    const struct window *windows; /* run clock */
    size_t len;
    int64_t began_wall_us; /* 0 of the run's clock */
    bool of_arrival;       /* the station's times; see duplicate_when() */
    int64_t slack_us;
};

/* How many of the duplicates listed came outside of every window, for sure.
 * Is it known of all of them that there are, whether they did? */
bool duplicates_placed(const struct findings *f, const struct disturbed *d,
                       uint64_t *ret_outside);

/* Does a finding of this kind, so often, break the guarantee? When it does
 * (or when it is borderline and holds), `why` says expected and got. */
bool guarantee_breaks(const struct guarantee *g, enum finding_kind kind,
                      uint64_t records, const struct duplicates_seen *d,
                      char *why, size_t size);

/* How many of a kind the guarantee allows; -1: any number. */
int64_t guarantee_allows(const struct guarantee *g, enum finding_kind kind,
                         const struct duplicates_seen *d);

#endif
