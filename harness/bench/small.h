/* small.h - measures the replay of small batches on the embedded platform; on
 * the engine's side. */
#ifndef BENCH_SMALL_H
#define BENCH_SMALL_H

#include "bench/replay.h"

/* Microseconds that a replay of small batches may take a record, and the share
 * by which a record of a large topic may take longer than a record of a small
 * one. */
enum { SMALL_NS_MOST = 3333, SMALL_GROWTH_MOST = 150 /* percent */ };

/* The engine_main of a struct keeper_spec; ctx is a struct replay_spec, with
 * the records of the large topic. Prints both measurements. Returns 0; 1:
 * beyond a bound; 2: a measurement failed. */
int small_run(struct nodes *nodes, void *ctx);

#endif
