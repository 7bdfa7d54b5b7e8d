/* bench.h - what is measured: reading a topic back and judging it, against
 * librdkafka that reads the same and only counts.
 *
 * A measurement is a job, run in a process of its own (forks.h), so that one
 * leaves the next no warm heap, no threads and no CPU time.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "oracle/tally.h"

struct doc;

enum {
    BENCH_PARTITIONS = 4,
    BENCH_RUN = 0x62656e63,
    VALUE_LEN = 100,
    PAYLOAD_LEN = VALUE_LEN - STAMP_LEN,
    BENCH_RECORDS_MIN = 10000,
};

/* Stream p + 1 is written into partition p, and nowhere else. */
struct data_set {
    const char *name;  /* for people; static */
    const char *topic; /* key of the settings file; static */
    uint64_t records;
    int64_t disturbed; /* ppm of them late or doubled */
};

/* Sent to a process that was forked before: whatever a pointer in it leads to
 * was there by then. */
struct job {
    struct doc *settings; /* complains only of what we wrote ourselves */
    struct data_set set;
    char bootstrap[128];
};

/* counts: of a fill what a reader must find; of a bare read only `records`. */
struct measured {
    struct tally_counts counts;
    size_t bytes_peak; /* of the oracle, by its own count */
    int64_t wall_us;
    int64_t cpu_us; /* of the process: user, system, all threads */
};

typedef int (*job_fn)(const struct job *job, struct measured *ret,
                      struct err *err);

/* Make the topic and fill it. */
MUST_USE int job_fill(const struct job *job, struct measured *ret,
                      struct err *err);
/* Read it as every station of every run is read, into a tally. */
MUST_USE int job_ours(const struct job *job, struct measured *ret,
                      struct err *err);
/* Read it by librdkafka alone, as fast as it can, and count. */
MUST_USE int job_bare(const struct job *job, struct measured *ret,
                      struct err *err);
/* Delete the topic. */
MUST_USE int job_delete(const struct job *job, struct measured *ret,
                        struct err *err);

/* Wall clock and CPU time of this process, from here .. */
struct measured measure_begin(void);
/* .. to here: into wall_us and cpu_us. */
void measure_end(struct measured *m);

/* Consumers, each with a thread, of either way to read. */
int bench_readers(void);

#endif
