/* ledger.h - the file of everything sent. The load writes the file before each
 * send, so nothing in the file comes from the data under test.
 *
 * Append-only rows of 64 bytes, each with a checksum, kept in the page cache:
 * the file survives SIGKILL of the harness, not power loss. Format: row.h.
 *
 * Per stream (one writer into one partition or file) a *reserved up to* mark,
 * moved in blocks before any send of the block, and a row per run of one fate.
 * A sequence reserved and without a fate when the file ends is
 * indeterminate.
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/fates.h"

/* ---- writing: one writer, called from the load's thread only ------------ */

struct ledger;

/* Makes the file `path`, which must not exist, for run number `run`. *ret is
 * the caller's; ledger_close() frees it. */
MUST_USE int ledger_create(const char *path, uint32_t run, struct ledger **ret,
                           struct err *err);
/* Writes the last rows and frees: for each stream the highest sequence asked
 * for by ledger_reserve(), then the row that says that the writer ended in good
 * order. A sequence without a fate counts as indeterminate. If the last rows
 * cannot be written, a reader takes the writer for dead: reserved sequences
 * that were never sent then count as indeterminate as well, and no record as
 * lost. NULL is fine. */
void ledger_close(struct ledger *l);

/* Declares a stream, before the first reserve. -EEXIST: declared already. */
MUST_USE int ledger_declare(struct ledger *l, const struct ledger_stream *s,
                            struct err *err);

/* Reserves sequences below `up_to`: call before the send of each record, with
 * the record's sequence + 1. Reserves `block` sequences ahead, so that most
 * calls write nothing, and returns once the row is in the file. At the end, a
 * sequence asked for and without a fate is indeterminate, and a sequence
 * reserved ahead and never asked for was not sent. -ENOENT: the stream was not
 * declared. */
MUST_USE int ledger_reserve(struct ledger *l, uint32_t stream, uint64_t up_to,
                            uint64_t block, struct err *err);

/* Notes the fate of a run, mostly of a single record. Neighbours (next
 * sequence, next offset, same fate and partition) are joined in memory, with
 * the time of the first; ledger_flush() writes the joined run. The fate noted
 * last about a sequence wins. -EINVAL: a sequence was never reserved. -ENOENT:
 * the stream was not declared. */
MUST_USE int ledger_note(struct ledger *l, uint32_t stream,
                         const struct ledger_run *one, struct err *err);
MUST_USE int ledger_flush(struct ledger *l, struct err *err);

/* ---- reading ------------------------------------------------------------ */

/* Reads a whole ledger. A torn last row (the harness died in write(2)) is left
 * out; a bad row in the middle is -EBADMSG naming its position. *ret is the
 * caller's: ledger_view_done() frees. */
MUST_USE int ledger_read(const char *path, struct ledger_view *ret,
                         struct err *err);
void ledger_view_done(struct ledger_view *v);

#endif
