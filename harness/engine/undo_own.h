/* undo_own.h - the faults in force, on disk: everything to restore if the
 * harness dies.
 *
 * undo/<step>.json is written and synced ahead of apply(), and removed once the
 * revert is proven or the step will not begin. A file still there after a run
 * belongs to a fault that was never mended, or, if the harness was killed
 * shortly before `due_us`, to a fault that never began: the revert is right in
 * both cases (fault/fault.h). `boot` in the file tells the two apart: see
 * undo_boot().
 */
#ifndef ENGINE_UNDO_OWN_H
#define ENGINE_UNDO_OWN_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "fault/fault.h"

/* A fault about to begin. All members are borrowed. */
struct undo_record {
    size_t step;
    const struct fault_ops *ops;
    const struct target *target;
    const void *args;
    const json_t *captured;
    int64_t due_us; /* run clock: apply() is not called before */
};

/* Write the record of a fault before apply() is called. */
MUST_USE int undo_write(const char *dir, const struct undo_record *record,
                        struct err *err);

enum { BOOT_TEXT = 64 };

/* The identity of this boot of the machine, from /proc; "" where the system
 * names none. While the machine has not been started anew, every line of the
 * journal that was written can be read, since a SIGKILL leaves the page cache
 * alone. */
void undo_boot(char ret[BOOT_TEXT]);

/* The revert was proven: nothing is left to undo. */
MUST_USE int undo_remove(const char *dir, size_t step, struct err *err);

#endif
