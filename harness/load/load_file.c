/* load_file.c - a load into a file: lines, a batch of lines in each write(2).
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "load/load_kinds_own.h"

enum { BATCH_BYTES = 1 << 20 };

struct file_load {
    char *batch;
    size_t size;
};

static bool takes(const struct endpoint_ops *into)
{
    return into->append != NULL;
}

/* The newline included. */
static size_t record_max(const struct load_item *item)
{
    return load_record_max(item->size, item->json) + 1;
}

static int32_t partition_of(int i)
{
    (void)i;
    return -1;
}

static int file_open(struct load_run *r, struct err *err)
{
    struct file_load *f = r->state;

    (void)err;
    f->size = record_max(r->item) + BATCH_BYTES;
    f->batch = must_malloc(f->size);
    return 0;
}

/* Fill the batch with lines as long as the largest line still fits. */
static int fill(struct load_run *r, uint64_t n, size_t *ret_len,
                uint64_t *ret_lines, struct err *err)
{
    const struct file_load *f = r->state;
    size_t max = record_max(r->item);
    size_t len = 0;
    uint64_t lines = 0;

    while (lines < n && f->size - len >= max) {
        struct load_stream *s = &r->streams[r->turn];
        int rc = books_reserve(r->books, s, r->block, err);

        if (rc < 0)
            return rc;
        len += load_record_write(r->item, r->spec->run, s->number, s->next,
                                 f->batch + len);
        f->batch[len++] = '\n';
        books_attempted(r->books);
        load_run_step(r);
        lines++;
    }
    *ret_len = len;
    *ret_lines = lines;
    return 0;
}

static void note(struct load_run *r, enum fate fate)
{
    for (int i = 0; i < r->item->streams; i++) {
        struct load_stream *s = &r->streams[i];

        for (; s->noted < s->next; s->noted++)
            books_note(r->books, s, s->noted, fate, -1, -1);
    }
}

static int file_send(struct load_run *r, uint64_t n, struct err *err)
{
    const struct file_load *f = r->state;
    struct endpoint *e = r->item->endpoint;
    int rc = 0;

    while (rc == 0 && n > 0) {
        uint64_t lines = 0;
        size_t len = 0;

        rc = fill(r, n, &len, &lines, err);
        if (rc == 0)
            rc = e->ops->append(e, f->batch, len, err);
        note(r, rc == 0 ? FATE_ACKNOWLEDGED : FATE_INDETERMINATE);
        n -= lines;
    }
    return rc;
}

static void file_close(struct load_run *r)
{
    struct file_load *f = r->state;

    free(f->batch);
    f->batch = NULL;
}

const struct load_ops load_file = {
    .name = "file",
    .help = "lines appended to a file",
    .takes = takes,
    .state_size = sizeof(struct file_load),
    .record_max = record_max,
    .partition_of = partition_of,
    .open = file_open,
    .send = file_send,
    .close = file_close,
};
