/* hops_own.h - reads hops of run.json, for checks of record findings.
 *
 * A finding fails a check, whatever else was not observed. The absence of
 * findings is held only if every chosen hop was judged and had drained, and
 * records went over the hops.
 */
#ifndef CHECK_HOPS_OWN_H
#define CHECK_HOPS_OWN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check/check_kinds_own.h"

struct hop_choice {
    bool load_too;         /* with the hops from loads into stations */
    const char *connector; /* only the hops of the connector; NULL: of all */
};

bool hop_chosen(const json_t *hop, const struct hop_choice *c);

/* The number of records of the hop with a finding of the kind. */
int64_t hop_finding(const json_t *hop, const char *kind);

/* The number of records of the hop which may or may not be findings of the
 * kind: the evidence does not tell. */
int64_t hop_doubtful(const json_t *hop, const char *kind);

/* Records of the hops chosen, summed up. */
struct hops_sum {
    size_t hops;
    int64_t upstream, delivered, dead_lettered, filtered, unjudged;
};

/* Whether all chosen hops were judged and had drained, and records went over
 * the hops; *ret_sum is then the sum. Otherwise `ret` says not judged, with the
 * reason. */
bool hops_whole(const json_t *run, const struct hop_choice *c,
                struct hops_sum *ret_sum, struct check_result *ret);

/* The longest listed run of findings of a kind: "; the longest run: 12 of
 * stream 3 from sequence 1041 on, orders[3] offset 9120"; "" without a listed
 * run. */
struct run_words {
    char text[256];
};
struct run_words hop_worst(const json_t *hop, const char *kind);

struct findings_asked {
    const char *const *kinds; /* no finding of a kind listed is allowed */
    const char *expected;     /* "no record reordered" */
};

/* Judges the absence of findings over all hops. True: no hop has a finding, and
 * *ret_sum is the sum of the hops; the caller then writes the sentence for
 * CHECK_HELD. False: `ret` is filled, failed or not judged. */
bool judge_findings(const json_t *run, const struct findings_asked *a,
                    struct hops_sum *ret_sum, struct check_result *ret);

#endif
