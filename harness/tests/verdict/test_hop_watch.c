/* test_hop_watch.c - a hop during the drain: drained, stalled, at work, held
 * back.
 */
#include <string.h>

#include "base/attr.h"
#include "base/clk.h"
#include "support/suite.h"
#include "verdict/hop_watch.h"

/* A letter a second: '-' nothing moves, 'm' the hop moves; upper case or '+':
 * the hop has caught up; 'u', 'U': nothing moves, and upstream is at work. */
static struct hop_watch watched(const char *story)
{
    struct hop_watch w = hop_watch_begun(0);
    uint64_t moved = 0;

    for (int64_t t = 1; *story; story++, t++) {
        moved += *story == 'm' || *story == 'M';
        hop_watch_note(&w, &(struct hop_glance){
                               .now_us = t * US_PER_S,
                               .moved = moved,
                               .caught_up = strchr("M+U", *story) != NULL,
                               .upstream_settled = !strchr("uU", *story),
                               .stall_us = 3 * US_PER_S,
                           });
    }
    return w;
}

static const struct {
    const char *what, *story;
    bool stalled;
    int64_t done_s; /* -1: not */
} rows[] = {
    {"it moves", "mmmmmm", false, -1},
    {"it stands, not for long", "mm--", false, -1},
    {"it stalls", "mm---", true, -1},
    {"it catches up", "mmM+++++", false, 3},
    {"it catches up, and there is more", "mM+--", true, -1},
    {"it moves again after a stall", "m----m", false, -1},
    {"and stalls again", "m----m---", true, -1},
    {"it catches up after a stall", "m----M+", false, 6},
    {"what it waits for was only a commit", "m---+", false, 5},
    {"upstream is at work", "muuuuuu", false, -1},
    {"done, but upstream is at work", "mUUUU", false, -1},
};

START_TEST(a_hop_is_watched)
{
    struct hop_watch w = watched(rows[_i].story);

    ck_assert_msg(w.stalled == rows[_i].stalled, "%s", rows[_i].what);
    ck_assert_msg(w.done_at_us ==
                      (rows[_i].done_s < 0 ? -1 : rows[_i].done_s * US_PER_S),
                  "%s: %lld", rows[_i].what, (long long)w.done_at_us);
}
END_TEST

static const struct {
    const char *what;
    bool unknown, dead_letters, lacked, stale;
    bool was_read;
    uint64_t accepted, sent;
    enum held_back is;
} held[] = {
    {"a sink that does not say how much it took", .unknown = true, .sent = 9,
     .is = HELD_BACK_NOTHING},
    {"fewer than were sent", .accepted = 8, .sent = 9, .is = HELD_BACK_SOME},
    {"fewer, and no reading is asked for", .accepted = 8, .sent = 9,
     .was_read = true, .is = HELD_BACK_SOME},
    {"the rest may be dead letters", .dead_letters = true, .accepted = 8,
     .sent = 9, .is = HELD_BACK_UNREAD},
    {"the rest are dead letters", .dead_letters = true, .accepted = 8,
     .sent = 9, .was_read = true, .is = HELD_BACK_NOTHING},
    {"the rest are nowhere", .dead_letters = true, .accepted = 8, .sent = 9,
     .was_read = true, .lacked = true, .is = HELD_BACK_SOME},
    {"as many, and copies may stand for absent ones", .accepted = 9, .sent = 9,
     .is = HELD_BACK_UNREAD},
    {"as many, and none is a copy", .accepted = 9, .sent = 9, .was_read = true,
     .is = HELD_BACK_NOTHING},
    {"as many, and one is a copy", .accepted = 9, .sent = 9, .was_read = true,
     .lacked = true, .is = HELD_BACK_SOME},
    {"the hop has moved since the reading", .accepted = 9, .sent = 9,
     .was_read = true, .stale = true, .is = HELD_BACK_UNREAD},
};

START_TEST(a_sink_may_hold_records_back)
{
    struct hop_watch w = watched("mM+");
    const struct arrival a = {.known = !held[_i].unknown,
                              .accepted = held[_i].accepted,
                              .sent = held[_i].sent,
                              .has_dead_letters = held[_i].dead_letters};

    if (held[_i].was_read)
        hop_watch_read(&w, held[_i].sent - held[_i].lacked, held[_i].sent);
    w.moved += held[_i].stale;
    ck_assert_msg(hop_watch_held_back(&w, &a) == held[_i].is, "%s",
                  held[_i].what);
}
END_TEST

/* The hop moved last at 2 s; the patience is 9 s and a flush takes 3 s. */
static const struct {
    const char *what, *story;
    int64_t now_ms, flush_s;
    bool holds_back, still, calm;
} rests[] = {
    {"one flush and a second later", "mM+", 6000, 3, false, true, true},
    {"not quite", "mM+", 5999, 3, false, false, true},
    {"the load waits for no flush", "mM+", 3000, 0, false, true, true},
    {"it has not caught up", "mm--------", 12000, 3, false, false, true},
    {"it holds records back", "mM+", 6000, 3, true, true, false},
    {"not for ever", "mM+", 11000, 3, true, true, true},
    {"just not that long", "mM+", 10999, 3, true, true, false},
};

START_TEST(a_hop_comes_to_rest)
{
    struct hop_watch w = watched(rests[_i].story);
    int64_t now_us = rests[_i].now_ms * US_PER_MS;

    ck_assert_msg(
        hop_watch_is_still(&w, now_us, rests[_i].flush_s * US_PER_S) ==
            rests[_i].still,
        "%s", rests[_i].what);
    ck_assert_msg(hop_watch_is_calm(&w, now_us, rests[_i].holds_back,
                                    9 * US_PER_S) == rests[_i].calm,
                  "%s", rests[_i].what);
}
END_TEST

static const struct {
    const char *what, *story;
    bool calm, unmended, drained, settled;
} ends[] = {
    {"calm", "mM+", true, false, true, true},
    {"calm, whatever is not mended", "mM+", true, true, true, true},
    {"caught up, and not calm", "mM+", false, false, false, true},
    {"stalled", "m----", false, false, true, true},
    {"stalled, and a fault may be why", "m----", false, true, false, true},
    {"at work", "mmmm", false, false, false, false},
};

START_TEST(a_hop_has_drained_or_not)
{
    struct hop_watch w = watched(ends[_i].story);

    ck_assert_msg(hop_watch_drained(&w, ends[_i].calm, ends[_i].unmended) ==
                      ends[_i].drained,
                  "%s", ends[_i].what);
    ck_assert_msg(hop_watch_settled(&w) == ends[_i].settled, "%s",
                  ends[_i].what);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_hop_is_watched, 0, ARRAY_LEN(rows));
    tcase_add_loop_test(tc, a_sink_may_hold_records_back, 0, ARRAY_LEN(held));
    tcase_add_loop_test(tc, a_hop_comes_to_rest, 0, ARRAY_LEN(rests));
    tcase_add_loop_test(tc, a_hop_has_drained_or_not, 0, ARRAY_LEN(ends));
}

SUITE_MAIN("hop_watch", fill)
