/* load_file.c - a batch of lines, one write(2). */
#include <string.h>

#include "load/load_run_own.h"

/* Put lines behind one another while there is room; returns their bytes. */
static int fill(struct load_run *r, uint64_t n, size_t *ret_len,
                uint64_t *ret_lines, struct err *err)
{
    size_t max = load_record_max(r->item->size, r->item->json) + 1;
    size_t len = 0;
    uint64_t lines = 0;

    while (lines < n && r->buf_size - len >= max) {
        struct load_stream *s = &r->streams[r->turn];
        int rc = books_reserve(r->books, s, r->block, err);

        if (rc < 0)
            return rc;
        len += load_record_write(r->item, r->spec->run, s->number, s->next,
                                 r->buf + len);
        r->buf[len++] = '\n';
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

int load_file_send(struct load_run *r, uint64_t n, struct err *err)
{
    struct endpoint *e = r->item->file;
    int rc = 0;

    while (rc == 0 && n > 0) {
        uint64_t lines = 0;
        size_t len = 0;

        rc = fill(r, n, &len, &lines, err);
        if (rc == 0)
            rc = e->ops->append(e, r->buf, len, err);
        note(r, rc == 0 ? FATE_ACKNOWLEDGED : FATE_INDETERMINATE);
        n -= lines;
    }
    return rc;
}
