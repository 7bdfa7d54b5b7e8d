/* test_tally.c - counting while reading: whole, bounded, the same when merged.
 */
#include <string.h>

#include "base/rng.h"
#include "feed.h"
#include "support/suite.h"

static const struct tally_spec spec = {
    .run = FEED_RUN,
    .streams = feed_streams,
    .streams_len = FEED_STREAMS,
};

static struct place at(int64_t offset, int32_t partition)
{
    return (struct place){offset, -1, partition, -1};
}

/* records, ours, distinct, copies, reordered, corrupt, foreign, late */
static const struct {
    const char *name, *station;
    struct tally_counts want;
} cases[] = {
    {"nothing", "", {0, 0, 0, 0, 0, 0, 0, 0}},
    {"in order", "0-9", {10, 10, 10, 0, 0, 0, 0, 0}},
    {"a rewind", "0-9 5-9", {15, 15, 10, 5, 0, 0, 0, 0}},
    {"a late one", "0 2 1", {3, 3, 3, 0, 1, 0, 0, 0}},
    {"corrupt ones", "0 1! 2~ c", {4, 3, 3, 0, 0, 3, 0, 0}},
    {"foreign ones", "0 f o oc", {4, 1, 1, 0, 0, 0, 3, 0}},
    {"an unknown stream", "0 s9 4", {2, 2, 2, 0, 0, 0, 0, 0}},
    /* another record than the record expected after two in a row */
    {"corrupt instead", "0-5 6! 7-9", {10, 10, 10, 0, 0, 1, 0, 0}},
    {"cut instead", "0-5 6~ 7-9", {10, 10, 10, 0, 0, 1, 0, 0}},
    {"two in one instead", "0-5 6+ 7-9", {10, 10, 10, 0, 0, 1, 0, 0}},
    {"only its stamp instead", "0-5 c 6-9", {11, 10, 10, 0, 0, 1, 0, 0}},
    {"a stranger instead", "0-5 f o 6-9", {12, 10, 10, 0, 0, 0, 2, 0}},
    {"a leap instead", "0-5 7 6 7-9", {11, 11, 10, 1, 1, 0, 0, 0}},
    {"another stream instead",
     "0-5 s2 6-7 s1 6-9",
     {12, 12, 12, 0, 0, 0, 0, 0}},
};

START_TEST(counts_are_whole)
{
    struct tally *t = feed_station(&spec, cases[_i].station);
    struct tally_counts got = tally_counts(t);

    ck_assert_msg(memcmp(&got, &cases[_i].want, sizeof(got)) == 0, "%s",
                  cases[_i].name);
    tally_free(t);
}
END_TEST

/* A record of a run before in the same world is neither ours nor foreign. */
START_TEST(records_of_earlier_runs_are_late)
{
    static const uint32_t earlier[] = {FEED_RUN + 7, 0x99999999u};
    const struct tally_counts want = {5, 2, 2, 0, 0, 0, 1, 2};
    struct tally_spec with = spec;
    struct tally_counts got;
    struct tally *t;

    with.earlier = earlier;
    with.earlier_len = ARRAY_LEN(earlier);
    t = feed_station(&with, "0 o f");
    tally_merge(t, feed_station(&with, "o 1"));
    got = tally_counts(t);
    ck_assert_mem_eq(&got, &want, sizeof(got));
    tally_free(t);
}
END_TEST

/* Two tallies merged hold the same as a single reader's tally. */
static const struct {
    const char *name, *one, *other, *together;
} merges[] = {
    {"two partitions", "0-4", "p1 5-9", "0-4 p1 5-9"},
    {"two streams", "0-9", "p1 s2 0-9", "0-9 p1 s2 0-9"},
    {"copies in both", "0-9 3-4", "p1 s2 0-5 5", "0-9 3-4 p1 s2 0-5 5"},
    {"the same identities in both", "0-9", "p1 4-6", "0-9 p1 4-6"},
    {"three sightings each", "0-9 4 4", "p1 4-6 4 4", "0-9 4 4 p1 4-6 4 4"},
    {"seven sightings each", "0-9 4 4 4 4 4 4", "p1 4 4 4 4 4 4 4",
     "0-9 4 4 4 4 4 4 p1 4 4 4 4 4 4 4"},
    {"a dozen sightings each", "0-4 4 4 4 4 4 4 4 4 4 4 4",
     "p1 4 4 4 4 4 4 4 4 4 4 4 4",
     "0-4 4 4 4 4 4 4 4 4 4 4 4 p1 4 4 4 4 4 4 4 4 4 4 4 4"},
    {"late ones that the other has", "0-9", "p1 8 2 3", "0-9 p1 8 2 3"},
    {"corrupt and foreign ones", "0-3 4! f", "p1 s2 0-3 3! f f c",
     "0-3 4! f p1 s2 0-3 3! f f c"},
    {"strangers", "0-3 s8 1", "p1 s9 4-5", "0-3 s8 1 p1 s9 4-5"},
    {"a wild one", "0-3", "p1 s2 0 99999999999", "0-3 p1 s2 0 99999999999"},
};

static void tell(const struct tally *t, char out[1024])
{
    static const uint32_t streams[] = {1, 2};
    struct ledger_view ledger;
    struct hop_result r;
    const struct hop_spec hop = {
        .ledger = &ledger,
        .down = t,
        .streams = streams,
        .streams_len = 2,
        .drained = true,
        .down_private = true,
    };

    feed_ledger(&ledger, "a0-9 s2 a0-9");
    hop_judge(&hop, &r);
    feed_tell(&r, out);
    hop_result_done(&r);
    feed_ledger_done(&ledger);
}

START_TEST(merged_is_as_if_read_by_one)
{
    struct tally *one = feed_station(&spec, merges[_i].one);
    struct tally *other = feed_station(&spec, merges[_i].other);
    struct tally *together = feed_station(&spec, merges[_i].together);
    struct tally_counts got, want = tally_counts(together);
    char got_text[1024], want_text[1024];

    tally_merge(one, other);
    got = tally_counts(one);
    ck_assert_msg(memcmp(&got, &want, sizeof(got)) == 0, "%s: counts",
                  merges[_i].name);
    tell(one, got_text);
    tell(together, want_text);
    /* No claim about rewinds: the order of copies between readers is unknown.
     */
    for (char *c = want_text; *c; c++)
        if (*c == '<')
            memmove(c, c + 1, strlen(c));
    for (char *c = got_text; *c; c++)
        if (*c == '<')
            memmove(c, c + 1, strlen(c));
    ck_assert_msg(strcmp(got_text, want_text) == 0, "%s: \"%s\", want \"%s\"",
                  merges[_i].name, got_text, want_text);
    tally_free(one);
    tally_free(together);
}
END_TEST

START_TEST(merging_goes_over_page_ends)
{
    struct tally *one = tally_new(&spec), *other = tally_new(&spec);
    enum { ALL = 200000 };

    for (uint64_t i = 0; i < ALL; i++) {
        struct place p = at((int64_t)i, (int32_t)(i & 1));

        tally_identity(i & 1 ? one : other, 1, i, &p);
        if (i % 1000 < 2)
            tally_identity(i & 1 ? other : one, 1, i, &p);
    }
    tally_merge(one, other);
    ck_assert_uint_eq(tally_counts(one).distinct, ALL);
    ck_assert_uint_eq(tally_counts(one).copies, ALL / 500);
    ck_assert_uint_lt(tally_bytes(one), 4000000);
    tally_free(one);
}
END_TEST

START_TEST(ten_million_in_order_are_one_page)
{
    struct tally *t = tally_new(&spec);

    for (uint64_t i = 0; i < 10000000; i++) {
        struct place p = at((int64_t)i, 0);

        tally_identity(t, 1, i, &p);
    }
    ck_assert_uint_eq(tally_counts(t).distinct, 10000000);
    ck_assert_uint_lt(tally_bytes_peak(t), 100000);
    tally_free(t);
}
END_TEST

/* 1 % of the records late, 1 % twice. */
START_TEST(disorder_stays_below_sixteen_megabytes)
{
    struct tally *t = tally_new(&spec);
    struct rng r = rng_for(3, "disorder");
    int64_t offset = 0;

    for (uint64_t i = 0; i < 10000000; i++) {
        uint64_t seq = i % 100 == 40 ? i + 1 : i % 100 == 41 ? i - 1 : i;
        struct place p = at(offset++, 0);

        tally_identity(t, 1, seq, &p);
        if (rng_below(&r, 100) == 0) {
            p.offset = offset++;
            tally_identity(t, 1, seq, &p);
        }
    }
    ck_assert_uint_eq(tally_counts(t).distinct, 10000000);
    ck_assert_uint_eq(tally_counts(t).reordered, 100000);
    ck_assert_uint_gt(tally_counts(t).copies, 90000);
    ck_assert_uint_lt(tally_bytes_peak(t), 16000000);
    tally_free(t);
}
END_TEST

START_TEST(wild_sequences_cost_no_memory)
{
    struct tally *t = tally_new(&spec);
    struct rng r = rng_for(4, "wild");

    for (int i = 0; i < 300000; i++) {
        struct place p = at(i, 0);

        tally_identity(t, 1, ((uint64_t)1 << 40) + rng_below(&r, 1ull << 47),
                       &p);
        tally_identity(t, 100 + (uint32_t)i, 0, &p);
    }
    ck_assert_uint_eq(tally_counts(t).ours, 600000);
    ck_assert_uint_lt(tally_bytes_peak(t), 16000000);
    tally_free(t);
}
END_TEST

START_TEST(a_full_list_of_places_keeps_the_longest)
{
    const struct tally_spec small = {
        .run = FEED_RUN,
        .streams = feed_streams,
        .streams_len = FEED_STREAMS,
        .places_max = 64,
    };
    static const uint32_t streams[] = {1};
    struct tally *t = tally_new(&small);
    struct ledger_view ledger;
    struct hop_result r;
    const struct hop_spec hop = {
        .ledger = &ledger,
        .down = t,
        .streams = streams,
        .streams_len = 1,
        .drained = true,
        .worst_per_kind = 3,
    };
    int64_t offset = 0;

    for (uint64_t i = 0; i < 100000; i++) {
        uint64_t back = i == 500 ? 300 : i == 77777 ? 400 : i % 10 == 9;

        for (uint64_t k = i - back; k <= i; k++) {
            struct place p = at(offset++, 0);

            tally_identity(t, 1, k, &p);
        }
    }
    feed_ledger(&ledger, "a0-99999");
    hop_judge(&hop, &r);
    ck_assert_uint_eq(r.findings.records[FINDING_DUPLICATE], 10700);
    ck_assert_uint_eq(r.findings.runs[FINDING_DUPLICATE], 10002);
    ck_assert_uint_eq(r.longest_rewind, 400);
    ck_assert_uint_eq(r.findings.worst[0].count, 400);
    ck_assert_uint_eq(r.findings.worst[1].count, 300);
    ck_assert_uint_lt(tally_bytes(t), 150000);
    hop_result_done(&r);
    feed_ledger_done(&ledger);
    tally_free(t);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, counts_are_whole, 0, ARRAY_LEN(cases));
    tcase_add_test(tc, records_of_earlier_runs_are_late);
    tcase_add_loop_test(tc, merged_is_as_if_read_by_one, 0, ARRAY_LEN(merges));
    tcase_add_test(tc, merging_goes_over_page_ends);
    tcase_add_test(tc, ten_million_in_order_are_one_page);
    tcase_add_test(tc, disorder_stays_below_sixteen_megabytes);
    tcase_add_test(tc, wild_sequences_cost_no_memory);
    tcase_add_test(tc, a_full_list_of_places_keeps_the_longest);
}

SUITE_MAIN("tally", fill)
