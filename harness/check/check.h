/* check.h - checks: expectations of a scenario beyond the guarantee of a hop.
 *
 * Each kind of check is a const table in a file of the same name, listed in
 * check_kinds.def. A check reads the unfinished run.json (fields:
 * reports/README.md) and, for log_free_of, the logs folder. A check asks no
 * clock and no cluster, so `ordeal verify` can judge old evidence by the same
 * code. Thread-safe: no check has a state.
 *
 * A check without the evidence to decide is CHECK_NOT_JUDGED with the reason,
 * never CHECK_HELD.
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
    char sentence[512]; /* expected, got, where, when; never empty */
};

struct check_ops {
    const char *name; /* as written below `expect` in a scenario */
    const char *help; /* a sentence without a full stop */
    const struct arg *args;
    size_t args_len;
    size_t args_size; /* of the struct filled from `args` */
    /* The kinds of findings, as run.json spells a kind ("duplicate"), excused
     * by `relax: <name>`: findings of the kinds then fail no hop.
     * NULL-terminated; NULL: the check cannot be relaxed. */
    const char *const *relaxes;

    /* The kinds of findings and events judged by the check, as run.json spells
     * a kind. A failed check says no more than the findings already in the
     * report. NULL-terminated; NULL: none. */
    const char *const *about;

    /* Refuses argument values beyond the reach of the table: a pattern, the
     * name of a connector. Called once, when the scenario is loaded. Returns
     * 0, or -EINVAL with "<argument>: the reason" in `err`. NULL: the table
     * suffices. */
    int (*refuse)(const void *args, const struct scenario *s, struct err *err);

    /* Fills status and sentence of `ret` from the run. `args` is the struct of
     * args_size bytes. `logs_dir` NULL: the nodes' logs, or a part of the logs,
     * did not reach the run folder. Never fails: unreadable evidence is not
     * judged. */
    void (*judge)(const json_t *run, const char *logs_dir, const void *args,
                  struct check_result *ret);
};

/* The kind called `name`, or NULL. Static storage, never freed. */
const struct check_ops *check_find(const char *name);
/* Every kind, sorted by name. */
const struct check_ops *const *check_all(size_t *ret_len);

#endif
