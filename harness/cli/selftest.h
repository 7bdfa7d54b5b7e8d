/* selftest.h - the harness put through its own ordeal: what a worker's defect
 * must be found as, and whether it was.
 *
 * Defects are those of standins/worker/defect.h. Each trial is a scenario on
 * the embedded platform; its run.json is held against the defect's own log.
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

/* What may be found: the columns of the matrix. */
enum selftest_kind {
    SELFTEST_NONE, /* ends a list of what is expected */
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
    const char *names[2]; /* in run.json; absent: lost, or unseen where
                             nothing later of its stream arrived */
};
extern const struct selftest_column selftest_columns[SELFTEST_KINDS];

/* How a finding and the log are compared. */
enum selftest_match {
    MATCH_RECORDS,    /* the same records, each way */
    MATCH_FROM,       /* of a partition, all from the first that the log has */
    MATCH_BELOW,      /* may be; of a partition, below what the log has */
    MATCH_OFFSETS,    /* an event: partition and offset, each way */
    MATCH_PARTITIONS, /* an event: only in the log's partitions */
    MATCH_SEEN,       /* the run has no place for it: it is there */
};

struct selftest_expected {
    enum selftest_kind kind;
    enum selftest_match match;
};

struct selftest_disturbance {
    const char *name;
    const char *steps; /* of a timeline; "": none */
    int brokers;
};

struct selftest_trial {
    const char *defect; /* NULL: a worker without */
    int every;
    int partitions, tasks;
    bool credential; /* of the endpoint */
    bool elsewhere;  /* there is a second flow, into another endpoint */
    bool dead_letters;
    int keys;             /* of the load; 0: none */
    bool rows;            /* the endpoint keeps one of each */
    const char *ordering; /* that is promised; NULL: of the stream */
    bool harmless;        /* what is promised is kept all the same */
    const char *check; /* asked beside the balance, and has to fail; or NULL */
    struct selftest_expected expected[3];
    const char *under[6]; /* disturbances; the first in the short form */
};

extern const struct selftest_trial selftest_trials[];
extern const size_t selftest_trials_len;

/* "clean", "swap", "mix-keys, by key": new. */
char *selftest_name(const struct selftest_trial *t);

/* Of that name, which must exist. */
const struct selftest_disturbance *selftest_disturbance(const char *name);

/* The scenario of a trial as YAML, with the defect's log at `log`. */
void selftest_scenario(const struct selftest_trial *t,
                       const struct selftest_disturbance *d, uint64_t seed,
                       const char *log, FILE *out);

enum selftest_mark { MARK_NONE, MARK_OK, MARK_MISSED, MARK_WRONG };

struct selftest_result {
    enum selftest_mark marks[SELFTEST_KINDS]; /* [0]: anything else */
    char *why;                                /* sentences, a line each */
};

/* Pure: hold a run against what was expected, and against the log: an array of
 * its lines. `run` NULL: there is none. The caller frees `why`. */
void selftest_compare(const struct selftest_trial *t, const json_t *run,
                      const json_t *log, struct selftest_result *ret);

#endif
