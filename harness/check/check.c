/* check.c - the table of the kinds of checks, and the names of statuses. */
#include "check/check_kinds_own.h"

#include <stdlib.h>
#include <string.h>

static const struct check_ops *const kinds[] = {
#define CHECK_KIND(id) &check_##id,
#include "check/check_kinds.def"
#undef CHECK_KIND
};

const char *check_status_name(enum check_status s)
{
    switch (s) {
    case CHECK_HELD:
        return "held";
    case CHECK_FAILED:
        return "failed";
    case CHECK_NOT_JUDGED:
        return "not judged";
    }
    abort(); /* no default: -Wswitch names the one you forgot */
}

const struct check_ops *check_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    return NULL;
}

const struct check_ops *const *check_all(size_t *ret_len)
{
    *ret_len = ARRAY_LEN(kinds);
    return kinds;
}
