/* topic_verdict.h - the verdict over a topic, from identities in the records.
 * Pure.
 *
 * No ledger says which records were sent into the topic. Whole numbers are held
 * against the row from the lowest to the highest number seen, under
 * exactly-once with order: gaps, copies and disorder break the guarantee. Of
 * other identities only copies can be judged. Numbers and texts are hops to the
 * oracle and to hop_status.h, like the hops of a run, and the outcome follows
 * verdict.h.
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

/* The numbers of a stream: of a partition, or of the whole topic. */
struct number_row {
    uint64_t origin;    /* the number counted as 0 in the tally */
    uint64_t low, high; /* above origin: the lowest seen; the highest + 1, or
                           0: none was seen */
};

/* The reading of the topic; all borrowed. */
struct topic_facts {
    const char *topic;
    const char *locator; /* as given: "key", "json:/id" */
    bool by_offset;      /* no identity was asked for */
    int partitions;
    uint64_t records;
    uint64_t holes, missing; /* runs of absent offsets; absent offsets */
    uint64_t without;        /* records without the identity */
    uint64_t far;            /* numbers too far from the numbers before */
    uint64_t numbers_len, texts_len; /* identities: numbers; all others */
    uint64_t text_copies;            /* texts seen before */
    const struct tally *numbers;     /* stream n + 1 has the numbers of row n */
    const struct number_row *rows;   /* rows_len entries */
    size_t rows_len;
};

/* Numbers, or texts, as a hop. */
struct topic_hop {
    bool judged; /* false: no identity of the kind was read, and nothing is
                    filled */
    char name[320];
    struct guarantee guarantee;
    struct hop_result result; /* sequences are the numbers themselves */
    struct hop_status status;
};

struct topic_verdict {
    enum outcome outcome; /* pass, fail or inconclusive */
    struct topic_hop numbers, texts;
    json_t *reasons;    /* texts: why the topic cannot pass */
    json_t *not_judged; /* texts */
};

/* For topic_verdict_done(). */
void topic_judge(const struct topic_facts *f, struct topic_verdict *ret);
void topic_verdict_done(struct topic_verdict *v);

/* Static words why holes among the offsets are no findings; NULL: no
 * holes. */
const char *topic_holes_unjudged(const struct topic_facts *f);

#endif
