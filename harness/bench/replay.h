/* replay.h - measures the replay of millions of records; on the engine's
 * side. */
#ifndef BENCH_REPLAY_H
#define BENCH_REPLAY_H

#include "bench/bench_cluster.h"

struct replay_spec {
    struct cluster *cluster;
    uint64_t records; /* at least BENCH_RECORDS_MIN */
    int rounds;       /* 1 .. ROUNDS_MAX, for each way to read */
};

enum { ROUNDS_MAX = 99 };

/* The engine_main of a struct keeper_spec; ctx is a struct replay_spec. Prints
 * all measurements, the summary last. Returns 0, or 2: a measurement failed. */
int replay_run(struct nodes *nodes, void *ctx);

#endif
