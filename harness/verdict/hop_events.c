/* hop_events.c - events of a hop: seen, not seen, or not judged. */
#include "verdict/hop_events.h"

#include <stdio.h>

/* Why events of a hop are not judged for lack of observations. */
static const char *unobserved(const struct events_seen *s)
{
    return s->afterwards ? "verify does not judge this; see run.json"
                         : "nothing was observed while it ran";
}

const char *commits_unjudged(const struct events_seen *s)
{
    if (!s->group[0])
        return "source offsets are opaque";
    if (!s->observed)
        return unobserved(s);
    return s->clock_set ? "the wall clock was set while the run went on" : NULL;
}

const char *late_unjudged(const struct events_seen *s)
{
    if (!s->observed || !s->sampled)
        return unobserved(s);
    return s->late->judged ? NULL
                           : "other tasks delivered while one that said FAILED "
                             "may have stood still";
}

/* A stall is silent where all tasks say RUNNING: the statuses give no sign of
 * work that waits while nothing moves. */
static bool is_silent(const struct events_seen *s)
{
    return s->stood_still && s->observed && s->tasks > 0 &&
           s->tasks_running == s->tasks;
}

static void set(struct event_status *e, enum event_finding_kind kind,
                uint64_t count, const char *why_not)
{
    *e = (struct event_status){kind, count, !why_not, ""};
    (void)snprintf(e->why_not, sizeof(e->why_not), "%s",
                   why_not ? why_not : "");
}

static void set_commits(const struct events_seen *s, struct event_status *ret)
{
    const struct commit_result *c = s->commits;
    const char *why = commits_unjudged(s);
    char none[128];

    if (!why && s->commits_len == 0) {
        (void)snprintf(none, sizeof(none), "no commit of group %.80s was seen",
                       s->group);
        why = none;
    }
    set(&ret[0], EVENT_OFFSET_REGRESSION, why ? 0 : c->regressions, why);
    set(&ret[1], EVENT_COMMITTED_AHEAD, why ? 0 : c->ahead,
        why               ? why
        : c->ahead_judged ? NULL
                          : "the sink has no arrival times by upstream offset");
    set(&ret[2], EVENT_TWO_OWNERS, why ? 0 : c->two_owners,
        why                ? why
        : c->owners_judged ? NULL
                           : "who delivered, or who owned, was not seen");
}

/* A late failure found is certain, even where others may hide. */
static void set_late(const struct events_seen *s, struct event_status *ret)
{
    const char *why = late_unjudged(s);
    uint64_t count = s->observed && s->sampled ? s->late->len : 0;

    set(ret, EVENT_LATE_FAILED, count, count > 0 ? NULL : why);
}

void hop_events(const struct events_seen *s,
                struct event_status ret[HOP_EVENTS])
{
    static const enum event_finding_kind by_judging[] = {
        EVENT_OFFSET_REGRESSION, EVENT_COMMITTED_AHEAD, EVENT_TWO_OWNERS};
    const char *cut =
        s->afterwards ? unobserved(s) : "the run did not get so far";
    bool silent = is_silent(s);

    if (s->judged) {
        set_commits(s, ret);
        set_late(s, &ret[5]);
    } else {
        for (size_t i = 0; i < ARRAY_LEN(by_judging); i++)
            set(&ret[i], by_judging[i], 0, cut);
        set(&ret[5], EVENT_LATE_FAILED, 0, cut);
    }
    set(&ret[3], EVENT_SILENT_STALL, silent && !s->all_arrived,
        s->observed ? NULL : unobserved(s));
    set(&ret[4], EVENT_COMMITS_STOOD_STILL, silent && s->all_arrived,
        s->observed ? NULL : unobserved(s));
}
