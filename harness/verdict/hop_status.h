/* hop_status.h - one hop, from plain facts to held, broken or not judged, with
 * its sentences. Pure.
 *
 *   broken      a finding breaks the guarantee and is not relaxed
 *   not judged  nothing is broken, but the hop could not be read, or records
 *               are pending, or records that may break the guarantee could not
 *               be judged
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

/* Everything that the status of a hop rests on; all borrowed. */
struct hop_status_spec {
    const char *name;   /* "orders -> copy -> shop" */
    const char *up;     /* station; NULL: the load */
    const char *down;   /* station */
    bool has_connector; /* else the load's own hop */
    bool by_identities; /* its end is told by identities, not by commits */
    struct guarantee guarantee;
    bool relaxed[FINDING_KINDS]; /* the scenario relaxes a check of this kind */

    bool judged;         /* the oracle judged it */
    const char *why_not; /* why not; "": the run did not get so far */
    const struct hop_result *result; /* all zero where not judged */

    const char *dead_why; /* why its dead letters could not be read; "": they
                             were, or there are none */

    uint64_t disturbances; /* faults that were applied */
    bool afterwards;       /* the run is read again by `ordeal verify` */
    bool struck;           /* a process ended, and no fault had ended it */
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
    bool fails;        /* breaks the guarantee, and is not relaxed */
    bool relaxed;      /* breaks the guarantee, and is relaxed */
    bool in_doubt;     /* would break it, if the unjudged were such findings */
    uint64_t unjudged; /* records that may be such a finding or none */
    int64_t allowed;   /* by the guarantee; -1: any number */
};

struct hop_status {
    enum hop_standing is;
    bool stalled; /* work waited when the drain ended, and nothing moved */
    bool closes;  /* the hop was judged, and its balance closes */
    struct finding_status findings[FINDING_KINDS];
    struct event_status events[HOP_EVENTS];
    size_t events_len; /* 0: the load's own hop has none */
    json_t *sentences; /* arrays of texts: the hop's own; why the run cannot */
    json_t *reasons;   /* pass; and what could not be observed */
    json_t *not_judged;
};

/* ret->... is the caller's, for hop_status_done(). */
void hop_status_judge(const struct hop_status_spec *spec,
                      struct hop_status *ret);
void hop_status_done(struct hop_status *s);

/* Note that a check of this kind is relaxed (`relax: <check>`): the findings
 * that it speaks of break no guarantee. */
void hop_status_relax(const struct check_ops *ops, bool relaxed[FINDING_KINDS]);

#endif
