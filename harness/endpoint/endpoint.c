/* endpoint.c - the table of kinds of endpoint. */
#include "endpoint/endpoint_kinds_own.h"

#include <string.h>

static const struct endpoint_ops *const kinds[] = {
#define ENDPOINT_KIND(id) &endpoint_##id,
#include "endpoint/endpoint_kinds.def"
#undef ENDPOINT_KIND
};

const struct endpoint_ops *endpoint_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    return NULL;
}

const struct endpoint_ops *const *endpoint_all(size_t *ret_len)
{
    *ret_len = ARRAY_LEN(kinds);
    return kinds;
}
