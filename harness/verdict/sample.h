/* sample.h - a run at a moment: how many records were sent, had arrived, and
 * were behind. The engine takes a sample a second; verdict/ judges samples.
 */
#ifndef VERDICT_SAMPLE_H
#define VERDICT_SAMPLE_H

#include <stdint.h>

enum { SAMPLE_STATIONS_MAX = 32, SAMPLE_HOPS_MAX = 32 };

/* Numbers of a struct sample before its arrays, and arrays by hop. */
enum { SAMPLE_TOTALS = 4, SAMPLE_BY_HOP = 4 };

/* All counts run from the beginning of the run. Every member is 64 bits wide.
 */
struct sample {
    int64_t t_us;                     /* run clock */
    uint64_t attempted, acknowledged; /* records of all loads */
    double due_all; /* records due from all loads, each at its rate while
                       running */
    double due[SAMPLE_HOPS_MAX]; /* due records that go over each hop */
    uint64_t acknowledged_for[SAMPLE_HOPS_MAX]; /* and acknowledged */
    uint64_t delivered[SAMPLE_STATIONS_MAX];    /* records, by station */
    int64_t lag[SAMPLE_HOPS_MAX]; /* records, by hop; -1: not seen */
    /* By hop: old records delivered again by a source; 0 for sinks. */
    uint64_t replayed[SAMPLE_HOPS_MAX];
};

_Static_assert(sizeof(struct sample) ==
                   8 * (SAMPLE_TOTALS + SAMPLE_STATIONS_MAX +
                        SAMPLE_BY_HOP * SAMPLE_HOPS_MAX),
               "SAMPLE_TOTALS and SAMPLE_BY_HOP count the members");

#endif
