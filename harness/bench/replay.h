/* replay.h - measures the reading of millions of records; on the engine's
 * side. */
#ifndef BENCH_REPLAY_H
#define BENCH_REPLAY_H

#include "bench/bench_cluster.h"

struct replay_spec {
    struct cluster *cluster;
    uint64_t records;     /* or requests */
    int rounds;           /* 1 .. ROUNDS_MAX, for each way to read */
    const char *programs; /* folder of ordeal and ordeal-http */
    const char *dir;      /* for what programs write; both absolute */
};

enum { ROUNDS_MAX = 99 };

/* Each is the engine_main of a struct keeper_spec; ctx is a struct replay_spec.
 * They print all measurements, the summary last. Return 0, or 2: a measurement
 * failed, or 1: a figure is over its bound. */

/* Replay by our readers against bare librdkafka; without bounds. */
int replay_run(struct nodes *nodes, void *ctx);

/* `ordeal verify --topic` with the identity in a JSON document: CPU time a
 * record, and the most memory resident. */
int verify_run(struct nodes *nodes, void *ctx);

/* ordeal-http with `records` bodies of 1 MiB, against a bare loop that
 * receives, checksums and appends: CPU time. Without nodes. */
int endpoint_run(struct nodes *nodes, void *ctx);

#endif
