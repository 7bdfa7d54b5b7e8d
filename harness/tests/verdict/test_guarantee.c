/* test_guarantee.c - findings that break a guarantee, and copies placed in
 * time. */
#include <string.h>

#include "support/suite.h"
#include "verdict/guarantee.h"

#define NO_BOUND -1

static const struct row {
    const char *what;
    int64_t delivery, ordering, bound;
    enum finding_kind kind;
    uint64_t records;
    struct duplicates_seen seen;
    bool breaks;
    const char *why;
} rows[] = {
    {"nothing found",
     EXACTLY_ONCE,
     ORDER_STREAM,
     NO_BOUND,
     FINDING_LOST,
     0,
     {0},
     false,
     ""},
    {"lost",
     AT_LEAST_ONCE,
     ORDER_STREAM,
     NO_BOUND,
     FINDING_LOST,
     3,
     {0},
     true,
     "expected none, got 3"},
    {"unseen",
     EXACTLY_ONCE,
     ORDER_STREAM,
     NO_BOUND,
     FINDING_UNSEEN,
     1,
     {0},
     true,
     "expected none, got 1"},
    {"lost is allowed at most once",
     AT_MOST_ONCE,
     ORDER_STREAM,
     NO_BOUND,
     FINDING_LOST,
     3,
     {0},
     false,
     "expected none, got 3"},
    {"unseen likewise",
     AT_MOST_ONCE,
     ORDER_STREAM,
     NO_BOUND,
     FINDING_UNSEEN,
     3,
     {0},
     false,
     "expected none, got 3"},
    {"no copies at most once",
     AT_MOST_ONCE,
     ORDER_STREAM,
     NO_BOUND,
     FINDING_DUPLICATE,
     2,
     {.disturbances = 1, .outside = 0, .outside_judged = true},
     true,
     "expected none under at-most-once, got 2"},
    {"no copies exactly once",
     EXACTLY_ONCE,
     ORDER_STREAM,
     100,
     FINDING_DUPLICATE,
     1,
     {.disturbances = 1, .outside = 0, .outside_judged = true},
     true,
     "expected none under exactly-once, got 1"},
    {"copies in a disturbance",
     AT_LEAST_ONCE,
     ORDER_STREAM,
     NO_BOUND,
     FINDING_DUPLICATE,
     900,
     {.disturbances = 1, .outside = 0, .outside_judged = true},
     false,
     "900 within disturbances: at-least-once allows them"},
    {"copies whose times are not known",
     AT_LEAST_ONCE,
     ORDER_STREAM,
     NO_BOUND,
     FINDING_DUPLICATE,
     900,
     {.disturbances = 1, .outside = 0, .outside_judged = false},
     false,
     "900 within disturbances: at-least-once allows them (their times are not "
     "known)"},
    {"copies without a disturbance",
     AT_LEAST_ONCE,
     ORDER_STREAM,
     NO_BOUND,
     FINDING_DUPLICATE,
     2,
     {.disturbances = 0, .outside = 0, .outside_judged = false},
     true,
     "expected none outside of a disturbance, got 2"},
    {"copies outside of one",
     AT_LEAST_ONCE,
     ORDER_STREAM,
     NO_BOUND,
     FINDING_DUPLICATE,
     9,
     {.disturbances = 1, .outside = 4, .outside_judged = true},
     true,
     "expected none outside of a disturbance, got 4"},
    {"as many as the bound",
     AT_LEAST_ONCE,
     ORDER_STREAM,
     50,
     FINDING_DUPLICATE,
     100,
     {.disturbances = 2, .outside = 0, .outside_judged = true},
     false,
     "100 within disturbances: at-least-once allows them"},
    {"one more than the bound",
     AT_LEAST_ONCE,
     ORDER_STREAM,
     50,
     FINDING_DUPLICATE,
     101,
     {.disturbances = 2, .outside = 0, .outside_judged = true},
     true,
     "expected at most 100 (50 for each of 2 disturbances), got 101"},
    {"a bound of none",
     AT_LEAST_ONCE,
     ORDER_STREAM,
     0,
     FINDING_DUPLICATE,
     1,
     {.disturbances = 2, .outside = 0, .outside_judged = true},
     true,
     "expected at most 0 (0 for each of 2 disturbances), got 1"},
    {"how often it was disturbed is not known",
     AT_LEAST_ONCE,
     ORDER_STREAM,
     0,
     FINDING_DUPLICATE,
     7,
     {.unknown = true},
     false,
     "7, not judged: how often the run had been disturbed is not known"},
    {"exactly once needs not know it",
     EXACTLY_ONCE,
     ORDER_STREAM,
     NO_BOUND,
     FINDING_DUPLICATE,
     7,
     {.unknown = true},
     true,
     "expected none under exactly-once, got 7"},
    {"order was promised",
     AT_LEAST_ONCE,
     ORDER_STREAM,
     NO_BOUND,
     FINDING_REORDERED,
     1,
     {0},
     true,
     "expected none, got 1"},
    {"order by key was promised",
     AT_LEAST_ONCE,
     ORDER_KEY,
     NO_BOUND,
     FINDING_REORDERED,
     1,
     {0},
     true,
     "expected none, got 1"},
    {"order was not promised",
     AT_LEAST_ONCE,
     ORDER_NONE,
     NO_BOUND,
     FINDING_REORDERED,
     1,
     {0},
     false,
     "expected none, got 1"},
};

START_TEST(what_breaks_it)
{
    const struct row *r = &rows[_i];
    struct guarantee g = {.delivery = r->delivery,
                          .ordering = r->ordering,
                          .duplicates_per_disturbance = r->bound};
    char why[200];
    bool breaks =
        guarantee_breaks(&g, r->kind, r->records, &r->seen, why, sizeof(why));

    ck_assert_msg(breaks == r->breaks, "%s: %d", r->what, breaks);
    ck_assert_msg(strcmp(why, r->why) == 0, "%s: %s", r->what, why);
}
END_TEST

/* Whatever is promised. */
START_TEST(some_always_break_it)
{
    static const enum finding_kind kinds[] = {
        FINDING_DOUBLY_ACCOUNTED,
        FINDING_DIVERGED,
        FINDING_CORRUPT,
        FINDING_PHANTOM,
        FINDING_MISROUTED,
        FINDING_ALTERED,
        FINDING_STALE,
        FINDING_FOREIGN,
    };
    struct guarantee g = {.delivery = AT_MOST_ONCE, .ordering = ORDER_NONE};
    struct duplicates_seen seen = {.disturbances = 9};
    char why[200];

    ck_assert(guarantee_breaks(&g, kinds[_i], 1, &seen, why, sizeof(why)));
    ck_assert(!guarantee_breaks(&g, kinds[_i], 0, &seen, why, sizeof(why)));
    ck_assert_str_eq(why, "");
}
END_TEST

#define FOR_EVER INT64_MAX

static const struct {
    const char *what;
    struct window windows[2];
    size_t len;
    int64_t at_us;
    bool of_arrival;
    enum duplicate_when want;
} times[] = {
    {"no disturbance", {{0}}, 0, 50, true, DUPLICATE_OUTSIDE},
    {"within", {{10, 60}}, 1, 50, true, DUPLICATE_INSIDE},
    {"before", {{60, 90}}, 1, 50, true, DUPLICATE_OUTSIDE},
    {"between", {{10, 20}, {70, 90}}, 2, 50, true, DUPLICATE_OUTSIDE},
    {"after", {{10, 20}}, 1, 50, true, DUPLICATE_OUTSIDE},
    {"as much before as clocks differ",
     {{55, 90}},
     1,
     50,
     true,
     DUPLICATE_INSIDE},
    {"as much after", {{10, 45}}, 1, 50, true, DUPLICATE_INSIDE},
    {"not known to be over", {{10, FOR_EVER}}, 1, 50, true, DUPLICATE_INSIDE},
    /* a producer sending a record again keeps the timestamp */
    {"made before, it may have come within",
     {{60, 90}},
     1,
     50,
     false,
     DUPLICATE_UNKNOWN},
    {"made between, it may have come within the second",
     {{10, 20}, {70, FOR_EVER}},
     2,
     50,
     false,
     DUPLICATE_UNKNOWN},
    {"made after all, it came after all",
     {{10, 20}, {30, 40}},
     2,
     50,
     false,
     DUPLICATE_OUTSIDE},
};

START_TEST(a_copy_came_within_a_disturbance_or_not)
{
    enum duplicate_when got =
        duplicate_when(times[_i].windows, times[_i].len, times[_i].at_us,
                       times[_i].of_arrival, 5);

    ck_assert_msg(got == times[_i].want, "%s: %d", times[_i].what, (int)got);
}
END_TEST

/* A finding at 1050 of a wall clock begun at 1000; a window 60-90. */
static const struct {
    const char *what;
    enum finding_kind kind;
    uint64_t count, ambiguous, records;
    int64_t time_us;
    uint64_t outside;
    bool all;
    bool known; /* the times of disturbances */
} placed[] = {
    {"none at all", FINDING_LOST, 3, 0, 0, 1050, 0, true, true},
    {"outside", FINDING_DUPLICATE, 3, 0, 3, 1050, 3, true, true},
    {"inside", FINDING_DUPLICATE, 3, 0, 3, 1070, 0, true, true},
    {"not all are listed", FINDING_DUPLICATE, 3, 0, 4, 1050, 3, false, true},
    {"no time is known", FINDING_DUPLICATE, 3, 0, 3, -1, 0, false, true},
    {"each may be upstream's own", FINDING_DUPLICATE, 3, 3, 3, 1050, 0, false,
     true},
    {"one may be upstream's own", FINDING_DUPLICATE, 3, 1, 3, 1050, 2, false,
     true},
    {"when it was disturbed is not known", FINDING_DUPLICATE, 3, 0, 3, 1050, 0,
     false, false},
    {"nor is it known to be inside", FINDING_DUPLICATE, 3, 3, 3, 1070, 0, false,
     true},
};

START_TEST(copies_are_placed_where_they_are_known_to_be)
{
    static const struct window window = {60, 90};
    struct finding one = {
        .kind = placed[_i].kind,
        .count = placed[_i].count,
        .ambiguous = placed[_i].ambiguous,
        .down_first.time_us = placed[_i].time_us,
    };
    struct findings f = {.worst = &one, .worst_len = 1};
    const struct disturbed d = {
        .known = placed[_i].known,
        .windows = &window,
        .len = 1,
        .began_wall_us = 1000,
        .of_arrival = true,
        .slack_us = 5,
    };
    uint64_t outside;
    bool all;

    f.records[FINDING_DUPLICATE] = placed[_i].records;
    all = duplicates_placed(&f, &d, &outside);
    ck_assert_msg(all == placed[_i].all, "%s: all", placed[_i].what);
    ck_assert_msg(outside == placed[_i].outside, "%s: %llu", placed[_i].what,
                  (unsigned long long)outside);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, copies_are_placed_where_they_are_known_to_be, 0,
                        sizeof(placed) / sizeof(placed[0]));
    tcase_add_loop_test(tc, a_copy_came_within_a_disturbance_or_not, 0,
                        sizeof(times) / sizeof(times[0]));
    tcase_add_loop_test(tc, what_breaks_it, 0, sizeof(rows) / sizeof(rows[0]));
    tcase_add_loop_test(tc, some_always_break_it, 0, 8);
}

SUITE_MAIN("guarantees", fill)
