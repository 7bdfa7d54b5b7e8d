/* bound.h - scenario files read and bound, all before anything starts. */
#ifndef CLI_BOUND_H
#define CLI_BOUND_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "node/node.h"
#include "plan/plan.h"

enum { SETS_MAX = 64 };

struct bind_options {
    const char *set[SETS_MAX]; /* "key=value" */
    size_t set_len;
    const char *secret[SETS_MAX]; /* keys whose values are secrets */
    size_t secret_len;
    const char *platform, *kafka, *plugin;
    bool fetched_before; /* a run's copy of its file: what was asked of paths
                            beside the file then is not asked again */
};

/* "key=value" of --set. -EINVAL; -E2BIG: SETS_MAX of them are there. */
int bind_option_set(struct bind_options *o, const char *text);

/* "key=file" of --secret: as "key=<first line of the file>" of --set, and the
 * value is a secret. -EINVAL: no such text, or no file to read. */
int bind_option_secret(struct bind_options *o, const char *text);

/* In the order of enum sandbox; NULL behind the last. */
extern const char *const sandbox_words[];

/* "auto", "on", "off". -EINVAL. */
int sandbox_word(const char *text, enum sandbox *ret);
const char *sandbox_name(enum sandbox s);

struct bound {
    char *file;
    struct doc *doc;
    struct plan plan;
    json_t *fetched; /* after bound_fetch() */
    json_t *again;   /* the options, for `ordeal verify` */
    char *folder;    /* where relative plugin paths start */
};

/* Read and bind every file that `paths` name. Complaints go to stderr, all of
 * all files. 0, EXIT_WRONG_USAGE, or OUTCOME_INCONCLUSIVE without memory. */
int bind_files(const struct bind_options *o, char **paths, size_t paths_len,
               struct bound **ret, size_t *ret_len);

/* One file. Complaints to stderr; returns as above. */
int bind_file(const struct bind_options *o, const char *file,
              struct bound *ret);

void bound_done(struct bound *b);
void bound_free(struct bound *b, size_t n);

/* Get what the platforms need (jars, plugins), telling of long steps. */
MUST_USE int bound_fetch(struct bound *b, size_t n,
                         void (*say)(void *ctx, const char *what), void *ctx,
                         struct err *err);

#endif
