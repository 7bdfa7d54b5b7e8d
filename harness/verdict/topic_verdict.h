/* topic_verdict.h - what the identities in one topic say of its records. Pure.
 *
 * Nobody knows what was sent into the topic. Whole numbers are held against
 * the row from the lowest to the highest number seen, under exactly-once with
 * order: gaps, copies and disorder break it. Of other identities only copies
 * can be judged. Both are hops to the oracle and to hop_status.h, like those of
 * a run, and the outcome follows the rules of verdict.h.
 */
#ifndef VERDICT_TOPIC_VERDICT_H
#define VERDICT_TOPIC_VERDICT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/outcome.h"
#include "oracle/hop.h"
#include "scenario/scenario.h"
#include "verdict/hop_status.h"

/* The numbers of one stream: of a partition, or of the whole topic. */
struct number_row {
    uint64_t origin;    /* the number that stands as 0 in the tally */
    uint64_t low, high; /* from there: the lowest seen; the highest + 1, or 0:
                           none was seen */
};

/* What was read of the topic; all borrowed. */
struct topic_facts {
    const char *topic;
    const char *locator; /* as it was given: "key", "json:/id" */
    bool by_offset;      /* no identity was asked for */
    int partitions;
    uint64_t records;
    uint64_t holes, missing; /* runs of absent offsets; absent offsets */
    uint64_t without;        /* records without the identity */
    uint64_t far;            /* numbers too far from those before them */
    uint64_t numbers_len, texts_len; /* identities: numbers; all others */
    uint64_t text_copies;            /* texts seen before */
    const struct tally *numbers;     /* stream n + 1 has the numbers of row n */
    const struct number_row *rows;   /* rows_len of them */
    size_t rows_len;
};

/* One of the two hops. */
struct topic_hop {
    bool judged; /* false: no such identity was read, nothing is filled */
    char name[320];
    struct guarantee guarantee;
    struct hop_result result; /* its sequences are the numbers themselves */
    struct hop_status status;
};

struct topic_verdict {
    enum outcome outcome; /* pass, fail or inconclusive */
    struct topic_hop numbers, texts;
    json_t *reasons;    /* texts: why it cannot pass */
    json_t *not_judged; /* texts */
};

/* For topic_verdict_done(). */
void topic_judge(const struct topic_facts *f, struct topic_verdict *ret);
void topic_verdict_done(struct topic_verdict *v);

/* Static words why holes among the offsets are no findings; NULL: there are
 * none. */
const char *topic_holes_unjudged(const struct topic_facts *f);

#endif
