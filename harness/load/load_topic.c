/* load_topic.c - a load into a topic: a producer for each load. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load/load_kinds_own.h"
#include "load/load_topic_own.h"
#include "oracle/stamp.h"

enum {
    SEQ_BITS = 48,
    REOPEN_EVERY_US = 1 * US_PER_S,
    LOST_TIMEOUT_US = 1 * US_PER_S,
    FLUSH_US = 200 * US_PER_MS, /* between two looks whether to go on */
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
}

static bool takes(const struct endpoint_ops *into)
{
    return strcmp(into->name, "topic") == 0;
}

static size_t record_max(const struct load_item *item)
{
    return load_record_max(item->size, item->json);
}

static int32_t partition_of(int i)
{
    return i;
}

static int open_producer(struct load_run *r, struct err *err)
{
    const struct load_item *item = r->item;
    struct topic_load *t = topic_load_of(r);
    bool transactional = item->transaction > 0;
    struct kafka_producer_spec spec = {
        .topic = item->into,
        .acks = transactional ? -1 : item->acks,
        .idempotence = transactional || (item->idempotence && item->acks == -1),
        .compression = item->compression,
        .transactional_id = transactional ? t->transactional_id : NULL,
        .delivery_timeout_us = item->timeout_us,
        .report = on_report,
        .ctx = r,
    };

    return kafka_producer_open(r->spec->kafka, &spec, &t->producer, err);
}

static int topic_open(struct load_run *r, struct err *err)
{
    struct topic_load *t = topic_load_of(r);
    char actor[32];

    (void)snprintf(t->transactional_id, sizeof(t->transactional_id),
                   "ordeal-%08x-%zu", r->spec->run, r->index);
    (void)snprintf(actor, sizeof(actor), "load[%zu]", r->index);
    t->transaction.draw = rng_for(r->spec->seed, actor);
    return open_producer(r, err);
}

/* The producer cannot go on: settle its records, and open another producer
 * later. */
static void lose(struct load_run *r, const struct err *why)
{
    struct topic_load *t = topic_load_of(r);

    event_put(r->spec->events, -1, "load", "load.producer_lost",
              json_pack("{s:s, s:s}", "into", r->item->into, "why", why->text));
    kafka_producer_close(t->producer, LOST_TIMEOUT_US);
    t->producer = NULL;
    t->reopen_us = clk_now(r->spec->clk);
    transaction_unknown(r);
}

static void reopen(struct load_run *r)
{
    struct topic_load *t = topic_load_of(r);
    int64_t now_us = clk_now(r->spec->clk);
    struct err err = {0};

    if (now_us < t->reopen_us)
        return;
    if (open_producer(r, &err) == 0) {
        event_put(r->spec->events, -1, "load", "load.producer_opened",
                  json_pack("{s:s}", "into", r->item->into));
        return;
    }
    t->producer = NULL;
    t->reopen_us = clk_now(r->spec->clk) + REOPEN_EVERY_US;
}

static int produce(struct load_run *r, const struct load_stream *s,
                   struct err *err)
{
    const struct load_item *item = r->item;
    char key[32];
    struct kafka_outgoing out = {
        .partition = s->partition,
        .value = r->image,
        .value_len =
            load_record_write(item, r->spec->run, s->number, s->next, r->image),
        .tag = item->transaction > 0 ? transaction_add(r, r->turn, s->next)
                                     : (uint64_t)r->turn << SEQ_BITS | s->next,
    };

    if (item->keys > 0) {
        out.key = key;
        out.key_len = stamp_key(s->number, s->next, (uint32_t)item->keys, key);
    }
    return kafka_send(topic_load_of(r)->producer, &out, err);
}

/* The record was not queued. -EAGAIN: try the same sequence again later. */
static int not_queued(struct load_run *r, const struct load_stream *s, int rc,
                      const struct err *why)
{
    struct load_transaction *t = &topic_load_of(r)->transaction;

    if (r->item->transaction > 0)
        transaction_drop(r);
    if (rc == -EAGAIN)
        return rc;
    if (rc == -ESHUTDOWN) {
        lose(r, why);
        return -EAGAIN;
    }
    t->failed = true;
    if (t->len > 0)
        return -EAGAIN; /* the fault may be the transaction's */
    books_attempted(r->books);
    books_note(r->books, s, s->next, FATE_REFUSED, -1, -1);
    load_run_step(r);
    return 0;
}

/* 0: sent, or surely not; -EAGAIN: not now; else the ledger's error. */
static int send_one(struct load_run *r, struct err *err)
{
    const struct load_stream *s = &r->streams[r->turn];
    struct err why = {0};
    int rc;

    if (r->item->transaction > 0 && transaction_begin(r, &why) < 0) {
        lose(r, &why);
        return -EAGAIN;
    }
    rc = books_reserve(r->books, s, r->block, err);
    if (rc < 0)
        return rc;
    rc = produce(r, s, &why);
    if (rc < 0)
        return not_queued(r, s, rc, &why);
    books_attempted(r->books);
    load_run_step(r);
    return 0;
}

static void end_transaction(struct load_run *r)
{
    struct err why = {0};

    if (transaction_end(r, &why) < 0)
        lose(r, &why);
}

static int topic_send(struct load_run *r, uint64_t n, struct err *err)
{
    struct topic_load *t = topic_load_of(r);
    int rc = 0;

    if (!t->producer)
        reopen(r);
    while (rc == 0 && n-- > 0 && t->producer) {
        rc = send_one(r, err);
        if (transaction_due(r))
            end_transaction(r);
    }
    if (t->producer)
        (void)kafka_producer_poll(t->producer, 0);
    if (transaction_due(r))
        end_transaction(r);
    return rc == -EAGAIN ? 0 : rc;
}

static void topic_close(struct load_run *r)
{
    struct topic_load *t = topic_load_of(r);
    int64_t until_us = clk_now(r->spec->clk) + r->item->timeout_us;

    if (t->transaction.open && !atomic_load(r->cut))
        end_transaction(r);
    while (t->producer && !atomic_load(r->cut) &&
           clk_now(r->spec->clk) < until_us &&
           !kafka_producer_flush(t->producer, FLUSH_US))
        ;
    kafka_producer_close(t->producer, 0);
    t->producer = NULL;
    if (t->transaction.open)
        transaction_unknown(r);
    free(t->transaction.at);
    t->transaction = (struct load_transaction){0};
}

const struct load_ops load_topic = {
    .name = "topic",
    .help = "records produced into a topic",
    .takes = takes,
    .keyed = true,
    .state_size = sizeof(struct topic_load),
    .record_max = record_max,
    .partition_of = partition_of,
    .open = topic_open,
    .send = topic_send,
    .close = topic_close,
};
