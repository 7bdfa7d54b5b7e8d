/* report.h - run.json turned into reports for people and pipelines.
 *
 * Reports are made from a run.json value alone (schema ordeal.run/1,
 * reports/README.md), so a report can be made again years later. All
 * functions are pure but report_write_all(): no clock, no other file.
 * Strings of the run are untrusted, and each format escapes them in its own
 * way.
 *
 * Returned texts are new, end in a newline, and are freed by the caller.
 * Without memory the program aborts. Thread-safe.
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
    /* The whole document; `run` has passed report_check(). New. */
    char *(*render)(const json_t *run);
};

/* All formats, sorted by name; never empty. Static. */
const struct report_format *const *report_formats(size_t *ret_len);
/* The format of a name, or NULL. Static. */
const struct report_format *report_format_find(const char *name);

/* Check that `run` has the shape that reports/README.md promises, and that
 * no part of the document contradicts a verdict that is too good: a pass
 * with a broken hop, a fault that did not land, a balance that does not
 * close. Unknown fields are ignored. Returns 0, or -EINVAL with the path of
 * the first wrong field, the expected value and the actual value in err. */
MUST_USE int report_check(const json_t *run, struct err *err);

/* Write every format into the folder `dir`. Each file is replaced as a
 * whole. Nothing is written unless `run` passes report_check(). Returns 0,
 * or negative errno with the name of the file in err. */
MUST_USE int report_write_all(const json_t *run, const char *dir,
                              struct err *err);

/* The verdict for a terminal of `width` columns (0: 80; fewer than 40 count
 * as 40): expectation and outcome, findings with places and times, balance,
 * faults, checks, and the path of report.html. `colour` adds ANSI colours,
 * else the text is plain. Control characters in strings of the run are shown
 * as '?'. */
char *report_verdict(const json_t *run, bool colour, int width);

/* A table of a suite, one line per run, and a closing sentence that counts
 * outcomes; skipped runs are counted apart. `runs`: n documents, borrowed. */
char *report_suite_table(const json_t *const *runs, size_t n, bool colour);

#endif
