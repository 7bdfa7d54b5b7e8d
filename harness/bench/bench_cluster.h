/* bench_cluster.h - a single broker, real or a stand-in, in a folder removed
 * afterwards. */
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
    const char *program_dir;
    struct clk clk;
    struct platform_env env;
    struct platform *platform; /* NULL until the broker is up */
};

/* What a cluster is made of; all borrowed, folders absolute. */
struct cluster_place {
    const char *platform;    /* "local" or "embedded" */
    const char *dir;         /* for everything that is written */
    const char *program_dir; /* of the stand-ins */
    const char *fixtures_dir, *cache_dir;
};

/* Outer program: write settings; for the local platform get jars from the
 * cache, or fetch jars into the cache. `say` is called before long steps. */
MUST_USE int cluster_prepare(struct cluster *c, const struct cluster_place *at,
                             void (*say)(void *ctx, const char *what),
                             struct err *err);

/* Engine: start the broker; returns when the broker answers. */
MUST_USE int cluster_up(struct cluster *c, struct nodes *nodes,
                        struct err *err);

/* Frees memory; the keeper ends the broker. */
void cluster_done(struct cluster *c);

#endif
