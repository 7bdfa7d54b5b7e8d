/* test_referee.c - the judge against a referee: thousands of stations damaged
 * at random, judged by hop_judge() and by a slow and simple model sharing
 * nothing with the judge but the rules. */
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "feed.h"
#include "support/suite.h"

enum {
    SEQS = 40, /* of each stream */
    STREAMS = 2,
    PARTITIONS = 3,
    EVENTS = 400,
    BATCH = 100,
};

/* A record of a station. */
struct event {
    uint32_t stream; /* 0: foreign or cut; 9: never declared */
    uint32_t seq;    /* above the case's base */
    int32_t partition;
    char damage; /* 0, '!' or '~' ; stream 0: 'f' or 'c' */
};

struct station {
    struct event at[EVENTS];
    size_t len;
    bool there;
};

/* A random case. */
struct match {
    struct rng rng;
    uint64_t base; /* of all sequences, so that pages end within them */
    struct station up, live, down, dead;
    int fate[STREAMS][SEQS]; /* -1: no row in the ledger */
    int64_t offset[STREAMS][SEQS];
    int32_t partition[STREAMS][SEQS];
    uint32_t sent[STREAMS], reserved[STREAMS];
    struct ledger_run runs[STREAMS][SEQS + 1];
    struct ledger_view_stream views[STREAMS];
    struct ledger_view ledger;
    bool by_key, raw, drained, loaded;
};

static bool one_in(struct match *m, uint64_t n)
{
    return rng_below(&m->rng, n) == 0;
}

static void put(struct station *s, struct event e)
{
    if (s->len < EVENTS)
        s->at[s->len++] = e;
}

/* ---- making a case ------------------------------------------------------- */

static void make_fates(struct match *m)
{
    for (int s = 0; s < STREAMS; s++) {
        int fate = FATE_ACKNOWLEDGED;
        uint32_t len = 5 + (uint32_t)rng_below(&m->rng, SEQS - 10);

        for (uint32_t i = 0; i < SEQS; i++) {
            if (one_in(m, 5))
                fate = (int)rng_below(&m->rng, 9);
            m->fate[s][i] = i >= len ? -1 : fate > 4 ? 0 : fate > 3 ? -1 : fate;
            m->offset[s][i] = -1;
            m->partition[s][i] = -1;
        }
        m->fate[s][len - 1] = FATE_ACKNOWLEDGED;
        m->sent[s] = len + (uint32_t)rng_below(&m->rng, 3);
        m->reserved[s] = m->sent[s] + (uint32_t)rng_below(&m->rng, 5);
    }
}

/* Both streams from the beginning, mixed; records refused, aborted or never
 * reserved only now and then. */
static void make_written(struct match *m, struct station *to)
{
    uint32_t next[STREAMS] = {0};

    to->there = true;
    while (next[0] < SEQS || next[1] < SEQS) {
        uint32_t s = (uint32_t)rng_below(&m->rng, STREAMS);
        uint32_t seq = next[s];
        bool odd;

        if (seq == SEQS)
            continue;
        next[s]++;
        odd = seq >= m->sent[s] || m->fate[s][seq] == FATE_REFUSED ||
              m->fate[s][seq] == FATE_ABORTED;
        if (odd ? one_in(m, 10) : !one_in(m, 12))
            put(to, (struct event){s + 1, seq, (int32_t)s, 0});
    }
}

/* Damages a station at random: drops, repeats, swaps, rewinds, cuts. */
static void damage(struct match *m, const struct station *from,
                   struct station *to)
{
    size_t back = 0;

    to->there = true;
    for (size_t i = 0; i < from->len; i++) {
        struct event e = from->at[i];

        if (one_in(m, 20))
            continue;
        if (one_in(m, 25) && e.stream)
            e.damage = one_in(m, 2) ? '!' : '~';
        if (one_in(m, 40))
            e.partition = 2;
        put(to, e);
        if (one_in(m, 20))
            put(to, e);
        if (one_in(m, 60))
            put(to, (struct event){.damage = one_in(m, 2) ? 'f' : 'c'});
        if (one_in(m, 80))
            put(to, (struct event){9, e.seq, 0, 0});
        if (one_in(m, 40) && back++ < 3)
            i -= rng_below(&m->rng, i + 1 < 12 ? i + 1 : 12);
    }
    for (size_t i = 0; i + 8 < to->len; i++)
        if (one_in(m, 15)) {
            size_t other = i + 1 + rng_below(&m->rng, 6);
            struct event e = to->at[i];

            to->at[i] = to->at[other];
            to->at[other] = e;
        }
}

static void keep_some(struct match *m, const struct station *from,
                      struct station *to, uint64_t one_of)
{
    to->there = true;
    for (size_t i = 0; i < from->len; i++)
        if (one_in(m, one_of))
            put(to, from->at[i]);
}

/* The ledger's offsets: mostly the truth. */
static void make_offsets(struct match *m)
{
    for (size_t i = 0; i < m->down.len; i++) {
        const struct event *e = &m->down.at[i];

        if (e->stream - 1 >= STREAMS)
            continue;
        m->offset[e->stream - 1][e->seq] = (int64_t)i;
        m->partition[e->stream - 1][e->seq] = e->partition;
    }
    for (int s = 0; s < STREAMS; s++)
        for (int i = 0; i < SEQS; i++)
            if (m->offset[s][i] < 0 ? one_in(m, 2) : one_in(m, 20)) {
                m->offset[s][i] = (int64_t)rng_below(&m->rng, m->down.len + 5);
                m->partition[s][i] = (int32_t)rng_below(&m->rng, 3);
            }
}

static void make_runs(struct match *m)
{
    for (int s = 0; s < STREAMS; s++) {
        struct ledger_view_stream *v = &m->views[s];

        *v = (struct ledger_view_stream){
            .decl.stream = (uint32_t)s + 1,
            .sent = m->base + m->sent[s],
            .reserved = m->base + m->reserved[s],
            .runs = m->runs[s],
        };
        if (m->base)
            v->runs[v->runs_len++] =
                (struct ledger_run){0, m->base, -1, 0, -1, FATE_REFUSED};
        for (int i = 0; i < SEQS; i++) {
            struct ledger_run *last =
                v->runs_len ? &v->runs[v->runs_len - 1] : NULL;
            bool ack = m->fate[s][i] == FATE_ACKNOWLEDGED;
            const struct ledger_run run = {
                m->base + (uint64_t)i,         1,
                ack ? m->offset[s][i] : -1,    0,
                ack ? m->partition[s][i] : -1, (enum fate)m->fate[s][i],
            };

            if (m->fate[s][i] < 0)
                continue;
            if (last && last->fate == run.fate &&
                last->first + last->count == run.first &&
                last->partition == run.partition &&
                (run.offset < 0
                     ? last->offset < 0
                     : last->offset >= 0 &&
                           last->offset + (int64_t)last->count == run.offset))
                last->count++;
            else
                v->runs[v->runs_len++] = run;
        }
    }
    m->ledger.run = FEED_RUN;
    m->ledger.streams = m->views;
    m->ledger.streams_len = STREAMS;
}

static void make_match(struct match *m, uint64_t seed)
{
    struct station written = {0};

    memset(m, 0, sizeof(*m));
    m->rng = rng_for(seed, "referee");
    m->base = one_in(m, 3) ? 65536 - 20 : 0;
    m->by_key = one_in(m, 3);
    m->raw = one_in(m, 4);
    m->drained = !one_in(m, 5);
    m->ledger.closed = !one_in(m, 3);
    make_fates(m);
    make_written(m, &written);
    if (one_in(m, 2)) {
        damage(m, &written, &m->down);
        m->loaded = one_in(m, 2);
    } else {
        damage(m, &written, &m->up);
        if (one_in(m, 2))
            keep_some(m, &m->up, &m->live, 2);
        if (one_in(m, 3)) { /* trimmed */
            size_t gone = rng_below(&m->rng, m->up.len);

            m->up.len -= gone;
            memmove(m->up.at, m->up.at + gone, m->up.len * sizeof(*m->up.at));
        }
        damage(m, one_in(m, 4) ? &written : &m->up, &m->down);
    }
    if (one_in(m, 2)) {
        struct station letters = {0};

        keep_some(m, &written, &letters, 8);
        damage(m, &letters, &m->dead);
    }
    make_offsets(m);
    make_runs(m);
}

/* ---- the referee ---- */

/* An identity at a station. */
struct sight {
    uint32_t seen, copies, corrupt; /* seen: records in all */
    bool late;
};

static bool comes_before(const struct match *m, const struct event *a,
                         const struct event *b)
{
    if (a->stream != b->stream || a->seq <= b->seq ||
        a->partition != b->partition)
        return false;
    return !m->by_key || stamp_key_number(a->stream, m->base + a->seq, 4) ==
                             stamp_key_number(b->stream, m->base + b->seq, 4);
}

static struct sight look(const struct match *m, const struct station *s,
                         uint32_t stream, uint32_t seq)
{
    struct sight sight = {0};

    for (size_t i = 0; i < s->len; i++) {
        const struct event *e = &s->at[i];

        if (e->stream != stream || e->seq != seq)
            continue;
        sight.corrupt += e->damage != 0;
        sight.copies += e->damage == 0 && sight.seen > 0;
        for (size_t k = 0; k < i && !sight.seen && !e->damage; k++)
            sight.late |= comes_before(m, &s->at[k], e);
        sight.seen++;
    }
    return sight;
}

struct verdict {
    uint64_t records[FINDING_KINDS];
    struct balance of[STREAMS];
    uint64_t unjudged, unordered;
};

static bool holds_another(const struct match *m, uint32_t stream, uint32_t seq)
{
    int64_t offset = m->offset[stream - 1][seq];
    const struct event *e;

    if (!m->loaded || offset < 0 || offset >= (int64_t)m->down.len)
        return false;
    e = &m->down.at[offset];
    return e->stream && e->partition == m->partition[stream - 1][seq] &&
           (e->stream != stream || e->seq != seq);
}

static bool later_arrived(const struct match *m, const struct station *s,
                          uint32_t stream, uint32_t seq)
{
    uint32_t known = m->reserved[stream - 1];

    for (size_t i = 0; i < m->up.len + m->live.len; i++) {
        const struct event *e =
            i < m->up.len ? &m->up.at[i] : &m->live.at[i - m->up.len];

        if (e->stream == stream && e->seq >= known)
            known = e->seq + 1;
    }
    for (size_t i = 0; i < s->len; i++)
        if (s->at[i].stream == stream && s->at[i].seq > seq &&
            s->at[i].seq < known)
            return true;
    return false;
}

static uint32_t more(uint32_t a, uint32_t b)
{
    return a > b ? a - b : 0;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* An identity at all stations. */
struct identity {
    uint32_t stream, seq;
    struct sight up, live, down, dead;
    int fate;      /* -1: nobody tried to send it */
    bool held;     /* held by a tally of upstream */
    bool upstream; /* counts as upstream's */
    bool there, phantom, diverged, doubly;
};

static struct identity gather(const struct match *m, uint32_t stream,
                              uint32_t seq)
{
    struct identity r = {
        .stream = stream,
        .seq = seq,
        .up = look(m, &m->up, stream, seq),
        .live = look(m, &m->live, stream, seq),
        .down = look(m, &m->down, stream, seq),
        .dead = look(m, &m->dead, stream, seq),
        .fate = m->fate[stream - 1][seq],
    };
    bool possible;

    if (r.fate < 0 &&
        seq < (m->ledger.closed ? m->sent : m->reserved)[stream - 1])
        r.fate = FATE_INDETERMINATE;
    possible = r.fate == FATE_ACKNOWLEDGED || r.fate == FATE_INDETERMINATE;
    r.held = r.up.seen + r.live.seen > 0;
    r.there = r.down.seen + r.dead.seen > 0;
    r.upstream = m->up.there ? r.held || (r.there && possible)
                             : r.fate == FATE_ACKNOWLEDGED;
    r.phantom = r.there && !r.upstream && !possible &&
                !(r.fate == FATE_ABORTED && m->raw);
    r.diverged = r.fate == FATE_ACKNOWLEDGED && holds_another(m, stream, seq);
    r.doubly = r.down.seen && r.dead.seen && !r.phantom && !r.diverged &&
               !r.down.corrupt;
    return r;
}

static void referee_balance(const struct match *m, const struct identity *r,
                            struct balance *b)
{
    b->attempted += r->fate >= 0;
    b->acknowledged += r->fate == FATE_ACKNOWLEDGED;
    b->refused += r->fate == FATE_REFUSED;
    b->aborted += r->fate == FATE_ABORTED;
    if (r->fate == FATE_INDETERMINATE && (r->there || r->held))
        b->indeterminate_appeared++;
    else if (r->fate == FATE_INDETERMINATE)
        b->indeterminate_absent++;
    b->downstream_copies += r->down.copies;
    b->upstream_copies += larger(r->up.copies, r->live.copies);
    if (!r->upstream)
        return;
    b->upstream++;
    if (r->down.seen)
        b->delivered++;
    else if (r->dead.seen)
        b->dead_lettered++;
    else if (r->diverged)
        b->diverged++;
    else if (!m->drained)
        b->pending++;
    else if (later_arrived(m, &m->down, r->stream, r->seq) ||
             later_arrived(m, &m->dead, r->stream, r->seq))
        b->lost++;
    else
        b->unseen++;
}

/* The partitions of upstream with the identity, as bits. */
static unsigned upstream_partitions(const struct match *m, uint32_t stream,
                                    uint32_t seq)
{
    unsigned set = 0;

    for (size_t i = 0; i < m->up.len + m->live.len; i++) {
        const struct event *e =
            i < m->up.len ? &m->up.at[i] : &m->live.at[i - m->up.len];

        if (e->stream == stream && e->seq == seq)
            set |= 1u << e->partition;
    }
    return set;
}

/* Whether downstream mixes partitions of upstream. */
static bool mixes(const struct match *m, uint32_t stream)
{
    unsigned all = 0;
    bool mixed = false;

    for (uint32_t i = 0; i < SEQS; i++)
        all |= upstream_partitions(m, stream, i);
    for (int32_t p = 0; p < PARTITIONS; p++) {
        unsigned from = 0;

        for (size_t i = 0; i < m->down.len; i++) {
            const struct event *e = &m->down.at[i];
            unsigned of = upstream_partitions(m, stream, e->seq);

            if (e->stream == stream && e->partition == p)
                from |= of ? of : ~0u;
        }
        mixed |= (from & (from - 1)) != 0;
    }
    return m->up.there && (all & (all - 1)) && mixed;
}

static void referee_one(const struct match *m, uint32_t stream, uint32_t seq,
                        struct verdict *v)
{
    struct identity r = gather(m, stream, seq);
    bool nobody_knows = m->up.there && !r.held;
    uint32_t copies = more(r.down.copies, larger(r.up.copies, r.live.copies));
    uint32_t corrupt = larger(r.up.corrupt, r.live.corrupt);
    bool late = r.down.late && !r.up.late && !r.live.late && !r.phantom &&
                !r.diverged && !r.doubly;

    referee_balance(m, &r, &v->of[stream - 1]);
    if (r.phantom && !corrupt)
        corrupt = 1; /* the phantom itself may be corrupt: one finding */
    v->records[FINDING_PHANTOM] += r.phantom;
    v->records[FINDING_DIVERGED] += r.diverged;
    v->records[FINDING_DOUBLY_ACCOUNTED] += r.doubly;
    v->records[FINDING_CORRUPT] +=
        more(r.down.corrupt, corrupt) + more(r.dead.corrupt, corrupt);
    if (nobody_knows) {
        v->unjudged += copies + late;
    } else {
        v->records[FINDING_DUPLICATE] += copies;
        if (mixes(m, stream))
            v->unordered += late;
        else
            v->records[FINDING_REORDERED] += late;
    }
}

static uint32_t nameless(const struct station *s, char damage)
{
    uint32_t n = 0;

    for (size_t i = 0; i < s->len; i++)
        n += s->at[i].stream == 0 && s->at[i].damage == damage;
    return n;
}

static void referee(const struct match *m, struct verdict *v)
{
    memset(v, 0, sizeof(*v));
    for (uint32_t s = 1; s <= STREAMS; s++) {
        for (uint32_t i = 0; i < SEQS; i++)
            referee_one(m, s, i, v);
        v->of[s - 1].attempted += m->base;
        v->of[s - 1].refused += m->base;
        v->records[FINDING_LOST] += v->of[s - 1].lost;
        v->records[FINDING_UNSEEN] += v->of[s - 1].unseen;
    }
    for (uint32_t i = 0; i < SEQS; i++) /* of the stream never declared */
        v->records[FINDING_PHANTOM] +=
            !look(m, &m->up, 9, i).seen && !look(m, &m->live, 9, i).seen &&
            (look(m, &m->down, 9, i).seen || look(m, &m->dead, 9, i).seen);
    v->records[FINDING_CORRUPT] +=
        more(nameless(&m->down, 'c') + nameless(&m->dead, 'c'),
             larger(nameless(&m->up, 'c'), nameless(&m->live, 'c')));
    v->records[FINDING_FOREIGN] +=
        more(nameless(&m->down, 'f'),
             larger(nameless(&m->up, 'f'), nameless(&m->live, 'f')));
}

/* ---- the judge ---- */

static struct tally *read_station(const struct match *m,
                                  const struct tally_spec *spec,
                                  const struct station *s)
{
    struct feed f = {.at = {.node = -1}};

    if (!s->there)
        return NULL;
    f.tally = tally_new(spec);
    for (size_t i = 0; i < s->len; i++) {
        const struct event *e = &s->at[i];
        char bytes[512];

        f.stream = 1;
        f.at.partition = e->partition;
        if (e->stream)
            feed_record(&f, bytes,
                        feed_bytes(FEED_RUN, e->stream, m->base + e->seq,
                                   e->damage, bytes));
        else
            feed_word(&f, e->damage == 'f' ? "f" : "c");
    }
    return f.tally;
}

static void compare(const struct hop_result *r, const struct verdict *v,
                    uint64_t seed)
{
    for (int k = 0; k < FINDING_KINDS; k++)
        ck_assert_msg(r->findings.records[k] == v->records[k],
                      "seed %llu: %s: %llu, the referee says %llu",
                      (unsigned long long)seed,
                      finding_kind_name((enum finding_kind)k),
                      (unsigned long long)r->findings.records[k],
                      (unsigned long long)v->records[k]);
    for (int s = 0; s < STREAMS; s++)
        ck_assert_msg(memcmp(&r->streams[s].sum, &v->of[s], sizeof(v->of[s])) ==
                          0,
                      "seed %llu: the balance of stream %d is another",
                      (unsigned long long)seed, s + 1);
    ck_assert_msg(r->unjudged == v->unjudged && r->unordered == v->unordered,
                  "seed %llu: unjudged", (unsigned long long)seed);
    ck_assert_msg(hop_balance_closes(r), "seed %llu: does not close",
                  (unsigned long long)seed);
}

static void play(uint64_t seed)
{
    static const uint32_t streams[] = {1, 2};
    struct match *m = calloc(1, sizeof(*m));
    struct tally_spec spec = {
        .run = FEED_RUN,
        .streams = feed_streams,
        .streams_len = FEED_STREAMS,
    };
    struct hop_spec hop = {
        .ledger = &m->ledger,
        .streams = streams,
        .streams_len = STREAMS,
    };
    struct tally *up, *live, *down, *dead;
    struct verdict v;
    struct hop_result r;

    make_match(m, seed);
    referee(m, &v);
    spec.by_key = m->by_key;
    hop.sees_uncommitted = m->raw;
    hop.drained = m->drained;
    hop.down_is_loaded = m->loaded;
    hop.up = up = read_station(m, &spec, &m->up);
    hop.up_live = live = read_station(m, &spec, &m->live);
    hop.down = down = read_station(m, &spec, &m->down);
    hop.dead = dead = read_station(m, &spec, &m->dead);
    hop_judge(&hop, &r);
    compare(&r, &v, seed);
    hop_result_done(&r);
    tally_free(up);
    tally_free(live);
    tally_free(down);
    tally_free(dead);
    free(m);
}

START_TEST(judge_and_referee_agree)
{
    for (int i = 0; i < BATCH; i++)
        play((uint64_t)(_i * BATCH + i));
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, judge_and_referee_agree, 0, (int)test_cases(40));
}

SUITE_MAIN("referee", fill)
