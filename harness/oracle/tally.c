/* tally.c - notes records one by one: identities, copies, late and corrupt.
 *
 * The cost of a run's replay is here, for each record: so a record is first
 * compared with the one expected next (awaited_record), then read where the
 * last stamp stood (plain_record), and only then searched for stamps.
 */
#include "oracle/tally.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "oracle/tally_state_own.h"

enum { PLACES_MAX = 32768 };

static size_t slot_of(const struct tally *t, uint32_t number)
{
    size_t at = (number * 0x9e3779b1u >> 7) & (t->slots_len - 1);

    while (t->slots[at] && t->streams[t->slots[at] - 1]->number != number)
        at = (at + 1) & (t->slots_len - 1);
    return at;
}

struct tally_stream *tally_stream(const struct tally *t, uint32_t number)
{
    uint32_t index = t->slots[slot_of(t, number)];

    return index ? t->streams[index - 1] : NULL;
}

static struct tally_stream *add_stream(struct tally *t, uint32_t number)
{
    struct tally_stream *s =
        mem_resize(&t->mem, NULL, 0, sizeof(struct tally_stream));

    memset(s, 0, sizeof(*s));
    s->number = number;
    t->slots[slot_of(t, number)] = (uint32_t)t->streams_len + 1;
    t->streams[t->streams_len++] = s;
    return s;
}

struct tally_stream *tally_stream_for(struct tally *t, uint32_t number)
{
    struct tally_stream *s = tally_stream(t, number);

    if (s || t->surprises == SURPRISES_MAX)
        return s;
    t->surprises++;
    return add_stream(t, number);
}

static struct row *rows_new(struct tally *t, uint32_t keys)
{
    size_t size = keys * sizeof(struct row);

    return memset(mem_resize(&t->mem, NULL, 0, size), 0, size);
}

struct tally *tally_new(const struct tally_spec *spec)
{
    size_t streams_max = spec->streams_len + SURPRISES_MAX, slots = 64;
    struct mem mem = {0};
    struct tally *t = mem_resize(&mem, NULL, 0, sizeof(*t));

    while (slots < 4 * streams_max)
        slots *= 2;
    *t = (struct tally){.spec = *spec, .mem = mem, .slots_len = slots};
    t->slots = mem_resize(&t->mem, NULL, 0, slots * sizeof(*t->slots));
    memset(t->slots, 0, slots * sizeof(*t->slots));
    t->streams =
        mem_resize(&t->mem, NULL, 0, streams_max * sizeof(*t->streams));
    for (int k = 0; k < RUN_KINDS; k++)
        t->kept[k].max = spec->places_max ? spec->places_max : PLACES_MAX;
    for (size_t i = 0; i < spec->streams_len; i++) {
        const struct tally_stream_spec *d = &spec->streams[i];
        struct tally_stream *s;

        assert(d->payload_len <= STAMP_PAYLOAD_MAX);
        assert(!tally_stream(t, d->stream));
        s = add_stream(t, d->stream);
        s->payload_len = d->payload_len;
        s->keys = d->keys;
        s->declared = true;
        if (spec->rows && d->keys > 0)
            s->rows = rows_new(t, d->keys);
    }
    return t;
}

static void stream_free(struct tally *t, struct tally_stream *s)
{
    bits_done(&s->seen, &t->mem);
    bits_done(&s->late, &t->mem);
    times_done(&s->copies, &t->mem);
    times_done(&s->corrupt, &t->mem);
    for (size_t i = 0; i < s->lanes_len; i++) {
        free(s->lanes[i]->by_key);
        free(s->lanes[i]);
    }
    free(s->lanes);
    free(s->rows);
    free(s);
}

void tally_free(struct tally *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->streams_len; i++)
        stream_free(t, t->streams[i]);
    for (int k = 0; k < RUN_KINDS; k++)
        runs_done(&t->kept[k], &t->mem);
    free(t->streams);
    free(t->slots);
    free(t);
}

struct lane *tally_lane_for(struct tally *t, struct tally_stream *s,
                            int32_t partition)
{
    size_t low = 0, high = s->lanes_len, size = sizeof(*s->lanes);
    struct lane *lane;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (s->lanes[middle]->partition < partition)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < s->lanes_len && s->lanes[low]->partition == partition)
        return s->lanes[low];
    lane = mem_resize(&t->mem, NULL, 0, sizeof(*lane));
    *lane = (struct lane){.partition = partition, .last = UINT64_MAX};
    s->lanes = mem_resize(&t->mem, s->lanes, s->lanes_len * size,
                          (s->lanes_len + 1) * size);
    memmove(s->lanes + low + 1, s->lanes + low, (s->lanes_len - low) * size);
    s->lanes[low] = lane;
    s->lanes_len++;
    return lane;
}

uint64_t *tally_lane_keys(struct tally *t, const struct tally_stream *s,
                          struct lane *lane)
{
    size_t size = s->keys * sizeof(*lane->by_key);

    if (!lane->by_key)
        lane->by_key = memset(mem_resize(&t->mem, NULL, 0, size), 0, size);
    return lane->by_key;
}

void tally_close_run(struct tally *t, enum run_kind kind, struct run *open)
{
    if (open->count)
        runs_push(&t->kept[kind], &t->mem, open);
    open->count = 0;
}

/* Notes one record: the open run goes on, or closes and a new run begins. */
static inline void note_run(struct tally *t, enum run_kind kind,
                            struct run *open, const struct run *fresh,
                            bool goes_on)
{
    if (goes_on) {
        run_extend(open, &(struct place){.offset = fresh->offset_first,
                                         .time_us = fresh->time_first});
        return;
    }
    tally_close_run(t, kind, open);
    *open = *fresh;
}

/* Closes the run of places and begins another. Not inlined: a struct run on the
 * stack of note() would cost every record a check of the stack. */
static NOT_INLINE void begin_places(struct tally *t, struct run *open,
                                    uint32_t stream, uint64_t seq,
                                    const struct place *at)
{
    struct run fresh = run_of(stream, seq, at);

    note_run(t, RUNS_PLACES, open, &fresh, false);
}

/* Notes where a record stands. Within a run offsets rise by one, so that both
 * ends tell the offset of each record between. Transaction markers break such
 * runs; once half of the list is used up, rising offsets suffice, or the list
 * would be full of runs of a few records each. */
static inline void note_place(struct tally *t, struct lane *lane,
                              uint32_t stream, uint64_t seq,
                              const struct place *at)
{
    struct run *open = &lane->open[RUNS_PLACES];

    if (__builtin_expect(run_goes_on(open, seq, at), 1)) {
        const struct runs *kept = &t->kept[RUNS_PLACES];
        bool next = at->offset < 0 ? open->offset_last < 0
                                   : at->offset == open->offset_last + 1;

        if (next ||
            (kept->len >= kept->max / 2 && at->offset > open->offset_last)) {
            run_extend(open, at);
            return;
        }
    }
    begin_places(t, open, stream, seq, at);
}

static NOT_INLINE void note_copy(struct tally *t, struct tally_stream *s,
                                 struct lane *lane, uint64_t seq,
                                 const struct place *at)
{
    struct run *open = &lane->open[RUNS_COPIES];
    struct run fresh = run_of(s->number, seq, at);

    fresh.back = lane->last != UINT64_MAX && seq <= lane->last;
    times_add(&s->copies, &t->mem, seq);
    t->counts.copies++;
    note_run(t, RUNS_COPIES, open, &fresh,
             lane->copied && lane->last + 1 == seq &&
                 run_goes_on(open, seq, at));
}

static NOT_INLINE void note_late(struct tally *t, struct tally_stream *s,
                                 struct lane *lane, uint64_t seq,
                                 const struct place *at)
{
    struct run *open = &lane->open[RUNS_LATE];
    struct run fresh = run_of(s->number, seq, at);

    (void)bits_add(&s->late, &t->mem, seq);
    t->counts.reordered++;
    note_run(t, RUNS_LATE, open, &fresh, run_goes_on(open, seq, at));
}

static NOT_INLINE void note_corrupt(struct tally *t, struct tally_stream *s,
                                    struct lane *lane, uint64_t seq,
                                    const struct place *at)
{
    struct run *open = &lane->open[RUNS_CORRUPT];
    struct run fresh = run_of(s->number, seq, at);

    times_add(&s->corrupt, &t->mem, seq);
    t->counts.corrupt++;
    note_run(t, RUNS_CORRUPT, open, &fresh, run_goes_on(open, seq, at));
}

/* Notes a record without a sequence (foreign or cut): neighbours by offset form
 * a run. */
static void note_nameless(struct tally *t, enum run_kind kind,
                          const struct place *at)
{
    struct run *open = &t->open[kind - RUN_KINDS_OF_LANE];
    struct run fresh = run_of(0, 0, at);

    note_run(t, kind, open, &fresh,
             run_goes_on(open, open->count, at) && at->offset >= 0 &&
                 at->offset == open->offset_last + 1);
}

static NOT_INLINE void note_wild(struct tally *t, struct tally_stream *s,
                                 uint64_t seq, const struct place *at)
{
    struct run *open = &t->open[RUNS_WILD - RUN_KINDS_OF_LANE];
    struct run fresh = run_of(s->number, seq, at);

    s->wild++;
    note_run(t, RUNS_WILD, open, &fresh,
             open->stream == s->number && run_goes_on(open, seq, at));
}

/* Highest sequence + 1 seen so far in the order group of `seq` (its key, or its
 * lane). A smaller `seq` is late. */
static uint64_t *order_end(struct tally *t, struct tally_stream *s,
                           struct lane *lane, uint64_t seq)
{
    if (!t->spec.by_key || s->keys == 0)
        return &lane->next;
    return &tally_lane_keys(t, s,
                            lane)[stamp_key_number(s->number, seq, s->keys)];
}

static void note_row(struct tally_stream *s, uint64_t seq,
                     const struct place *at)
{
    s->rows[stamp_key_number(s->number, seq, s->keys)] =
        (struct row){seq + 1, *at};
}

/* Notes one sight of an identity. The order of the tests is the rule of
 * harness/README.md: a sight is corrupt, else a further copy, else late, else
 * nothing to speak of, so that no sight is counted twice. A leap far beyond all
 * others gets no bitmap page: one damaged sequence must not cost memory. In the
 * path of every record: kinds of sights worth noting are functions apart. */
static ALWAYS_INLINE void note_sight(struct tally *t, struct tally_stream *s,
                                     uint64_t seq, const struct place *at,
                                     bool corrupt)
{
    struct lane *lane = s->lane;
    uint64_t *end;
    bool first;

    t->counts.ours++;
    if (seq >= s->next && seq - s->next >= WILD_LEAP) {
        note_wild(t, s, seq, at);
        return;
    }
    if (!lane || lane->partition != at->partition)
        lane = s->lane = tally_lane_for(t, s, at->partition);
    first = bits_add(&s->seen, &t->mem, seq);
    t->counts.distinct += first;
    end = order_end(t, s, lane, seq);
    if (corrupt)
        note_corrupt(t, s, lane, seq, at);
    else if (!first)
        note_copy(t, s, lane, seq, at);
    else if (seq < *end)
        note_late(t, s, lane, seq, at);
    note_place(t, lane, s->number, seq, at);
    lane->copied = !first && !corrupt;
    lane->last = seq;
    if (seq >= *end)
        *end = seq + 1;
    if (seq >= s->next)
        s->next = seq + 1;
    if (__builtin_expect(s->rows != NULL, 0))
        note_row(s, seq, at);
}

/* The same, called rather than inlined: for all but the record awaited. */
static void note(struct tally *t, struct tally_stream *s, uint64_t seq,
                 const struct place *at, bool corrupt)
{
    note_sight(t, s, seq, at, corrupt);
}

static inline struct tally_stream *stream_of(struct tally *t, uint32_t number)
{
    if (!t->last || t->last->number != number)
        t->last = tally_stream_for(t, number);
    return t->last;
}

void tally_identity(struct tally *t, uint32_t stream, uint64_t seq,
                    const struct place *at)
{
    struct tally_stream *s = stream_of(t, stream);

    t->counts.records++;
    if (s) {
        note(t, s, seq, at, false);
        return;
    }
    t->counts.ours++;
    t->strangers++;
}

static inline bool payload_is_right(const struct tally_stream *s,
                                    const struct stamp *stamp,
                                    const char *behind, size_t len)
{
    return len >= s->payload_len &&
           memcmp(behind, stamp_payload(stamp, s->payload_len),
                  s->payload_len) == 0;
}

/* Returns whether no other magic stands before `from` or behind `to`. With
 * STAMPS_LAST earlier stamps are fine, as the last stamp counts. */
static inline bool stands_alone(const struct tally *t, const char *b,
                                size_t len, size_t from, size_t to)
{
    if (to != len && stamp_next(b, len, to) != len)
        return false;
    return from == 0 || t->spec.stamps == STAMPS_LAST ||
           stamp_next(b, from, 0) == from;
}

/* Notes the record expected next, if the stamp and payload expected stand where
 * the last stamp stood. Comparing with known bytes takes a third of the time of
 * decoding a stamp. Returns false, with nothing noted, for any other record. */
static inline bool awaited_record(struct tally *t, const char *b, size_t len,
                                  const struct place *at)
{
    struct tally_stream *s = t->awaited;
    size_t begin = t->hint, end;

    if (!s)
        return false;
    end = begin + STAMP_LEN + s->payload_len;
    if (len < end || memcmp(b + begin, t->ahead.text, STAMP_LEN) != 0 ||
        memcmp(b + begin + STAMP_LEN, t->ahead.payload, s->payload_len) != 0 ||
        !stands_alone(t, b, len, begin, end))
        return false;
    t->counts.records++;
    note_sight(t, s, t->ahead.is.seq, at, false);
    stamp_await_next(&t->ahead, s->payload_len);
    return true;
}

/* Prepares to expect the next record of the stream, but only after two in a
 * row: where streams come mixed the preparation would be for nothing. A record
 * behind the expected sequence, late or a further copy, leaves the expectation
 * standing, as the stream mostly goes on where the stream was. A record beyond
 * moves the expectation, if some expected record has come before. */
static inline void await_after(struct tally *t, struct tally_stream *s,
                               const struct stamp *stamp)
{
    struct stamp next = *stamp;
    bool in_a_row =
        t->plain.stream == next.stream && t->plain.seq + 1 == next.seq;
    bool behind = t->awaited == s && next.seq < t->ahead.is.seq;
    bool beyond =
        t->awaited == s && !behind && t->ahead.is.seq > t->plain.seq + 1;

    t->plain = next;
    t->awaited = in_a_row || behind || beyond ? s : NULL;
    next.seq++;
    if (in_a_row || beyond)
        stamp_await(&t->ahead, &next, s->payload_len);
}

/* Notes a record with one stamp, standing where the last record had its stamp,
 * and no other magic before or behind: nearly all records are so. Returns
 * false, with nothing noted, for any other record. */
static inline bool plain_record(struct tally *t, const char *b, size_t len,
                                const struct place *at)
{
    size_t hint = t->hint, end;
    struct tally_stream *s;
    struct stamp stamp;

    if (hint >= len ||
        stamp_read(b + hint, len - hint, &stamp) != STAMP_INTACT ||
        stamp.run != t->spec.run)
        return false;
    s = stream_of(t, stamp.stream);
    end = hint + STAMP_LEN;
    if (!s || !payload_is_right(s, &stamp, b + end, len - end))
        return false;
    end += s->payload_len;
    if (!stands_alone(t, b, len, hint, end))
        return false;
    t->counts.records++;
    note(t, s, stamp.seq, at, false);
    await_after(t, s, &stamp);
    return true;
}

/* Stamps found by a walk over one record. */
struct walk {
    struct stamp kept; /* the stamp that counts: the first, or the last */
    size_t kept_at;
    uint64_t whole; /* of our run */
    uint64_t cut;   /* of our run */
    uint64_t cut_behind_kept;
    bool late;  /* a stamp of an earlier run */
    bool right; /* the payload behind `kept` is right */
};

static void note_stamp(struct tally *t, const struct stamp *stamp,
                       const struct place *at, bool right)
{
    struct tally_stream *s = stream_of(t, stamp->stream);

    if (s) {
        note(t, s, stamp->seq, at, !right);
        return;
    }
    t->counts.ours++;
    t->strangers++;
}

/* Notes one whole stamp of our run, standing at `at`. Returns where to go on
 * looking: behind the payload if right, else behind the stamp alone, since a
 * wrong payload may hold further stamps. */
static size_t walk_stamp(struct tally *t, struct walk *w, const char *b,
                         size_t len, size_t at, const struct stamp *stamp)
{
    struct tally_stream *s = stream_of(t, stamp->stream);
    size_t end = at + STAMP_LEN;
    bool right = !s || payload_is_right(s, stamp, b + end, len - end);

    w->whole++;
    if (w->whole == 1 || t->spec.stamps != STAMPS_ONE) {
        w->kept = *stamp;
        w->kept_at = at;
        w->right = right;
        w->cut_behind_kept = 0;
    }
    return right && s ? end + s->payload_len : end;
}

static bool is_of_earlier(const struct tally *t, uint32_t run)
{
    for (size_t i = 0; i < t->spec.earlier_len; i++)
        if (t->spec.earlier[i] == run)
            return true;
    return false;
}

static void walk_record(struct tally *t, const char *b, size_t len,
                        const struct place *at, struct walk *w)
{
    size_t i = stamp_next(b, len, 0);

    while (i < len) {
        struct stamp stamp;

        if (stamp_read(b + i, len - i, &stamp) != STAMP_INTACT) {
            bool ours = stamp_cut_is_of(b + i, len - i, t->spec.run);

            w->cut += ours;
            w->cut_behind_kept += ours;
            i++;
        } else if (stamp.run != t->spec.run) {
            w->late |= is_of_earlier(t, stamp.run);
            i += STAMP_LEN;
        } else {
            i = walk_stamp(t, w, b, len, i, &stamp);
            if (t->spec.stamps == STAMPS_MANY)
                note_stamp(t, &w->kept, at, w->right);
        }
        i = stamp_next(b, len, i);
    }
}

static void note_cut(struct tally *t, uint64_t count, const struct place *at)
{
    t->cut += count;
    t->counts.corrupt += count;
    for (uint64_t i = 0; i < count; i++)
        note_nameless(t, RUNS_CUT, at);
}

/* Notes any record but the one awaited. Not inlined: the stamps on its stack
 * would cost every record awaited a check of the stack. */
static NOT_INLINE void other_record(struct tally *t, const char *bytes,
                                    size_t len, const struct place *at)
{
    struct walk w = {0};
    bool many = t->spec.stamps == STAMPS_MANY;
    bool last = t->spec.stamps == STAMPS_LAST;

    if (plain_record(t, bytes, len, at))
        return;
    walk_record(t, bytes, len, at, &w);
    if (w.whole)
        t->hint = w.kept_at;
    t->counts.records += many && w.whole + w.cut ? w.whole + w.cut : 1;
    if (w.whole + w.cut == 0 && w.late) {
        t->counts.late++;
    } else if (w.whole + w.cut == 0) {
        t->counts.foreign++;
        note_nameless(t, RUNS_FOREIGN, at);
    } else if (many) {
        note_cut(t, w.cut, at);
    } else if (w.whole == 0 || (last && w.cut_behind_kept)) {
        note_cut(t, 1, at);
    } else {
        note_stamp(t, &w.kept, at, w.right && (last || w.whole + w.cut == 1));
    }
}

void tally_record(struct tally *t, const struct record *r)
{
    if (!awaited_record(t, r->value, r->value_len, &r->at))
        other_record(t, r->value, r->value_len, &r->at);
}

size_t tally_bytes(const struct tally *t)
{
    return t->mem.now;
}

size_t tally_bytes_peak(const struct tally *t)
{
    return t->mem.peak;
}

struct tally_counts tally_counts(const struct tally *t)
{
    return t->counts;
}

uint64_t tally_distinct(const struct tally *t, const uint32_t *streams,
                        size_t len)
{
    uint64_t n = 0;

    for (size_t i = 0; i < len; i++) {
        const struct tally_stream *s = tally_stream(t, streams[i]);

        n += s ? s->seen.count : 0;
    }
    return n;
}
