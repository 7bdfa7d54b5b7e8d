/* findings.h - the kinds of findings and events, from findings.def.
 *
 * A record finding is a verdict on a record of a hop; an event finding is an
 * occurrence (a commit moved back) that refers to records. Every list of kinds
 * in the program, the schema and the README files comes from the same table, so
 * no two lists can disagree. All texts are static. Thread-safe.
 */
#ifndef BASE_FINDINGS_H
#define BASE_FINDINGS_H

#include <stdbool.h>

#include "base/attr.h"

enum finding_kind {
#define RECORD_FINDING(id, ...) FINDING_##id,
#include "base/findings.def"
};
enum event_finding_kind {
#define EVENT_FINDING(id, ...) EVENT_##id,
#include "base/findings.def"
};
enum {
    FINDING_KINDS = 0
#define RECORD_FINDING(...) +1
#include "base/findings.def"
};
enum {
    FINDING_ROWS = FINDING_KINDS
#define EVENT_FINDING(...) +1
#include "base/findings.def"
};

struct finding_row {
    const char *name;     /* "doubly accounted": run.json, reports */
    const char *word;     /* "doubly-accounted": scenarios; no spaces */
    const char *unjudged; /* why no run reports the kind yet; NULL: judged */
    const char *meaning;  /* a sentence without a full stop */
    const char *rule;     /* when exactly a run reports the kind */
    const char *seen_by;  /* source of an event; NULL: of records */
};

/* All rows: record findings in the order of the enum, from the gravest to the
 * mildest, then events in the order of the enum. */
extern const struct finding_row finding_rows[FINDING_ROWS];
/* The row of a kind of record finding. */
const struct finding_row *finding_row_of(enum finding_kind k);
/* The row of a name or a word; NULL: neither. */
const struct finding_row *finding_row(const char *name_or_word);
bool finding_is_event(const struct finding_row *row);

/* "doubly accounted", "offset regression": as run.json spells the kind. */
const char *finding_kind_name(enum finding_kind k);
const char *event_finding_name(enum event_finding_kind k);

/* The kind of a record finding's name. Returns -EINVAL for any other text. */
MUST_USE int finding_kind_read(const char *name, enum finding_kind *ret);

#endif
