/* runs_own.h - runs of records of one stream, with the places of their ends.
 *
 * Lists are capped: a full list sheds its shorter half and counts the runs in
 * `shed`. Numbers of *records* are never taken from runs but from the bitmaps;
 * runs only name places. Not thread-safe.
 */
#ifndef ORACLE_RUNS_OWN_H
#define ORACLE_RUNS_OWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oracle/bits_own.h"
#include "oracle/tally.h"

enum { RUN_COUNT_MAX = INT32_MAX };

/* Sequences first .. first+count-1 of a stream in one partition, by one node.
 */
struct run {
    uint64_t first;
    int64_t offset_first, offset_last;
    int64_t time_first, time_last;
    uint32_t count : 31; /* 0: none yet */
    uint32_t back : 1;   /* began with a step back */
    uint32_t stream;
    int32_t partition;
    int32_t node;
};

struct runs {
    struct run *at;
    size_t len, cap, max;
    uint32_t floor; /* runs up to this length are shed at once */
    uint64_t shed;  /* runs left out of the list */
};

/* A run of one. */
struct run run_of(uint32_t stream, uint64_t seq, const struct place *at);
/* Lets a run ending just before `at` go on to `at`. */
static inline void run_extend(struct run *r, const struct place *at)
{
    r->count++;
    r->offset_last = at->offset;
    r->time_last = at->time_us;
}
/* Returns whether `seq` at `at` could be the next of the run, by sequence,
 * partition and node. Offsets are the caller's to compare. */
static inline bool run_goes_on(const struct run *r, uint64_t seq,
                               const struct place *at)
{
    return r->count && r->count < RUN_COUNT_MAX && r->first + r->count == seq &&
           r->partition == at->partition && r->node == at->node;
}
/* Returns whether offsets rise by exactly one along the run: then the offset of
 * each record is known. */
bool run_is_exact(const struct run *r);
/* Where the run has `seq`: exact at both ends of the run and, in exact runs,
 * between; else with offset and time -1. */
struct place run_place(const struct run *r, uint64_t seq);

void runs_push(struct runs *l, struct mem *m, const struct run *r);
/* By stream, sequence, offset. */
void runs_sort(struct run *at, size_t len);
/* The first run, in a sorted array, that holds seq of stream; or NULL. */
const struct run *runs_find(const struct run *at, size_t len, uint32_t stream,
                            uint64_t seq);
/* Of a sorted array: the runs of `stream`; *ret_len of them. */
const struct run *runs_of(const struct run *at, size_t len, uint32_t stream,
                          size_t *ret_len);
void runs_done(struct runs *l, struct mem *m);

#endif
