/* platform.c - the kinds of platform, by name. */
#include "platform/platform.h"

#include <string.h>

#include "platform/platform_kinds_own.h"

static const struct platform_ops *const kinds[] = {
#define PLATFORM_KIND(id) &platform_##id,
#include "platform/platform_kinds.def"
#undef PLATFORM_KIND
};

const struct platform_ops *platform_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    return NULL;
}

const struct platform_ops *const *platform_all(size_t *ret_len)
{
    *ret_len = ARRAY_LEN(kinds);
    return kinds;
}
