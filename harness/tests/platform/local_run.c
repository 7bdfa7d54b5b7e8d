/* local_run.c - a work folder, the jars and an engine for Kafka tests. */
#include "local_run.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/own.h"
#include "support/suite.h"

static void say_it(void *ctx, const char *what)
{
    (void)ctx;
    dprintf(2, "%s\n", what);
}

/* The cache of `ordeal fetch`, whose jars are probably present. */
static char *test_cache(void)
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

void run_init(struct run *r, const char *kafka, const char *const *plugins,
              size_t n)
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

void run_done(struct run *r)
{
    struct err err = {0};

    json_decref(r->fetched);
    ck_assert_msg(remove_tree(r->dir, &err) == 0, "%s", err.text);
}

void run_engine(struct run *r, enum sandbox mode,
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

int run_open(struct run *r, struct nodes *nodes, char *work, char *logs,
             struct platform **ret, struct err *err)
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
