/* local_run.h - helpers of the Kafka tests of platform/: a work folder, the
 * jars, and a function run as an engine. */
#ifndef TESTS_PLATFORM_LOCAL_RUN_H
#define TESTS_PLATFORM_LOCAL_RUN_H

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/own.h"
#include "platform/local_own.h"
#include "support/suite.h"

/* The engine is another process, out of reach for Check's assertions. */
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

static inline void say_it(void *ctx, const char *what)
{
    (void)ctx;
    dprintf(2, "%s\n", what);
}

/* The cache of `ordeal fetch`, whose jars are probably present. */
static inline char *test_cache(void)
{
    const char *given = getenv("ORDEAL_CACHE");
    const char *xdg = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");

    if (given && given[0] == '/')
        return path_of("%s", given);
    if (xdg && xdg[0] == '/')
        return path_of("%s/ordeal", xdg);
    return path_of("%s/.cache/ordeal", home && home[0] ? home : "/tmp");
}

static inline void run_init(struct run *r, const char *kafka,
                            const char *const *plugins, size_t n)
{
    AUTO_FREE char *cache = test_cache();
    struct platform_wish wish = {
        .settings = &r->settings,
        .plugins = plugins,
        .plugins_len = n,
        .fixtures_dir = SOURCE_DIR "/fixtures",
        .cache_dir = cache,
        .scenario_dir = SOURCE_DIR,
    };
    struct err err = {0};

    *r = (struct run){.dir = "/tmp/ordeal-platform-XXXXXX"};
    r->settings = (struct local_settings){.kafka = kafka,
                                          .brokers = 3,
                                          .workers = 2,
                                          .broker_heap = INT64_C(384) << 20,
                                          .worker_heap = INT64_C(512) << 20};
    ck_assert_ptr_nonnull(mkdtemp(r->dir));
    ck_assert_msg(platform_find("local")->fetch(&wish, say_it, NULL,
                                                &r->fetched, &err) == 0,
                  "%s", err.text);
}

static inline void run_done(struct run *r)
{
    struct err err = {0};

    json_decref(r->fetched);
    ck_assert_msg(remove_tree(r->dir, &err) == 0, "%s", err.text);
}

/* Run `act` as an engine; `act` must return 0. */
static inline void run_engine(struct run *r, enum sandbox mode,
                              int (*act)(struct nodes *nodes, void *run))
{
    struct keeper_spec spec = {.sandbox = mode,
                               .work_dir = r->dir,
                               .engine_fd = -1,
                               .engine_main = act,
                               .ctx = r};
    struct keeper *keeper;
    struct err err = {0};
    int status;

    ck_assert_msg(keeper_start(&spec, &keeper, &err) == 0, "%s", err.text);
    ck_assert_msg(keeper_wait(keeper, &status, &err) == 0, "%s", err.text);
    keeper_end(keeper);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0,
                  "the engine: wait status %d", status);
}

/* In the engine: the platform over the run's folder. */
static inline int run_open(struct run *r, struct nodes *nodes, char *work,
                           char *logs, struct platform **ret, struct err *err)
{
    r->clk = clk_real();
    r->env = (struct platform_env){.settings = &r->settings,
                                   .fetched = r->fetched,
                                   .nodes = nodes,
                                   .work_dir = work,
                                   .logs_dir = logs,
                                   .clk = &r->clk,
                                   .node_up_us = INT64_C(90) * US_PER_S};
    return platform_find("local")->open(&r->env, ret, err);
}

#endif
