/* class_archive.c - makes class archives: starts a broker and a worker once,
 * ends both, keeps the archives written by Java at the end. */
#include "platform/class_archive_own.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/log.h"
#include "base/own.h"
#include "platform/local_own.h"

enum { KEY_DIGITS = 16 };

static const int64_t longest_up_us = INT64_C(120) * US_PER_S;
static const int64_t longest_end_us = INT64_C(90) * US_PER_S;

/* The key of an archive: everything that Java compares with an archive before
 * using the archive. */
static char *place_of(const struct cache *c, const struct java *java,
                      const struct kafka_jars *kafka)
{
    AUTO_FREE char *text =
        path_of("%s\n%s\n%s\n%s\n%s\n", java->path, java->version, java->vendor,
                kafka->libs, kafka->digest);
    char key[SHA256_HEX];

    sha256_bytes(text, strlen(text), key);
    return path_of("%s/class-archives/%s-%.*s", c->wish->cache_dir,
                   kafka->version, KEY_DIGITS, key);
}

static json_t *paths_in(const char *dir)
{
    AUTO_FREE char *broker = path_of("%s/broker.jsa", dir);
    AUTO_FREE char *worker = path_of("%s/worker.jsa", dir);

    return json_pack("{s:s, s:s}", "broker", broker, "worker", worker);
}

/* ---- in an engine of its own --------------------------------------------- */

struct training {
    const struct platform_ops *ops;
    const json_t *fetched;
    char *dir;
};

struct ending {
    struct platform *p;
    const char *node;
};

static int has_ended(void *ctx, struct err *err)
{
    struct ending *e = ctx;
    struct node_status s;

    if (e->p->ops->status(e->p, e->node, &s, err) < 0)
        return err->code;
    return s.state == NODE_ENDED;
}

/* Java writes the archive when it ends, after SIGTERM. */
static int end_node(struct platform *p, const struct clk *clk, const char *node,
                    struct err *err)
{
    struct ending e = {.p = p, .node = node};

    if (p->ops->signal(p, node, SIGTERM, err) < 0)
        return err->code;
    return wait_until(clk, has_ended, &e, 100 * US_PER_MS,
                      clk_now(clk) + longest_end_us, node, err);
}

static int train(struct nodes *nodes, const struct training *t, struct err *err)
{
    const struct local_settings settings = {.brokers = 1,
                                            .workers = 1,
                                            .broker_heap = INT64_C(384) << 20,
                                            .worker_heap = INT64_C(512) << 20};
    struct clk clk = clk_real();
    struct platform_env env = {.settings = &settings,
                               .fetched = t->fetched,
                               .nodes = nodes,
                               .work_dir = t->dir,
                               .logs_dir = t->dir,
                               .clk = &clk,
                               .node_up_us = longest_up_us};
    struct platform *p;

    if (t->ops->open(&env, &p, err) < 0)
        return err->code;
    if (p->ops->up(p, false, err) == 0 &&
        end_node(p, &clk, "worker-1", err) == 0)
        (void)end_node(p, &clk, "broker-1", err);
    p->ops->close(p);
    return err->code;
}

/* The engine is another process and cannot hand back an error, so the reason
 * goes into a file. */
static char *reason_path(const struct training *t)
{
    return path_of("%s/reason", t->dir);
}

static int engine_main(struct nodes *nodes, void *ctx)
{
    AUTO_FREE char *reason = reason_path(ctx);
    struct err err = {0}, ignored = {0};

    if (train(nodes, ctx, &err) == 0)
        return 0;
    return file_print(reason, &ignored, "%s", err.text) < 0 ? 2 : 1;
}

/* ---- in the outer program ------------------------------------------------ */

static int run_training(const struct cache *c, const struct platform_ops *ops,
                        const json_t *fetched, struct err *err)
{
    struct training t = {.ops = ops, .fetched = fetched};
    struct keeper_spec spec = {
        .engine_fd = -1, .engine_main = engine_main, .ctx = &t};
    struct keeper *keeper;
    int status = 0;

    if (cache_make_tmp(c, "training", &t.dir, err) < 0)
        return err->code;
    spec.work_dir = t.dir;
    if (keeper_start(&spec, &keeper, err) == 0) {
        if (keeper_wait(keeper, &status, err) < 0)
            (void)err_context(err, "the keeper");
        keeper_end(keeper);
    }
    if (err->code == 0 && status != 0) {
        AUTO_FREE char *path = reason_path(&t);
        AUTO_FREE char *text = NULL;

        if (file_read(path, &text, NULL, err) == 0)
            (void)err_set(err, -ECHILD, "%s", text);
    }
    free(t.dir);
    return err->code;
}

static int make(const struct cache *c, const struct platform_ops *ops,
                const json_t *fetched, const char *place, struct err *err)
{
    AUTO_FREE char *made = NULL;
    AUTO_JSON json_t *wish = json_copy((json_t *)fetched);
    AUTO_JSON json_t *paths = NULL;
    const char *role;
    json_t *path;

    if (cache_make_tmp(c, "class-archives", &made, err) < 0)
        return err->code;
    paths = paths_in(made);
    (void)json_object_set(wish, "class-archives-to-make", paths);
    (void)json_object_set_new(wish, "plugins", json_array());
    if (run_training(c, ops, wish, err) < 0)
        return err->code;
    json_object_foreach (paths, role, path)
        if (access(json_string_value(path), R_OK) < 0)
            return err_errno(err, "%s: archive", role);
    return cache_keep(made, place, err);
}

void class_archives_get(const struct cache *c, const struct platform_ops *ops,
                        const struct java *java, const struct kafka_jars *kafka,
                        json_t *fetched)
{
    AUTO_FREE char *place = place_of(c, java, kafka);
    AUTO_FREE char *parent = path_of("%s/class-archives", c->wish->cache_dir);
    AUTO_FREE char *failed = path_of("%s.failed", place);
    struct err err = {0}, ignored = {0};

    if (access(place, R_OK) < 0) {
        if (access(failed, F_OK) == 0)
            return;
        cache_say(c, "preparing a faster start of Kafka %s on Java %s",
                  kafka->version, java->version);
        if (make(c, ops, fetched, place, &err) < 0) {
            log_warn("class archives", "%s", err.text);
            /* note the failure, so that no later run tries again */
            if (mkdir_all(parent, &ignored) < 0 ||
                file_print(failed, &ignored, "%s\n", err.text) < 0)
                log_warn("class archives", "%s", ignored.text);
            return;
        }
    }
    (void)json_object_set_new(fetched, "class-archives", paths_in(place));
}
