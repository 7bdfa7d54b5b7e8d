/* guarantee.h - whether findings break a declared guarantee. Pure. */
#ifndef VERDICT_GUARANTEE_H
#define VERDICT_GUARANTEE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oracle/hop.h"
#include "scenario/scenario.h"

struct duplicates_seen {
    bool unknown;          /* the run was broken off, or struck from outside:
                              nobody can say how often and when the run was
                              disturbed */
    uint64_t disturbances; /* faults applied */
    uint64_t outside;      /* duplicates outside of every window */
    bool outside_judged;
};

/* When the system was disturbed, run clock. */
struct window {
    int64_t from_us, to_us;
};

enum duplicate_when { DUPLICATE_INSIDE, DUPLICATE_OUTSIDE, DUPLICATE_UNKNOWN };

/* Whether a copy with the timestamp `time_us` came within a window. With
 * `of_arrival` the timestamp says when the copy came; without, when the record
 * was made, and the copy may have come at any time since. Timestamps are true
 * to `slack_us`. */
enum duplicate_when duplicate_when(const struct window *windows, size_t len,
                                   int64_t time_us, bool of_arrival,
                                   int64_t slack_us);

/* When the system was disturbed, by the wall clock of a station. */
struct disturbed {
    bool known; /* the faults and the wall clock's times are known */
    const struct window *windows; /* run clock */
    size_t len;
    int64_t began_wall_us; /* 0 of the run's clock */
    bool of_arrival;       /* the station's times; see duplicate_when() */
    int64_t slack_us;
};

/* Counts the listed duplicates that surely came outside of every window.
 * Returns whether the time of every duplicate counted is known, not only of
 * those listed. */
bool duplicates_placed(const struct findings *f, const struct disturbed *d,
                       uint64_t *ret_outside);

/* Whether `records` findings of a kind break the guarantee. Where the guarantee
 * is broken, or holds by a narrow margin, `why` says expected and got. */
bool guarantee_breaks(const struct guarantee *g, enum finding_kind kind,
                      uint64_t records, const struct duplicates_seen *d,
                      char *why, size_t size);

/* How many of a kind the guarantee allows; -1: any number. */
int64_t guarantee_allows(const struct guarantee *g, enum finding_kind kind,
                         const struct duplicates_seen *d);

#endif
