/* place_findings.c - fills in where the listed findings are, on both sides.
 *
 * Only listed findings get places (at most some twenty of each kind), after
 * all counting: looking up places for every record would cost more than the
 * counting itself.
 */
#include <stdlib.h>

#include "oracle/record_rules_own.h"

/* All runs of places of the stations of a hop. */
struct atlas {
    struct run *at[4]; /* by ATLAS_...; UP_LIVE: records seen in upstream as
                          they came, before retention could take them */
    size_t len[4];
};
enum { ATLAS_UP, ATLAS_UP_LIVE, ATLAS_DOWN, ATLAS_DEAD };

static void atlas_open(struct atlas *a, const struct hop_spec *spec)
{
    const struct tally *const tallies[] = {spec->up, spec->up_live, spec->down,
                                           spec->dead};

    *a = (struct atlas){0};
    for (size_t i = 0; i < 4; i++)
        if (tallies[i])
            a->at[i] = tally_runs(tallies[i], RUNS_PLACES, &a->len[i]);
}

static void atlas_close(struct atlas *a)
{
    for (size_t i = 0; i < 4; i++)
        free(a->at[i]);
}

static struct place atlas_find(const struct atlas *a, const int order[2],
                               uint32_t stream, uint64_t seq)
{
    for (int i = 0; i < 2; i++) {
        const struct run *r =
            runs_find(a->at[order[i]], a->len[order[i]], stream, seq);

        if (r)
            return run_place(r, seq);
    }
    return (struct place){-1, -1, -1, -1};
}

/* The place that the ledger noted. Without a time: the ledger's clock is the
 * run's, while places have the wall clock of stations. */
static struct place ledger_place(const struct ledger_view *v, uint32_t stream,
                                 uint64_t seq)
{
    const struct ledger_view_stream *s = ledger_stream(v, stream);
    const struct ledger_run *r = s ? ledger_find(s, seq) : NULL;
    struct place p = {-1, -1, -1, -1};

    if (!r)
        return p;
    p.partition = r->partition;
    if (r->offset >= 0)
        p.offset = r->offset + (int64_t)(seq - r->first);
    return p;
}

/* Where the record came in that the row of its key holds now. */
static struct place row_place(const struct hop_spec *spec, uint32_t stream,
                              uint64_t seq)
{
    const struct tally_stream *s = tally_stream(spec->down, stream);

    return s->rows[stamp_key_number(stream, seq, s->keys)].at;
}

static bool committed_passed(const struct hop_spec *spec,
                             const struct place *at)
{
    for (size_t i = 0; i < spec->committed_len; i++)
        if (spec->committed[i].partition == at->partition)
            return at->offset >= 0 && spec->committed[i].offset > at->offset;
    return false;
}

static void place_upstream(const struct hop_spec *spec, const struct atlas *a,
                           struct finding *f)
{
    static const int order[] = {ATLAS_UP, ATLAS_UP_LIVE};
    uint64_t last = f->first + f->count - 1;

    if (spec->up || spec->up_live) {
        f->up_first = atlas_find(a, order, f->stream, f->first);
        f->up_last = atlas_find(a, order, f->stream, last);
    } else {
        f->up_first = ledger_place(spec->ledger, f->stream, f->first);
        f->up_last = ledger_place(spec->ledger, f->stream, last);
    }
}

static void place_finding(const struct hop_spec *spec, const struct atlas *a,
                          struct finding *f)
{
    static const int order[] = {ATLAS_DOWN, ATLAS_DEAD};
    uint64_t last = f->first + f->count - 1;

    if (f->stream != 0) /* 0: no identity, so nothing to look up upstream */
        place_upstream(spec, a, f);
    switch (f->kind) {
    case FINDING_LOST:
        f->overtaken_by_commit = committed_passed(spec, &f->up_first);
        break;
    case FINDING_DOUBLY_ACCOUNTED:
    case FINDING_PHANTOM:
    case FINDING_MISROUTED:
        if (f->down_first.offset >= 0 || f->down_first.time_us >= 0)
            break; /* a sequence far beyond all others: judge_wild() of hop.c
                      has set the places */
        f->down_first = atlas_find(a, order, f->stream, f->first);
        f->down_last = atlas_find(a, order, f->stream, last);
        break;
    case FINDING_DIVERGED: /* the acknowledged offset holds another record */
        f->down_first = f->up_first;
        f->down_last = f->up_last;
        break;
    case FINDING_STALE:
        f->down_first = row_place(spec, f->stream, f->first);
        f->down_last = row_place(spec, f->stream, last);
        break;
    case FINDING_UNSEEN:
    case FINDING_DUPLICATE:
    case FINDING_REORDERED:
    case FINDING_CORRUPT:
    case FINDING_ALTERED:
    case FINDING_FOREIGN:
        break;
    }
}

void place_findings(const struct hop_spec *spec, struct findings *f)
{
    struct atlas atlas;

    if (f->worst_len == 0)
        return;
    atlas_open(&atlas, spec);
    for (size_t i = 0; i < f->worst_len; i++)
        place_finding(spec, &atlas, &f->worst[i]);
    atlas_close(&atlas);
}
