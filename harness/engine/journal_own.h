/* journal_own.h - journal.jsonl: what happened, in order, each line bound to
 * the one before by its hash (reports/README.md). Thread-safe.
 *
 * A line is one write(2); the page cache keeps it through a SIGKILL.
 */
#ifndef ENGINE_JOURNAL_OWN_H
#define ENGINE_JOURNAL_OWN_H

#include <jansson.h>

#include "base/attr.h"
#include "base/clk.h"
#include "base/err.h"
#include "base/event.h"

struct journal;

/* Make `path`, or go on with it if it is there. Every event goes to `also` too
 * (the live view), if not NULL; it must not free the body. */
MUST_USE int journal_open(const char *path, const struct clk *clk,
                          void (*also)(void *ctx, int64_t at_us,
                                       const char *actor, const char *what,
                                       const json_t *body),
                          void *ctx, struct journal **ret, struct err *err);
void journal_close(struct journal *j); /* NULL is fine */

/* The sink that writes into it. */
struct event_sink journal_sink(struct journal *j);

/* 0, or what went wrong first (a full disk, an event that is no text): the
 * evidence has a hole then and the run is inconclusive. */
MUST_USE int journal_error(struct journal *j, struct err *err);

/* The telling events so far, for run.json: [{t_us, actor, what, text}]; the
 * last says so when there were more than are kept. New. */
json_t *journal_events(struct journal *j);

#endif
