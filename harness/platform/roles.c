/* roles.c - the roles of nodes, and the first node of a role. */
#include "platform/platform.h"

#include <string.h>

static const struct {
    const char *word;
    unsigned adds;
} roles[] = {
#define PLATFORM_ROLE(id, word, adds) [ROLE_##id] = {word, adds},
#include "platform/platform_roles.def"
#undef PLATFORM_ROLE
};

const char *platform_role_word(enum platform_role role)
{
    return roles[role].word;
}

unsigned platform_role_adds(enum platform_role role)
{
    return roles[role].adds;
}

const struct platform_node *
platform_first(struct platform *p, enum platform_role role, const char *group)
{
    const struct platform_node *gone = NULL;
    size_t n;
    const struct platform_node *all = p->ops->list(p, &n);

    for (size_t i = 0; i < n; i++) {
        if (all[i].role != role || (group && strcmp(all[i].group, group) != 0))
            continue;
        if (!all[i].removed)
            return &all[i];
        gone = gone ? gone : &all[i];
    }
    return gone;
}
