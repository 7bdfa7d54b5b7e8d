/* test_rows.c - stations with one row a key: stale rows, and rows that only
 * look stale. Sequences 1 5 6 9 12 14 18 23 40 of stream 1 share a key. */
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "feed.h"
#include "support/suite.h"

static const uint32_t both[] = {1, 2};

static const struct tally_spec plain = {.run = FEED_RUN,
                                        .streams = feed_streams,
                                        .streams_len = FEED_STREAMS,
                                        .rows = true};

struct row_case {
    const char *name;
    const char *ledger, *up, *live, *down, *dead;
    const char *want; /* as feed_tell() says it */
    bool open;        /* not drained */
    bool plain;       /* the station keeps no rows */
    uint64_t unordered;
};

static const struct row_case cases[] = {
    {"in order, each row is the last version", "a0-40", .down = "0-40",
     .want = ""},
    {"an old version again, and nothing later", "a0-40", .down = "0-40 23",
     .want = "stale 1 of 1: 23+1"},
    {"an old version again and again", "a0-40", .down = "0-40 23 23",
     .want = "stale 1 of 1: 23+1"},
    {"an old version comes first, and last", "a0-40", .down = "0-22 24-40 23",
     .want = "stale 1 of 1: 23+1"},
    {"the last version has the last word", "a0-40", .down = "0-40 23 40",
     .want = "duplicate 2 of 2: 23+1< 40+1"},
    {"over again, and broken off", "a0-40", .down = "0-40 12-18",
     .want = "stale 4 of 2: 16+3 13+1; duplicate 3 of 2: 14+2< 12+1<"},
    {"a station without rows", "a0-40", .down = "0-40 23",
     .want = "duplicate 1 of 1: 23+1<", .plain = true},
    {"more may come", "a0-41", .down = "0-40 23",
     .want = "duplicate 1 of 1: 23+1<", .open = true},
    {"the last version is unseen: so is what it says", "a0-40", .down = "0-39",
     .want = "unseen 1 of 1: 40+1"},
    {"the last version is dead-lettered", "a0-40", .down = "0-39", .dead = "40",
     .want = ""},
    {"the row is corrupt: that first", "a0-40", .down = "0-22 24-40 23!",
     .want = "corrupt 1 of 1: 23+1"},
    {"a phantom was there before the last version", "a0-39 r40",
     .down = "0-22 24-40 23",
     .want = "phantom 1 of 1: 40+1; reordered 1 of 1: 23+1"},
    {"a phantom is the row", "a0-22 r23 a24-40", .down = "0-22 24-40 23",
     .want = "phantom 1 of 1: 23+1"},
    {"an indeterminate one that came is a version", "a0-39 i40",
     .down = "0-22 24-40 23", .want = "stale 1 of 1: 23+1"},
    {"each stream has keys of its own", "a0-40 s2 a0-40",
     .down = "0-40 s2 0-40 s1 23", .want = "stale 1 of 1: 23+1"},

    /* held against upstream */
    {"upstream ends with the old version as well", "a0-40", .up = "0-40 23",
     .down = "0-40 23", .want = ""},
    {"upstream does, the sink has not taken that", "a0-40", .up = "0-40 23",
     .down = "0-40", .want = ""},
    {"older than even that", "a0-40", .up = "0-40 23", .down = "0-40 23 18",
     .want = "stale 1 of 1: 18+1"},
    {"what was seen live says it where the log is gone", "a0-40", .up = "",
     .live = "0-40 23", .down = "0-40 23", .want = ""},
    {"upstream has the stream in two partitions", "a0-40",
     .up = "0-23 p1 24-40", .down = "0-22 24-40 23", .want = "",
     .unordered = 1},
};

START_TEST(rows_are_judged)
{
    const struct row_case *c = &cases[_i];
    struct ledger_view ledger;
    struct tally *up = feed_station(&plain, c->up);
    struct tally *live = feed_station(&plain, c->live);
    struct tally *down = feed_station(&plain, c->down);
    struct tally *dead = feed_station(&plain, c->dead);
    const struct hop_spec spec = {
        .ledger = &ledger,
        .up = up,
        .up_live = live,
        .down = down,
        .dead = dead,
        .streams = both,
        .streams_len = ARRAY_LEN(both),
        .down_keeps_rows = !c->plain,
        .down_private = true,
        .drained = !c->open,
    };
    struct hop_result r;
    char got[1024];

    feed_ledger(&ledger, c->ledger);
    hop_judge(&spec, &r);
    feed_tell(&r, got);
    ck_assert_msg(strcmp(got, c->want) == 0, "%s: expected \"%s\", got \"%s\"",
                  c->name, c->want, got);
    ck_assert_uint_eq(r.unordered_rows, c->unordered);
    ck_assert(hop_balance_closes(&r));
    hop_result_done(&r);
    feed_ledger_done(&ledger);
    tally_free(up);
    tally_free(live);
    tally_free(down);
    tally_free(dead);
}
END_TEST

/* The place of a row is the place of its last sight, not of the first. */
START_TEST(a_stale_row_says_where)
{
    struct ledger_view ledger;
    struct tally *down = feed_station(&plain, "@7 0-40 @99 23");
    const struct hop_spec spec = {
        .ledger = &ledger,
        .down = down,
        .streams = both,
        .streams_len = ARRAY_LEN(both),
        .down_keeps_rows = true,
        .drained = true,
    };
    struct hop_result r;

    feed_ledger(&ledger, "a0-40");
    hop_judge(&spec, &r);
    ck_assert_uint_eq(r.findings.worst_len, 1);
    ck_assert_int_eq(r.findings.worst[0].kind, FINDING_STALE);
    ck_assert_int_eq(r.findings.worst[0].down_first.offset, 99);
    hop_result_done(&r);
    feed_ledger_done(&ledger);
    tally_free(down);
}
END_TEST

/* Of two readers, one behind the other, the rows of the second remain. */
START_TEST(rows_are_merged)
{
    struct ledger_view ledger;
    struct tally *down = feed_station(&plain, "0-30");
    const struct hop_spec spec = {
        .ledger = &ledger,
        .down = down,
        .streams = both,
        .streams_len = ARRAY_LEN(both),
        .down_keeps_rows = true,
        .drained = true,
    };
    struct hop_result r;

    tally_merge(down, feed_station(&plain, "31-40 18"));
    feed_ledger(&ledger, "a0-40");
    hop_judge(&spec, &r);
    ck_assert_uint_eq(r.findings.records[FINDING_STALE], 1);
    ck_assert_uint_eq(r.findings.worst[0].first, 18);
    hop_result_done(&r);
    feed_ledger_done(&ledger);
    tally_free(down);
}
END_TEST

/* ---- by a slower count ---- */

enum { SENT = 60, SEEN_MAX = 120, KEYS = 4 };

/* Sequences written down in the order of arrival. */
struct seen {
    uint64_t seq[SEEN_MAX];
    size_t len;
};

static uint32_t key_of(uint64_t seq)
{
    return stamp_key_number(1, seq, KEYS);
}

/* The last sequence of a key, or -1. */
static int64_t last_of(const struct seen *s, uint32_t key)
{
    int64_t last = -1;

    for (size_t i = 0; i < s->len; i++)
        last = key_of(s->seq[i]) == key ? (int64_t)s->seq[i] : last;
    return last;
}

static int64_t newest_of(const struct seen *s, uint32_t key)
{
    int64_t newest = -1;

    for (size_t i = 0; i < s->len; i++)
        if (key_of(s->seq[i]) == key && (int64_t)s->seq[i] > newest)
            newest = (int64_t)s->seq[i];
    return newest;
}

static uint64_t count_stale(const struct seen *up, const struct seen *down)
{
    uint64_t n = 0;

    for (uint32_t k = 0; k < KEYS; k++) {
        int64_t row = last_of(down, k), upstream = last_of(up, k);

        n += row >= 0 && row < newest_of(down, k) &&
             (upstream < 0 || row < upstream);
    }
    return n;
}

/* Every sequence sent, some again or late. */
static void draw(struct rng *rng, struct seen *s, uint64_t share)
{
    s->len = 0;
    for (uint64_t i = 0; i < SENT; i++) {
        if (rng_below(rng, 100) >= share)
            s->seq[s->len++] = i;
        if (rng_below(rng, 100) < share)
            s->seq[s->len++] = rng_below(rng, i + 1);
    }
}

static struct tally *tally_of(const struct seen *s)
{
    struct tally *t = tally_new(&plain);

    for (size_t i = 0; i < s->len; i++)
        tally_identity(t, 1, s->seq[i], &(struct place){(int64_t)i, -1, 0, -1});
    return t;
}

START_TEST(a_slower_count_agrees)
{
    struct rng rng = rng_for((uint64_t)_i, "rows");
    struct ledger_view ledger;
    struct hop_spec spec = {
        .ledger = &ledger,
        .streams = both,
        .streams_len = 1,
        .down_keeps_rows = true,
        .drained = true,
    };
    struct seen up = {0}, down = {0};
    struct hop_result r;

    draw(&rng, &up, 10);
    draw(&rng, &down, 30);
    spec.up = tally_of(&up);
    spec.down = tally_of(&down);
    feed_ledger(&ledger, "a0-59");
    hop_judge(&spec, &r);
    ck_assert_uint_eq(r.findings.records[FINDING_STALE],
                      count_stale(&up, &down));
    hop_result_done(&r);
    feed_ledger_done(&ledger);
    tally_free((struct tally *)(uintptr_t)spec.up);
    tally_free((struct tally *)(uintptr_t)spec.down);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, rows_are_judged, 0, ARRAY_LEN(cases));
    tcase_add_test(tc, a_stale_row_says_where);
    tcase_add_test(tc, rows_are_merged);
    tcase_add_loop_test(tc, a_slower_count_agrees, 0, (int)test_cases(500));
}

SUITE_MAIN("rows", fill)
