/* no_stall.c - the check for no connector standing still while work waits.
 *
 * Judged by the samples of the series. Work waits while the lag is above 0. Lag
 * alone is no proof: a sink may have delivered the records and not committed
 * the offsets yet. Waiting is sure only while more records are missing
 * downstream than will never arrive (lost, dead-lettered, filtered, copies). A
 * standstill without such proof is neither failed nor held. Progress is a
 * delivery, or a falling lag. Where another connector or a load writes into the
 * same station, deliveries cannot be attributed, so only a falling lag is
 * progress and waiting is never sure.
 */
#include <stdio.h>
#include <string.h>

#include "check/evidence_look_own.h"
#include "check/hops_own.h"

struct no_stall {
    int64_t longer_than_us;
    const char *connector;
};

static const struct arg args_of[] = {
    {.name = "longer-than",
     .type = ARG_DURATION,
     .at = offsetof(struct no_stall, longer_than_us),
     .dflt = "30s",
     .help = "allowed time without a delivery while work waits"},
    {.name = "connector",
     .type = ARG_STRING,
     .at = offsetof(struct no_stall, connector),
     .dflt = "",
     .help = "the connector judged; default: every connector"},
};

enum waits { WAITS_UNKNOWN, WAITS_NOT, WAITS_MAYBE, WAITS_SURELY };

/* A hop in a sample: time, lag, records upstream and downstream. -1: the sample
 * does not have the number. */
struct glance {
    int64_t t_us, lag, up, down;
};

/* The longest time without progress while work waited. */
struct stand {
    int64_t since_us; /* start of the standstill under way; -1: none */
    int64_t from_us, us;
};

struct watch {
    const json_t *run, *hop;
    int64_t absent; /* records upstream and never to come downstream */
    int64_t copies; /* records downstream beyond those upstream */
    struct stand sure, maybe;
    size_t seen; /* samples telling whether work waits */
    bool shared; /* another connector writes into the same station */
};

static bool is_shared(const json_t *run, const json_t *hop)
{
    const json_t *hops = json_object_get(run, "hops");
    const char *down = look_text(hop, "downstream");

    for (size_t i = 0; down[0] && i < json_array_size(hops); i++) {
        const json_t *other = json_array_get(hops, i);

        if (strcmp(look_text(other, "downstream"), down) == 0 &&
            strcmp(look_text(other, "connector"),
                   look_text(hop, "connector")) != 0)
            return true;
    }
    return false;
}

/* Upstream of a hop fed from the ledger is the number of records acknowledged
 * to the load. Samples have only the sum over all loads, so with several loads
 * the number upstream is unknown. */
static struct glance glance_of(const struct watch *w, const json_t *sample)
{
    const json_t *delivered = json_object_get(sample, "delivered");
    struct glance g = {
        .t_us = look_number(sample, "t_us", -1),
        .lag = look_number(json_object_get(sample, "lag"),
                           look_text(w->hop, "connector"), -1),
        .up = look_number(delivered, look_text(w->hop, "upstream"), -1),
        .down = look_number(delivered, look_text(w->hop, "downstream"), -1),
    };

    if (strcmp(look_text(w->hop, "upstream_is"), "ledger") == 0)
        g.up = look_number(w->run, "load_size", 1) == 1
                   ? look_number(sample, "acknowledged", -1)
                   : -1;
    return g;
}

/* Whether work waits in a sample. WAITS_MAYBE: lag is above 0, but all records
 * still to arrive may have arrived already. */
static enum waits waits_of(const struct watch *w, const struct glance *g)
{
    bool counted = g->up >= 0 && g->down >= 0 && !w->shared;

    if (g->down < 0 || (g->lag < 0 && !counted))
        return WAITS_UNKNOWN;
    if (g->lag == 0 || (counted && g->up <= g->down - w->copies))
        return WAITS_NOT;
    if (counted && g->up - g->down > w->absent)
        return WAITS_SURELY;
    return WAITS_MAYBE;
}

/* Extends or ends the standstill under way, and keeps the longest. */
static void stand_note(struct stand *s, bool waits, bool moved, int64_t t_us)
{
    if (!waits || moved)
        s->since_us = -1;
    if (!waits)
        return;
    if (s->since_us < 0)
        s->since_us = t_us;
    if (t_us - s->since_us > s->us) {
        s->us = t_us - s->since_us;
        s->from_us = s->since_us;
    }
}

static void look_through(struct watch *w, int64_t from_us, int64_t to_us)
{
    const json_t *series = json_object_get(w->run, "series");
    struct glance before = {.down = -1, .lag = -1};

    for (size_t i = 0; i < json_array_size(series); i++) {
        struct glance g = glance_of(w, json_array_get(series, i));
        enum waits waits = waits_of(w, &g);
        bool moved =
            (g.down != before.down && !w->shared) || g.lag < before.lag;

        if (g.t_us < from_us || g.t_us > to_us)
            continue;
        w->seen += waits != WAITS_UNKNOWN;
        stand_note(&w->sure, waits == WAITS_SURELY, moved, g.t_us);
        stand_note(&w->maybe, waits == WAITS_SURELY || waits == WAITS_MAYBE,
                   moved, g.t_us);
        before = g;
    }
}

/* From the start of the load to the end of the drain. */
static void window_of(const json_t *run, int64_t *ret_from, int64_t *ret_to)
{
    const json_t *drain =
        look_named(json_object_get(run, "phases"), "name", "drain");

    *ret_from = look_number(json_object_get(run, "load"), "began_us", 0);
    *ret_to = look_number(drain, "to_us", INT64_MAX);
}

static struct watch watch_hop(const json_t *run, const json_t *hop)
{
    const json_t *b = json_object_get(hop, "balance");
    struct watch w = {
        .run = run,
        .hop = hop,
        .absent =
            look_number(b, "lost", 0) + look_number(b, "unseen", 0) +
            look_number(b, "dead_lettered", 0) + look_number(b, "filtered", 0) +
            look_number(b, "unjudged", 0) +
            look_number(b, "upstream_copies", 0), /* a sink may merge copies */
        .copies = look_number(b, "downstream_copies", 0) +
                  hop_finding(hop, "phantom") + hop_finding(hop, "foreign"),
        .sure = {.since_us = -1},
        .maybe = {.since_us = -1},
        .shared = is_shared(run, hop),
    };
    int64_t from, to;

    window_of(run, &from, &to);
    look_through(&w, from, to);
    return w;
}

/* Whether the drain gave up on the hop: nothing moved for timeouts.stall. */
static bool stood_at_end(const json_t *hop)
{
    const json_t *e =
        json_object_get(json_object_get(hop, "events"), "silent stall");

    return json_is_true(json_object_get(hop, "stalled")) ||
           (json_is_true(json_object_get(e, "judged")) &&
            look_number(e, "count", 0) > 0);
}

/* From the surest evidence to the weakest: sure waiting fails; a drain given up
 * fails if the drain waited as long as the limit; doubtful waiting and a series
 * too short are not judged. */
static void judge_hop(const struct watch *w, int64_t limit_us,
                      struct check_result *ret)
{
    const char *name = look_text(w->hop, "name");
    int64_t stall_us =
        look_number(json_object_get(w->run, "timeouts"), "stall_us", 0);
    struct words limit = time_of(limit_us);

    if (w->sure.us > limit_us)
        check_say(ret, CHECK_FAILED,
                  "%s: expected a delivery at least every %s while work "
                  "waited, got none for %s from %s on",
                  name, limit.text, time_of(w->sure.us).text,
                  time_of(w->sure.from_us).text);
    else if (stood_at_end(w->hop))
        check_say(ret, stall_us >= limit_us ? CHECK_FAILED : CHECK_NOT_JUDGED,
                  "%s: expected a delivery at least every %s while work "
                  "waited, got none in the last %s of the drain",
                  name, limit.text, time_of(stall_us).text);
    else if (w->maybe.us > limit_us)
        check_say(ret, CHECK_NOT_JUDGED,
                  "%s: nothing was delivered for %s from %s on (%s allowed), "
                  "but the lag may have been offsets not yet committed",
                  name, time_of(w->maybe.us).text,
                  time_of(w->maybe.from_us).text, limit.text);
    else if (w->seen < 2)
        check_say(ret, CHECK_NOT_JUDGED,
                  "%s: whether work waited was not seen while load ran", name);
    else
        check_say(ret, CHECK_HELD,
                  "%s: the longest without a delivery while work waited was "
                  "%s, %s allowed",
                  name, time_of(w->maybe.us).text, limit.text);
}

/* The worst hop speaks: the first failure, else the first hop not judged, else
 * the hop with the longest standstill. */
static void judge(const json_t *run, const char *logs_dir, const void *args,
                  struct check_result *ret)
{
    const struct no_stall *n = args;
    const struct hop_choice c = {.connector = n->connector};
    const json_t *hops = json_object_get(run, "hops");
    int64_t longest = -1;

    (void)logs_dir;
    check_say(ret, CHECK_NOT_JUDGED, "there is no hop of a connector");
    for (size_t i = 0; i < json_array_size(hops); i++) {
        const json_t *hop = json_array_get(hops, i);
        struct check_result one = {0};
        struct watch w;

        if (!hop_chosen(hop, &c))
            continue;
        w = watch_hop(run, hop);
        judge_hop(&w, n->longer_than_us, &one);
        if (longest < 0 || one.status == CHECK_FAILED ||
            (ret->status == CHECK_HELD &&
             (one.status == CHECK_NOT_JUDGED || w.maybe.us > longest)))
            *ret = one;
        if (ret->status == CHECK_FAILED)
            return;
        longest = w.maybe.us > longest ? w.maybe.us : longest;
    }
}

static int refuse(const void *args, const struct scenario *s, struct err *err)
{
    return refuse_connector(((const struct no_stall *)args)->connector, s, err);
}

static const char *const kinds[] = {"silent stall", NULL};

const struct check_ops check_no_stall = {
    .name = "no_stall",
    .help = "no connector stands still while records wait upstream",
    .args = args_of,
    .args_len = ARRAY_LEN(args_of),
    .args_size = sizeof(struct no_stall),
    .about = kinds,
    .refuse = refuse,
    .judge = judge,
};
