/* load_tsv.c - lines of a key, a tab and a value; a write(2) a line. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "load/load_kinds_own.h"
#include "oracle/stamp.h"

enum { KEY_MAX = 32 };

struct tsv_load {
    int fd;
};

static bool takes(const struct endpoint_ops *into)
{
    return strcmp(into->name, "tsv") == 0;
}

/* With key, tab and newline. */
static size_t record_max(const struct load_item *item)
{
    return KEY_MAX + 1 + load_record_max(item->size, item->json) + 1;
}

static int32_t partition_of(int i)
{
    (void)i;
    return -1;
}

static int tsv_open(struct load_run *r, struct err *err)
{
    struct endpoint *e = r->item->endpoint;
    const char *path = e->ops->property(e, "path");
    struct tsv_load *t = r->state;

    t->fd = -1;
    return data_open(path, false, &t->fd, err);
}

static size_t line(const struct load_run *r, const struct load_stream *s)
{
    const struct load_item *item = r->item;
    size_t len = 0;

    if (item->keys > 0) {
        len = stamp_key(s->number, s->next, (uint32_t)item->keys, r->image);
        r->image[len++] = '\t';
    }
    len += load_record_write(item, r->spec->run, s->number, s->next,
                             r->image + len);
    r->image[len++] = '\n';
    return len;
}

/* A line is acknowledged once write(2) has returned: the file holds it then,
 * whatever becomes of this process. */
static int tsv_send(struct load_run *r, uint64_t n, struct err *err)
{
    const struct tsv_load *t = r->state;
    int rc = 0;

    for (; rc == 0 && n > 0; n--) {
        struct load_stream *s = &r->streams[r->turn];
        uint64_t seq = s->next;
        size_t len;

        rc = books_reserve(r->books, s, r->block, err);
        if (rc < 0)
            return rc;
        len = line(r, s);
        books_attempted(r->books);
        load_run_step(r);
        rc = write_all(t->fd, r->image, len, err);
        books_note(r->books, s, seq,
                   rc == 0 ? FATE_ACKNOWLEDGED : FATE_INDETERMINATE, -1, -1);
    }
    return rc;
}

static void tsv_close(struct load_run *r)
{
    const struct tsv_load *t = r->state;

    if (t->fd >= 0)
        (void)close(t->fd);
}

const struct load_ops load_tsv = {
    .name = "tsv",
    .help = "keys and values, a line each, appended to a file",
    .takes = takes,
    .keyed = true,
    .state_size = sizeof(struct tsv_load),
    .record_max = record_max,
    .partition_of = partition_of,
    .open = tsv_open,
    .send = tsv_send,
    .close = tsv_close,
};
