/* undo_own.h - the faults in force, on disk: everything to restore if the
 * harness dies.
 *
 * undo/<step>.json is written and synced before apply() runs, and removed once
 * the revert is proven. A file still there after a run belongs to a fault that
 * was never mended.
 */
#ifndef ENGINE_UNDO_OWN_H
#define ENGINE_UNDO_OWN_H

#include <jansson.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "fault/fault.h"

/* Write the record of a fault before apply() is called. */
MUST_USE int undo_write(const char *dir, size_t step,
                        const struct fault_ops *ops, const struct target *t,
                        const void *args, const json_t *captured,
                        struct err *err);

/* The revert was proven: nothing is left to undo. */
MUST_USE int undo_remove(const char *dir, size_t step, struct err *err);

#endif
