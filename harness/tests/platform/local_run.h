/* local_run.h - for the Kafka tests of platform/: a work folder, the jars, and
 * a function run as an engine.
 */
#ifndef TESTS_PLATFORM_LOCAL_RUN_H
#define TESTS_PLATFORM_LOCAL_RUN_H

#include <stdio.h>

#include "base/clk.h"
#include "platform/local_own.h"
#include "support/claim.h"

struct run {
    char dir[64]; /* removed by run_done() */
    struct local_settings settings;
    struct platform_env env;
    struct clk clk;
    json_t *fetched;
};

/* Make the folder and fetch the jars of `kafka` (a version) and of `n` plugins,
 * for 3 brokers and 2 workers. The cache is of `ordeal fetch`, whose jars are
 * probably present. */
void run_init(struct run *r, const char *kafka, const char *const *plugins,
              size_t n);
void run_done(struct run *r);

/* Run `act` as an engine with the run as its second argument; fails unless
 * `act` returns 0. */
void run_engine(struct run *r, enum sandbox mode,
                int (*act)(struct nodes *nodes, void *run));

/* In the engine: open the platform. `work` and `logs` are folders, borrowed as
 * long as the platform is open. */
int run_open(struct run *r, struct nodes *nodes, char *work, char *logs,
             struct platform **ret, struct err *err);

#endif
