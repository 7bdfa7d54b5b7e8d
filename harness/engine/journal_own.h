/* journal_own.h - journal.jsonl: the events of a run in order, each line bound
 * to the line before by a hash (reports/README.md). Thread-safe.
 *
 * Each line is written by a single write(2), so the page cache keeps the line
 * even if the engine is killed at the next instruction.
 */
#ifndef ENGINE_JOURNAL_OWN_H
#define ENGINE_JOURNAL_OWN_H

#include <jansson.h>

#include "base/attr.h"
#include "base/clk.h"
#include "base/err.h"
#include "base/event.h"

struct journal;

/* Make `path`, or continue an existing journal. Every event also goes to `also`
 * (NULL: to nobody), on the thread that put the event and with the journal
 * locked; `also` must not keep or free the body. */
MUST_USE int journal_open(const char *path, const struct clk *clk,
                          void (*also)(void *ctx, int64_t at_us,
                                       const char *actor, const char *what,
                                       const json_t *body),
                          void *ctx, struct journal **ret, struct err *err);
void journal_close(struct journal *j); /* NULL is fine */

/* A sink for events of any thread; valid until journal_close(). */
struct event_sink journal_sink(struct journal *j);

/* 0, or the first error: a full disk, or an event that was no UTF-8. The
 * evidence then has a hole, and the run is inconclusive. */
MUST_USE int journal_error(struct journal *j, struct err *err);

/* The events with a text so far, for run.json: [{t_us, actor, what, text}].
 * After EVENTS_KEPT events the last entry says how many more the journal holds.
 * New. */
json_t *journal_events(struct journal *j);

#endif
