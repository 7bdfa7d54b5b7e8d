/* load_kinds.c - the table of kinds of load. */
#include "load/load_kinds_own.h"

static const struct load_ops *const kinds[] = {
#define LOAD_KIND(id) &load_##id,
#include "load/load_kinds.def"
#undef LOAD_KIND
};

const struct load_ops *load_into(const struct endpoint_ops *into)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (kinds[i]->takes(into))
            return kinds[i];
    return NULL;
}

const char *load_help(const struct load_ops *ops)
{
    return ops->help;
}
