/* record_rules.c - counts the findings of one stream, page by page.
 *
 * A page of 65536 sequences is judged a word (64 sequences) at a time, by set
 * operations on the bitmaps of ledger, upstream, downstream and dead letters.
 * A record has at most one finding: a phantom is nothing else, a diverged or
 * corrupt record is not doubly accounted, and so on in the order of judge_word;
 * late sights come last (judge_late), behind the findings noted in `taken`.
 *
 * Copies and corrupt sights are multisets. Level k of a multiset holds the
 * identities seen more than k times, so "more often downstream than upstream"
 * is one set difference a level, and counts beyond the levels are compared one
 * by one (judge_beyond).
 */
#include "oracle/record_rules_own.h"

#include <string.h>

enum phantom {
    PHANTOM_REFUSED,
    PHANTOM_ABORTED,
    PHANTOM_NEVER_SENT,
    PHANTOM_BEYOND,
};
enum { PHANTOMS = PHANTOM_BEYOND + 1 };

static const char *const phantom_notes[] = {
    [PHANTOM_REFUSED] = "refused, yet there",
    [PHANTOM_ABORTED] = "aborted, yet visible",
    [PHANTOM_NEVER_SENT] = "never sent",
    [PHANTOM_BEYOND] = "beyond what was reserved",
};

struct scan {
    struct stream_case *c;
    struct gather *gather;
    struct hop_result *ret;
    struct balance *sum;
    bool has_up;
    bool mixed;        /* downstream mixes partitions of upstream */
    uint64_t end;      /* sequences below were attempted */
    uint64_t reserved; /* sequences below may have been attempted */
    uint64_t arrived;  /* highest sequence arrived + 1: an absent sequence below
                          is lost, from here on unseen */
    size_t run;        /* index of the ledger's runs, see fates_page() */
    struct joiner lost, unseen, doubly, diverged, stale, phantom[PHANTOMS];

    /* of the page at hand */
    uint64_t number;
    struct fate_page fates;
    uint64_t held[PAGE_WORDS]; /* by upstream; all when it is the ledger */
    uint64_t phantoms[PAGE_WORDS];
    uint64_t outdated[PAGE_WORDS]; /* found to be stale */
    uint64_t taken[PAGE_WORDS];    /* has a finding, so cannot be late too */
};

static uint64_t ones(uint64_t word)
{
    return (uint64_t)__builtin_popcountll(word);
}

/* The bits of a word at `base` that lie below `end`. */
static uint64_t below(uint64_t base, uint64_t end)
{
    if (end <= base)
        return 0;
    return end - base >= 64 ? UINT64_MAX : ((uint64_t)1 << (end - base)) - 1;
}

static const struct bits *seen(const struct tally_stream *s)
{
    return s ? &s->seen : NULL;
}

static const struct bits *corrupt(const struct tally_stream *s, int level)
{
    return s ? &s->corrupt.level[level] : NULL;
}

static const struct bits *copies(const struct tally_stream *s, int level)
{
    return s ? &s->copies.level[level] : NULL;
}

static struct joiner joiner_of(const struct scan *s, enum finding_kind kind,
                               const char *note)
{
    return (struct joiner){
        .gather = s->gather,
        .kind = kind,
        .stream = s->c->number,
        .note = note,
    };
}

/* 64 sequences from `base` on, a bit each, as ledger and stations have them. */
struct word {
    uint64_t base;
    uint64_t acknowledged, refused, aborted, indeterminate, attempted;
    uint64_t up, down, dead;
    uint64_t diverged, corrupt, behind;
    uint64_t doubtful; /* if absent, maybe taken away by the broker */
};

static void count_fates(struct balance *sum, const struct word *w)
{
    uint64_t shown = w->indeterminate & (w->up | w->down | w->dead);

    sum->acknowledged += ones(w->acknowledged);
    sum->refused += ones(w->refused);
    sum->aborted += ones(w->aborted);
    sum->indeterminate_appeared += ones(shown);
    sum->indeterminate_absent += ones(w->indeterminate & ~shown);
}

/* Judges the identities in `stray`, which are downstream and not upstream's:
 * refused, aborted (unless read uncommitted), or never attempted. Returns the
 * phantoms. An indeterminate stray is none: it may have been written. */
static uint64_t judge_phantoms(struct scan *s, const struct word *w,
                               uint64_t stray)
{
    uint64_t nobody = stray & ~w->attempted;
    uint64_t reserved = below(w->base, s->reserved);
    uint64_t aborted = s->c->spec->sees_uncommitted ? 0 : stray & w->aborted;

    join_mask(&s->phantom[PHANTOM_REFUSED], w->base, stray & w->refused);
    join_mask(&s->phantom[PHANTOM_ABORTED], w->base, aborted);
    join_mask(&s->phantom[PHANTOM_NEVER_SENT], w->base, nobody & reserved);
    join_mask(&s->phantom[PHANTOM_BEYOND], w->base, nobody & ~reserved);
    return nobody | aborted | (stray & w->refused);
}

/* Judges identities expected and not arrived. First match wins: diverged (its
 * offset holds another record), pending (the hop has not drained), unjudged
 * (maybe taken away by the broker), lost (a later sequence arrived), unseen. */
static void judge_absent(struct scan *s, const struct word *w, uint64_t absent)
{
    uint64_t diverged = absent & w->diverged;
    uint64_t arrived = below(w->base, s->arrived);

    s->sum->diverged += ones(diverged);
    absent &= ~diverged;
    if (!s->c->spec->drained) {
        s->sum->pending += ones(absent);
        return;
    }
    s->sum->unjudged += ones(absent & w->doubtful);
    absent &= ~w->doubtful;
    s->sum->lost += ones(absent & arrived);
    s->sum->unseen += ones(absent & ~arrived);
    join_mask(&s->lost, w->base, absent & arrived);
    join_mask(&s->unseen, w->base, absent & ~arrived);
}

/* Judges 64 identities but for copies and late sights, and adds them to the
 * balance. `held` is for later: copies of records that upstream no longer holds
 * are not judged, as upstream may have had the copies too. */
static void judge_word(struct scan *s, const struct word *w, size_t i)
{
    uint64_t there = w->down | w->dead;
    /* A record that is downstream but no longer upstream, and that the ledger
     * says was or may have been written, was trimmed upstream: expected. */
    uint64_t expected =
        s->has_up ? w->up | (there & (w->acknowledged | w->indeterminate))
                  : w->acknowledged;
    uint64_t phantoms = judge_phantoms(s, w, there & ~expected);
    uint64_t diverged = w->diverged & expected;
    uint64_t doubly = w->down & w->dead & ~(phantoms | diverged | w->corrupt);
    uint64_t stale =
        w->behind & expected & ~(phantoms | diverged | w->corrupt | doubly);

    count_fates(s->sum, w);
    s->sum->upstream += ones(expected);
    s->sum->delivered += ones(expected & w->down);
    s->sum->dead_lettered += ones(expected & w->dead & ~w->down);
    judge_absent(s, w, expected & ~there);
    join_mask(&s->doubly, w->base, doubly);
    join_mask(&s->diverged, w->base, diverged);
    join_mask(&s->stale, w->base, stale);
    s->held[i] = s->has_up ? w->up : UINT64_MAX;
    s->phantoms[i] = phantoms;
    s->outdated[i] = stale;
    s->taken[i] = phantoms | diverged | doubly | stale;
}

/* Identities that arrived and were taken out of the log by the broker. A
 * compacted log may lose any record; a log that is only trimmed loses records
 * below its start. */
static const struct bits *gone(const struct stream_case *c)
{
    return c->spec->down_compacts ? seen(c->down_live) : &c->trimmed;
}

/* The identities of word i whose absence proves nothing. In a compacted log any
 * record may be gone. In a trimmed log a record seen live at an unknown offset
 * may be gone; of a known offset `untrimmed` tells. Compaction upstream may
 * have taken a record that upstream's live tail alone saw, before the connector
 * read the record. */
static uint64_t doubtful(const struct scan *s, size_t i)
{
    const struct stream_case *c = s->c;
    uint64_t up = bits_words(seen(c->up), s->number)[i];
    uint64_t up_live = bits_words(seen(c->up_live), s->number)[i];
    uint64_t live = bits_words(seen(c->down_live), s->number)[i];

    if (c->spec->down_compacts)
        return UINT64_MAX;
    live &= ~bits_words(&c->untrimmed, s->number)[i];
    return c->spec->up_compacts ? live | (up_live & ~up) : live;
}

static void judge_identities(struct scan *s)
{
    const struct stream_case *c = s->c;
    const uint64_t *up = bits_words(seen(c->up), s->number);
    const uint64_t *live = bits_words(seen(c->up_live), s->number);
    const uint64_t *down = bits_words(seen(c->down), s->number);
    const uint64_t *past = bits_words(gone(c), s->number);
    const uint64_t *dead = bits_words(seen(c->dead), s->number);
    const uint64_t *bad = bits_words(corrupt(c->down, 0), s->number);
    const uint64_t *diverged = bits_words(&c->diverged, s->number);
    const uint64_t *behind = bits_words(&c->behind, s->number);

    for (size_t i = 0; i < PAGE_WORDS; i++) {
        const struct word w = {
            .base = (s->number << PAGE_SHIFT) + i * 64,
            .attempted = s->fates.attempted[i],
            .acknowledged = s->fates.of[FATE_ACKNOWLEDGED][i],
            .refused = s->fates.of[FATE_REFUSED][i],
            .aborted = s->fates.of[FATE_ABORTED][i],
            .indeterminate = s->fates.of[FATE_INDETERMINATE][i],
            .up = up[i] | live[i],
            .down = down[i] | past[i],
            .dead = dead[i],
            .diverged = diverged[i],
            .corrupt = bad[i],
            .behind = behind[i],
            .doubtful = doubtful(s, i),
        };

        judge_word(s, &w, i);
    }
}

/* Judges identities with more than `level` further copies downstream. A copy is
 * no finding if upstream has as many. The copy that brought a stale row counts
 * as stale and not again as a duplicate. Copies of an identity no longer
 * upstream stay unjudged: upstream may have had as many. */
static void judge_copies(struct scan *s, int level)
{
    struct stream_case *c = s->c;
    const uint64_t *up = bits_words(copies(c->up, level), s->number);
    const uint64_t *live = bits_words(copies(c->up_live, level), s->number);
    const uint64_t *down = bits_words(copies(c->down, level), s->number);
    uint64_t more[PAGE_WORDS];

    for (size_t i = 0; i < PAGE_WORDS; i++) {
        uint64_t extra = down[i] & ~(up[i] | live[i] | s->outdated[i]);

        s->sum->upstream_copies += ones(up[i] | live[i]);
        s->ret->unjudged += ones(extra & ~s->held[i]);
        more[i] = extra & s->held[i];
        s->gather->records[FINDING_DUPLICATE] += ones(more[i]);
    }
    bits_add_page(&c->more_copies, &c->mem, s->number, more);
}

/* Judges late first sights. A stream held upstream in several partitions has an
 * order within each partition only; where downstream mixes partitions, late
 * sights are counted as unordered and not judged. */
static void judge_late(struct scan *s)
{
    struct stream_case *c = s->c;
    const uint64_t *up = bits_words(c->up ? &c->up->late : NULL, s->number);
    const uint64_t *live =
        bits_words(c->up_live ? &c->up_live->late : NULL, s->number);
    const uint64_t *down =
        bits_words(c->down ? &c->down->late : NULL, s->number);
    uint64_t late[PAGE_WORDS];

    for (size_t i = 0; i < PAGE_WORDS; i++) {
        uint64_t more = down[i] & ~(up[i] | live[i] | s->taken[i]);

        s->ret->unjudged += ones(more & ~s->held[i]);
        late[i] = s->mixed ? 0 : more & s->held[i];
        s->ret->unordered += s->mixed ? ones(more & s->held[i]) : 0;
        s->gather->records[FINDING_REORDERED] += ones(late[i]);
    }
    bits_add_page(&c->late, &c->mem, s->number, late);
}

/* Judges level `level` of the corrupt sights of one station: more often corrupt
 * here than upstream. At level 0 phantoms are left out, as a phantom is nothing
 * else. */
static void judge_corrupt(struct scan *s, const struct tally_stream *at,
                          int level)
{
    struct stream_case *c = s->c;
    const uint64_t *up = bits_words(corrupt(c->up, level), s->number);
    const uint64_t *live = bits_words(corrupt(c->up_live, level), s->number);
    const uint64_t *here = bits_words(corrupt(at, level), s->number);
    uint64_t more[PAGE_WORDS];

    for (size_t i = 0; i < PAGE_WORDS; i++) {
        more[i] = here[i] & ~(up[i] | live[i]);
        if (level == 0)
            more[i] &= ~s->phantoms[i];
        s->gather->records[FINDING_CORRUPT] += ones(more[i]);
    }
    bits_add_page(&c->more_corrupt, &c->mem, s->number, more);
}

static void judge_page(struct scan *s, uint64_t number)
{
    const struct stream_case *c = s->c;

    s->number = number;
    fates_page(c->ledger, s->end, number, &s->run, &s->fates);
    judge_identities(s);
    if (s->c->behind.count > 0)
        bits_add_page(&s->c->stale, &s->c->mem, number, s->outdated);
    for (int k = 0; k < TIMES_LEVELS; k++) {
        judge_copies(s, k);
        judge_corrupt(s, c->down, k);
        judge_corrupt(s, c->dead, k);
        if ((!c->down || !c->down->copies.level[k].count) &&
            (!c->up || !c->up->copies.level[k].count) &&
            (!c->up_live || !c->up_live->copies.level[k].count) &&
            (!c->down || !c->down->corrupt.level[k].count) &&
            (!c->dead || !c->dead->corrupt.level[k].count))
            break; /* levels above an empty level are empty too */
    }
    judge_late(s);
}

/* Returns whether no station has any record in the page. Beyond the end of what
 * was attempted such a page needs no look. */
static bool page_is_bare(const struct stream_case *c, uint64_t number)
{
    const uint64_t *bare = bits_words(NULL, 0);

    return bits_words(seen(c->up), number) == bare &&
           bits_words(seen(c->up_live), number) == bare &&
           bits_words(seen(c->down), number) == bare &&
           bits_words(gone(c), number) == bare &&
           bits_words(seen(c->dead), number) == bare;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t more_than(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

static uint64_t next_of(const struct tally_stream *s)
{
    return s ? s->next : 0;
}

/* Compares counts beyond the levels of the bitmaps: how much more often an
 * identity was seen here than upstream. The exclusions are those of
 * judge_copies() and judge_corrupt(). */
static void judge_beyond(struct scan *s, const struct times *here,
                         const struct times *up, const struct times *live,
                         enum finding_kind kind)
{
    struct stream_case *c = s->c;
    struct bits *listed =
        kind == FINDING_CORRUPT ? &c->more_corrupt : &c->more_copies;

    for (size_t i = 0; here && i < here->beyond_cap; i++) {
        uint64_t n = here->beyond[i].n;
        uint64_t more =
            more_than(here->beyond[i].times,
                      larger(times_beyond(up, n), times_beyond(live, n)));

        if (more == 0 || (kind == FINDING_DUPLICATE && bits_has(&c->stale, n)))
            continue;
        if (kind == FINDING_DUPLICATE && s->has_up &&
            !bits_has(seen(c->up), n) && !bits_has(seen(c->up_live), n)) {
            s->ret->unjudged += more;
            continue;
        }
        s->gather->records[kind] += more;
        (void)bits_add(listed, &c->mem, n);
    }
}

static const struct times *copies_of(const struct tally_stream *s)
{
    return s ? &s->copies : NULL;
}

static const struct times *corrupt_of(const struct tally_stream *s)
{
    return s ? &s->corrupt : NULL;
}

/* The sum, over all members, of the larger of both counts. */
static uint64_t sum_beyond(const struct times *a, const struct times *b)
{
    uint64_t sum = 0;

    for (size_t i = 0; a && i < a->beyond_cap; i++)
        if (a->beyond[i].times)
            sum += larger(a->beyond[i].times, times_beyond(b, a->beyond[i].n));
    for (size_t i = 0; b && i < b->beyond_cap; i++)
        if (times_beyond(a, b->beyond[i].n) == 0)
            sum += b->beyond[i].times;
    return sum;
}

static void judge_all_beyond(struct scan *s)
{
    const struct stream_case *c = s->c;
    const struct times *up = copies_of(c->up), *live = copies_of(c->up_live);
    const struct times *bad = corrupt_of(c->up);
    const struct times *bad_live = corrupt_of(c->up_live);

    s->sum->upstream_copies += sum_beyond(up, live);
    s->sum->downstream_copies += c->down ? c->down->copies.count : 0;
    judge_beyond(s, copies_of(c->down), up, live, FINDING_DUPLICATE);
    judge_beyond(s, corrupt_of(c->down), bad, bad_live, FINDING_CORRUPT);
    judge_beyond(s, corrupt_of(c->dead), bad, bad_live, FINDING_CORRUPT);
}

/* `arrived` looks only below `bound`: a phantom with a sequence far ahead,
 * which nobody reserved and upstream has not, must not turn unseen records at
 * the tail into lost ones. */
static void begin(struct scan *s)
{
    const struct stream_case *c = s->c;
    uint64_t bound, up = larger(next_of(c->up), next_of(c->up_live));

    s->has_up = c->spec->up || c->spec->up_live;
    s->mixed =
        s->has_up && c->down && c->down->late.count > 0 && !lanes_kept(c);
    s->end = fates_end(c->ledger, c->spec->ledger->closed);
    s->reserved = larger(s->end, c->ledger ? c->ledger->reserved : 0);
    bound = larger(s->reserved, up);
    s->arrived = larger(bits_end_below(seen(c->down), bound),
                        bits_end_below(seen(c->dead), bound));
    s->arrived = larger(s->arrived, bits_end_below(gone(c), bound));
    s->lost = joiner_of(s, FINDING_LOST, NULL);
    s->unseen = joiner_of(s, FINDING_UNSEEN, NULL);
    s->doubly = joiner_of(s, FINDING_DOUBLY_ACCOUNTED, NULL);
    s->diverged = joiner_of(s, FINDING_DIVERGED, NULL);
    s->stale = joiner_of(s, FINDING_STALE, NULL);
    for (int i = 0; i < PHANTOMS; i++)
        s->phantom[i] = joiner_of(s, FINDING_PHANTOM, phantom_notes[i]);
    s->sum->attempted = s->end;
}

/* Pages go upwards, so that neighbouring sequences join into runs across pages
 * and the ledger's runs are walked once. Pages below the attempted end are
 * judged even if bare: absence is a finding. */
void judge_stream(struct stream_case *c, struct gather *gather,
                  struct hop_result *ret, struct balance *sum)
{
    struct scan s = {.c = c, .gather = gather, .ret = ret, .sum = sum};
    uint64_t end;

    begin(&s);
    end = larger(larger(s.end, larger(next_of(c->down), next_of(c->dead))),
                 larger(next_of(c->up), next_of(c->up_live)));
    end = larger(end, next_of(c->down_live));
    for (uint64_t n = 0; n << PAGE_SHIFT < end; n++)
        if (n << PAGE_SHIFT < s.end || !page_is_bare(c, n))
            judge_page(&s, n);
    judge_all_beyond(&s);
    join_end(&s.lost);
    join_end(&s.unseen);
    join_end(&s.doubly);
    join_end(&s.diverged);
    join_end(&s.stale);
    for (int i = 0; i < PHANTOMS; i++)
        join_end(&s.phantom[i]);
}

void stream_case_done(struct stream_case *c)
{
    bits_done(&c->trimmed, &c->mem);
    bits_done(&c->untrimmed, &c->mem);
    bits_done(&c->diverged, &c->mem);
    bits_done(&c->behind, &c->mem);
    bits_done(&c->stale, &c->mem);
    bits_done(&c->more_copies, &c->mem);
    bits_done(&c->late, &c->mem);
    bits_done(&c->more_corrupt, &c->mem);
    bits_done(&c->listed, &c->mem);
}

/* Begins at the first page that is not full: below `complete` nothing can be
 * missing, and the drain asks while most of a stream has arrived. */
static uint64_t missing_of(const struct ledger_view_stream *s, uint64_t end,
                           const struct bits *there)
{
    struct fate_page fates;
    uint64_t missing = 0;
    size_t run = 0;

    for (uint64_t n = there ? there->complete : 0; n << PAGE_SHIFT < end; n++) {
        const uint64_t *words = bits_words(there, n);

        fates_page(s, end, n, &run, &fates);
        for (size_t i = 0; i < PAGE_WORDS; i++)
            missing += ones(fates.of[FATE_ACKNOWLEDGED][i] & ~words[i]);
    }
    return missing;
}

uint64_t hop_missing(const struct ledger_view *ledger, const uint32_t *streams,
                     size_t streams_len, const struct tally *down)
{
    uint64_t missing = 0;

    for (size_t i = 0; i < streams_len; i++) {
        const struct ledger_view_stream *s = ledger_stream(ledger, streams[i]);
        const struct tally_stream *there =
            down ? tally_stream(down, streams[i]) : NULL;

        if (s)
            missing += missing_of(s, fates_end(s, ledger->closed), seen(there));
    }
    return missing;
}
