/* bench_cluster.h - a single real broker, in a folder removed afterwards. */
#ifndef BENCH_BENCH_CLUSTER_H
#define BENCH_BENCH_CLUSTER_H

#include <jansson.h>

#include "base/attr.h"
#include "base/clk.h"
#include "base/err.h"
#include "platform/platform.h"

struct doc;

struct cluster {
    const struct platform_ops *ops;
    struct doc *settings;
    void *platform_settings;
    json_t *fetched;
    char *work_dir, *logs_dir;
    struct clk clk;
    struct platform_env env;
    struct platform *platform; /* NULL until the broker is up */
};

/* Outer program: write settings into `dir` (absolute; stays borrowed), get jars
 * from the cache, or fetch jars into the cache. `say` is called before long
 * steps. */
MUST_USE int cluster_prepare(struct cluster *c, const char *dir,
                             const char *fixtures_dir, const char *cache_dir,
                             void (*say)(void *ctx, const char *what),
                             struct err *err);

/* Engine: start the broker; returns when the broker answers. */
MUST_USE int cluster_up(struct cluster *c, struct nodes *nodes,
                        struct err *err);

/* Frees memory; the keeper ends the broker. */
void cluster_done(struct cluster *c);

#endif
