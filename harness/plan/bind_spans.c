/* bind_spans.c - from when to when loads run and steps strike, as far as the
 * file can tell: a fault that must strike when no load runs proves nothing, and
 * a step that cannot come within timeouts.run never strikes. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "base/units.h"
#include "plan/bind_own.h"

/* Three windows of a second each: no baseline is found earlier. */
enum { STEADY_LEAST_US = 3 * US_PER_S };

int64_t bind_load_ends_us(const struct load_item *l)
{
    return l->records > 0 ? l->from_us + l->records * US_PER_S / l->rate
                          : INT64_MAX;
}

static int64_t first_load_us(const struct plan *p)
{
    int64_t first = INT64_MAX;

    for (size_t i = 0; i < p->loads_len; i++)
        if (p->loads[i].from_us < first)
            first = p->loads[i].from_us;
    return p->loads_len > 0 ? first : 0;
}

/* The step called as the label at the beginning of `after`; NULL: the number of
 * "10000 delivered". */
static const struct step *step_labelled(const struct scenario *s,
                                        const char *after)
{
    size_t len = strcspn(after, " ");

    for (size_t i = 0; i < s->steps_len; i++)
        if (s->steps[i].label && strlen(s->steps[i].label) == len &&
            memcmp(s->steps[i].label, after, len) == 0)
            return &s->steps[i];
    return NULL;
}

/* The earliest time, since the timeline began, at which a step can strike.
 * Waits are for earlier steps only, so the walk ends. */
static int64_t earliest_us(const struct scenario *s, const struct step *step)
{
    const struct step *first;
    int64_t at_us = 0;

    if (step->at_us >= 0)
        return step->at_us;
    first = step->after ? step_labelled(s, step->after) : NULL;
    if (!first)
        return 0;
    at_us = earliest_us(s, first);
    if (strstr(step->after, " mended") || strstr(step->after, " recovered"))
        at_us += first->for_us;
    return at_us;
}

static size_t last_load(const struct plan *p)
{
    size_t last = 0;

    for (size_t i = 1; i < p->loads_len; i++)
        if (bind_load_ends_us(&p->loads[i]) >
            bind_load_ends_us(&p->loads[last]))
            last = i;
    return last;
}

/* ---- the last fault, and the loads ---- */

static void check_load_runs(struct plan *p)
{
    const struct scenario *s = &p->scenario;
    const struct step *last = NULL;
    char ends[UNITS_TEXT_MAX], strikes[UNITS_TEXT_MAX];
    int64_t at_us = -1, ends_us;

    for (size_t i = 0; i < s->steps_len; i++)
        if (earliest_us(s, &s->steps[i]) > at_us) {
            at_us = earliest_us(s, &s->steps[i]);
            last = &s->steps[i];
        }
    if (!last || p->loads_len == 0)
        return;
    at_us += first_load_us(p) + s->warm_up_us + STEADY_LEAST_US;
    ends_us = bind_load_ends_us(&p->loads[last_load(p)]);
    if (ends_us >= at_us)
        return;
    duration_write(ends_us, ends);
    duration_write(at_us, strikes);
    bind_complain_load(p, last_load(p), "records",
                       "%" PRId64 " records at %" PRId64
                       "/s are written after %s, and %s strikes after %s at "
                       "the earliest: no load would run then",
                       p->loads[last_load(p)].records,
                       p->loads[last_load(p)].rate, ends, last->path, strikes);
}

/* ---- "5000 delivered" ---- */

/* Records that all loads write (`streams` NULL), or the loads whose first
 * stream is marked in `streams`; -1: no end, since a load without `records`
 * goes on. */
static int64_t records_of_loads(const struct plan *p, const bool *streams,
                                size_t streams_len)
{
    int64_t sum = 0;

    for (size_t i = 0; i < p->loads_len; i++) {
        const struct load_item *l = &p->loads[i];

        if (streams &&
            !(l->first_stream < streams_len && streams[l->first_stream]))
            continue;
        if (l->records == 0)
            return -1;
        sum += l->records;
    }
    return sum;
}

static bool is_upstream(const struct plan *p, size_t station)
{
    for (size_t i = 0; i < p->hops_len; i++)
        if (p->hops[i].connector && p->hops[i].up == station)
            return true;
    return false;
}

/* Records that can arrive at the ends of all flows; -1: no end. */
static int64_t records_at_ends(const struct plan *p)
{
    size_t n = 1;
    AUTO_FREE bool *streams = NULL;
    int64_t sum = 0;

    for (size_t i = 0; i < p->loads_len; i++)
        n += (size_t)p->loads[i].streams;
    streams = must_calloc(n, sizeof(*streams));
    for (size_t i = 0; i < p->hops_len; i++) {
        const struct plan_hop *h = &p->hops[i];
        int64_t records;

        if (is_upstream(p, h->down))
            continue;
        memset(streams, 0, n * sizeof(*streams));
        for (size_t k = 0; k < h->streams_len; k++)
            streams[h->streams[k]] = true;
        records = records_of_loads(p, streams, n);
        if (records < 0)
            return -1;
        sum += records;
    }
    return sum;
}

/* A number beyond the records of all loads never comes. Copies count as well,
 * but no scenario can rely on copies. */
static void check_amount(struct plan *p, const struct step *s)
{
    char *words;
    int64_t wanted = s->after ? strtoll(s->after, &words, 10) : 0;
    bool ends = s->after && strstr(s->after, " delivered");
    AUTO_FREE char *path = path_of("%s.after", s->path);
    int64_t most;

    if (!s->after || words == s->after || *words != ' ')
        return;
    most = ends ? records_at_ends(p) : records_of_loads(p, NULL, 0);
    if (most >= 0 && wanted > most)
        doc_complain(
            p->doc, path,
            "\"%s\" never comes: the loads write %" PRId64 " records in all%s",
            s->after, most, ends ? ", counted at the ends of the flows" : "");
}

/* ---- timeouts.run ---- */

/* What keeps a run going for so long at least, and the key that says so. */
struct least {
    int64_t us;
    char path[64];
};

static void keep_longer(struct least *l, int64_t us, const char *path,
                        const char *key)
{
    if (us <= l->us)
        return;
    l->us = us;
    (void)snprintf(l->path, sizeof(l->path), "%s%s", path, key);
}

static struct least longest(const struct plan *p)
{
    const struct scenario *s = &p->scenario;
    struct least l = {.us = -1};

    keep_longer(&l, s->duration_us, "duration", "");
    for (size_t i = 0; i < s->steps_len; i++) {
        const struct step *step = &s->steps[i];

        keep_longer(&l, earliest_us(s, step) + step->for_us, step->path,
                    step->for_us > earliest_us(s, step) ? ".for"
                    : step->at_us >= 0                  ? ".at"
                                                        : ".after");
    }
    return l;
}

/* A run without a baseline goes on after timeouts.steady. */
static int64_t baseline_us(const struct scenario *s)
{
    return s->timeouts.steady_us < STEADY_LEAST_US ? s->timeouts.steady_us
                                                   : STEADY_LEAST_US;
}

/* Times before the timeline, and the times after, are needed as well. */
static void check_run_time(struct plan *p)
{
    const struct scenario *s = &p->scenario;
    struct least l = longest(p);
    int64_t run_us = s->timeouts.run_us;
    int64_t before_us = first_load_us(p) + s->warm_up_us + baseline_us(s);
    char lasts[UNITS_TEXT_MAX], run[UNITS_TEXT_MAX];

    if (before_us + l.us + s->quiet_us < run_us)
        return;
    if (s->warm_up_us > l.us)
        (void)snprintf(l.path, sizeof(l.path), "warm-up");
    duration_write(before_us + l.us + s->quiet_us, lasts);
    duration_write(run_us, run);
    doc_complain(p->doc, l.path,
                 "the run would last %s at least, from the warm-up to the "
                 "quiet phase, and timeouts.run is %s",
                 lasts, run);
}

/* The quiet phase lasts until a fixed number of records is written. */
static void check_load_time(struct plan *p, size_t load)
{
    const struct load_item *l = &p->loads[load];
    char ends[UNITS_TEXT_MAX], run[UNITS_TEXT_MAX];

    if (l->records == 0 || bind_load_ends_us(l) < p->scenario.timeouts.run_us)
        return;
    duration_write(bind_load_ends_us(l), ends);
    duration_write(p->scenario.timeouts.run_us, run);
    bind_complain_load(p, load, "records",
                       "%" PRId64 " records at %" PRId64
                       "/s are written after %s, and timeouts.run is %s",
                       l->records, l->rate, ends, run);
}

void bind_spans(struct plan *p)
{
    check_load_runs(p);
    for (size_t i = 0; i < p->scenario.steps_len; i++)
        check_amount(p, &p->scenario.steps[i]);
    check_run_time(p);
    for (size_t i = 0; i < p->loads_len; i++)
        check_load_time(p, i);
}
