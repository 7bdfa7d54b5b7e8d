/* bench.h - the measurement: reading a topic back and judging its records,
 * against bare librdkafka that reads the same topic and only counts.
 *
 * Each measurement is a job in a process of its own (forks.h), so that no job
 * inherits a warm heap, threads or CPU time from an earlier job.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "oracle/tally.h"

struct doc;
struct rusage;

enum {
    BENCH_PARTITIONS = 4,       /* of a topic on the local platform */
    BENCH_PARTITIONS_MOST = 96, /* of any topic here */
    BENCH_RUN = 0x62656e63,
    VALUE_LEN = 100,
    PAYLOAD_LEN = VALUE_LEN - STAMP_LEN,
    BENCH_RECORDS_MIN = 10000,
};

/* Stream p + 1 is written into partition p, and nowhere else. */
struct data_set {
    const char *name;  /* for people; static */
    const char *topic; /* name of the topic, and key of its settings in
                          bench_cluster.c; static */
    uint32_t partitions;
    uint64_t records;
    int64_t disturbed; /* parts per million, late or doubled */
    bool json; /* documents with the sequence as /id, in place of stamps */
};

/* Each job runs in a process forked before the job was known, and is sent to
 * the process by its bytes. So pointers must lead to memory that existed at the
 * fork. */
struct job {
    struct doc *settings; /* the text of bench_cluster.c, parsed: platform and
                             topics by name */
    struct data_set set;
    char bootstrap[128];
};

struct measured {
    struct tally_counts counts; /* of job_fill(): the numbers that a reader must
                                   find; of job_ours(): the numbers found; of
                                   job_bare(): `records` alone */
    size_t bytes_peak;          /* most memory that the oracle held */
    int64_t wall_us;
    int64_t cpu_us; /* of the process: user, system, all threads */
};

typedef int (*job_fn)(const struct job *job, struct measured *ret,
                      struct err *err);

/* Make the topic and fill the topic with records. */
MUST_USE int job_fill(const struct job *job, struct measured *ret,
                      struct err *err);
/* As job_fill(), with a batch for each record, as a slow load writes: one
 * request carries a batch for each partition, over the first address of the
 * bootstrap, which leads all partitions. Nothing is disturbed. */
MUST_USE int job_fill_small(const struct job *job, struct measured *ret,
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

/* User and system time together. */
int64_t cpu_us_of(const struct rusage *u);

/* Begin to measure the calling process. measure_end() puts the wall clock time
 * and the CPU time since measure_begin() into wall_us and cpu_us. */
struct measured measure_begin(void);
void measure_end(struct measured *m);

/* Make the topic of the job, of one replica. */
MUST_USE int bench_make_topic(const struct job *job, struct err *err);

/* Number of consumers for both ways to read, each with a thread of its own. */
int bench_readers(void);

#endif
