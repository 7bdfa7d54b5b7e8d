/* field.c - the Connect cluster that a fault talks to. */
#include <string.h>

#include "fault/fault.h"

struct connect *field_group(const struct field *f, const char *name)
{
    for (size_t i = 0; i < f->groups_len; i++)
        if (strcmp(f->groups[i].name, name) == 0)
            return f->groups[i].connect;
    return f->groups[0].connect;
}

struct connect *field_connect(const struct field *f, const char *connector)
{
    return field_group(f, f->runs_on(f->ctx, connector));
}
