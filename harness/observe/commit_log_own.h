/* commit_log_own.h - every commit seen, kept in a file so that memory does not
 * grow with the length of a run.
 *
 * All commits are wanted once, at the end, for the judgement of offsets, where
 * each of them may be the breach; until then none is looked at. Not
 * thread-safe.
 */
#ifndef OBSERVE_COMMIT_LOG_OWN_H
#define OBSERVE_COMMIT_LOG_OWN_H

#include <stddef.h>
#include <stdint.h>

#include "oracle/commits.h"

struct commit_log;

/* Keeps commits in a file without a name in the folder `dir`. NULL, or a folder
 * where no file can be made: in memory. */
struct commit_log *commit_log_new(const char *dir);
void commit_log_free(struct commit_log *l); /* NULL is fine */

/* Adds a commit under a number of the caller's. A commit that the file does not
 * take, as on a full disk, stays in memory. */
void commit_log_add(struct commit_log *l, uint32_t number,
                    const struct commit *c);

/* All commits of a number, in the order added; their count. The caller frees
 * *ret. Aborts if the file cannot be read back, as without memory: a judgement
 * over a part of the commits would be none. */
size_t commit_log_of(const struct commit_log *l, uint32_t number,
                     struct commit **ret);

#endif
