/* test_hop_events.c - events of a hop: seen, not seen, or not judged and why.
 */
#include <string.h>

#include "support/suite.h"
#include "verdict/hop_events.h"

#define UNOBSERVED "nothing was observed while it ran"

static const struct row {
    const char *what;
    bool unjudged, blind, clock_set, source;
    uint64_t regressions, ahead, owners;
    bool no_commits, no_arrivals, no_owners;
    bool unsampled, hidden; /* other tasks may hide a late failure */
    size_t late;
    enum event_finding_kind kind;
    bool judged;
    uint64_t count;
    const char *why_not;
} rows[] = {
    {"a commit went back", .regressions = 2, .kind = EVENT_OFFSET_REGRESSION,
     .judged = true, .count = 2},
    {"a source", .source = true, .kind = EVENT_OFFSET_REGRESSION,
     .why_not = "source offsets are opaque"},
    {"a source that nobody observed", .source = true, .blind = true,
     .kind = EVENT_TWO_OWNERS, .why_not = "source offsets are opaque"},
    {"nobody observed", .blind = true, .kind = EVENT_OFFSET_REGRESSION,
     .why_not = UNOBSERVED},
    {"the clock was set", .clock_set = true, .kind = EVENT_COMMITTED_AHEAD,
     .why_not = "the wall clock was set while the run went on"},
    {"no commit was seen", .no_commits = true, .kind = EVENT_OFFSET_REGRESSION,
     .why_not = "no commit of group connect-s was seen"},
    {"no commit was seen, nor is one ahead", .no_commits = true,
     .kind = EVENT_COMMITTED_AHEAD,
     .why_not = "no commit of group connect-s was seen"},
    {"committed ahead", .ahead = 1, .kind = EVENT_COMMITTED_AHEAD,
     .judged = true, .count = 1},
    {"a sink without times of arrival", .no_arrivals = true,
     .kind = EVENT_COMMITTED_AHEAD,
     .why_not = "the sink has no arrival times by upstream offset"},
    {"two owners", .owners = 3, .kind = EVENT_TWO_OWNERS, .judged = true,
     .count = 3},
    {"owners that were not seen", .no_owners = true, .kind = EVENT_TWO_OWNERS,
     .why_not = "who delivered, or who owned, was not seen"},
    {"a hop that was not judged", .unjudged = true, .regressions = 9,
     .kind = EVENT_OFFSET_REGRESSION, .why_not = "the run did not get so far"},
    {"nor its failures", .unjudged = true, .late = 2, .kind = EVENT_LATE_FAILED,
     .why_not = "the run did not get so far"},
    {"and yet its stalls are", .unjudged = true, .kind = EVENT_SILENT_STALL,
     .judged = true},
    {"a stall that nobody could observe", .blind = true,
     .kind = EVENT_SILENT_STALL, .why_not = UNOBSERVED},
    {"nor whether commits stood still", .blind = true,
     .kind = EVENT_COMMITS_STOOD_STILL, .why_not = UNOBSERVED},
    {"no task failed late", .kind = EVENT_LATE_FAILED, .judged = true},
    {"one did", .late = 1, .kind = EVENT_LATE_FAILED, .judged = true,
     .count = 1},
    {"others may hide one", .hidden = true, .kind = EVENT_LATE_FAILED,
     .why_not = "other tasks delivered while one that said FAILED may have "
                "stood still"},
    {"one is certain, others may hide another", .hidden = true, .late = 1,
     .kind = EVENT_LATE_FAILED, .judged = true, .count = 1},
    {"no samples", .unsampled = true, .late = 1, .kind = EVENT_LATE_FAILED,
     .why_not = UNOBSERVED},
    {"failures that nobody observed", .blind = true, .kind = EVENT_LATE_FAILED,
     .why_not = UNOBSERVED},
};

START_TEST(an_event_is_seen_or_not_judged)
{
    const struct row *w = &rows[_i];
    const struct commit_result commits = {
        .regressions = w->regressions,
        .ahead = w->ahead,
        .two_owners = w->owners,
        .ahead_judged = !w->no_arrivals,
        .owners_judged = !w->no_owners,
    };
    const struct late_failed late = {.len = w->late, .judged = !w->hidden};
    const struct events_seen seen = {
        .judged = !w->unjudged,
        .observed = !w->blind,
        .clock_set = w->clock_set,
        .group = w->source ? "" : "connect-s",
        .commits_len = w->no_commits ? 0 : 4,
        .commits = &commits,
        .sampled = !w->unsampled,
        .late = &late,
        .tasks = 1,
        .tasks_running = 1,
    };
    struct event_status all[HOP_EVENTS];
    size_t i = 0;

    hop_events(&seen, all);
    while (i < HOP_EVENTS && all[i].kind != w->kind)
        i++;
    ck_assert_uint_lt(i, HOP_EVENTS);
    ck_assert_msg(all[i].judged == w->judged, "%s: judged %d", w->what,
                  all[i].judged);
    ck_assert_msg(strcmp(all[i].why_not, w->why_not ? w->why_not : "") == 0,
                  "%s: %s", w->what, all[i].why_not);
    if (w->judged)
        ck_assert_uint_eq(all[i].count, w->count);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, an_event_is_seen_or_not_judged, 0, ARRAY_LEN(rows));
}

SUITE_MAIN("hop_events", fill)
