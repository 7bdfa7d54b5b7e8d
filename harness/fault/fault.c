/* fault.c - the table of kinds of fault. */
#include "fault/fault_kinds_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"

static const struct fault_ops *const kinds[] = {
#define FAULT_KIND(id) &fault_##id,
#include "fault/fault_kinds.def"
#undef FAULT_KIND
};

const struct fault_ops *fault_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    return NULL;
}

const struct fault_ops *const *fault_all(size_t *ret_len)
{
    *ret_len = ARRAY_LEN(kinds);
    return kinds;
}

const char *fault_effect_name(enum fault_effect e)
{
    switch (e) {
    case FAULT_RESTORES:
        return "restores";
    case FAULT_ENDS_BY_ITSELF:
        return "ends by itself";
    case FAULT_IRREVERSIBLE:
        return "irreversible";
    }
    abort(); /* no default: -Wswitch names the one you forgot */
}

/* Whether `held` covers the thing called `name`. */
static bool holds(const char *held, const char *name)
{
    size_t len = strlen(held);

    if (len > 0 && held[len - 1] == '*')
        return strncmp(held, name, len - 1) == 0;
    return strcmp(held, name) == 0;
}

bool fault_holds_clash(const char *a, const char *b)
{
    return holds(a, b) || holds(b, a);
}
