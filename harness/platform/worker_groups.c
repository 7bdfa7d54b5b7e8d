/* worker_groups.c - groups of Connect workers: settings, names, internal
 * topics. */
#include "platform/worker_groups_own.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "platform/machines_own.h"
#include "platform/properties_own.h"

/* A name becomes part of a group id and of topics. */
enum { NAME_BYTES_MAX = 40 };

const struct arg group_args[GROUP_ARGS] = {
    {.name = "workers",
     .type = ARG_INT,
     .at = offsetof(struct group, workers),
     .min = 1,
     .max = WORKERS_MAX,
     .dflt = "",
     .help = "workers of the group; left out: `workers` of the platform"},
    {.name = "worker-properties",
     .type = ARG_JSON,
     .at = offsetof(struct group, properties),
     .dflt = "",
     .kind = JSON_OBJECT,
     .help = "properties of the group's workers, each in place of the "
             "platform's"},
    {.name = "worker-heap",
     .type = ARG_SIZE,
     .at = offsetof(struct group, heap),
     .min = WORKER_HEAP_LEAST,
     .max = WORKER_HEAP_MOST,
     .dflt = "",
     .help = "largest Java heap of the group's workers; left out: the "
             "platform's"},
};

void groups_read(const struct arg *connect_arg, const json_t *connect,
                 const struct group *all, struct groups *ret)
{
    const char *name;
    json_t *entry;

    *ret = (struct groups){.len = 0};
    if (!connect)
        ret->at[ret->len++] = (struct group){
            .name = "", .workers = all->workers, .heap = all->heap};
    json_object_foreach ((json_t *)connect, name, entry) {
        struct group *g = &ret->at[ret->len];

        if (ret->len == PLATFORM_GROUPS_MAX)
            return; /* more are refused by the bounds of the argument */
        args_read_entry(connect_arg, entry, g);
        g->name = name;
        g->workers = g->workers ? g->workers : all->workers;
        g->heap = g->heap ? g->heap : all->heap;
        ret->len++;
    }
}

static bool is_name(const char *name)
{
    size_t len = strlen(name);

    if (len == 0 || len > NAME_BYTES_MAX || !isalnum((unsigned char)name[0]))
        return false;
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)name[i]) && !strchr("._-", name[i]))
            return false;
    return true;
}

static int check_one(const struct group *g, const char *const *fixed,
                     struct err *err)
{
    AUTO_FREE char *what = path_of("connect.%s.worker-properties", g->name);

    if (!is_name(g->name))
        return err_set(err, -EINVAL,
                       "connect: \"%.60s\" is no name of a group: letters, "
                       "digits and any of \"._-\", at most %d bytes, a letter "
                       "or digit first",
                       g->name, NAME_BYTES_MAX);
    if (g->workers == 0)
        return err_set(err, -EINVAL,
                       "connect.%s: a group without workers, give it "
                       "`workers: 1` or more",
                       g->name);
    return properties_check(what, g->properties, fixed, err);
}

int groups_check(const struct groups *g, const char *const *fixed,
                 struct err *err)
{
    int64_t workers = 0;

    for (size_t i = 0; i < g->len; i++) {
        workers += g->at[i].workers;
        if (g->at[i].name[0] && check_one(&g->at[i], fixed, err) < 0)
            return err->code;
    }
    if (workers > WORKERS_IN_ALL_MAX)
        return err_set(err, -EINVAL,
                       "connect: %d workers in all groups together, at most %d",
                       (int)workers, WORKERS_IN_ALL_MAX);
    return 0;
}

size_t groups_list(const struct groups *g,
                   struct platform_group out[PLATFORM_GROUPS_MAX])
{
    for (size_t i = 0; i < g->len; i++)
        out[i] = (struct platform_group){.name = g->at[i].name,
                                         .workers = g->at[i].workers};
    return g->len;
}

const struct group *groups_find(const struct groups *g, const char *name)
{
    for (size_t i = 0; i < g->len; i++)
        if (strcmp(g->at[i].name, name) == 0)
            return &g->at[i];
    return NULL;
}

/* The group of a sink's consumers is "connect-<connector>". A named group of
 * workers begins with another word, so that no connector of any name joins the
 * workers' own group. */
char *group_topic(const char *name, const char *which)
{
    static const char *const topics[] = {"config", "offsets", "status"};

    AUTO_FREE char *id =
        name[0] ? path_of("workers-%s", name) : path_of("connect");

    if (strcmp(which, "group") == 0)
        return TAKE(id);
    if (strcmp(which, "slots") == 0)
        return path_of("%s-slots", id);
    for (size_t i = 0; i < ARRAY_LEN(topics); i++)
        if (strcmp(topics[i], which) == 0)
            return path_of("connect-%s%s%s", name, name[0] ? "-" : "", which);
    return NULL;
}
