/* sample.h - a run at one moment: how many records were sent, had arrived, and
 * were behind. The engine takes one sample a second; verdict/ judges them.
 */
#ifndef VERDICT_SAMPLE_H
#define VERDICT_SAMPLE_H

#include <stdint.h>

enum { SAMPLE_STATIONS_MAX = 32, SAMPLE_HOPS_MAX = 32 };

/* All counts run from the beginning of the run. */
struct sample {
    int64_t t_us;                            /* run clock */
    uint64_t attempted, acknowledged;        /* records of all loads */
    uint64_t delivered[SAMPLE_STATIONS_MAX]; /* records, by station */
    int64_t lag[SAMPLE_HOPS_MAX];            /* records, by hop; -1: not seen */
    uint64_t replayed[SAMPLE_HOPS_MAX];      /* copies of records which a source
                                                had delivered long before;
                                                0 for sinks */
};

#endif
