/* hop.c - judges a hop: streams, strangers, nameless records, then places.
 *
 * Counts come from bitmaps (record_rules.c) and are whole; the lists of runs
 * are capped and only name places. So counting comes first, and a run is listed
 * only as far as the bitmaps give its sequences the finding.
 */
#include "oracle/hop.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#include "oracle/record_rules_own.h"

enum { WORST_PER_KIND = 20 };

struct judging {
    const struct hop_spec *spec;
    struct gather gather;
    struct stream_case *cases; /* as spec->streams */
    struct hop_result *ret;
};

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static const struct tally_stream *stream_of(const struct tally *t,
                                            uint32_t number)
{
    return t ? tally_stream(t, number) : NULL;
}

static void open_cases(struct judging *j)
{
    const struct hop_spec *spec = j->spec;

    for (size_t i = 0; i < spec->streams_len; i++) {
        uint32_t number = spec->streams[i];

        j->cases[i] = (struct stream_case){
            .spec = spec,
            .number = number,
            .ledger = ledger_stream(spec->ledger, number),
            .up = stream_of(spec->up, number),
            .up_live = stream_of(spec->up_live, number),
            .down = stream_of(spec->down, number),
            .down_live = stream_of(spec->down_live, number),
            .dead = stream_of(spec->dead, number),
        };
    }
}

static struct stream_case *case_of(const struct judging *j, uint32_t number)
{
    for (size_t i = 0; i < j->spec->streams_len; i++)
        if (j->cases[i].number == number)
            return &j->cases[i];
    return NULL;
}

static void add_balance(struct balance *a, const struct balance *b)
{
    a->attempted += b->attempted;
    a->acknowledged += b->acknowledged;
    a->refused += b->refused;
    a->aborted += b->aborted;
    a->indeterminate_appeared += b->indeterminate_appeared;
    a->indeterminate_absent += b->indeterminate_absent;
    a->delivered += b->delivered;
    a->dead_lettered += b->dead_lettered;
    a->filtered += b->filtered;
    a->lost += b->lost;
    a->unseen += b->unseen;
    a->diverged += b->diverged;
    a->pending += b->pending;
    a->unjudged += b->unjudged;
    a->upstream += b->upstream;
    a->upstream_copies += b->upstream_copies;
    a->downstream_copies += b->downstream_copies;
}

/* Judges records so far ahead of all others that no bitmap page was made: no
 * ledger reserves such a leap, so they are phantoms, beyond as many as upstream
 * has of its own. */
static void judge_wild(struct judging *j, const struct stream_case *c)
{
    uint64_t up =
        larger(c->up ? c->up->wild : 0, c->up_live ? c->up_live->wild : 0);
    uint64_t here =
        (c->down ? c->down->wild : 0) + (c->dead ? c->dead->wild : 0);
    struct run *at;
    const struct run *r;
    size_t len, n;

    if (here <= up)
        return;
    j->gather.records[FINDING_PHANTOM] += here - up;
    at = tally_runs(j->spec->down, RUNS_WILD, &len);
    r = runs_of(at, len, c->number, &n);
    for (size_t i = 0; i < n; i++) {
        struct finding f = finding_of(FINDING_PHANTOM, c->number, r[i].first,
                                      r[i].count, "beyond what was reserved");

        f.down_first = run_place(&r[i], r[i].first);
        f.down_last = run_place(&r[i], r[i].first + r[i].count - 1u);
        gather_run(&j->gather, &f);
    }
    free(at);
}

static void judge_streams(struct judging *j)
{
    struct hop_result *ret = j->ret;

    for (size_t i = 0; i < j->spec->streams_len; i++) {
        struct stream_balance *b = &ret->streams[i];

        b->stream = j->cases[i].number;
        judge_stream(&j->cases[i], &j->gather, ret, &b->sum);
        judge_wild(j, &j->cases[i]);
        add_balance(&ret->balance, &b->sum);
    }
    ret->pending = ret->balance.pending;
}

/* Judges a stream that the tally was not told of. A stream of the ledger is
 * misrouted, any other a phantom; records that upstream holds as well are
 * upstream's doing and no finding of the hop. */
static void judge_stranger(struct judging *j, const struct tally_stream *s,
                           const struct tally_stream *also)
{
    const struct tally_stream *up = stream_of(j->spec->up, s->number);
    const struct tally_stream *live = stream_of(j->spec->up_live, s->number);
    bool declared = ledger_stream(j->spec->ledger, s->number) != NULL;
    struct joiner joiner = {
        .gather = &j->gather,
        .kind = declared ? FINDING_MISROUTED : FINDING_PHANTOM,
        .stream = s->number,
        .note = declared ? "of a stream that does not lead here"
                         : "of a stream that was never declared",
    };

    for (uint64_t n = 0; n << PAGE_SHIFT < s->next; n++) {
        const uint64_t *here = bits_words(&s->seen, n);
        const uint64_t *there = bits_words(also ? &also->seen : NULL, n);
        const uint64_t *a = bits_words(up ? &up->seen : NULL, n);
        const uint64_t *b = bits_words(live ? &live->seen : NULL, n);

        if (here == bits_words(NULL, 0))
            continue;
        for (size_t i = 0; i < PAGE_WORDS; i++)
            join_mask(&joiner, (n << PAGE_SHIFT) + i * 64,
                      here[i] & ~(there[i] | a[i] | b[i]));
    }
    join_end(&joiner);
    j->gather.records[joiner.kind] += up || live ? 0 : s->wild;
}

static void judge_strangers(struct judging *j, const struct tally *t,
                            const struct tally *also)
{
    for (size_t i = 0; t && i < t->streams_len; i++) {
        const struct tally_stream *s = t->streams[i];

        if (!s->declared && !case_of(j, s->number))
            judge_stranger(j, s, stream_of(also, s->number));
    }
    if (t && !j->spec->up && !j->spec->up_live)
        j->gather.records[FINDING_PHANTOM] += t->strangers;
}

static bool up_has_copies(const struct stream_case *c, uint64_t n)
{
    return (c->up && bits_has(&c->up->copies.level[0], n)) ||
           (c->up_live && bits_has(&c->up_live->copies.level[0], n));
}

/* Returns whether sequence n of a run is to be listed. Where upstream has
 * copies too, no sight downstream can be told to be the further one: the first
 * asked about is listed, and only the first. */
static bool wanted(struct stream_case *c, enum finding_kind kind,
                   const struct bits *of, uint64_t n)
{
    if (!bits_has(of, n))
        return false;
    if (kind != FINDING_DUPLICATE)
        return true;
    return !up_has_copies(c, n) || bits_add(&c->listed, &c->mem, n);
}

/* Lists the parts of a run with sequences in `of`: a run as read may hold
 * copies that upstream has too, and copies of upstream are no finding. */
static void list_run(struct judging *j, enum finding_kind kind,
                     struct stream_case *c, const struct run *r,
                     const struct bits *of)
{
    uint64_t end = r->first + r->count, first = r->first, ambiguous = 0;

    for (uint64_t n = r->first; n <= end; n++) {
        struct finding f;

        if (n < end && wanted(c, kind, of, n)) {
            ambiguous += kind == FINDING_DUPLICATE && up_has_copies(c, n);
            continue;
        }
        if (n > first) {
            f = finding_of(kind, r->stream, first, n - first, NULL);
            f.down_first = run_place(r, first);
            f.down_last = run_place(r, n - 1);
            f.rewind = kind == FINDING_DUPLICATE && r->back;
            f.ambiguous = ambiguous;
            if (f.rewind && f.count > j->ret->longest_rewind)
                j->ret->longest_rewind = f.count;
            gather_run(&j->gather, &f);
        }
        first = n + 1;
        ambiguous = 0;
    }
}

static const struct bits *set_of(const struct stream_case *c,
                                 enum run_kind kind)
{
    switch (kind) {
    case RUNS_COPIES:
        return &c->more_copies;
    case RUNS_LATE:
        return &c->late;
    case RUNS_CORRUPT:
        return &c->more_corrupt;
    case RUNS_PLACES:
    case RUNS_CUT:
    case RUNS_FOREIGN:
    case RUNS_WILD:
        break;
    }
    abort();
}

static void list_runs(struct judging *j, enum finding_kind kind,
                      const struct tally *t, enum run_kind runs)
{
    struct stream_case *c = NULL;
    struct run *at;
    size_t len;

    if (!t || j->gather.records[kind] == 0)
        return;
    at = tally_runs(t, runs, &len);
    for (size_t i = 0; i < len; i++) {
        if (!c || c->number != at[i].stream)
            c = case_of(j, at[i].stream);
        if (c)
            list_run(j, kind, c, &at[i], set_of(c, runs));
    }
    j->gather.runs[kind] += t->kept[runs].shed;
    free(at);
}

static void list_nameless(struct judging *j, enum finding_kind kind,
                          const struct tally *t, enum run_kind runs,
                          const char *note)
{
    struct run *at;
    size_t len;

    if (!t)
        return;
    at = tally_runs(t, runs, &len);
    for (size_t i = 0; i < len; i++) {
        struct finding f = finding_of(kind, 0, 0, at[i].count, note);

        f.down_first = run_place(&at[i], 0);
        f.down_last = run_place(&at[i], at[i].count - 1u);
        gather_run(&j->gather, &f);
    }
    j->gather.runs[kind] += t->kept[runs].shed;
    free(at);
}

/* Judges cut and foreign records. Without identities only numbers can be
 * compared with upstream's, so a surplus is the finding; list_nameless() shows
 * all of downstream's, as records of the surplus look like the others. */
static void judge_nameless(struct judging *j)
{
    const struct hop_spec *s = j->spec;
    uint64_t cut = s->down->cut + (s->dead ? s->dead->cut : 0);
    uint64_t cut_up =
        larger(s->up ? s->up->cut : 0, s->up_live ? s->up_live->cut : 0);
    uint64_t foreign = s->down->counts.foreign;
    uint64_t foreign_up = larger(s->up ? s->up->counts.foreign : 0,
                                 s->up_live ? s->up_live->counts.foreign : 0);

    if (cut > cut_up) {
        j->gather.records[FINDING_CORRUPT] += cut - cut_up;
        list_nameless(j, FINDING_CORRUPT, s->down, RUNS_CUT,
                      "a stamp cut short");
        list_nameless(j, FINDING_CORRUPT, s->dead, RUNS_CUT,
                      "a stamp cut short");
    }
    if (foreign > foreign_up) {
        j->gather.records[FINDING_FOREIGN] += foreign - foreign_up;
        if (s->down_private)
            list_nameless(j, FINDING_FOREIGN, s->down, RUNS_FOREIGN, NULL);
    }
}

static uint64_t more(uint64_t live, uint64_t now)
{
    return live > now ? live - now : 0;
}

/* Trimmed records may have been copies, late or corrupt. Counts how many more
 * of each the live tail saw than the log holds now. */
static void judge_gone(const struct hop_spec *spec, struct hop_result *ret)
{
    struct tally_counts live, now;

    if (!spec->down_live)
        return;
    live = tally_counts(spec->down_live);
    now = tally_counts(spec->down);
    ret->gone[FINDING_DUPLICATE] = more(live.copies, now.copies);
    ret->gone[FINDING_REORDERED] = more(live.reordered, now.reordered);
    ret->gone[FINDING_CORRUPT] = more(live.corrupt, now.corrupt);
}

/* The order matters, as findings are disjoint: diverged and trimmed records are
 * no loss, a stale row takes the copy that brought the row, and streams are
 * counted only when all three are known. Lists come last: a list holds the
 * longest runs of what was counted, and never decides a count. */
void hop_judge(const struct hop_spec *spec, struct hop_result *ret)
{
    struct judging j = {
        .spec = spec,
        .gather.max =
            spec->worst_per_kind ? spec->worst_per_kind : WORST_PER_KIND,
        .cases = must_calloc(spec->streams_len, sizeof(*j.cases)),
        .ret = ret,
    };

    assert(spec->ledger && spec->down);
    *ret = (struct hop_result){
        .streams = must_calloc(spec->streams_len, sizeof(*ret->streams)),
        .streams_len = spec->streams_len,
    };
    open_cases(&j);
    judge_diverged(spec, j.cases);
    judge_trimmed(spec, j.cases);
    judge_rows(spec, j.cases, ret);
    judge_gone(spec, ret);
    judge_streams(&j);
    judge_strangers(&j, spec->down, NULL);
    judge_strangers(&j, spec->dead, spec->down);
    judge_nameless(&j);
    list_runs(&j, FINDING_DUPLICATE, spec->down, RUNS_COPIES);
    list_runs(&j, FINDING_REORDERED, spec->down, RUNS_LATE);
    list_runs(&j, FINDING_CORRUPT, spec->down, RUNS_CORRUPT);
    list_runs(&j, FINDING_CORRUPT, spec->dead, RUNS_CORRUPT);
    gather_end(&j.gather, &ret->findings);
    place_findings(spec, &ret->findings);
    for (size_t i = 0; i < spec->streams_len; i++)
        stream_case_done(&j.cases[i]);
    free(j.cases);
}

void hop_result_done(struct hop_result *r)
{
    free(r->findings.worst);
    free(r->streams);
    *r = (struct hop_result){0};
}

static bool closes(const struct balance *b)
{
    return b->attempted == b->acknowledged + b->refused + b->aborted +
                               b->indeterminate_appeared +
                               b->indeterminate_absent &&
           b->upstream == b->delivered + b->dead_lettered + b->filtered +
                              b->lost + b->unseen + b->diverged + b->pending +
                              b->unjudged;
}

bool hop_balance_closes(const struct hop_result *r)
{
    struct balance sum = {0};

    for (size_t i = 0; i < r->streams_len; i++) {
        if (!closes(&r->streams[i].sum))
            return false;
        add_balance(&sum, &r->streams[i].sum);
    }
    return closes(&r->balance) && memcmp(&sum, &r->balance, sizeof(sum)) == 0;
}
