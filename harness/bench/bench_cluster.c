/* bench_cluster.c - the broker of a measurement: settings, jars, start. */
#include "bench/bench_cluster.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "scenario/doc.h"

/* The names of the topics are the same in bench_replay.c and bench_small.c. */
static const char local_settings[] =
    "platform: {brokers: 1, workers: 0, broker-heap: 512MiB}\n"
    "in-order: {topic: in-order}\n"
    "disturbed: {topic: disturbed}\n";
static const char embedded_settings[] = "platform: {brokers: 1, workers: 0}\n"
                                        "few: {topic: few}\n"
                                        "many: {topic: many}\n";

static const int64_t node_up_us = INT64_C(90) * US_PER_S;

static int read_settings(struct cluster *c, const char *dir, struct err *err)
{
    AUTO_FREE char *path = path_of("%s/settings.yaml", dir);
    const char *settings =
        strcmp(c->ops->name, "local") == 0 ? local_settings : embedded_settings;

    if (file_write(path, settings, strlen(settings), err) < 0 ||
        doc_load(path, NULL, 0, &c->settings, err) < 0)
        return err->code;
    c->platform_settings = must_calloc(1, c->ops->settings_size);
    (void)args_read(c->ops->args, c->ops->args_len,
                    json_object_get(doc_root(c->settings), "platform"),
                    c->settings, "platform", c->platform_settings);
    return doc_complaints(c->settings)
               ? err_set(err, -EINVAL, "%s", doc_complaint(c->settings, 0))
               : 0;
}

int cluster_prepare(struct cluster *c, const struct cluster_place *at,
                    void (*say)(void *ctx, const char *what), struct err *err)
{
    struct platform_wish wish = {
        .fixtures_dir = at->fixtures_dir,
        .cache_dir = at->cache_dir,
        .scenario_dir = at->dir,
    };

    *c = (struct cluster){.ops = platform_find(at->platform),
                          .program_dir = at->program_dir};
    if (!c->ops)
        return err_set(err, -ENOTSUP, "no %s platform in this build",
                       at->platform);
    c->work_dir = path_of("%s/work", at->dir);
    c->logs_dir = path_of("%s/logs", at->dir);
    if (read_settings(c, at->dir, err) < 0)
        return err->code;
    wish.settings = c->platform_settings;
    return c->ops->fetch ? c->ops->fetch(&wish, say, NULL, &c->fetched, err)
                         : 0;
}

int cluster_up(struct cluster *c, struct nodes *nodes, struct err *err)
{
    c->clk = clk_real();
    c->env = (struct platform_env){
        .settings = c->platform_settings,
        .fetched = c->fetched,
        .nodes = nodes,
        .work_dir = c->work_dir,
        .program_dir = c->program_dir,
        .logs_dir = c->logs_dir,
        .clk = &c->clk,
        .node_up_us = node_up_us,
    };
    if (c->ops->open(&c->env, &c->platform, err) < 0)
        return err->code;
    return c->ops->up(c->platform, false, err);
}

void cluster_done(struct cluster *c)
{
    if (c->platform)
        c->ops->close(c->platform);
    json_decref(c->fetched);
    free(c->platform_settings);
    if (c->settings)
        doc_free(c->settings);
    free(c->work_dir);
    free(c->logs_dir);
}
