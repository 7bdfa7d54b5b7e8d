/* load_books.c - the ledger and the sums of all loads. */
#include <errno.h>
#include <stdio.h>

#include "load/load_kinds_own.h"

static int declare(struct ledger *l, const struct load_item *item, int i,
                   struct err *err)
{
    struct ledger_stream s = {
        .stream = item->first_stream + (uint32_t)i,
        .payload_len = load_payload_len(item->size, item->json),
        .partition = item->ops->partition_of(i),
        .keys = item->ops->keyed ? (uint32_t)item->keys : 0,
    };

    (void)snprintf(s.into, sizeof(s.into), "%s", item->into);
    return ledger_declare(l, &s, err);
}

int books_open(struct load_books *b, const struct load_spec *spec,
               struct err *err)
{
    int rc = ledger_create(spec->ledger_path, spec->run, &b->ledger, err);

    b->clk = spec->clk;
    for (size_t i = 0; rc == 0 && i < spec->items_len; i++)
        for (int s = 0; rc == 0 && s < spec->items[i].streams; s++)
            rc = declare(b->ledger, &spec->items[i], s, err);
    return rc;
}

int books_reserve(struct load_books *b, const struct load_stream *s,
                  uint64_t block, struct err *err)
{
    return ledger_reserve(b->ledger, s->number, s->next + 1, block, err);
}

void books_attempted(struct load_books *b)
{
    b->sum.attempted++;
    b->sum.in_flight++;
}

void books_note(struct load_books *b, const struct load_stream *s, uint64_t seq,
                enum fate fate, int32_t partition, int64_t offset)
{
    const struct ledger_run one = {
        .first = seq,
        .count = 1,
        .offset = offset,
        .time_us = clk_now(b->clk),
        .partition = partition,
        .fate = fate,
    };

    b->sum.in_flight--;
    switch (fate) {
    case FATE_ACKNOWLEDGED:
        b->sum.acknowledged++;
        ++*s->acknowledged;
        break;
    case FATE_REFUSED:
        b->sum.refused++;
        break;
    case FATE_ABORTED:
        b->sum.aborted++;
        break;
    case FATE_INDETERMINATE:
        b->sum.indeterminate++;
        break;
    }
    if (b->err.code == 0 &&
        ledger_note(b->ledger, s->number, &one, &b->err) < 0)
        err_context(&b->err, "load");
}

void books_flush(struct load_books *b)
{
    if (b->err.code == 0 && ledger_flush(b->ledger, &b->err) < 0)
        err_context(&b->err, "load");
}

void books_close(struct load_books *b)
{
    books_flush(b);
    if (b->err.code == 0 && b->sum.in_flight > 0)
        err_set(&b->err, -EIO, "load: %llu records without a fate",
                (unsigned long long)b->sum.in_flight);
    ledger_close(b->ledger);
    b->ledger = NULL;
}

void load_run_step(struct load_run *r)
{
    r->streams[r->turn].next++;
    r->turn = (r->turn + 1) % (size_t)r->item->streams;
    r->sent++;
}
