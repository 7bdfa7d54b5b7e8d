/* hop_status.h - a hop, from plain facts to held, broken or not judged, with
 * the sentences of the evidence. Pure.
 *
 *   broken      a finding breaks the guarantee and is not relaxed
 *   not judged  nothing is broken, but the hop could not be read, or records
 *               are pending, or records possibly breaking the guarantee could
 *               not be judged
 *   held        neither
 */
#ifndef VERDICT_HOP_STATUS_H
#define VERDICT_HOP_STATUS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oracle/hop.h"
#include "scenario/scenario.h"
#include "verdict/drain_seen.h"
#include "verdict/guarantee.h"
#include "verdict/hop_events.h"

struct check_ops;

/* All facts behind the status of a hop; all borrowed. */
struct hop_status_spec {
    const char *name;   /* "orders -> copy -> shop" */
    const char *up;     /* station; NULL: the load */
    const char *down;   /* station */
    bool has_connector; /* else the load's own hop */
    bool by_identities; /* caught up by identities, not by commits */
    struct guarantee guarantee;
    bool relaxed[FINDING_KINDS]; /* by `relax:` of the scenario */

    bool judged;         /* by the oracle */
    const char *why_not; /* why not; "": the run did not get so far */
    const struct hop_result *result; /* all zero where not judged */

    const char *dead_why; /* why the dead letters could not be read; "": read,
                             or none */

    uint64_t disturbances; /* faults applied */
    bool afterwards;       /* the run is read again by `ordeal verify` */
    bool struck;           /* a process ended, and no fault was the cause */
    bool outside_judged;   /* the time of every duplicate is known */
    uint64_t outside;      /* duplicates outside of every disturbance */

    struct drain_seen drain;
    struct events_seen events; /* hop_status_judge() fills `stood_still` and
                                  `all_arrived` itself */
};

enum hop_standing { HOP_HELD, HOP_BROKEN, HOP_NOT_JUDGED };
/* "held", "broken", "not judged": the words of run.json. */
const char *hop_standing_name(enum hop_standing s);

struct finding_status {
    bool fails;    /* breaks the guarantee, and is not relaxed */
    bool relaxed;  /* breaks the guarantee, and is relaxed */
    bool in_doubt; /* the guarantee is broken if all unjudged records count */
    uint64_t unjudged; /* records of which nobody can say whether they are
                          findings of the kind */
    int64_t allowed;   /* by the guarantee; -1: any number */
};

struct hop_status {
    enum hop_standing is;
    bool stalled; /* work waited when the drain ended, and nothing moved */
    bool closes;  /* the hop was judged, and the balance closes */
    struct finding_status findings[FINDING_KINDS];
    struct event_status events[HOP_EVENTS];
    size_t events_len; /* 0: the load's own hop has none */
    json_t *sentences; /* arrays of texts: the hop's own; why the run cannot */
    json_t *reasons;   /* pass; and everything not observed */
    json_t *not_judged;
};

/* ret->... is the caller's, for hop_status_done(). */
void hop_status_judge(const struct hop_status_spec *spec,
                      struct hop_status *ret);
void hop_status_done(struct hop_status *s);

/* Note a relaxed check (`relax: <check>`): the findings named in
 * ops->relaxes break no guarantee. */
void hop_status_relax(const struct check_ops *ops, bool relaxed[FINDING_KINDS]);

#endif
