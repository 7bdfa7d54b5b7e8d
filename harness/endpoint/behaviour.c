/* behaviour.c - a row of a kind's behaviours, found by name. Separate from the
 * table of all kinds, so a test with a played endpoint links no real kind. */
#include <string.h>

#include "endpoint/endpoint.h"

const struct behaviour *endpoint_behaviour(const struct endpoint_ops *ops,
                                           const char *name)
{
    const struct behaviour *b = ops->behaviours;

    for (; b && b->name; b++)
        if (strcmp(b->name, name) == 0)
            return b;
    return NULL;
}
