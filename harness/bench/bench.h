/* bench.h - the measurement: reading a topic back and judging its records,
 * against bare librdkafka that reads the same topic and only counts.
 *
 * Each measurement is a job in a process of its own (forks.h), so that no job
 * inherits a warm heap, threads or CPU time from an earlier job.
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
    int64_t disturbed; /* parts per million, late or doubled */
};

/* Sent to a process forked earlier, so pointers must lead to memory that
 * existed before the fork. */
struct job {
    struct doc *settings; /* complaints would be about bench_cluster.c's own
                             text */
    struct data_set set;
    char bootstrap[128];
};

/* counts: after job_fill() the numbers a reader must find; after job_bare()
 * only `records` is set. */
struct measured {
    struct tally_counts counts;
    size_t bytes_peak; /* of the oracle, as counted by the oracle */
    int64_t wall_us;
    int64_t cpu_us; /* of the process: user, system, all threads */
};

typedef int (*job_fn)(const struct job *job, struct measured *ret,
                      struct err *err);

/* Make the topic and fill the topic with records. */
MUST_USE int job_fill(const struct job *job, struct measured *ret,
                      struct err *err);
/* Read the topic as runs read every station, into a tally. */
MUST_USE int job_ours(const struct job *job, struct measured *ret,
                      struct err *err);
/* Read the topic by librdkafka alone, as fast as possible, and count. */
MUST_USE int job_bare(const struct job *job, struct measured *ret,
                      struct err *err);
/* Delete the topic. */
MUST_USE int job_delete(const struct job *job, struct measured *ret,
                        struct err *err);

/* Wall clock and CPU time of this process, from here .. */
struct measured measure_begin(void);
/* .. to here: into wall_us and cpu_us. */
void measure_end(struct measured *m);

/* Number of consumers for both ways to read, each with a thread of its own. */
int bench_readers(void);

#endif
