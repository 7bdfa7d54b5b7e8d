/* load_topic.c - records into a topic, by one producer a load. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "load/load_run_own.h"
#include "oracle/stamp.h"

enum {
    SEQ_BITS = 48,
    REOPEN_EVERY_US = 1 * US_PER_S,
    LOST_TIMEOUT_US = 1 * US_PER_S,
    FLUSH_US = 200 * US_PER_MS, /* then it is asked whether to go on */
};

static enum fate fate_of(enum kafka_sent sent)
{
    switch (sent) {
    case KAFKA_ACKNOWLEDGED:
        return FATE_ACKNOWLEDGED;
    case KAFKA_REFUSED:
        return FATE_REFUSED;
    case KAFKA_INDETERMINATE:
        return FATE_INDETERMINATE;
    }
    abort();
}

static void on_report(void *ctx, const struct kafka_report *p)
{
    struct load_run *r = ctx;
    const struct load_stream *s;

    if (r->item->transaction > 0) {
        transaction_report(r, p);
        return;
    }
    s = &r->streams[p->tag >> SEQ_BITS];
    books_note(r->books, s, p->tag & ((1ull << SEQ_BITS) - 1), fate_of(p->sent),
               s->partition, p->offset);
    r->unsettled--;
}

int load_topic_open(struct load_run *r, struct err *err)
{
    const struct load_item *item = r->item;
    bool transactional = item->transaction > 0;
    struct kafka_producer_spec spec = {
        .topic = item->into,
        .acks = transactional ? -1 : item->acks,
        .idempotence = transactional || (item->idempotence && item->acks == -1),
        .compression = item->compression,
        .transactional_id = transactional ? r->transactional_id : NULL,
        .delivery_timeout_us = item->timeout_us,
        .report = on_report,
        .ctx = r,
    };

    return kafka_producer_open(r->spec->kafka, &spec, &r->producer, err);
}

void load_topic_lost(struct load_run *r, const struct err *why)
{
    event_put(r->spec->events, -1, "load", "load.producer_lost",
              json_pack("{s:s, s:s}", "into", r->item->into, "why", why->text));
    kafka_producer_close(r->producer, LOST_TIMEOUT_US);
    r->producer = NULL;
    r->reopen_us = clk_now(r->spec->clk);
    transaction_unknown(r);
}

static void reopen(struct load_run *r)
{
    int64_t now_us = clk_now(r->spec->clk);
    struct err err = {0};

    if (now_us < r->reopen_us)
        return;
    if (load_topic_open(r, &err) == 0) {
        event_put(r->spec->events, -1, "load", "load.producer_opened",
                  json_pack("{s:s}", "into", r->item->into));
        return;
    }
    r->producer = NULL;
    r->reopen_us = clk_now(r->spec->clk) + REOPEN_EVERY_US;
}

static int produce(struct load_run *r, const struct load_stream *s,
                   struct err *err)
{
    const struct load_item *item = r->item;
    char key[32];
    struct kafka_outgoing out = {
        .partition = s->partition,
        .value = r->buf,
        .value_len =
            load_record_write(item, r->spec->run, s->number, s->next, r->buf),
        .tag = item->transaction > 0 ? transaction_add(r, r->turn, s->next)
                                     : (uint64_t)r->turn << SEQ_BITS | s->next,
    };

    if (item->keys > 0) {
        out.key = key;
        out.key_len = stamp_key(s->number, s->next, (uint32_t)item->keys, key);
    }
    return kafka_send(r->producer, &out, err);
}

/* It was not queued. -EAGAIN: this sequence is tried again later. */
static int not_queued(struct load_run *r, const struct load_stream *s, int rc,
                      const struct err *why)
{
    if (r->item->transaction > 0)
        transaction_drop(r);
    if (rc == -EAGAIN)
        return rc;
    if (rc == -ESHUTDOWN) {
        load_topic_lost(r, why);
        return -EAGAIN;
    }
    r->transaction.failed = true;
    if (r->transaction.len > 0)
        return -EAGAIN; /* it may be the transaction's fault */
    books_attempted(r->books);
    books_note(r->books, s, s->next, FATE_REFUSED, -1, -1);
    load_run_step(r);
    return 0;
}

/* 0: sent, or surely not; -EAGAIN: not now; else the ledger's error. */
static int send_one(struct load_run *r, struct err *err)
{
    const struct load_stream *s = &r->streams[r->turn];
    struct err why;
    int rc;

    if (r->item->transaction > 0 && transaction_begin(r) < 0)
        return -EAGAIN;
    rc = books_reserve(r->books, s, r->block, err);
    if (rc < 0)
        return rc;
    why.code = 0;
    rc = produce(r, s, &why);
    if (rc < 0)
        return not_queued(r, s, rc, &why);
    books_attempted(r->books);
    if (r->item->transaction == 0)
        r->unsettled++;
    load_run_step(r);
    return 0;
}

int load_topic_send(struct load_run *r, uint64_t n, struct err *err)
{
    int rc = 0;

    if (!r->producer)
        reopen(r);
    while (rc == 0 && n-- > 0 && r->producer) {
        rc = send_one(r, err);
        if (transaction_due(r))
            transaction_end(r);
    }
    if (r->producer)
        (void)kafka_producer_poll(r->producer, 0);
    if (transaction_due(r))
        transaction_end(r);
    return rc == -EAGAIN ? 0 : rc;
}

void load_topic_close(struct load_run *r)
{
    int64_t until_us = clk_now(r->spec->clk) + r->item->timeout_us;

    if (r->transaction.open && !atomic_load(r->cut))
        transaction_end(r);
    while (r->producer && !atomic_load(r->cut) &&
           clk_now(r->spec->clk) < until_us &&
           !kafka_producer_flush(r->producer, FLUSH_US))
        ;
    kafka_producer_close(r->producer, 0);
    r->producer = NULL;
    if (r->transaction.open)
        transaction_unknown(r);
}
