/* replay.h - the replay of millions of records, measured; engine side. */
#ifndef BENCH_REPLAY_H
#define BENCH_REPLAY_H

#include "bench/bench_cluster.h"

struct replay_spec {
    struct cluster *cluster;
    uint64_t records; /* at least BENCH_RECORDS_MIN */
    int rounds;       /* 1 .. ROUNDS_MAX, of each way to read */
};

enum { ROUNDS_MAX = 99 };

/* A struct keeper_spec's engine_main; ctx is a struct replay_spec. Prints what
 * it measures, the summary last. 0, or 2 when it could not measure. */
int replay_run(struct nodes *nodes, void *ctx);

#endif
