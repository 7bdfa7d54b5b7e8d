/* report.h - run.json turned into what people and pipelines read.
 *
 * Everything here is made from a run.json value alone (schema ordeal.run/1,
 * reports/README.md), so a report can be made again years later from the
 * evidence. Pure but for report_write_all(): no clock, no other file. Strings
 * of the run are untrusted: each format escapes them in its own way.
 *
 * Texts returned are new, end in a newline, and are the caller's to free.
 * Nothing here fails for lack of memory: it aborts. Thread-safe.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

/* A format: one file, one const table, one line in report_kinds.def. */
struct report_format {
    const char *name;      /* "junit" */
    const char *file_name; /* in the run folder: "junit.xml" */
    const char *help;      /* one line, for `ordeal list` */
    /* The whole document; `run` has passed report_check(). */
    char *(*render)(const json_t *run);
};

/* All formats, sorted by name; never empty. */
const struct report_format *const *report_formats(size_t *ret_len);
/* The format of that name, or NULL. */
const struct report_format *report_format_find(const char *name);

/* Is `run` of the shape that reports/README.md promises, and does it not
 * contradict itself towards a verdict that is too good (a pass with a broken
 * hop, a fault that did not land, a balance that does not close)? Fields it
 * does not know are fine. -EINVAL with the path of the first field that is
 * wrong, what it should be and what it is. */
MUST_USE int report_check(const json_t *run, struct err *err);

/* Write every format into the folder `dir`: each file is replaced as a whole,
 * and none is touched unless `run` passes report_check(). Else negative errno
 * and the file's name. */
MUST_USE int report_write_all(const json_t *run, const char *dir,
                              struct err *err);

/* The verdict for a terminal of `width` columns (0: 80; below 40 counts as
 * 40): what was expected and found, where, when, how sure, the balance, faults,
 * checks and where the report is. `colour` adds ANSI colours; without, it is
 * plain text. Control characters in the run's strings are shown as '?'. */
char *report_verdict(const json_t *run, bool colour, int width);

/* One line a run of a suite, and a closing sentence in which skips are counted
 * in words. `runs` are n runs, borrowed. */
char *report_suite_table(const json_t *const *runs, size_t n, bool colour);

#endif
