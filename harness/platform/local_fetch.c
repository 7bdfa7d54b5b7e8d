/* local_fetch.c - gets Java, jars, plugins and class archives before a run, and
 * describes them in the evidence. */
#include <errno.h>

#include "base/file.h"
#include "base/own.h"
#include "platform/cache_own.h"
#include "platform/class_archive_own.h"
#include "platform/local_own.h"

int local_check_settings(const struct platform_wish *w, struct err *err)
{
    const struct local_settings *s = w->settings;
    struct groups groups;

    local_groups(s, &groups);
    if (local_settings_check(s, err) < 0 ||
        machines_suffice(w, s->brokers, &groups, err) < 0)
        return err->code;
    return kafka_check(w, s->kafka, err);
}

int local_check_plugin(const struct platform_wish *w, const char *plugin,
                       struct err *err)
{
    return plugin_check(w, plugin, err);
}

static json_t *java_json(const struct java *java)
{
    return json_pack("{s:s, s:s, s:s}", "path", java->path, "version",
                     java->version, "vendor", java->vendor);
}

static json_t *kafka_json(const struct kafka_jars *k)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "version", k->version, "libs",
                     k->libs, "digest", k->digest, "format", k->format, "from",
                     k->from);
}

static int get_plugins(const struct cache *c, const struct java *java,
                       const struct kafka_jars *kafka, json_t *into,
                       struct err *err)
{
    for (size_t i = 0; i < c->wish->plugins_len; i++) {
        json_t *one;

        if (plugin_get(c, java, kafka, c->wish->plugins[i], &one, err) < 0)
            return err->code;
        (void)json_array_append_new(into, one);
    }
    return 0;
}

static int get_all(const struct cache *c, const struct platform_ops *ops,
                   json_t **ret, struct err *err)
{
    const struct local_settings *s = c->wish->settings;
    struct kafka_jars kafka AUTO(kafka_jars_done) = {.libs = NULL};
    AUTO_JSON json_t *plugins = json_array();
    struct java java;

    if (java_find(&java, err) < 0 ||
        kafka_jars_get(c, &java, s->kafka, &kafka, err) < 0 ||
        get_plugins(c, &java, &kafka, plugins, err) < 0)
        return err->code;
    *ret = json_pack("{s:o, s:o, s:O}", "java", java_json(&java), "kafka",
                     kafka_json(&kafka), "plugins", plugins);
    class_archives_get(c, ops, &java, &kafka, *ret);
    return 0;
}

int local_fetch(const struct platform_ops *ops, const struct platform_wish *w,
                void (*say)(void *ctx, const char *what), void *ctx,
                json_t **ret, struct err *err)
{
    struct cache c;

    if (local_settings_check(w->settings, err) < 0 ||
        cache_open(&c, w, say, ctx, err) < 0)
        return err->code;
    (void)get_all(&c, ops, ret, err);
    cache_close(&c);
    return err->code;
}

/* ---- evidence ------------------------------------------------------------ */

/* Digests of jars and plugins stand beside the versions: two runs are
 * comparable only if both had the same bytes. */
json_t *local_describe(struct platform *p)
{
    const struct local *l = local_of(p);
    const struct local_settings *s = l->settings;
    const json_t *broker = machines_properties(&l->m, ROLE_BROKER);
    const json_t *worker = machines_properties(&l->m, ROLE_WORKER);
    const json_t *kafka = json_object_get(l->m.env->fetched, "kafka");
    AUTO_JSON json_t *plugins = json_array();
    json_t *one;
    size_t i;

    json_array_foreach (json_object_get(l->m.env->fetched, "plugins"), i, one)
        (void)json_array_append_new(
            plugins,
            json_pack("{s:O, s:O, s:O}", "name", json_object_get(one, "name"),
                      "given", json_object_get(one, "given"), "sha256",
                      json_object_get(one, "digest")));
    return json_pack(
        "{s:s, s:b, s:{s:O, s:O, s:O}, s:O, s:b, s:i, s:i, s:I, s:I, s:s?, "
        "s:O?, s:O?, s:O?, s:O, s:o}",
        "kind", "local", "sandbox", nodes_sandboxed(l->m.env->nodes), "kafka",
        "version", json_object_get(kafka, "version"), "from",
        json_object_get(kafka, "from"), "jars-sha256",
        json_object_get(kafka, "digest"), "java",
        json_object_get(l->m.env->fetched, "java"), "class-archives",
        json_object_get(l->m.env->fetched, "class-archives") != NULL, "brokers",
        (int)s->brokers, "workers", (int)s->workers, "broker-heap",
        (json_int_t)s->broker_heap, "worker-heap", (json_int_t)s->worker_heap,
        "java-options", s->java_options, "broker-properties", broker,
        "worker-properties", worker, "connect", s->connect, "plugins", plugins,
        "nodes", machines_nodes_json(&l->m));
}
