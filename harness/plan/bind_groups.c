/* bind_groups.c - the group of workers running each connector, and groups named
 * by faults. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "plan/bind_own.h"

void bind_groups(struct plan *p)
{
    struct platform_group groups[PLATFORM_GROUPS_MAX] = {{.name = ""}};

    p->groups_len = p->platform && p->platform->groups
                        ? p->platform->groups(p->platform_settings, groups)
                        : 1;
    for (size_t i = 0; i < p->groups_len; i++)
        p->groups[i] = (struct plan_group){.name = groups[i].name,
                                           .workers = groups[i].workers};
}

static bool is_named(const struct plan *p)
{
    return p->groups_len > 0 && p->groups[0].name[0];
}

/* The names of all groups; returns their number. */
static size_t names_of(const struct plan *p,
                       const char *names[PLATFORM_GROUPS_MAX])
{
    for (size_t i = 0; i < p->groups_len; i++)
        names[i] = p->groups[i].name;
    return p->groups_len;
}

/* Complain unless `group` (NULL: no group is given) is a group of the platform.
 * `who` needs a group where groups have names. */
static void check_group(struct plan *p, const char *path, const char *who,
                        const char *group)
{
    const char *names[PLATFORM_GROUPS_MAX];
    size_t n = names_of(p, names);
    AUTO_FREE char *choice = word_choice(names, n);

    if (group && plan_group_find(p, group) != SIZE_MAX && group[0])
        return;
    if (group && !is_named(p))
        doc_complain(p->doc, path,
                     "no group of workers \"%.60s\", the platform names none: "
                     "add it under platform.connect",
                     group);
    else if (group)
        doc_complain(p->doc, path, "no group of workers \"%.60s\"%s", group,
                     did_you_mean(nearest_word(group, names, n)));
    else if (is_named(p) && who)
        doc_complain(p->doc, path,
                     "%s: which group of workers? add `connect: %s`", who,
                     choice);
}

void bind_connectors(struct plan *p)
{
    for (size_t i = 0; i < p->scenario.connectors_len; i++) {
        const struct connector *c = &p->scenario.connectors[i];
        AUTO_FREE char *path =
            path_of("connectors.%s%s", c->name, c->connect ? ".connect" : "");

        check_group(p, path, c->name, c->connect);
    }
}

void bind_step_groups(struct plan *p)
{
    for (size_t i = 0; i < p->steps_len; i++) {
        const struct plan_step *s = &p->steps[i];
        AUTO_FREE char *path = path_of("%s.with", s->step->path);

        if (s->ops->group)
            check_group(p, path, s->ops->needs_group ? s->ops->name : NULL,
                        s->ops->group(s->args));
    }
}

static bool has_text(const char *const *texts, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(texts[i], text) == 0)
            return true;
    return false;
}

/* A group loads only plugins of the group's connectors, so two groups may run
 * two versions of a plugin. */
void bind_group_plugins(struct plan *p)
{
    for (size_t i = 0; i < p->groups_len; i++)
        p->groups[i].plugins = must_calloc(p->scenario.connectors_len,
                                           sizeof(*p->groups[i].plugins));
    for (size_t i = 0; i < p->scenario.connectors_len; i++) {
        const struct connector *c = &p->scenario.connectors[i];
        struct plan_group *g = &p->groups[plan_group_of(p, c)];

        if (c->plugin && c->plugin[0] &&
            !has_text(g->plugins, g->plugins_len, c->plugin))
            g->plugins[g->plugins_len++] = c->plugin;
    }
}
