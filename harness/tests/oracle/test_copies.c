/* test_copies.c - how many copies are too many, also beyond the bitmaps. */
#include "feed.h"
#include "support/suite.h"

enum { MOST = 14, OTHERS = 20 };

static const struct tally_spec spec = {
    .run = FEED_RUN,
    .streams = feed_streams,
    .streams_len = FEED_STREAMS,
};

/* Feeds record 0 so often, then record 1 so often. */
static struct tally *station(int zeroes, int ones)
{
    char words[128] = "";

    for (int i = 0; i < zeroes + ones; i++)
        memcpy(words + 2 * i, i < zeroes ? "0 " : "1 ", 3);
    return feed_station(&spec, words);
}

static void judge(int upstream, int downstream)
{
    static const uint32_t streams[] = {1};
    struct tally *up = station(OTHERS, upstream);
    struct tally *down = station(1, downstream);
    uint64_t want = downstream > upstream ? downstream - upstream : 0;
    struct ledger_view ledger;
    struct hop_result r;

    feed_ledger(&ledger, "a0-1");
    hop_judge(&(struct hop_spec){.ledger = &ledger,
                                 .up = up,
                                 .down = down,
                                 .streams = streams,
                                 .streams_len = 1,
                                 .drained = true},
              &r);
    ck_assert_msg(r.findings.records[FINDING_DUPLICATE] == want,
                  "%d upstream, %d downstream: %llu duplicates", upstream,
                  downstream,
                  (unsigned long long)r.findings.records[FINDING_DUPLICATE]);
    ck_assert_uint_eq(r.findings.worst_len > 0, want > 0);
    ck_assert_uint_eq(r.balance.upstream_copies, OTHERS - 1 + upstream - 1);
    ck_assert_uint_eq(r.balance.downstream_copies, downstream - 1);
    hop_result_done(&r);
    feed_ledger_done(&ledger);
    tally_free(up);
    tally_free(down);
}

/* Copies that upstream has of one record excuse no copy of another record. */
START_TEST(each_record_is_counted_for_itself)
{
    for (int upstream = 1; upstream <= MOST; upstream++)
        for (int downstream = 1; downstream <= MOST; downstream++)
            judge(upstream, downstream);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, each_record_is_counted_for_itself);
}

SUITE_MAIN("copies", fill)
