/* test_hop.c - each finding, and near each the case that is no finding, as one
 * row of a table. */
#include <stdio.h>
#include <string.h>

#include "feed.h"
#include "support/suite.h"

static const uint32_t both[] = {1, 2};

struct hop_case {
    const char *name;
    const char *ledger, *up, *live, *down, *dead;
    const char *want; /* as feed_tell() says it */
    bool raw;         /* sees_uncommitted */
    bool open;        /* not drained */
    bool shared;      /* not down_private */
    bool loaded;      /* down_is_loaded */
    bool by_key;
    enum stamps_in_record stamps;
    const char *tail; /* down_live: of a topic */
    int64_t low;      /* where each partition's log begins; -1: not known */
    bool compacts, up_compacts;
    uint64_t unjudged, unordered, taken, gone, pending, rewind;
};

static const struct hop_case cases[] = {
    /* nothing to find */
    {"all there, in order", "a0-9", .down = "0-9", .want = ""},
    {"nothing sent, nothing there", "sent0", .down = "", .want = ""},
    {"two streams that interleave", "a0-3 s2 a0-3",
     .down = "0 s2 0 s1 1 2 s2 1 2 3 s1 3", .want = ""},

    /* lost and unseen */
    {"the head is lost", "a0-9", .down = "3-9", .want = "lost 3 of 1: 0+3"},
    {"the middle is lost", "a0-9", .down = "0-3 6-9",
     .want = "lost 2 of 1: 4+2"},
    {"two holes, the longer first", "a0-9", .down = "0 2-3 6-9",
     .want = "lost 3 of 2: 4+2 1+1"},
    {"the tail is unseen", "a0-9", .down = "0-6", .want = "unseen 3 of 1: 7+3"},
    {"nothing arrived at all", "a0-9", .down = "",
     .want = "unseen 10 of 1: 0+10"},
    {"a hole and a tail", "a0-9", .down = "0-3 5-7",
     .want = "lost 1 of 1: 4+1; unseen 2 of 1: 8+2"},
    {"one stream's tail is not another's hole", "a0-9 s2 a0-9",
     .down = "0-4 s2 0-9", .want = "unseen 5 of 1: 5+5"},
    {"a later one in another partition arrived", "a0-9", .down = "0-3 p1 6-9",
     .want = "lost 2 of 1: 4+2"},
    {"not drained: pending, neither lost nor unseen", "a0-9", .down = "0-3 5-7",
     .want = "", .open = true, .pending = 3},
    {"a phantom far ahead does not make the tail lost", "a0-9",
     .down = "0-6 50", .want = "unseen 3 of 1: 7+3; phantom 1 of 1: 50+1"},

    /* duplicates and rewinds */
    {"one twice", "a0-9", .down = "0-4 4 5-9", .want = "duplicate 1 of 1: 4+1<",
     .rewind = 1},
    {"three times is two", "a0-4", .down = "0-4 4 4",
     .want = "duplicate 2 of 2: 4+1< 4+1<", .rewind = 1},
    {"a step back and over again is one rewind", "a0-9", .down = "0-7 3-9",
     .want = "duplicate 5 of 1: 3+5<", .rewind = 5},
    {"rewinds of two streams that interleave", "a0-5 s2 a0-5",
     .down = "0-5 s2 0-5 s1 2 s2 3 s1 3 s2 4 s1 4 5 s2 5",
     .want = "duplicate 7 of 2: 2+4< 2/3+3<", .rewind = 4},
    {"each one twice in a row is not one rewind", "a0-2", .down = "0 0 1 1 2 2",
     .want = "duplicate 3 of 3: 0+1< 1+1< 2+1<", .rewind = 1},
    {"a copy in another partition is no rewind", "a0-9", .down = "0-9 p1 3-4",
     .want = "duplicate 2 of 1: 3+2"},
    {"ten copies of one", "a0", .down = "0 0 0 0 0 0 0 0 0 0 0",
     .want = "duplicate 10 of 10: 0+1< 0+1< 0+1< 0+1< 0+1< 0+1< 0+1< 0+1< "
             "0+1< 0+1<",
     .rewind = 1},

    /* order */
    {"one comes late", "a0-9", .down = "0-3 5 4 6-9",
     .want = "reordered 1 of 1: 4+1"},
    {"a block comes late", "a0-9", .down = "0-2 6-9 3-5",
     .want = "reordered 3 of 1: 3+3"},
    {"two partitions have no order", "a0-9", .down = "0-2 6-9 p1 3-5",
     .want = ""},
    {"late by stream, not by key", "a0-1", .down = "1 0", .want = "",
     .by_key = true},
    {"late by key", "a0-40", .down = "40 0-39",
     .want = "reordered 8 of 7: 5+2 1+1 9+1 12+1 14+1 18+1 23+1",
     .by_key = true},
    {"by key, but in another partition", "a0-40", .down = "40 p1 0-39",
     .want = "", .by_key = true},
    {"a copy that comes late is a duplicate only", "a0-5", .down = "0-5 2",
     .want = "duplicate 1 of 1: 2+1<", .rewind = 1},
    {"found after a rewind: late, and the rest doubled", "a0-5",
     .down = "0-2 4 2 3 4 5",
     .want = "reordered 1 of 1: 3+1; duplicate 2 of 2: 2+1< 4+1", .rewind = 1},

    /* corrupt */
    {"a payload altered", "a0-9", .down = "0-3 4! 5-9",
     .want = "corrupt 1 of 1: 4+1"},
    {"a payload cut short", "a0-9", .down = "0-8 9~",
     .want = "corrupt 1 of 1: 9+1"},
    {"a run of them", "a0-9", .down = "0-3 4-6! 7-9",
     .want = "corrupt 3 of 1: 4+3"},
    {"a stamp cut short has no name, its record is missed", "a0-9",
     .down = "0-4 c 6-9", .want = "lost 1 of 1: 5+1; corrupt 1 of 1: 0+1"},
    {"two stamps where one belongs", "a0-9", .down = "0-3 4+ 5-9",
     .want = "corrupt 1 of 1: 4+1"},
    {"several, of which the last counts", "a0-5", .down = "0 0+ 1+ 2+ 3+ 4+",
     .want = "", .stamps = STAMPS_LAST},
    {"many, each a record", "a0-5", .down = "0+ 2+ 4+", .want = "",
     .stamps = STAMPS_MANY},
    {"many, one of them doubled", "a0-5", .down = "0+ 1+ 3+ 5",
     .want = "duplicate 1 of 1: 1+1<", .stamps = STAMPS_MANY, .rewind = 1},
    {"a corrupt further copy is corrupt only", "a0-5", .down = "0-5 3!",
     .want = "corrupt 1 of 1: 3+1"},
    {"corrupt twice", "a0-5", .down = "0-2 3! 3! 4-5",
     .want = "corrupt 2 of 2: 3+1 3+1"},
    {"corrupt in the topic already: not the sink's doing", "a0-5",
     .up = "0-2 3! 4-5", .down = "0-2 3! 4-5", .want = ""},
    {"a cut one in the topic already", "a0-5", .up = "0-5 c", .down = "0-5 c",
     .want = ""},

    /* phantoms */
    {"beyond what was reserved", "a0-5 reserved10", .down = "0-5 10",
     .want = "phantom 1 of 1: 10+1"},
    {"reserved but never sent, says a clean end", "a0-5 reserved10",
     .down = "0-5 8", .want = "phantom 1 of 1: 8+1"},
    {"a dead writer may have sent what it reserved", "a0-5 reserved10 died",
     .down = "0-5 8", .want = ""},
    {"refused, yet there", "a0-5 r6-7 a8", .down = "0-8",
     .want = "phantom 2 of 1: 6+2"},
    {"aborted, yet visible", "a0-5 x6-7 a8", .down = "0-8",
     .want = "phantom 2 of 1: 6+2"},
    {"aborted, in a raw read", "a0-5 x6-7 a8", .down = "0-8", .want = "",
     .raw = true},
    {"aborted, in a sink behind a clean topic", "a0-5 x6-7 a8", .up = "0-5 8",
     .down = "0-8", .want = "phantom 2 of 1: 6+2"},
    {"a phantom in the topic is not the sink's", "a0-5", .up = "0-5 9",
     .down = "0-5 9", .want = ""},
    {"of a stream nobody declared", "a0-5", .down = "0-5 s9 3-4",
     .want = "phantom 2 of 1: 9/3+2"},
    {"of a declared stream that leads elsewhere", "a0-5 s9 a0-5",
     .down = "0-5 s9 3-4", .want = "misrouted 2 of 1: 9/3+2"},
    {"of a stream of another hop into this station", "a0-5 s3 a0-5",
     .down = "0-5 s3 3-4", .want = ""},
    {"a stranger that came from the topic", "a0-5", .up = "0-5 s9 3",
     .down = "0-5 s9 3", .want = ""},
    {"a sequence out of this world", "a0-5", .down = "0-2 99999999999 3-5",
     .want = "phantom 1 of 1: 99999999999+1"},
    {"a phantom that is late or doubled is a phantom first", "a0-1 r2 a3-5",
     .down = "0-1 3-5 2 2",
     .want = "phantom 1 of 1: 2+1; duplicate 1 of 1: 2+1<", .rewind = 1},

    /* indeterminate */
    {"indeterminate and there", "a0-5 i6-7 a8", .down = "0-8", .want = ""},
    {"indeterminate and absent", "a0-5 i6-7 a8", .down = "0-5 8", .want = ""},
    {"without a row and absent", "a0-5 a9", .down = "0-5 9", .want = ""},
    {"indeterminate, in the topic, not in the sink", "a0-5 i6-7 a8",
     .up = "0-8", .down = "0-5 8", .want = "lost 2 of 1: 6+2"},
    {"indeterminate, not in the topic, not in the sink", "a0-5 i6-7 a8",
     .up = "0-5 8", .down = "0-5 8", .want = ""},

    /* dead letters */
    {"dead-lettered instead", "a0-5", .down = "0-2 4-5", .dead = "3",
     .want = ""},
    {"doubly accounted", "a0-5", .down = "0-5", .dead = "3-4",
     .want = "doubly accounted 2 of 1: 3+2"},
    {"only dead letters at the end", "a0-5", .down = "0-3", .dead = "5",
     .want = "lost 1 of 1: 4+1"},
    {"a dead letter that is corrupt", "a0-5", .down = "0-2 4-5", .dead = "3!",
     .want = "corrupt 1 of 1: 3+1"},
    {"a dead letter that was refused", "a0-4 r5", .down = "0-4", .dead = "5",
     .want = "phantom 1 of 1: 5+1"},

    /* diverged */
    {"an acknowledged offset holds another", "a0-5@0", .down = "0-3 5",
     .want = "diverged 1 of 1: 4+1", .loaded = true},
    {"nothing diverges where offsets are others", "a0-5@0", .down = "0-3 5",
     .want = "lost 1 of 1: 4+1"},
    {"a trimmed head is lost, not diverged", "a0-5@0", .down = "@3 3-5",
     .want = "lost 3 of 1: 0+3", .loaded = true},
    {"another stream's record stands there", "a0-5@0 s2 a0@6",
     .down = "0-3 s2 0 @6 0 s1 @5 5",
     .want = "diverged 1 of 1: 4+1; duplicate 1 of 1: 2/0+1<", .loaded = true,
     .rewind = 1},

    /* foreign */
    {"foreign on a private station", "a0-5", .down = "0-2 f f 3-5 o",
     .want = "foreign 3 of 2: 0+2 0+1"},
    {"foreign on a shared one is counted", "a0-5", .down = "0-2 f f 3-5 o",
     .want = "foreign 3 of 0:", .shared = true},
    {"another run's remains are foreign, not corrupt", "a0-5", .down = "0-5 oc",
     .want = "foreign 1 of 1: 0+1"},
    {"foreign in the topic already", "a0-5", .up = "0-5 f", .down = "0-5 f",
     .want = ""},

    /* a sink against its topic */
    {"a producer's retry is not blamed on the sink", "a0-5", .up = "0-5 3-5",
     .down = "0-5 3-5", .want = ""},
    {"one copy more than the topic has", "a0-5", .up = "0-5 3-5",
     .down = "0-5 3-5 4", .want = "duplicate 1 of 1: 4+1<"},
    {"the live tail saw a copy, the replay did not", "a0-5", .up = "0-5",
     .live = "0-5 3", .down = "0-5 3", .want = ""},
    {"late in the topic is late in the sink", "a0-5", .up = "0-2 4 3 5",
     .down = "0-2 4 3 5", .want = ""},
    {"what the topic lost is not the sink's loss", "a0-5", .up = "0-2 4-5",
     .down = "0-2 4-5", .want = ""},
    {"trimmed from the topic, there in the sink", "a0-5", .up = "4-5",
     .down = "0-5", .want = ""},
    {"trimmed, tailed live, lost in the sink", "a0-5", .up = "4-5",
     .live = "0-3", .down = "0-1 3-5", .want = "lost 1 of 1: 2+1"},
    {"copies of what was trimmed: nobody can say", "a0-5", .up = "4-5",
     .down = "0-5 1", .want = "", .unjudged = 1},
    {"late ones of what was trimmed: nobody can say", "a0-5", .up = "4-5",
     .down = "1 0 2-5", .want = "", .unjudged = 1},

    /* records taken out of the judged topic by the broker */
    {"trimmed, and seen before", "a0-9", .tail = "0-9", .down = "@4 4-9",
     .low = 4, .want = ""},
    {"trimmed with its copies", "a0-9", .tail = "0-3 2-9", .down = "@6 4-9",
     .low = 6, .want = "", .gone = 2},
    {"trimmed, and its copies are there", "a0-9", .tail = "0-9 8-9",
     .down = "@4 4-9 8-9", .low = 4, .want = "duplicate 2 of 1: 8+2<",
     .rewind = 2},
    {"all of it trimmed", "a0-9", .tail = "0-9", .down = "", .low = 10,
     .want = ""},
    {"seen where the log still has a place, and gone: lost", "a0-9",
     .tail = "0-9", .down = "@2 2-4 6-9", .low = 2, .want = "lost 1 of 1: 5+1"},
    {"the log was cut at its end", "a0-9", .tail = "0-9", .down = "@2 2-6",
     .low = 2, .want = "unseen 3 of 1: 7+3"},
    {"trimmed, and nobody saw it", "a0-9", .tail = "0-1 @3 3-9",
     .down = "@4 4-9", .low = 4, .want = "lost 1 of 1: 2+1"},
    {"nothing was trimmed", "a0-9", .tail = "0-9", .down = "0-4 6-9",
     .want = "lost 1 of 1: 5+1"},
    {"where the log begins is not known", "a0-9", .tail = "0-9",
     .down = "@4 4-9", .low = -1, .want = "", .taken = 4},
    {"trimmed with gaps between", "a0-9", .tail = "0 @2 1 @4 2-9",
     .down = "@6 4-9", .low = 6, .want = ""},
    {"trimmed before the drain had ended", "a0-9", .tail = "0-7",
     .down = "@4 4-7", .low = 4, .want = "", .open = true, .pending = 2},
    {"refused, seen and trimmed", "a0-3 r4 a5-9", .tail = "0-9",
     .down = "@6 6-9", .low = 6, .want = "phantom 1 of 1: 4+1"},
    {"compacted away, and seen before", "a0-9", .tail = "0-9",
     .down = "@3 3 @8 8-9", .compacts = true, .want = ""},
    {"compacted away, and nobody saw it", "a0-9", .tail = "0-4 6-9",
     .down = "@8 8-9", .compacts = true, .want = "", .taken = 1},
    {"compacted, and not tailed", "a0-9", .down = "@8 8-9", .compacts = true,
     .want = "", .taken = 8},
    {"a compacted topic still has no copies", "a0-9", .down = "0-9 9",
     .compacts = true, .want = "duplicate 1 of 1: 9+1<", .rewind = 1},
    {"compacted before the sink came to read it", "a0-5", .up = "0-2 4-5",
     .live = "0-5", .down = "0-2 4-5", .up_compacts = true, .want = "",
     .taken = 1},
    {"still there after compaction, and not in the sink", "a0-5", .up = "0-3 5",
     .live = "0-5", .down = "0-2 5", .up_compacts = true,
     .want = "lost 1 of 1: 3+1", .taken = 1},

    /* a stream held by the topic in several partitions */
    {"they are mixed in one sink: each had its order", "a0-5",
     .up = "0 2 4 p1 1 3 5", .down = "0 2 4 1 3 5", .want = "", .unordered = 2},
    {"mixed, and all came in the stream's order", "a0-5",
     .up = "0 2 4 p1 1 3 5", .down = "0-5", .want = ""},
    {"partitions that were there only live are mixed", "a0-5", .up = "4-5",
     .live = "0-1 4-5 p1 2-3", .down = "2-3 0-1 4-5", .want = "",
     .unordered = 2},
    {"the replay has the one, the live tail the other", "a0-3", .up = "2-3",
     .live = "p1 0-1", .down = "2-3 0-1", .want = "", .unordered = 2},
    {"kept apart: late in its own is late", "a0-5", .up = "0 2 4 p1 1 3 5",
     .down = "0 4 2 p1 1 3 5", .want = "reordered 1 of 1: 2+1"},
    {"kept apart under other numbers", "a0-5", .up = "0 2 4 p1 1 3 5",
     .down = "p7 0 4 2 p3 1 3 5", .want = "reordered 1 of 1: 2+1"},
    {"dealt out anew", "a0-5", .up = "0 2 4 p1 1 3 5", .down = "0 2 1 p1 4 5 3",
     .want = "", .unordered = 2},
    {"one that upstream has not could be of any", "a0-5 i6",
     .up = "0 2 4 p1 1 3 5", .down = "0 4 2 6 p1 1 3 5", .want = "",
     .unordered = 1},
    {"of one partition late is late", "a0-5 s2 a0-5",
     .up = "0-5 s2 p1 0-2 p2 3-5", .down = "0 2 1 3-5 s2 3-5 0-2",
     .want = "reordered 1 of 1: 1+1", .unordered = 3},
    {"the load's own partitions are what they are", "a0-5",
     .down = "0 4 2 p1 1 3 5", .want = "reordered 1 of 1: 2+1"},
};

static struct tally_spec spec_of(const struct hop_case *c)
{
    return (struct tally_spec){
        .run = FEED_RUN,
        .streams = feed_streams,
        .streams_len = FEED_STREAMS,
        .stamps = c->stamps,
        .by_key = c->by_key,
    };
}

START_TEST(a_hop_is_judged)
{
    const struct hop_case *c = &cases[_i];
    const struct tally_spec spec = spec_of(c);
    struct tally *up = feed_station(&spec, c->up);
    struct tally *live = feed_station(&spec, c->live);
    struct tally *down = feed_station(&spec, c->down);
    struct tally *tail = feed_station(&spec, c->tail);
    struct tally *dead = feed_station(&spec, c->dead);
    const struct log_start start = {.offset = c->low};
    struct ledger_view ledger;
    struct hop_result r;
    char got[1024];
    struct hop_spec hop = {
        .ledger = &ledger,
        .up = up,
        .up_live = live,
        .down = down,
        .down_live = tail,
        .down_starts = &start,
        .down_starts_len = c->low >= 0,
        .down_compacts = c->compacts,
        .up_compacts = c->up_compacts,
        .dead = dead,
        .streams = both,
        .streams_len = ARRAY_LEN(both),
        .down_private = !c->shared,
        .drained = !c->open,
        .sees_uncommitted = c->raw,
        .down_is_loaded = c->loaded,
    };

    feed_ledger(&ledger, c->ledger);
    hop_judge(&hop, &r);
    feed_tell(&r, got);
    ck_assert_msg(strcmp(got, c->want) == 0, "%s: got \"%s\", want \"%s\"",
                  c->name, got, c->want);
    ck_assert_msg(hop_balance_closes(&r), "%s: does not close", c->name);
    ck_assert_msg(r.unjudged == c->unjudged, "%s: unjudged", c->name);
    ck_assert_msg(r.unordered == c->unordered, "%s: unordered", c->name);
    ck_assert_msg(r.balance.unjudged == c->taken, "%s: taken", c->name);
    ck_assert_msg(r.gone[FINDING_DUPLICATE] == c->gone, "%s: gone", c->name);
    ck_assert_msg(r.pending == c->pending, "%s: pending", c->name);
    if (c->rewind)
        ck_assert_msg(r.longest_rewind == c->rewind, "%s: rewind", c->name);
    hop_result_done(&r);
    feed_ledger_done(&ledger);
    tally_free(up);
    tally_free(live);
    tally_free(down);
    tally_free(tail);
    tally_free(dead);
}
END_TEST

static const struct tally_spec plain = {
    .run = FEED_RUN,
    .streams = feed_streams,
    .streams_len = FEED_STREAMS,
};

static struct tally *only(struct hop_spec *hop, struct ledger_view *ledger,
                          const char *ledger_text, const char *down)
{
    struct tally *t = feed_station(&plain, down);

    feed_ledger(ledger, ledger_text);
    *hop = (struct hop_spec){
        .ledger = ledger,
        .down = t,
        .streams = both,
        .streams_len = 2,
        .drained = true,
    };
    return t;
}

START_TEST(the_balance_says_where_everything_went)
{
    struct hop_spec hop;
    struct ledger_view ledger;
    struct hop_result r;
    struct tally *down =
        only(&hop, &ledger, "a0-9 r10 x11-12 i13-15 a16-19 s2 a0-3",
             "0-3 13 16 16 16 s2 0-3 3");
    struct tally *dead = feed_station(&plain, "4-5 17");
    const struct balance *b;

    hop.dead = dead;
    hop_judge(&hop, &r);
    b = &r.streams[0].sum;
    ck_assert(hop_balance_closes(&r));
    ck_assert_uint_eq(r.streams[0].stream, 1);
    ck_assert_uint_eq(b->attempted, 20);
    ck_assert_uint_eq(b->acknowledged, 14);
    ck_assert_uint_eq(b->refused, 1);
    ck_assert_uint_eq(b->aborted, 2);
    ck_assert_uint_eq(b->indeterminate_appeared, 1);
    ck_assert_uint_eq(b->indeterminate_absent, 2);
    ck_assert_uint_eq(b->upstream, 14);
    ck_assert_uint_eq(b->delivered, 5);
    ck_assert_uint_eq(b->dead_lettered, 3);
    ck_assert_uint_eq(b->lost, 4);
    ck_assert_uint_eq(b->unseen, 2);
    ck_assert_uint_eq(b->downstream_copies, 2);
    ck_assert_uint_eq(r.balance.attempted, 24);
    ck_assert_uint_eq(r.balance.downstream_copies, 3);
    r.streams[1].sum.delivered++;
    ck_assert(!hop_balance_closes(&r));
    hop_result_done(&r);
    feed_ledger_done(&ledger);
    tally_free(down);
    tally_free(dead);
}
END_TEST

START_TEST(a_finding_says_where)
{
    static const struct committed committed[] = {{0, 106}, {1, 0}};
    struct hop_spec hop;
    struct ledger_view ledger;
    struct hop_result r;
    struct tally *down = only(&hop, &ledger, "a0-19", "n4 0-3 2-3 6-9 12-19");
    struct tally *up = feed_station(&plain, "@100 0-19");
    const struct finding *f;

    hop.up = up;
    hop.committed = committed;
    hop.committed_len = ARRAY_LEN(committed);
    hop_judge(&hop, &r);
    ck_assert_uint_eq(r.findings.worst_len, 3);
    f = &r.findings.worst[0];
    ck_assert_int_eq(f->kind, FINDING_LOST);
    ck_assert_uint_eq(f->first, 4);
    ck_assert_int_eq(f->up_first.offset, 104);
    ck_assert_int_eq(f->up_last.offset, 105);
    ck_assert_int_eq(f->up_first.partition, 0);
    ck_assert_int_eq(f->down_first.offset, -1);
    ck_assert(f->overtaken_by_commit);
    f = &r.findings.worst[1];
    ck_assert_uint_eq(f->first, 10);
    ck_assert(!f->overtaken_by_commit);
    f = &r.findings.worst[2];
    ck_assert_int_eq(f->kind, FINDING_DUPLICATE);
    ck_assert_int_eq(f->up_first.offset, 102);
    ck_assert_int_eq(f->down_first.offset, 4);
    ck_assert_int_eq(f->down_last.offset, 5);
    ck_assert_int_eq(f->down_first.time_us, 1040);
    ck_assert_int_eq(f->down_last.time_us, 1050);
    ck_assert_int_eq(f->down_last.node, 4);
    hop_result_done(&r);
    feed_ledger_done(&ledger);
    tally_free(down);
    tally_free(up);
}
END_TEST

/* The copy listed first may be the copy that the topic has as well. */
START_TEST(a_copy_among_upstreams_own_is_ambiguous)
{
    struct hop_spec hop;
    struct ledger_view ledger;
    struct hop_result r;
    struct tally *down = only(&hop, &ledger, "a0-9", "0-4 2 3-6 2 7-9 8 4");
    struct tally *up = feed_station(&plain, "0-2 2 3-9");
    struct tally *live = feed_station(&plain, "0-9 8");

    hop.up = up;
    hop.up_live = live;
    hop_judge(&hop, &r);
    ck_assert_uint_eq(r.findings.records[FINDING_DUPLICATE], 4);
    ck_assert_uint_eq(r.findings.worst_len, 2);
    ck_assert_uint_eq(r.findings.worst[0].first, 2);
    ck_assert_uint_eq(r.findings.worst[0].count, 3);
    ck_assert_uint_eq(r.findings.worst[0].ambiguous, 1);
    ck_assert_uint_eq(r.findings.worst[1].first, 4);
    ck_assert_uint_eq(r.findings.worst[1].ambiguous, 0);
    hop_result_done(&r);
    feed_ledger_done(&ledger);
    tally_free(down);
    tally_free(up);
    tally_free(live);
}
END_TEST

START_TEST(a_phantom_says_why)
{
    static const char *const want[] = {"refused, yet there",
                                       "aborted, yet visible", "never sent",
                                       "beyond what was reserved"};
    struct hop_spec hop;
    struct ledger_view ledger;
    struct hop_result r;
    struct tally *down =
        only(&hop, &ledger, "a0-3 r4 x5 sent6 reserved9", "0-3 4 5 7 9");

    hop_judge(&hop, &r);
    ck_assert_uint_eq(r.findings.records[FINDING_PHANTOM], 4);
    ck_assert_uint_eq(r.findings.worst_len, 4);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_str_eq(r.findings.worst[i].note, want[i]);
        ck_assert_int_eq(r.findings.worst[i].down_first.offset, 4 + (int)i);
    }
    hop_result_done(&r);
    feed_ledger_done(&ledger);
    tally_free(down);
}
END_TEST

START_TEST(a_cut_list_still_counts_everything)
{
    struct hop_spec hop;
    struct ledger_view ledger;
    struct hop_result r;
    struct tally *down = only(&hop, &ledger, "a0-99",
                              "0 2 4 6 8 10 12 17 19 30-99 31 35 39 40-49");

    hop.worst_per_kind = 2;
    hop_judge(&hop, &r);
    ck_assert_uint_eq(r.findings.records[FINDING_LOST], 21);
    ck_assert_uint_eq(r.findings.runs[FINDING_LOST], 9);
    ck_assert_uint_eq(r.findings.records[FINDING_DUPLICATE], 13);
    ck_assert_uint_eq(r.findings.worst_len, 4);
    ck_assert_uint_eq(r.findings.worst[0].count, 10);
    ck_assert_uint_eq(r.findings.worst[1].count, 4);
    ck_assert_uint_eq(r.findings.worst[2].count, 11);
    hop_result_done(&r);
    feed_ledger_done(&ledger);
    tally_free(down);
}
END_TEST

START_TEST(kinds_have_names_that_are_read_back)
{
    enum finding_kind k;

    for (int i = 0; i < FINDING_KINDS; i++) {
        ck_assert_int_eq(
            finding_kind_read(finding_kind_name((enum finding_kind)i), &k), 0);
        ck_assert_int_eq(k, i);
    }
    ck_assert_int_lt(finding_kind_read("vanished", &k), 0);
}
END_TEST

START_TEST(holes_in_offsets_are_counted)
{
    static const int64_t seen[] = {10, 11, 12, 15, 16, 20};
    struct offset_walk w = {.first = -1, .next = -1};

    for (size_t i = 0; i < ARRAY_LEN(seen); i++)
        offset_walk_note(&w, seen[i]);
    ck_assert_int_eq(w.first, 10);
    ck_assert_int_eq(w.next, 21);
    ck_assert_uint_eq(w.records, 6);
    ck_assert_uint_eq(w.holes, 2);
    ck_assert_uint_eq(w.missing, 5);
    ck_assert_int_eq(w.first_hole, 13);
    ck_assert_int_eq(w.first_hole_len, 2);
}
END_TEST

static const struct {
    const char *ledger, *down;  /* NULL: nothing was seen */
    uint64_t missing, distinct; /* of streams 1 and 2 */
} absences[] = {
    {"a0-9", NULL, 10, 0},
    {"a0-9", "0-9", 0, 10},
    {"a0-9 s2 a0-4", "0-9 s2 0-2", 2, 13},
    /* other records present do not stand for absent records */
    {"a0-4 i5-9", "0-2 5-9", 2, 8},
    {"a0-4", "0-2 2 2 2 s3 0-9", 2, 3},
    {"a0-4 x5-6 r7", "0-4", 0, 5},
    {"a70000-70001", "0-9 70001", 1, 11},
};

START_TEST(what_was_acknowledged_and_is_missing_is_counted)
{
    const struct tally_spec spec = {
        .run = FEED_RUN, .streams = feed_streams, .streams_len = FEED_STREAMS};
    struct tally *down = feed_station(&spec, absences[_i].down);
    struct ledger_view v;

    feed_ledger(&v, absences[_i].ledger);
    ck_assert_uint_eq(hop_missing(&v, both, ARRAY_LEN(both), down),
                      absences[_i].missing);
    if (down)
        ck_assert_uint_eq(tally_distinct(down, both, ARRAY_LEN(both)),
                          absences[_i].distinct);
    feed_ledger_done(&v);
    tally_free(down);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_hop_is_judged, 0, ARRAY_LEN(cases));
    tcase_add_test(tc, the_balance_says_where_everything_went);
    tcase_add_test(tc, a_finding_says_where);
    tcase_add_test(tc, a_copy_among_upstreams_own_is_ambiguous);
    tcase_add_test(tc, a_phantom_says_why);
    tcase_add_test(tc, a_cut_list_still_counts_everything);
    tcase_add_test(tc, kinds_have_names_that_are_read_back);
    tcase_add_test(tc, holes_in_offsets_are_counted);
    tcase_add_loop_test(tc, what_was_acknowledged_and_is_missing_is_counted, 0,
                        ARRAY_LEN(absences));
}

SUITE_MAIN("hop", fill)
