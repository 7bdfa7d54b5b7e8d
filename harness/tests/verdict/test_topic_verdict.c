/* test_topic_verdict.c - the verdict over a topic, from identities in records.
 */
#include <string.h>

#include "base/attr.h"
#include "support/suite.h"
#include "verdict/topic_verdict.h"

enum { MOST = 12, END = -1 };

/* Numbers by offset in partition 0 and in partition 1, above the origin 1000.
 */
static const struct row {
    const char *what;
    int at[2][MOST]; /* each ends with END, or is full */
    bool whole_topic;
    bool by_offset;
    uint64_t records, without, far, texts, copies, missing;
    enum outcome is;
    uint64_t lost, duplicate, reordered;
    const char *sentence;   /* of the hop of numbers or of texts */
    const char *reason;     /* the first; NULL: none */
    const char *not_judged; /* the first; NULL: none */
} rows[] = {
    {"a row", {{5, 6, 7, END}, {END}}, .is = OUTCOME_PASS},
    {"a single number", {{5, END}, {END}}, .is = OUTCOME_PASS},
    {"two rows, each by itself",
     {{5, 6, END}, {90, 91, END}},
     .is = OUTCOME_PASS},
    {"one row over both partitions",
     {{1, 3, 5, END}, {2, 4, END}},
     .whole_topic = true,
     .is = OUTCOME_PASS},
    {"the same, asked for partition by partition",
     {{1, 3, END}, {2, 4, END}},
     .is = OUTCOME_FAIL,
     .lost = 2},
    {"a gap",
     {{5, 8, END}, {END}},
     .is = OUTCOME_FAIL,
     .lost = 2,
     .sentence = "orders: numbers by key: lost: expected none, got 2; "
                 "in 1 stretch: 2 records of stream 1 from sequence 1006 "
                 "on, orders"},
    {"a copy",
     {{5, 6, 6, 7, END}, {END}},
     .is = OUTCOME_FAIL,
     .duplicate = 1,
     .sentence = "orders: numbers by key: duplicate: expected none under "
                 "exactly-once, got 1; in 1 stretch: 1 record of "
                 "stream 1 from sequence 1006 on, orders[0] offset 2"},
    {"a copy in another partition",
     {{5, 6, END}, {6, 7, END}},
     .whole_topic = true,
     .is = OUTCOME_FAIL,
     .duplicate = 1},
    {"disorder",
     {{5, 7, 6, END}, {END}},
     .is = OUTCOME_FAIL,
     .reordered = 1,
     .sentence = "orders: numbers by key: reordered: expected none, got 1"},
    {"a step back over a gap",
     {{5, 8, 6, 7, 8, 9, END}, {END}},
     .is = OUTCOME_FAIL,
     .duplicate = 1,
     .reordered = 2},

    {"an empty topic",
     {{END}, {END}},
     .is = OUTCOME_INCONCLUSIVE,
     .reason = "the topic is empty"},
    {"an empty topic, by offset",
     {{END}, {END}},
     .by_offset = true,
     .is = OUTCOME_INCONCLUSIVE,
     .reason = "the topic is empty"},
    {"offsets alone",
     {{END}, {END}},
     .by_offset = true,
     .records = 9,
     .is = OUTCOME_INCONCLUSIVE,
     .reason = "offsets alone prove no continuity, name a --locator"},
    {"offsets alone, and some are absent",
     {{END}, {END}},
     .by_offset = true,
     .records = 9,
     .missing = 3,
     .is = OUTCOME_INCONCLUSIVE,
     .reason = "offsets alone prove no continuity, name a --locator"},
    {"absent offsets are no gaps",
     {{5, 6, END}, {END}},
     .missing = 3,
     .is = OUTCOME_PASS},

    {"a record without a key",
     {{5, 6, END}, {END}},
     .without = 1,
     .is = OUTCOME_INCONCLUSIVE,
     .reason = "not every record could be judged",
     .not_judged = "1 records have no key"},
    {"no record has one",
     {{END}, {END}},
     .without = 4,
     .is = OUTCOME_INCONCLUSIVE,
     .reason = "not every record could be judged",
     .not_judged = "4 records have no key"},
    {"a number far away",
     {{5, 6, END}, {END}},
     .far = 2,
     .is = OUTCOME_INCONCLUSIVE,
     .reason = "not every record could be judged",
     .not_judged = "2 records have numbers far from those before them"},
    {"a gap is proven all the same",
     {{5, 7, END}, {END}},
     .far = 2,
     .is = OUTCOME_FAIL,
     .lost = 1,
     .reason = "not every record could be judged",
     .not_judged = "2 records have numbers far from those before them"},

    {"texts", {{END}, {END}}, .texts = 7, .is = OUTCOME_PASS},
    {"a text twice",
     {{END}, {END}},
     .texts = 7,
     .copies = 2,
     .is = OUTCOME_FAIL,
     .sentence = "orders: texts by key: duplicate: expected none under "
                 "exactly-once, got 2"},
    {"a row and texts", {{5, 6, END}, {END}}, .texts = 7, .is = OUTCOME_PASS},
    {"a row, and a text twice",
     {{5, 6, END}, {END}},
     .texts = 7,
     .copies = 1,
     .is = OUTCOME_FAIL},
    {"a text twice, and a record without",
     {{END}, {END}},
     .texts = 7,
     .copies = 1,
     .without = 1,
     .is = OUTCOME_FAIL,
     .reason = "not every record could be judged",
     .not_judged = "1 records have no key"},
};

struct read {
    struct tally *tally;
    struct number_row rows[2];
    struct topic_facts facts;
};

static void note(struct read *r, size_t row, int partition, int offset,
                 uint64_t n)
{
    struct number_row *at = &r->rows[row];
    const struct place place = {offset, -1, partition, -1};

    at->origin = 1000;
    at->low = at->high == 0 || n < at->low ? n : at->low;
    at->high = n + 1 > at->high ? n + 1 : at->high;
    tally_identity(r->tally, (uint32_t)row + 1, n, &place);
    r->facts.numbers_len++;
}

static void read_row(const struct row *w, struct read *r)
{
    static const struct tally_stream_spec streams[] = {{1, 0, 0}, {2, 0, 0}};
    const size_t len = w->whole_topic ? 1 : 2;
    const struct tally_spec spec = {.streams = streams, .streams_len = len};

    *r = (struct read){.tally = tally_new(&spec)};
    for (int p = 0; p < 2; p++)
        for (int i = 0; i < MOST && w->at[p][i] != END; i++)
            note(r, w->whole_topic ? 0 : (size_t)p, p, i,
                 (uint64_t)w->at[p][i]);
    r->facts = (struct topic_facts){
        .topic = "orders",
        .locator = w->by_offset ? "offset" : "key",
        .by_offset = w->by_offset,
        .partitions = 2,
        .missing = w->missing,
        .without = w->without,
        .far = w->far,
        .numbers_len = r->facts.numbers_len,
        .texts_len = w->texts,
        .text_copies = w->copies,
        .numbers = r->tally,
        .rows = r->rows,
        .rows_len = len,
    };
    r->facts.records =
        w->records + w->without + w->far + w->texts + r->facts.numbers_len;
}

static bool says(const struct topic_hop *h, const char *part)
{
    size_t i;
    json_t *said;

    json_array_foreach (h->judged ? h->status.sentences : NULL, i, said) {
        if (strstr(json_string_value(said), part))
            return true;
    }
    return false;
}

static const char *first(const json_t *list)
{
    const char *text = json_string_value(json_array_get(list, 0));

    return text ? text : "";
}

START_TEST(identities_make_a_verdict)
{
    const struct row *w = &rows[_i];
    struct read r;
    struct topic_verdict v;
    const uint64_t *n = v.numbers.result.findings.records;

    read_row(w, &r);
    topic_judge(&r.facts, &v);
    ck_assert_msg(v.outcome == w->is, "%s: %s", w->what,
                  outcome_name(v.outcome));
    ck_assert_msg(
        n[FINDING_LOST] == w->lost && n[FINDING_DUPLICATE] == w->duplicate &&
            n[FINDING_REORDERED] == w->reordered && n[FINDING_UNSEEN] == 0,
        "%s: %d lost, %d copies, %d late", w->what, (int)n[FINDING_LOST],
        (int)n[FINDING_DUPLICATE], (int)n[FINDING_REORDERED]);
    ck_assert_msg(!w->sentence || says(&v.numbers, w->sentence) ||
                      says(&v.texts, w->sentence),
                  "%s: %s", w->what, first(v.numbers.status.sentences));
    ck_assert_str_eq(first(v.reasons), w->reason ? w->reason : "");
    ck_assert_str_eq(first(v.not_judged), w->not_judged ? w->not_judged : "");
    ck_assert(v.numbers.judged == (r.facts.numbers_len > 0));
    ck_assert(v.texts.judged == (w->texts > 0));
    ck_assert(!topic_holes_unjudged(&r.facts) == (w->missing == 0));
    topic_verdict_done(&v);
    tally_free(r.tally);
}
END_TEST

/* Like every hop, numbers and texts close the balance. */
START_TEST(balances_close)
{
    const struct row *w = &rows[_i];
    struct read r;
    struct topic_verdict v;

    read_row(w, &r);
    topic_judge(&r.facts, &v);
    ck_assert(!v.numbers.judged || v.numbers.status.closes);
    ck_assert(!v.texts.judged || v.texts.status.closes);
    topic_verdict_done(&v);
    tally_free(r.tally);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, identities_make_a_verdict, 0, ARRAY_LEN(rows));
    tcase_add_loop_test(tc, balances_close, 0, ARRAY_LEN(rows));
}

SUITE_MAIN("topic_verdict", fill)
