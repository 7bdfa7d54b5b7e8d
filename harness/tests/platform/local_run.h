/* local_run.h - for the Kafka tests of platform/: a work folder, the jars, and
 * a function run as an engine.
 */
#ifndef TESTS_PLATFORM_LOCAL_RUN_H
#define TESTS_PLATFORM_LOCAL_RUN_H

#include <stdio.h>

#include "base/clk.h"
#include "platform/local_own.h"

/* Check's assertions have no effect in the engine, another process. In the
 * engine a false CLAIM() makes the function return 1 and prints the line. */
#define CLAIM(x)                                                               \
    do {                                                                       \
        if (!(x)) {                                                            \
            dprintf(2, "%s:%d: not so: %s\n", __FILE__, __LINE__, #x);         \
            return 1;                                                          \
        }                                                                      \
    } while (0)

#define CLAIM_OK(rc, e)                                                        \
    do {                                                                       \
        if ((rc) < 0) {                                                        \
            dprintf(2, "%s:%d: %s\n", __FILE__, __LINE__, (e)->text);          \
            return 1;                                                          \
        }                                                                      \
    } while (0)

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
