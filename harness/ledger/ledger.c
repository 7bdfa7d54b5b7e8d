/* ledger.c - writes the ledger: marks before sends, fates after, in rows.
 *
 * A row in the file's page cache survives the death of the harness, a row in
 * memory does not. So reservations are written before the function returns,
 * since a send may follow; fates are joined and buffered, since a lost fate
 * only turns records indeterminate.
 */
#include "ledger/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/evidence_file.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "ledger/row.h"

enum { BUFFERED_ROWS = 1024 };

/* A stream being written: two marks, and the run still growing. */
struct writing {
    uint32_t stream;
    uint64_t reserved; /* in the file */
    uint64_t asked;    /* highest `up_to` asked for, or noted + 1 */
    struct row open;   /* count 0: no run */
};

struct ledger {
    char *path;
    int fd;
    off_t len;               /* of the file: whole rows */
    struct writing *streams; /* sorted by number */
    size_t streams_len;
    struct writing *last;
    size_t rows_len; /* complete rows waiting for a flush */
    unsigned char rows[BUFFERED_ROWS][ROW_LEN];
};

static struct writing *writing_of(struct ledger *l, uint32_t stream)
{
    size_t low = 0, high = l->streams_len;

    if (l->last && l->last->stream == stream)
        return l->last;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (l->streams[middle].stream < stream)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == l->streams_len || l->streams[low].stream != stream)
        return NULL;
    l->last = &l->streams[low];
    return l->last;
}

/* Writes the buffered rows to the file. Half a row left by a full disk is cut
 * off again, or every later row would be unreadable. */
static int write_rows(struct ledger *l, struct err *err)
{
    int rc = write_all(l->fd, l->rows, l->rows_len * ROW_LEN, err);

    if (rc < 0) {
        if (ftruncate(l->fd, l->len) < 0)
            return err_context(err, "%s: and cannot be cut back", l->path);
        return err_context(err, "%s", l->path);
    }
    l->len += (off_t)(l->rows_len * ROW_LEN);
    l->rows_len = 0;
    return 0;
}

static int put_row(struct ledger *l, const struct row *r, struct err *err)
{
    if (l->rows_len == BUFFERED_ROWS) {
        int rc = write_rows(l, err);

        if (rc < 0)
            return rc;
    }
    row_write(r, l->rows[l->rows_len++]);
    return 0;
}

int ledger_create(const char *path, uint32_t run, struct ledger **ret,
                  struct err *err)
{
    const struct row header = {.kind = ROW_HEADER, .stream = run, .first = 1};
    struct ledger *l;
    int fd, rc = evidence_open(path, O_EXCL, &fd, err);

    if (rc < 0)
        return rc;
    l = must_calloc(1, sizeof(*l));
    l->fd = fd;
    l->path = path_of("%s", path);
    rc = put_row(l, &header, err);
    if (rc == 0)
        rc = write_rows(l, err);
    if (rc < 0) {
        (void)close(fd);
        free(l->path);
        free(l);
        return rc;
    }
    *ret = l;
    return 0;
}

static void add_writing(struct ledger *l, uint32_t stream)
{
    size_t at = l->streams_len;
    struct writing *more =
        must_realloc(l->streams, l->streams_len + 1, sizeof(*more));

    while (at > 0 && more[at - 1].stream > stream)
        at--;
    memmove(more + at + 1, more + at, (l->streams_len - at) * sizeof(*more));
    more[at] = (struct writing){.stream = stream};
    l->streams = more;
    l->streams_len++;
    l->last = NULL;
}

int ledger_declare(struct ledger *l, const struct ledger_stream *s,
                   struct err *err)
{
    const struct row declared = {
        .kind = ROW_STREAM,
        .stream = s->stream,
        .partition = s->partition,
        .first = s->payload_len,
        .count = s->keys,
    };
    size_t len = strnlen(s->into, sizeof(s->into));
    int rc;

    if (writing_of(l, s->stream))
        return err_set(err, -EEXIST, "%s: stream %u is declared already",
                       l->path, s->stream);
    rc = put_row(l, &declared, err);
    for (size_t at = 0; rc == 0 && at < len; at += ROW_TEXT) {
        struct row name = {
            .kind = ROW_NAME,
            .stream = s->stream,
            .part = (uint16_t)(at / ROW_TEXT),
        };

        memcpy(name.text, s->into + at,
               len - at < ROW_TEXT ? len - at : ROW_TEXT);
        rc = put_row(l, &name, err);
    }
    if (rc == 0)
        rc = write_rows(l, err);
    if (rc == 0)
        add_writing(l, s->stream);
    return rc;
}

static int not_declared(const struct ledger *l, uint32_t stream,
                        struct err *err)
{
    return err_set(err, -ENOENT, "%s: stream %u was never declared", l->path,
                   stream);
}

int ledger_reserve(struct ledger *l, uint32_t stream, uint64_t up_to,
                   uint64_t block, struct err *err)
{
    struct writing *w = writing_of(l, stream);
    struct row row = {.kind = ROW_RESERVE, .stream = stream};
    int rc;

    if (!w)
        return not_declared(l, stream, err);
    if (up_to > w->reserved) {
        row.first = w->reserved + (block ? block : 1);
        if (row.first < up_to)
            row.first = up_to;
        rc = put_row(l, &row, err);
        if (rc == 0)
            rc = write_rows(l, err);
        if (rc < 0)
            return rc;
        w->reserved = row.first;
    }
    if (up_to > w->asked)
        w->asked = up_to;
    return 0;
}

static int close_run(struct ledger *l, struct writing *w, struct err *err)
{
    int rc = w->open.count ? put_row(l, &w->open, err) : 0;

    if (rc == 0)
        w->open.count = 0;
    return rc;
}

/* Returns whether `one` goes on the open run: next sequence, next offset (or
 * both without), same fate and partition. */
static bool goes_on(const struct row *open, const struct row *one)
{
    return open->count && open->first + open->count == one->first &&
           open->fate == one->fate && open->partition == one->partition &&
           (one->offset < 0
                ? open->offset < 0
                : open->offset >= 0 &&
                      open->offset + (int64_t)open->count == one->offset);
}

int ledger_note(struct ledger *l, uint32_t stream, const struct ledger_run *one,
                struct err *err)
{
    struct writing *w = writing_of(l, stream);
    const struct row row = {
        .kind = ROW_FATE,
        .stream = stream,
        .fate = (uint8_t)one->fate,
        .partition = one->partition,
        .first = one->first,
        .count = one->count,
        .offset = one->offset < 0 ? -1 : one->offset,
        .time_us = one->time_us,
    };
    uint64_t end = one->first + one->count;

    if (!w)
        return not_declared(l, stream, err);
    if (one->count == 0 || end < one->first || end > w->reserved)
        return err_set(err, -EINVAL,
                       "%s: stream %u: %s noted for sequence %llu, but only "
                       "those below %llu were reserved",
                       l->path, stream, fate_name(one->fate),
                       (unsigned long long)(end - 1),
                       (unsigned long long)w->reserved);
    if (goes_on(&w->open, &row)) {
        w->open.count += row.count;
    } else {
        int rc = close_run(l, w, err);

        if (rc < 0)
            return rc;
        w->open = row;
    }
    if (end > w->asked)
        w->asked = end;
    return 0;
}

int ledger_flush(struct ledger *l, struct err *err)
{
    int rc = 0;

    for (size_t i = 0; i < l->streams_len && rc == 0; i++)
        rc = close_run(l, &l->streams[i], err);
    return rc < 0 ? rc : write_rows(l, err);
}

/* Notes how far each stream was asked for, and the good end. A sequence asked
 * for without a fate stays indeterminate; a sequence only reserved ahead was
 * never sent. Without the rows written here every reserved sequence counts as
 * indeterminate, so a failed write errs on the safe side. */
static int write_end(struct ledger *l, struct err *err)
{
    const struct row closed = {.kind = ROW_CLOSED};
    int rc = ledger_flush(l, err);

    for (size_t i = 0; i < l->streams_len && rc == 0; i++) {
        const struct row sent = {
            .kind = ROW_SENT,
            .stream = l->streams[i].stream,
            .first = l->streams[i].asked,
        };

        rc = put_row(l, &sent, err);
    }
    if (rc == 0)
        rc = put_row(l, &closed, err);
    return rc < 0 ? rc : write_rows(l, err);
}

void ledger_close(struct ledger *l)
{
    struct err err = {0};

    if (!l)
        return;
    (void)write_end(l, &err);
    (void)close(l->fd);
    free(l->streams);
    free(l->path);
    free(l);
}
