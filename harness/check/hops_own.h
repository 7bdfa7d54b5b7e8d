/* hops_own.h - what checks over the findings of hops share.
 *
 * A finding that is there fails whatever else could not be seen; that none is
 * there is held only of hops that were judged and drained, over which records
 * went.
 */
#ifndef CHECK_HOPS_OWN_H
#define CHECK_HOPS_OWN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check/check_kinds_own.h"

struct hop_choice {
    bool load_too;         /* the load's own hops as well */
    const char *connector; /* this one's only; NULL: of every connector */
};

bool hop_chosen(const json_t *hop, const struct hop_choice *c);

/* Records with a finding of that kind. */
int64_t hop_finding(const json_t *hop, const char *kind);

/* Records that may be one of that kind, or none. */
int64_t hop_doubtful(const json_t *hop, const char *kind);

struct hops_sum {
    size_t hops;
    int64_t upstream, delivered, dead_lettered, filtered, unjudged;
};

/* Are all chosen hops judged and drained? Else, and where there is none or no
 * record went over them, `ret` says so: not judged. */
bool hops_whole(const json_t *run, const struct hop_choice *c,
                struct hops_sum *ret_sum, struct check_result *ret);

/* "; the longest run: 12 records of stream 3 from sequence 1041 on, orders[3]
 * offset 9120" of a finding; "" where none is listed. */
struct run_words {
    char text[256];
};
struct run_words hop_worst(const json_t *hop, const char *kind);

struct findings_asked {
    const char *const *kinds; /* none of these may be there */
    const char *expected;     /* "no record reordered" */
};

/* The whole judgement of a kind that only counts findings over all hops. When
 * it holds, `ret_sum` is what the sentence may say. Returns whether it held:
 * then the sentence is the caller's. */
bool judge_findings(const json_t *run, const struct findings_asked *a,
                    struct hops_sum *ret_sum, struct check_result *ret);

#endif
