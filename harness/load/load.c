/* load.c - the thread that drives all loads, and their pace. */
#include "load/load.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "load/load_run_own.h"

enum {
    TICK_US = 5 * US_PER_MS,
    FLUSH_EVERY_US = 100 * US_PER_MS,
    CATCH_UP = 2,                /* at most so many times the rate ... */
    AT_ONCE_US = 20 * US_PER_MS, /* ... and not more than of this long */
    BATCH_BYTES = 1 << 20,       /* of a file's lines */
    BLOCK_MIN = 64,
    BLOCK_MAX = 65536,
    STREAMS_MAX = 1 << 16,
};

struct load_thread {
    struct load_spec spec;
    struct load_run *runs; /* spec.items_len */
    struct load_books books;
    struct err err; /* why it ended by itself */
    pthread_t thread;
    atomic_bool stop, cut, ended;
    pthread_mutex_t lock;
    struct load_counts counts; /* under the lock: as of the last tick */
};

void load_run_step(struct load_run *r)
{
    r->streams[r->turn].next++;
    r->turn = (r->turn + 1) % (size_t)r->item->streams;
    r->sent++;
}

/* How many records may go now: what the clock asks for, but after a stall no
 * more than CATCH_UP times the rate, over any stretch of time. */
static uint64_t due(struct load_run *r, int64_t now_us)
{
    int64_t rate = r->item->rate;
    int64_t asked = rate * (now_us - r->began_us) / US_PER_S;
    int64_t behind = asked - (int64_t)r->sent;
    int64_t most = CATCH_UP * rate * AT_ONCE_US;

    if (most < US_PER_S)
        most = US_PER_S; /* one record */
    r->allowance += CATCH_UP * rate * (now_us - r->last_us);
    if (r->allowance > most)
        r->allowance = most;
    r->last_us = now_us;
    if (behind > r->allowance / US_PER_S)
        behind = r->allowance / US_PER_S;
    return behind > 0 ? (uint64_t)behind : 0;
}

static int send_due(struct load_run *r, struct err *err)
{
    uint64_t n = due(r, clk_now(r->spec->clk));
    uint64_t before = r->sent;
    int rc =
        r->item->file ? load_file_send(r, n, err) : load_topic_send(r, n, err);

    r->allowance -= (int64_t)(r->sent - before) * US_PER_S;
    return rc < 0 ? err_context(err, "load into %s", r->item->into) : 0;
}

static void publish(struct load_thread *l)
{
    pthread_mutex_lock(&l->lock);
    l->counts = l->books.sum;
    l->counts.failed = l->err.code != 0;
    pthread_mutex_unlock(&l->lock);
}

static int tick(struct load_thread *l)
{
    for (size_t i = 0; i < l->spec.items_len; i++)
        if (send_due(&l->runs[i], &l->err) < 0)
            return l->err.code;
    if (l->books.err.code < 0)
        l->err = l->books.err;
    publish(l);
    return l->err.code;
}

static void close_all(struct load_thread *l)
{
    for (size_t i = 0; i < l->spec.items_len; i++)
        if (!l->spec.items[i].file)
            load_topic_close(&l->runs[i]);
    books_close(&l->books);
    if (l->err.code == 0)
        l->err = l->books.err;
    publish(l);
}

static void *load_main(void *arg)
{
    struct load_thread *l = arg;
    const struct clk *clk = l->spec.clk;
    int64_t next_us = clk_now(clk);
    int64_t flush_us = next_us;

    (void)pthread_setname_np(pthread_self(), "load");
    for (size_t i = 0; i < l->spec.items_len; i++)
        l->runs[i].began_us = l->runs[i].last_us = next_us;
    while (!atomic_load(&l->stop) && tick(l) == 0) {
        int64_t now_us = clk_now(clk);

        if (now_us >= flush_us) {
            books_flush(&l->books);
            flush_us = now_us + FLUSH_EVERY_US;
        }
        next_us = next_us + TICK_US > now_us ? next_us + TICK_US : now_us;
        clk->sleep_until_us(clk->ctx, next_us);
    }
    close_all(l);
    event_put(l->spec.events, -1, "load",
              l->err.code ? "load.failed" : "load.stopped",
              l->err.code ? json_pack("{s:s}", "why", l->err.text)
                          : event_no_body());
    atomic_store(&l->ended, true);
    return NULL;
}

static int run_init(struct load_run *r, const struct load_item *item,
                    struct load_thread *l, size_t index)
{
    int64_t block = item->rate / item->streams / 10;
    char actor[32];

    *r = (struct load_run){
        .item = item,
        .spec = &l->spec,
        .books = &l->books,
        .cut = &l->cut,
        .block = (uint64_t)(block < BLOCK_MIN   ? BLOCK_MIN
                            : block > BLOCK_MAX ? BLOCK_MAX
                                                : block),
        .buf_size = load_record_max(item->size, item->json) + 1 +
                    (item->file ? (size_t)BATCH_BYTES : 0),
    };
    (void)snprintf(r->transactional_id, sizeof(r->transactional_id),
                   "ordeal-%08x-%zu", l->spec.run, index);
    (void)snprintf(actor, sizeof(actor), "load[%zu]", index);
    r->transaction.draw = rng_for(l->spec.seed, actor);
    r->buf = malloc(r->buf_size);
    r->streams = calloc((size_t)item->streams, sizeof(*r->streams));
    if (!r->buf || !r->streams)
        return -ENOMEM;
    for (int i = 0; i < item->streams; i++)
        r->streams[i] = (struct load_stream){
            .number = item->first_stream + (uint32_t)i,
            .partition = item->file ? -1 : i,
        };
    return 0;
}

static void load_free(struct load_thread *l)
{
    for (size_t i = 0; l->runs && i < l->spec.items_len; i++) {
        free(l->runs[i].buf);
        free(l->runs[i].streams);
        free(l->runs[i].transaction.at);
    }
    free(l->runs);
    pthread_mutex_destroy(&l->lock);
    free(l);
}

static int prepare(struct load_thread *l, struct err *err)
{
    const struct load_spec *spec = &l->spec;
    int rc = books_open(&l->books, spec, err);

    for (size_t i = 0; rc == 0 && i < spec->items_len; i++) {
        const struct load_item *item = &spec->items[i];

        if (item->streams < 1 || item->streams > STREAMS_MAX)
            return err_set(err, -EINVAL, "load into %s: %d streams, 1 to %d",
                           item->into, item->streams, (int)STREAMS_MAX);
        if (run_init(&l->runs[i], item, l, i) < 0)
            return err_set(err, -ENOMEM, "load into %s: no memory", item->into);
        if (!item->file && load_topic_open(&l->runs[i], err) < 0)
            rc = err_context(err, "load into %s", item->into);
    }
    return rc;
}

/* Signals are for the engine's main thread. */
static int start_thread(struct load_thread *l, struct err *err)
{
    sigset_t all, before;
    int rc;

    sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &before);
    rc = -pthread_create(&l->thread, NULL, load_main, l);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc < 0 ? err_set(err, rc, "load: no thread") : 0;
}

int load_start(const struct load_spec *spec, struct load_thread **ret,
               struct err *err)
{
    struct load_thread *l = calloc(1, sizeof(*l));
    int rc;

    if (!l)
        return err_set(err, -ENOMEM, "load: no memory");
    l->spec = *spec;
    pthread_mutex_init(&l->lock, NULL);
    l->runs = calloc(spec->items_len + 1, sizeof(*l->runs));
    rc = l->runs ? prepare(l, err) : err_set(err, -ENOMEM, "load: no memory");
    if (rc == 0)
        rc = start_thread(l, err);
    if (rc < 0) {
        for (size_t i = 0; l->runs && i < spec->items_len; i++)
            kafka_producer_close(l->runs[i].producer, 0);
        ledger_close(l->books.ledger);
        load_free(l);
        return rc;
    }
    event_put(spec->events, -1, "load", "load.started", event_no_body());
    *ret = l;
    return 0;
}

struct load_counts load_counts(const struct load_thread *l)
{
    pthread_mutex_t *lock = (pthread_mutex_t *)&l->lock;
    struct load_counts c;

    pthread_mutex_lock(lock);
    c = l->counts;
    pthread_mutex_unlock(lock);
    return c;
}

void load_ask_stop(struct load_thread *l)
{
    atomic_store(&l->stop, true);
}

bool load_has_ended(const struct load_thread *l)
{
    return atomic_load(&l->ended);
}

void load_cut(struct load_thread *l)
{
    atomic_store(&l->cut, true);
}

int load_stop(struct load_thread *l, struct err *err)
{
    int rc;

    if (!l)
        return 0;
    load_ask_stop(l);
    (void)pthread_join(l->thread, NULL);
    rc = l->err.code;
    if (rc < 0)
        err_set(err, rc, "%s", l->err.text);
    load_free(l);
    return rc;
}
