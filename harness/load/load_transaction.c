/* load_transaction.c - records that share the fate of a transaction.
 *
 * Records count as aborted only after the broker has confirmed the abort.
 * Records of a transaction that was never committed can never appear. But a
 * producer thrown away after an error may have asked for a commit without
 * learning of the outcome: then the fate is indeterminate.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/memory.h"
#include "load/load_topic_own.h"

enum { OPEN_MAX_US = 10 * US_PER_S, POLL_US = 100 * US_PER_MS };

struct load_sent {
    uint64_t seq;
    size_t stream;
    int64_t offset;
    enum kafka_sent sent; /* indeterminate until reported */
};

int transaction_begin(struct load_run *r, struct err *err)
{
    struct load_transaction *t = &topic_load_of(r)->transaction;
    int rc = 0;

    if (t->open)
        return 0;
    rc = kafka_begin(topic_load_of(r)->producer, err);
    if (rc < 0)
        return rc;
    t->open = true;
    t->failed = false;
    t->abort = rng_below(&t->draw, 1000000) < (uint64_t)r->item->abort_share;
    t->began_us = clk_now(r->spec->clk);
    return 0;
}

uint64_t transaction_add(struct load_run *r, size_t stream, uint64_t seq)
{
    struct load_transaction *t = &topic_load_of(r)->transaction;

    if (t->len == t->cap) {
        t->cap = t->cap ? 2 * t->cap : 1024;
        t->at = must_realloc(t->at, t->cap, sizeof(*t->at));
    }
    t->at[t->len] = (struct load_sent){
        .seq = seq,
        .stream = stream,
        .offset = -1,
        .sent = KAFKA_INDETERMINATE,
    };
    return t->len++;
}

void transaction_drop(struct load_run *r)
{
    topic_load_of(r)->transaction.len--;
}

void transaction_report(struct load_run *r, const struct kafka_report *p)
{
    struct load_transaction *t = &topic_load_of(r)->transaction;
    struct load_sent *s = &t->at[p->tag];

    s->sent = p->sent;
    s->offset = p->offset;
    t->reported++;
}

bool transaction_due(const struct load_run *r)
{
    const struct load_transaction *t = &topic_load_of(r)->transaction;

    return t->open && topic_load_of(r)->producer &&
           (t->failed || t->len >= (size_t)r->item->transaction ||
            r->progress.ended_us >= 0 ||
            clk_now(r->spec->clk) - t->began_us >= OPEN_MAX_US);
}

/* The transaction is over: note the fates of its records. `fate` holds for all,
 * but FATE_ACKNOWLEDGED only for records with an acknowledged report. */
static void settle(struct load_run *r, enum fate fate)
{
    struct load_transaction *t = &topic_load_of(r)->transaction;

    for (size_t i = 0; i < t->len; i++) {
        const struct load_sent *s = &t->at[i];
        const struct load_stream *stream = &r->streams[s->stream];
        enum fate own = fate;

        if (fate == FATE_ACKNOWLEDGED && s->sent != KAFKA_ACKNOWLEDGED)
            own = s->sent == KAFKA_REFUSED ? FATE_REFUSED : FATE_INDETERMINATE;
        books_note(r->books, stream, s->seq, own, stream->partition,
                   own == FATE_REFUSED ? -1 : s->offset);
    }
    t->len = t->reported = 0;
    t->open = false;
}

void transaction_unknown(struct load_run *r)
{
    settle(r, FATE_INDETERMINATE);
}

/* An abort discards records still waiting in the producer's queue. So wait
 * until all records are in the topic, where the abort has to hide them. */
static void write_all_of_it(struct load_run *r)
{
    const struct load_transaction *t = &topic_load_of(r)->transaction;
    const struct clk *clk = r->spec->clk;
    int64_t deadline_us = clk_now(clk) + r->item->timeout_us;

    while (t->reported < t->len && clk_now(clk) < deadline_us)
        (void)kafka_producer_poll(topic_load_of(r)->producer, POLL_US);
}

static int abort_it(struct load_run *r, struct err *err)
{
    int rc = kafka_abort(topic_load_of(r)->producer, r->item->timeout_us, err);

    if (rc == 0)
        settle(r, FATE_ABORTED);
    return rc;
}

/* After a commit with an unknown outcome the producer is lost. After a commit
 * that was surely refused the transaction is aborted. */
int transaction_end(struct load_run *r, struct err *err)
{
    const struct load_transaction *t = &topic_load_of(r)->transaction;
    struct err why = {0};
    int rc;

    if (t->abort && !t->failed)
        write_all_of_it(r);
    if (t->abort || t->failed)
        return abort_it(r, err);
    rc = kafka_commit(topic_load_of(r)->producer, r->item->timeout_us, &why);
    if (rc == 0)
        settle(r, FATE_ACKNOWLEDGED);
    if (rc == -EINPROGRESS || rc == -ESHUTDOWN)
        return err_set(err, rc, "%s", why.text);
    return rc == 0 ? 0 : abort_it(r, err);
}
