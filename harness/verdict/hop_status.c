/* hop_status.c - a hop, from plain facts to held, broken or not judged. */
#include "verdict/hop_status.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "verdict/hop_sentences_own.h"
#include "verdict/sentence_own.h"

const char *hop_standing_name(enum hop_standing s)
{
    switch (s) {
    case HOP_HELD:
        return "held";
    case HOP_BROKEN:
        return "broken";
    case HOP_NOT_JUDGED:
        return "not judged";
    }
    abort(); /* no default: -Wswitch names the kind you forgot */
}

void hop_status_relax(const struct check_ops *ops, bool relaxed[FINDING_KINDS])
{
    for (size_t i = 0; ops->relaxes && ops->relaxes[i]; i++) {
        enum finding_kind kind;

        if (finding_kind_read(ops->relaxes[i], &kind) == 0)
            relaxed[kind] = true;
    }
}

/* Nobody knows how often a run was disturbed after a break-off, or after
 * processes ended without a fault. */
static struct duplicates_seen duplicates_of(const struct hop_status_spec *s)
{
    return (struct duplicates_seen){.unknown = s->afterwards || s->struck,
                                    .disturbances = s->disturbances,
                                    .outside = s->outside,
                                    .outside_judged = s->outside_judged};
}

static uint64_t unjudged_of(const struct hop_result *res,
                            enum finding_kind kind)
{
    uint64_t n = res->gone[kind];

    if (kind == FINDING_LOST)
        n += res->balance.unjudged;
    if (kind == FINDING_REORDERED)
        n += res->unordered;
    if (kind == FINDING_STALE)
        n += res->unordered_rows;
    return n;
}

static void add(json_t *to, json_t *said)
{
    if (said)
        json_array_append_new(to, said);
}

/* A doubt is a reason against a pass where the guarantee rests on the doubt. */
static void say_unjudged(const struct hop_status_spec *s,
                         enum finding_kind kind, struct hop_status *ret)
{
    const struct finding_status *f = &ret->findings[kind];
    json_t *said = unjudged_sentence(s, kind, f);

    if (!said)
        return;
    json_array_append(f->in_doubt ? ret->reasons : ret->not_judged, said);
    json_array_append_new(ret->sentences, said);
}

/* Unjudged records are in doubt if the guarantee were broken, were the unjudged
 * counted among the findings: then nobody can say whether the guarantee held.
 */
static void judge_finding(const struct hop_status_spec *s,
                          enum finding_kind kind, struct hop_status *ret)
{
    struct duplicates_seen d = duplicates_of(s);
    uint64_t records = s->result->findings.records[kind];
    struct finding_status *f = &ret->findings[kind];
    char why[160], ignored[160];
    bool breaks =
        guarantee_breaks(&s->guarantee, kind, records, &d, why, sizeof(why));

    f->unjudged = unjudged_of(s->result, kind);
    f->relaxed = breaks && s->relaxed[kind];
    f->fails = breaks && !s->relaxed[kind];
    f->in_doubt = f->unjudged > 0 && !s->relaxed[kind] &&
                  guarantee_breaks(&s->guarantee, kind, f->unjudged + records,
                                   &d, ignored, sizeof(ignored));
    f->allowed = guarantee_allows(&s->guarantee, kind, &d);
    if (records > 0)
        add(ret->sentences, finding_sentence(s, kind, why));
    say_unjudged(s, kind, ret);
}

/* A source without unseen records has worked to the end and waits for nothing,
 * whatever was lost before: later records of each stream have arrived. */
static bool stood_still(const struct hop_status_spec *s)
{
    bool at_its_end = s->by_identities && s->judged &&
                      s->result->findings.records[FINDING_UNSEEN] == 0 &&
                      s->result->pending == 0;

    return s->drain.stalled && !at_its_end;
}

/* Only commits can still be waited for. */
static bool all_arrived(const struct hop_status_spec *s)
{
    const uint64_t *n = s->result->findings.records;

    return s->judged && n[FINDING_LOST] == 0 && n[FINDING_UNSEEN] == 0 &&
           s->result->pending == 0;
}

static void judge_events(const struct hop_status_spec *s,
                         struct hop_status *ret)
{
    struct events_seen seen = s->events;

    if (!s->has_connector)
        return;
    seen.judged = s->judged;
    seen.stood_still = ret->stalled;
    seen.all_arrived = all_arrived(s);
    hop_events(&seen, ret->events);
    ret->events_len = HOP_EVENTS;
}

/* Before the findings: without a closing balance all findings are doubtful. */
static void say_first(const struct hop_status_spec *s, struct hop_status *ret)
{
    const struct hop_result *res = s->result;

    if (!s->judged)
        return;
    if (s->dead_why[0])
        add(ret->reasons,
            sentence("%s: the dead-letter topic could not be read: %s", s->name,
                     s->dead_why));
    if (!ret->closes)
        add(ret->reasons, sentence("%s: the balance does not close: a "
                                   "defect of the harness, please report "
                                   "it with the run folder",
                                   s->name));
    if (res->unjudged > 0)
        add(ret->not_judged,
            sentence("%s: %" PRIu64 " copies or late arrivals of records "
                     "that the upstream no longer holds: whose doing they "
                     "are cannot be told",
                     s->name, res->unjudged));
    if (res->findings.records[FINDING_DUPLICATE] > 0 && !s->outside_judged)
        add(ret->not_judged,
            sentence("%s: whether its duplicates fell into a disturbance: "
                     "when each of them came is not known",
                     s->name));
}

static void say_last(const struct hop_status_spec *s, struct hop_status *ret)
{
    if (s->judged) {
        add(ret->reasons, undrained_sentence(s));
        return;
    }
    add(ret->sentences,
        sentence("%s: not judged: %s", s->name,
                 s->why_not[0]   ? s->why_not
                 : s->afterwards ? "verify did not read what it needs"
                                 : "the run did not get so far"));
    add(ret->reasons,
        json_incref(json_array_get(ret->sentences,
                                   json_array_size(ret->sentences) - 1)));
}

void hop_status_judge(const struct hop_status_spec *spec,
                      struct hop_status *ret)
{
    bool broken = false, in_doubt = false;

    *ret = (struct hop_status){
        .stalled = stood_still(spec),
        .closes = spec->judged && hop_balance_closes(spec->result),
        .sentences = json_array(),
        .reasons = json_array(),
        .not_judged = json_array(),
    };
    say_first(spec, ret);
    for (int k = 0; k < FINDING_KINDS; k++) {
        judge_finding(spec, (enum finding_kind)k, ret);
        broken |= ret->findings[k].fails;
        in_doubt |= ret->findings[k].in_doubt;
    }
    say_last(spec, ret);
    judge_events(spec, ret);
    ret->is = broken ? HOP_BROKEN
              : spec->judged && spec->result->pending == 0 && !in_doubt
                  ? HOP_HELD
                  : HOP_NOT_JUDGED;
}

void hop_status_done(struct hop_status *s)
{
    json_decref(s->sentences);
    json_decref(s->reasons);
    json_decref(s->not_judged);
    *s = (struct hop_status){0};
}
