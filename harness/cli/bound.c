/* bound.c - scenario files read and bound, all before anything starts. */
#include "cli/bound.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/look.h"
#include "base/memory.h"
#include "base/outcome.h"
#include "base/own.h"
#include "cli/cli.h"

int bind_option_set(struct bind_options *o, const char *text)
{
    const char *equals = strchr(text, '=');

    if (!equals || equals == text)
        return -EINVAL;
    if (o->set_len == SETS_MAX)
        return -E2BIG;
    o->set[o->set_len++] = text;
    return 0;
}

/* Add the first `key_len` bytes of `text` as key, and the first line of a file
 * as value, a secret. Key and value live as long as the program. */
static int set_from_file(struct bind_options *o, const char *text,
                         size_t key_len, const char *path, struct err *err)
{
    AUTO_FREE char *value = NULL;
    char *key;
    int rc;

    if (file_read(path, &value, NULL, err) < 0)
        return err->code;
    value[strcspn(value, "\r\n")] = 0;
    key = path_of("%.*s", (int)key_len, text);
    rc = bind_option_set(o, path_of("%s=%s", key, value));
    if (rc == 0)
        o->secret[o->secret_len++] = key;
    return rc;
}

int bind_option_secret(struct bind_options *o, const char *text)
{
    const char *equals = strchr(text, '=');
    struct err err = {0};
    int rc;

    if (!equals || equals == text)
        return -EINVAL;
    rc = set_from_file(o, text, (size_t)(equals - text), equals + 1, &err);
    return rc == -E2BIG ? rc : rc < 0 ? -EINVAL : 0;
}

int bind_option_given(struct bind_options *o, const char *text)
{
    const char *equals = strchr(text, '=');
    size_t key_len = equals ? (size_t)(equals - text) : 0;
    struct err err = {0};
    int rc;

    if (key_len == 0 || equals[1] != '@')
        return bind_option_set(o, text);
    if (equals[2] == '@')
        return bind_option_set(
            o, path_of("%.*s=%s", (int)key_len, text, equals + 2));
    rc = set_from_file(o, text, key_len, equals + 2, &err);
    if (rc == 0 || rc == -E2BIG)
        return rc;
    return cli_complain(EXIT_WRONG_USAGE,
                        "--set %s: %s; name a file whose first line is the "
                        "value, or write %.*s=@%s for a value that begins "
                        "with @",
                        text, err.text, (int)key_len, text, equals + 1);
}

const char *const sandbox_words[] = {"auto", "on", "off", NULL};

const char *sandbox_name(enum sandbox s)
{
    return sandbox_words[s];
}

int sandbox_word(const char *text, enum sandbox *ret)
{
    for (size_t i = 0; sandbox_words[i]; i++)
        if (strcmp(text, sandbox_words[i]) == 0) {
            *ret = (enum sandbox)i;
            return 0;
        }
    return -EINVAL;
}

static json_t *list_of(const char *const *texts, size_t n)
{
    json_t *list = json_array();

    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_string(texts[i]));
    return list;
}

static json_t *options_json(const struct bind_options *o)
{
    return json_pack("{s:o, s:o, s:s?, s:s?, s:s?}", "set",
                     list_of(o->set, o->set_len), "secret",
                     list_of(o->secret, o->secret_len), "platform", o->platform,
                     "kafka", o->kafka, "plugin", o->plugin);
}

/* What the platform is asked to provide for `b`; strings are borrowed from
 * `b`. */
static struct platform_wish wish_of(const struct bound *b)
{
    return (struct platform_wish){
        .settings = b->plan.platform_settings,
        .plugins = b->plan.plugins,
        .plugins_len = b->plan.plugins_len,
        .fixtures_dir = cli_fixtures_dir(),
        .cache_dir = cli_cache_dir(),
        .scenario_dir = b->folder,
    };
}

/* The folder where relative plugin paths start: the folder of the scenario
 * file, or the working directory if --plugin replaces the plugins of the
 * file. */
static char *folder_of(const struct bind_options *o, const char *file)
{
    char real[PATH_MAX];

    if (o->plugin)
        return path_of("%s", realpath(".", real) ? real : ".");
    if (!realpath(file, real))
        (void)snprintf(real, sizeof(real), "%s", file);
    return path_of("%s", dirname(real));
}

static void check_settings(struct bound *b)
{
    struct platform_wish wish = wish_of(b);
    const struct scenario *s = &b->plan.scenario;
    struct err err = {0};

    wish.has_connectors = s->connectors_len > 0;
    for (size_t i = 0; i < s->topics_len; i++)
        if (s->topics[i].replicas > wish.replicas_most)
            wish.replicas_most = s->topics[i].replicas;
    if (b->plan.platform->check_settings &&
        b->plan.platform->check_settings(&wish, &err) < 0)
        doc_complain(b->doc, "platform", "%s", err.text);
}

/* A missing plugin is a complaint about the file now, instead of an error in
 * the middle of the run. */
static void check_plugins(struct bound *b)
{
    struct platform_wish wish = wish_of(b);

    if (!b->plan.platform->check_plugin)
        return;
    for (size_t i = 0; i < b->plan.scenario.connectors_len; i++) {
        const struct connector *c = &b->plan.scenario.connectors[i];
        AUTO_FREE char *path = path_of("connectors.%s.plugin", c->name);
        struct err err = {0};

        if (c->plugin && c->plugin[0] &&
            b->plan.platform->check_plugin(&wish, c->plugin, &err) < 0)
            doc_complain(b->doc, path, "%s", err.text);
    }
}

/* The class of a connector, where the platform knows all classes of the
 * plugin. */
static void check_classes(struct bound *b)
{
    const struct scenario *s = &b->plan.scenario;

    if (!b->plan.platform->check_class)
        return;
    for (size_t i = 0; i < s->connectors_len; i++) {
        const struct connector *c = &s->connectors[i];
        const char *class =
            json_string_value(json_object_get(c->config, "connector.class"));
        AUTO_FREE char *path =
            path_of("connectors.%s.config.connector.class", c->name);
        struct err err = {0};

        if (c->plugin && class &&
            b->plan.platform->check_class(c->plugin, class, &err) < 0)
            doc_complain(b->doc, path, "%s", err.text);
    }
}

int bind_file(const struct bind_options *o, const char *file, struct bound *ret)
{
    struct plan_overrides over = {
        .platform = o->platform, .kafka = o->kafka, .plugin = o->plugin};
    struct err err = {0};
    size_t n;

    *ret = (struct bound){.file = path_of("%s", file),
                          .folder = folder_of(o, file)};
    if (doc_load(file, o->set, o->set_len, &ret->doc, &err) < 0)
        return cli_refuse(&err);
    plan_bind(ret->doc, &over, &ret->plan);
    if (doc_complaints(ret->doc) == 0 && !o->fetched_before) {
        check_settings(ret);
        check_plugins(ret);
        check_classes(ret);
    }
    n = doc_complaints(ret->doc);
    for (size_t i = 0; i < n; i++)
        fprintf(stderr, "%s\n", doc_complaint(ret->doc, i));
    ret->again = options_json(o);
    return n > 0 ? EXIT_WRONG_USAGE : 0;
}

int bind_files(const struct bind_options *o, char **paths, size_t paths_len,
               struct bound **ret, size_t *ret_len)
{
    struct err err = {0};
    char **files;
    size_t n;
    int code = 0;

    if (o->platform && !platform_find(o->platform))
        return cli_complain(EXIT_WRONG_USAGE,
                            "--platform: no platform \"%s\"; `ordeal list "
                            "platforms` shows what there is",
                            o->platform);
    if (cli_scenarios(paths, paths_len, &files, &n, &err) < 0)
        return cli_refuse(&err);
    *ret = must_calloc(n ? n : 1, sizeof(**ret));
    for (size_t i = 0; i < n; i++) {
        int rc = bind_file(o, files[i], &(*ret)[i]);

        code = rc ? rc : code;
    }
    *ret_len = n;
    cli_scenarios_free(files, n);
    return code;
}

void bound_done(struct bound *b)
{
    plan_done(&b->plan);
    doc_free(b->doc);
    json_decref(b->fetched);
    json_decref(b->again);
    free(b->file);
    free(b->folder);
}

void bound_free(struct bound *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        bound_done(&b[i]);
    free(b);
}

int bound_fetch(struct bound *b, size_t n,
                void (*say)(void *ctx, const char *what), void *ctx,
                struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        struct platform_wish wish = wish_of(&b[i]);

        if (!b[i].plan.platform->fetch)
            b[i].fetched = json_object();
        else if (b[i].plan.platform->fetch(&wish, say, ctx, &b[i].fetched,
                                           err) < 0)
            return err_context(err, "%s", b[i].file);
    }
    return 0;
}

static bool is_of_workers(const struct platform_ops *ops, const char *name)
{
    for (size_t i = 0; ops->of_workers[i]; i++)
        if (strcmp(ops->of_workers[i], name) == 0)
            return true;
    return false;
}

/* {group: [plugin]}: what the workers of each named group load. New. */
static json_t *group_plugins(const struct plan *p)
{
    json_t *all = json_object();

    for (size_t i = 0; i < p->groups_len; i++) {
        const struct plan_group *g = &p->groups[i];
        json_t *names = json_array();

        for (size_t k = 0; k < g->plugins_len; k++)
            (void)json_array_append_new(names, json_string(g->plugins[k]));
        if (g->name[0])
            (void)json_object_set(all, g->name, names);
        json_decref(names);
    }
    return all;
}

/* Jars and Java belong to brokers and workers alike, plugins to workers. */
static void add_texts(json_t *to, const json_t *values)
{
    json_t *value;
    const char *key;

    json_object_foreach ((json_t *)values, key, value)
        if (json_is_string(value))
            (void)json_array_append(to, value);
}

/* Every text in a connector's or worker's configuration. New. */
static json_t *texts_of(const struct scenario *s, const json_t *workers)
{
    json_t *all = json_array();

    for (size_t i = 0; i < s->connectors_len; i++)
        add_texts(all, s->connectors[i].config);
    add_texts(all, look(workers, "worker-properties"));
    return all;
}

json_t *bound_needs(const struct bound *b)
{
    const struct platform_ops *ops = b->plan.platform;
    AUTO_JSON json_t *all = NULL;
    json_t *brokers, *workers, *value;
    const char *name;

    if (!ops->of_workers)
        return json_null();
    all = args_json(ops->args, ops->args_len, b->plan.platform_settings);
    brokers = json_pack("{s:s}", "platform", ops->name);
    workers = json_pack("{s:o}", "groups", group_plugins(&b->plan));
    json_object_foreach (all, name, value)
        (void)json_object_set(is_of_workers(ops, name) ? workers : brokers,
                              name, value);
    json_object_foreach (b->fetched, name, value)
        (void)json_object_set(strcmp(name, "plugins") == 0 ? workers : brokers,
                              name, value);
    return json_pack("{s:o, s:o, s:o}", "uses",
                     texts_of(&b->plan.scenario, workers), "brokers", brokers,
                     "workers", workers);
}
