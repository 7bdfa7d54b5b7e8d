/* bound.h - scenario files read and bound, all before anything starts.
 *
 * A bound file is complete: names are resolved, arguments are checked, and
 * complaints have been printed. Nothing has been downloaded or started.
 * Functions are for the main thread.
 */
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
    const char *secret[SETS_MAX]; /* keys with a secret value */
    size_t secret_len;
    const char *platform, *kafka, *plugin;
    bool fetched_before; /* for the copy of a scenario in a run folder: paths
                            beside the original file are not checked again */
};

/* Add "key=value" as it stands, for texts of start.json. Returns -EINVAL
 * without a key and "=", -E2BIG after SETS_MAX of them. */
int bind_option_set(struct bind_options *o, const char *text);

/* Add an argument of --set as given on the command line: "key=@file" is
 * "key=value" with the first line of the file as value, which is a secret and
 * stands on no command line; "key=@@x" is the value "@x". Returns as above, or
 * EXIT_WRONG_USAGE after a complaint about a file that cannot be read. */
int bind_option_given(struct bind_options *o, const char *text);

/* Add "key=file" of --secret: as --set with the first line of the file as
 * value, which is a secret. Returns -EINVAL for other texts and for a file
 * that cannot be read. */
int bind_option_secret(struct bind_options *o, const char *text);

/* Words in the order of enum sandbox, NULL behind the last. */
extern const char *const sandbox_words[];

/* "auto", "on" or "off"; returns -EINVAL for other texts. */
int sandbox_word(const char *text, enum sandbox *ret);
const char *sandbox_name(enum sandbox s);

struct bound {
    char *file;
    struct doc *doc;
    struct plan plan;
    json_t *fetched; /* NULL before bound_fetch() */
    json_t *again;   /* the options of the command line, for `ordeal verify` */
    char *folder;    /* where relative plugin paths start */
};

/* Read and bind every file named by `paths`, folders included. All
 * complaints about all files go to stderr. Returns 0, EXIT_WRONG_USAGE, or
 * OUTCOME_INCONCLUSIVE without memory. Set *ret and
 * *ret_len to NULL and 0 before, and call bound_free() in any case. */
int bind_files(const struct bind_options *o, char **paths, size_t paths_len,
               struct bound **ret, size_t *ret_len);

/* Read and bind a single file; complaints and return value as above. Call
 * bound_done() in any case. */
int bind_file(const struct bind_options *o, const char *file,
              struct bound *ret);

void bound_done(struct bound *b);
void bound_free(struct bound *b, size_t n);

/* Provide what the platforms need (jars, plugins), from the cache or by
 * download; `say` is told of long steps. Returns 0 or negative errno. */
MUST_USE int bound_fetch(struct bound *b, size_t n,
                         void (*say)(void *ctx, const char *what), void *ctx,
                         struct err *err);

/* Which nodes the scenario needs, for suite_order(): null if the platform
 * cannot share nodes. New. */
json_t *bound_needs(const struct bound *b);

#endif
