/* own.h - cleanup at the end of a scope, for the types used everywhere.
 *
 * AUTO_FREE char *p = ...; frees p when the scope of p ends, by whatever
 * return. NULL, and -1 for a descriptor, are left alone.
 */
#ifndef BASE_OWN_H
#define BASE_OWN_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/attr.h"

static inline void own_free(void *p)
{
    free(*(void **)p);
}

static inline void own_close(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}

static inline void own_fclose(FILE **f)
{
    if (*f)
        (void)fclose(*f);
}

static inline void own_json(json_t **j)
{
    json_decref(*j);
}

#define AUTO_FREE AUTO(own_free)
#define AUTO_FD   AUTO(own_close)
#define AUTO_FILE AUTO(own_fclose)
#define AUTO_JSON AUTO(own_json)

/* Hand an owned pointer on: yields the pointer and sets the variable to NULL,
 * so the end of the scope frees nothing. */
#define TAKE(p)                                                                \
    __extension__({                                                            \
        __typeof__(p) taken_ = (p);                                            \
        (p) = NULL;                                                            \
        taken_;                                                                \
    })

#endif
