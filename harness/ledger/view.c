/* view.c - reads a ledger: rows of a file into disjoint runs with one fate.
 *
 * Rows of one stream may overlap (a time-out, then the acknowledgement), and
 * the later row is the truth. The oracle wants each sequence once, in order: a
 * sweep over the sorted rows, with a heap of the rows covering the sequence at
 * hand, makes such runs in n log n.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/own.h"
#include "ledger/ledger.h"
#include "ledger/row.h"

/* A stream being read, with its rows in the order of the file. */
struct reading {
    struct ledger_view_stream s;
    struct ledger_run *rows;
    size_t rows_len, rows_cap;
};

struct reader {
    const char *path;
    struct ledger_view *view;
    struct reading *streams; /* as declared */
    size_t streams_len, streams_cap;
    uint32_t *slots;  /* hash of numbers: index into streams + 1; 0: free */
    size_t slots_len; /* a power of two above streams_len, or 0 */
    uint64_t row;     /* number of the row at hand */
};

static int bad_row(const struct reader *r, const char *why, struct err *err)
{
    return err_set(err, -EBADMSG, "%s: row %llu at byte %llu: %s", r->path,
                   (unsigned long long)r->row,
                   (unsigned long long)(r->row * ROW_LEN), why);
}

static size_t slot_of(const struct reader *r, uint32_t stream)
{
    size_t at = (stream * 0x9e3779b1u >> 7) & (r->slots_len - 1);

    while (r->slots[at] && r->streams[r->slots[at] - 1].s.decl.stream != stream)
        at = (at + 1) & (r->slots_len - 1);
    return at;
}

static struct reading *reading_of(struct reader *r, uint32_t stream)
{
    uint32_t index = r->slots_len ? r->slots[slot_of(r, stream)] : 0;

    return index ? &r->streams[index - 1] : NULL;
}

/* Doubles the table at half full, so that a look-up takes as long with ten
 * thousand streams as with ten. */
static void note_slot(struct reader *r, size_t index)
{
    size_t from = index;

    if (2 * r->streams_len > r->slots_len) {
        r->slots_len = r->slots_len ? 2 * r->slots_len : 64;
        free(r->slots);
        r->slots = must_calloc(r->slots_len, sizeof(*r->slots));
        from = 0;
    }
    for (size_t i = from; i <= index; i++)
        r->slots[slot_of(r, r->streams[i].s.decl.stream)] = (uint32_t)i + 1;
}

static void add_stream(struct reader *r, const struct row *row)
{
    r->streams = must_grow(r->streams, r->streams_len, &r->streams_cap,
                           sizeof(*r->streams));
    r->streams[r->streams_len++] = (struct reading){
        .s.decl =
            {
                .stream = row->stream,
                .payload_len = (uint32_t)row->first,
                .partition = row->partition,
                .keys = (uint32_t)row->count,
            },
    };
    note_slot(r, r->streams_len - 1);
}

static void add_fate(struct reading *s, const struct row *row)
{
    s->rows = must_grow(s->rows, s->rows_len, &s->rows_cap, sizeof(*s->rows));
    s->rows[s->rows_len++] = (struct ledger_run){
        .first = row->first,
        .count = row->count,
        .offset = row->offset,
        .time_us = row->time_us,
        .partition = row->partition,
        .fate = (enum fate)row->fate,
    };
    if (row->first + row->count > s->s.sent)
        s->s.sent = row->first + row->count;
}

static int add_name(struct reader *r, struct reading *s, const struct row *row,
                    struct err *err)
{
    size_t at = (size_t)row->part * ROW_TEXT;
    size_t room = sizeof(s->s.decl.into) - 1;

    if (at >= room)
        return bad_row(r, "a name that is too long", err);
    memcpy(s->s.decl.into + at, row->text,
           room - at < ROW_TEXT ? room - at : ROW_TEXT);
    return 0;
}

/* Each row is held against the rows before it, and a row out of place ends the
 * reading: a ledger with a gap would call records phantom that the load did
 * send. Marks only rise: a mark below an earlier mark says nothing new. */
static int add_row(struct reader *r, const struct row *row, struct err *err)
{
    struct reading *s = reading_of(r, row->stream);

    if ((row->kind == ROW_HEADER) != (r->row == 0))
        return bad_row(r, r->row ? "a second header" : "no header", err);
    if (r->view->closed)
        return bad_row(r, "behind the row that closes the ledger", err);
    if (!s && row->kind != ROW_HEADER && row->kind != ROW_STREAM &&
        row->kind != ROW_CLOSED)
        return bad_row(r, "of a stream that was never declared", err);
    switch (row->kind) {
    case ROW_HEADER:
        if (row->first != 1)
            return bad_row(r, "a format that is not 1", err);
        r->view->run = row->stream;
        return 0;
    case ROW_STREAM:
        if (s)
            return bad_row(r, "declares a stream again", err);
        add_stream(r, row);
        return 0;
    case ROW_NAME:
        return add_name(r, s, row, err);
    case ROW_RESERVE:
        if (row->first > s->s.reserved)
            s->s.reserved = row->first;
        return 0;
    case ROW_FATE:
        if (row->count == 0 || row->first + row->count < row->first ||
            (row->offset >= 0 &&
             row->count > (uint64_t)(INT64_MAX - row->offset)))
            return bad_row(r, "a run that is none", err);
        add_fate(s, row);
        return 0;
    case ROW_SENT:
        if (row->first > s->s.sent)
            s->s.sent = row->first;
        return 0;
    case ROW_CLOSED:
        r->view->closed = true;
        return 0;
    }
    abort();
}

/* Reads one row ahead: a cut or bad row at the end was torn as the harness died
 * and is left out, while a bad row before others is damage and an error. */
static int read_rows(struct reader *r, FILE *f, struct err *err)
{
    unsigned char raw[ROW_LEN], behind[ROW_LEN];
    size_t n = fread(raw, 1, ROW_LEN, f);

    while (n == ROW_LEN) {
        struct row row;
        size_t more = fread(behind, 1, ROW_LEN, f);

        if (row_read(raw, &row)) {
            int rc = add_row(r, &row, err);

            if (rc < 0)
                return rc;
        } else if (more > 0 || r->row == 0) {
            return bad_row(r, "its checksum is wrong", err);
        }
        r->row++;
        memcpy(raw, behind, ROW_LEN);
        n = more;
    }
    if (ferror(f))
        return err_set(err, -EIO, "%s: cannot be read", r->path);
    if (r->row == 0)
        return err_set(err, -EBADMSG, "%s: no ledger: it has not one row",
                       r->path);
    return 0;
}

/* ---- rows into disjoint runs ----------------------------------------------
 */

static int by_first(const void *x, const void *y)
{
    const struct ledger_run *a = *(const struct ledger_run *const *)x;
    const struct ledger_run *b = *(const struct ledger_run *const *)y;

    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    return (a > b) - (a < b);
}

/* A heap of rows covering the sequence at hand, the latest on top. Rows lie in
 * one array in the order of the file, so a higher address is a later row. */
struct heap {
    const struct ledger_run **at;
    size_t len;
};

static void heap_down(struct heap *h, size_t i)
{
    for (;;) {
        size_t top = i, left = 2 * i + 1;
        const struct ledger_run *swap = h->at[i];

        for (size_t c = left; c < left + 2 && c < h->len; c++)
            if (h->at[c] > h->at[top])
                top = c;
        if (top == i)
            return;
        h->at[i] = h->at[top];
        h->at[top] = swap;
        i = top;
    }
}

static void heap_push(struct heap *h, const struct ledger_run *r)
{
    size_t i = h->len++;

    while (i > 0 && h->at[(i - 1) / 2] < r) {
        h->at[i] = h->at[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    h->at[i] = r;
}

static void heap_pop(struct heap *h)
{
    h->at[0] = h->at[--h->len];
    heap_down(h, 0);
}

/* Adds the part first..end-1 of a row as a run, joined to the last run if the
 * part continues its sequences, offsets, fate, partition and time. */
static void add_part(struct ledger_view_stream *s, size_t *cap,
                     const struct ledger_run *row, uint64_t first, uint64_t end)
{
    struct ledger_run part = *row;
    struct ledger_run *last;

    part.first = first;
    part.count = end - first;
    if (row->offset >= 0)
        part.offset = row->offset + (int64_t)(first - row->first);
    last = s->runs_len ? &s->runs[s->runs_len - 1] : NULL;
    if (last && last->first + last->count == first && last->fate == part.fate &&
        last->partition == part.partition && last->time_us == part.time_us &&
        (part.offset < 0
             ? last->offset < 0
             : last->offset >= 0 &&
                   last->offset + (int64_t)last->count == part.offset)) {
        last->count += part.count;
        return;
    }
    s->runs = must_grow(s->runs, s->runs_len, cap, sizeof(*s->runs));
    s->runs[s->runs_len++] = part;
}

/* Sweeps upwards over the sequences. The row on top of the heap holds from `at`
 * to its end, or to the beginning of the next row if nearer, as the next row
 * may be later in the file. Ended rows are popped on reaching the top, not
 * before, since a heap gives cheap access to the top alone. */
static void make_runs(struct reading *r)
{
    struct ledger_view_stream *s = &r->s;
    size_t n = r->rows_len, next = 0, cap = 0;
    const struct ledger_run **sorted = must_calloc(n + 1, sizeof(*sorted));
    struct heap heap = {.at = must_calloc(n + 1, sizeof(*heap.at))};
    uint64_t at = 0;

    for (size_t i = 0; i < n; i++)
        sorted[i] = &r->rows[i];
    qsort(sorted, n, sizeof(*sorted), by_first);
    while (next < n || heap.len) {
        const struct ledger_run *top;
        uint64_t end;

        if (!heap.len)
            at = sorted[next]->first;
        while (next < n && sorted[next]->first == at)
            heap_push(&heap, sorted[next++]);
        top = heap.at[0];
        end = top->first + top->count;
        if (end <= at) {
            heap_pop(&heap);
            continue;
        }
        if (next < n && sorted[next]->first < end)
            end = sorted[next]->first;
        add_part(s, &cap, top, at, end);
        at = end;
    }
    free(heap.at);
    free(sorted);
}

static void count_fates(struct ledger_view_stream *s, bool closed)
{
    uint64_t attempted =
        closed || s->sent > s->reserved ? s->sent : s->reserved;

    for (size_t i = 0; i < s->runs_len; i++) {
        switch (s->runs[i].fate) {
        case FATE_ACKNOWLEDGED:
            s->acknowledged += s->runs[i].count;
            break;
        case FATE_REFUSED:
            s->refused += s->runs[i].count;
            break;
        case FATE_ABORTED:
            s->aborted += s->runs[i].count;
            break;
        case FATE_INDETERMINATE:
            break; /* counted below, with sequences that have no row */
        }
    }
    s->indeterminate = attempted - s->acknowledged - s->refused - s->aborted;
}

static int by_stream(const void *x, const void *y)
{
    const struct ledger_view_stream *a = x, *b = y;

    return (a->decl.stream > b->decl.stream) -
           (a->decl.stream < b->decl.stream);
}

static void make_view(struct reader *r)
{
    struct ledger_view *v = r->view;

    v->streams_len = r->streams_len;
    v->streams = must_calloc(r->streams_len + 1, sizeof(*v->streams));
    for (size_t i = 0; i < r->streams_len; i++) {
        make_runs(&r->streams[i]);
        count_fates(&r->streams[i].s, v->closed);
        v->streams[i] = r->streams[i].s;
    }
    qsort(v->streams, v->streams_len, sizeof(*v->streams), by_stream);
}

int ledger_read(const char *path, struct ledger_view *ret, struct err *err)
{
    AUTO_FILE FILE *f = fopen(path, "re");
    struct ledger_view view = {0};
    struct reader r = {.path = path, .view = &view};
    int rc;

    if (!f)
        return err_errno(err, "%s", path);
    rc = read_rows(&r, f, err);
    if (rc == 0) {
        make_view(&r);
        *ret = view;
    }
    for (size_t i = 0; i < r.streams_len; i++)
        free(r.streams[i].rows);
    free(r.streams);
    free(r.slots);
    return rc;
}

void ledger_view_done(struct ledger_view *v)
{
    for (size_t i = 0; i < v->streams_len; i++)
        free(v->streams[i].runs);
    free(v->streams);
    *v = (struct ledger_view){0};
}
