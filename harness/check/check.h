/* check.h - what may be asked of a run beyond its guarantee.
 *
 * One file and one const table a kind (check_kinds.def). A check is pure: it
 * looks at run.json in the making (fields: reports/README.md) and, where it
 * must, at the logs folder; so it can be asked again of old evidence.
 *
 * What could not be observed is CHECK_NOT_JUDGED with the reason, never held.
 */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include <jansson.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "scenario/args.h"

struct scenario;

enum check_status { CHECK_HELD, CHECK_FAILED, CHECK_NOT_JUDGED };
/* "held", "failed", "not judged". */
const char *check_status_name(enum check_status s);

struct check_result {
    enum check_status status;
    char sentence[512]; /* expected, got, where, when; always filled */
};

struct check_ops {
    const char *name;
    const char *help;
    const struct arg *args;
    size_t args_len;
    size_t args_size;
    /* The finding kinds that `relax: <name>` stops from failing a hop, as in
     * run.json ("duplicate"), NULL-terminated; NULL: cannot be relaxed. */
    const char *const *relaxes;

    /* The findings and events it speaks of, as in run.json: when it fails, it
     * says no more than they do. NULL-terminated; NULL: of none. */
    const char *const *about;

    /* What no table can rule on: a pattern, the name of a connector. Asked
     * once, at load time. 0, or -EINVAL: "<argument>: what is wrong". NULL:
     * the table says it all. */
    int (*refuse)(const void *args, const struct scenario *s, struct err *err);

    void (*judge)(const json_t *run, const char *logs_dir, const void *args,
                  struct check_result *ret);
};

/* The kind called `name`, or NULL. Static storage, never freed. */
const struct check_ops *check_find(const char *name);
/* Every kind, sorted by name. */
const struct check_ops *const *check_all(size_t *ret_len);

#endif
