/* selftest.h - the harness tested on workers with known defects: which
 * finding each defect must cause, and whether a run found exactly that.
 *
 * Defects are those of standins/worker/defect.h. A trial is a scenario on
 * the embedded platform. The defect logs every record that the defect
 * spoils, and run.json is compared with the log.
 */
#ifndef CLI_SELFTEST_H
#define CLI_SELFTEST_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/attr.h"
#include "base/err.h"

/* Kinds of findings: the columns of the table. */
enum selftest_kind {
    SELFTEST_NONE, /* ends a list of expected kinds */
    SELFTEST_ABSENT,
    SELFTEST_DUPLICATE,
    SELFTEST_REORDERED,
    SELFTEST_CORRUPT,
    SELFTEST_MISROUTED,
    SELFTEST_STALE,
    SELFTEST_STALL,
    SELFTEST_COMMITS,
    SELFTEST_OWNERS,
    SELFTEST_REGRESSION,
    SELFTEST_AHEAD,
    SELFTEST_LATE,
    SELFTEST_LOG,
    SELFTEST_KINDS,
};

enum selftest_place { IN_FINDINGS, IN_EVENTS, IN_CHECKS };

struct selftest_column {
    const char *head;
    enum selftest_place place;
    const char *names[2]; /* in run.json; "absent" has two: lost, and unseen */
};
extern const struct selftest_column selftest_columns[SELFTEST_KINDS];

/* How findings are compared with the log. */
enum selftest_match {
    MATCH_RECORDS, /* exactly the records of the log */
    MATCH_FROM,    /* in each partition, from the first logged record on */
    MATCH_BELOW,   /* allowed, not required; below the logged offsets */
    MATCH_OFFSETS, /* an event: exactly the partitions and offsets of the log */
    MATCH_PARTITIONS, /* an event: only in partitions of the log */
    MATCH_SEEN,       /* an event without a place in run.json: present */
};

struct selftest_expected {
    enum selftest_kind kind;
    enum selftest_match match;
};

struct selftest_disturbance {
    const char *name;
    const char *steps; /* steps of the timeline as YAML; "": none */
    int brokers;
};

struct selftest_trial {
    const char *defect; /* NULL: a worker without a defect */
    int every;
    int partitions, tasks;
    bool credential; /* the endpoint asks for a credential */
    bool elsewhere;  /* a second flow leads into another endpoint */
    bool dead_letters;
    int keys;             /* keys of the load; 0: no keys */
    bool rows;            /* the endpoint keeps one row per key */
    const char *ordering; /* promised ordering; NULL: stream */
    bool harmless;        /* the defect breaks no promise: the run must pass */
    const char *check;    /* must fail, beside the balance; NULL: none */
    struct selftest_expected expected[3];
    const char *under[6]; /* disturbances; the short form takes the first */
};

extern const struct selftest_trial selftest_trials[];
extern const size_t selftest_trials_len;

/* "clean", "swap", "mix-keys, by key"; new. */
char *selftest_name(const struct selftest_trial *t);

/* The disturbance of a name. Aborts if there is none. */
const struct selftest_disturbance *selftest_disturbance(const char *name);

/* Print the scenario of a trial as YAML. `log`: path for the log of the
 * defect. */
void selftest_scenario(const struct selftest_trial *t,
                       const struct selftest_disturbance *d, uint64_t seed,
                       const char *log, FILE *out);

enum selftest_mark { MARK_NONE, MARK_OK, MARK_MISSED, MARK_WRONG };

struct selftest_result {
    enum selftest_mark
        marks[SELFTEST_KINDS]; /* [0]: anything that no column covers */
    char *why;                 /* one sentence a line */
};

/* Compare a run with the expectation and with the log, an array of the log's
 * lines. `run` NULL: the run did not take place. The caller frees `why`.
 * Pure. */
void selftest_compare(const struct selftest_trial *t, const json_t *run,
                      const json_t *log, struct selftest_result *ret);

#endif
