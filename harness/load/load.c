/* load.c - the thread that drives all loads, and the pace of each load. */
#include "load/load.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "load/load_kinds_own.h"

enum {
    TICK_US = 5 * US_PER_MS,
    FLUSH_EVERY_US = 100 * US_PER_MS,
    CATCH_UP = 2, /* at most so many times the rate ... */
    AT_ONCE_US =
        20 * US_PER_MS, /* ... and at most as many as are due in this time */
    BLOCK_MIN = 64,
    BLOCK_MAX = 65536,
    STREAMS_MAX = 1 << 16,
};

struct load_thread {
    struct load_spec spec;
    struct load_run *runs; /* spec.items_len */
    int64_t began_us;      /* loads count from here */
    struct load_books books;
    struct err err; /* the reason if the thread ended by itself */
    pthread_t thread;
    atomic_bool stop, cut, ended;
    pthread_mutex_t lock;
    struct load_counts counts;      /* under the lock: as of the last tick */
    struct load_progress *progress; /* the same, by item */
};

/* How many records may go now: as many as the clock asks for; after a stall at
 * most CATCH_UP times the rate, over any stretch of time; and never more than
 * the load has in all. */
static uint64_t due(struct load_run *r, int64_t now_us)
{
    int64_t rate = r->item->rate;
    int64_t asked = rate * (now_us - r->progress.began_us) / US_PER_S;
    int64_t behind;
    int64_t most = CATCH_UP * rate * AT_ONCE_US;

    if (r->item->records > 0 && asked > r->item->records)
        asked = r->item->records;
    behind = asked - (int64_t)r->sent;
    if (most < US_PER_S)
        most = US_PER_S; /* a single record */
    r->allowance += CATCH_UP * rate * (now_us - r->last_us);
    if (r->allowance > most)
        r->allowance = most;
    r->last_us = now_us;
    if (behind > r->allowance / US_PER_S)
        behind = r->allowance / US_PER_S;
    return behind > 0 ? (uint64_t)behind : 0;
}

static void tell(const struct load_run *r, const char *what)
{
    event_put(r->spec->events, -1, "load", what,
              json_pack("{s:I, s:s}", "load", (json_int_t)r->index, "into",
                        r->item->into));
}

/* A load that begins late owes no record for the time before. */
static bool has_begun(struct load_thread *l, struct load_run *r, int64_t now_us)
{
    if (r->progress.began_us >= 0)
        return true;
    if (now_us - l->began_us < r->item->from_us)
        return false;
    r->progress.began_us = r->last_us = now_us;
    tell(r, "load.began");
    return true;
}

static int send_due(struct load_thread *l, struct load_run *r, struct err *err)
{
    int64_t now_us = clk_now(r->spec->clk);
    uint64_t before = r->sent;
    int rc;

    if (!has_begun(l, r, now_us))
        return 0;
    rc = r->item->ops->send(r, due(r, now_us), err);
    r->allowance -= (int64_t)(r->sent - before) * US_PER_S;
    if (rc == 0 && r->progress.ended_us < 0 && r->item->records > 0 &&
        r->sent >= (uint64_t)r->item->records) {
        r->progress.ended_us = clk_now(r->spec->clk);
        tell(r, "load.written");
    }
    return rc < 0 ? err_context(err, "load into %s", r->item->into) : 0;
}

static void publish(struct load_thread *l)
{
    pthread_mutex_lock(&l->lock);
    l->counts = l->books.sum;
    l->counts.failed = l->err.code != 0;
    for (size_t i = 0; i < l->spec.items_len; i++)
        l->progress[i] = l->runs[i].progress;
    pthread_mutex_unlock(&l->lock);
}

static int tick(struct load_thread *l)
{
    for (size_t i = 0; i < l->spec.items_len; i++)
        if (send_due(l, &l->runs[i], &l->err) < 0)
            return l->err.code;
    if (l->books.err.code < 0)
        l->err = l->books.err;
    publish(l);
    return l->err.code;
}

/* Called when no more records are sent: every load that was still running ends
 * now. */
static void end_loads(struct load_thread *l)
{
    int64_t now_us = clk_now(l->spec.clk);

    for (size_t i = 0; i < l->spec.items_len; i++) {
        struct load_progress *at = &l->runs[i].progress;

        if (at->began_us >= 0 && at->ended_us < 0)
            at->ended_us = now_us;
    }
    publish(l);
}

static void close_all(struct load_thread *l)
{
    end_loads(l);
    for (size_t i = 0; i < l->spec.items_len; i++)
        l->spec.items[i].ops->close(&l->runs[i]);
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
    l->began_us = next_us;
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

static void run_init(struct load_run *r, const struct load_item *item,
                     struct load_thread *l, size_t index)
{
    int64_t block = item->rate / item->streams / 10;

    *r = (struct load_run){
        .item = item,
        .spec = &l->spec,
        .index = index,
        .books = &l->books,
        .cut = &l->cut,
        .streams = must_calloc((size_t)item->streams, sizeof(*r->streams)),
        .block = (uint64_t)(block < BLOCK_MIN   ? BLOCK_MIN
                            : block > BLOCK_MAX ? BLOCK_MAX
                                                : block),
        .image = must_malloc(item->ops->record_max(item)),
        .state = must_calloc(1, item->ops->state_size),
        .progress = {-1, -1, 0},
    };
    for (int i = 0; i < item->streams; i++)
        r->streams[i] = (struct load_stream){
            .number = item->first_stream + (uint32_t)i,
            .partition = item->ops->partition_of(i),
            .acknowledged = &r->progress.acknowledged,
        };
}

static void load_free(struct load_thread *l)
{
    for (size_t i = 0; i < l->spec.items_len; i++) {
        free(l->runs[i].image);
        free(l->runs[i].streams);
        free(l->runs[i].state);
    }
    free(l->runs);
    free(l->progress);
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
        run_init(&l->runs[i], item, l, i);
        rc = item->ops->open(&l->runs[i], err);
        if (rc < 0)
            return err_context(err, "load into %s", item->into);
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

/* Close the loads that were opened before one failed to open. */
static void give_up(struct load_thread *l)
{
    atomic_store(&l->cut, true); /* nothing was sent, no fate is waited for */
    for (size_t i = 0; i < l->spec.items_len; i++)
        if (l->runs[i].state)
            l->spec.items[i].ops->close(&l->runs[i]);
    ledger_close(l->books.ledger);
    load_free(l);
}

int load_start(const struct load_spec *spec, struct load_thread **ret,
               struct err *err)
{
    struct load_thread *l = must_calloc(1, sizeof(*l));
    int rc;

    l->spec = *spec;
    pthread_mutex_init(&l->lock, NULL);
    l->runs = must_calloc(spec->items_len, sizeof(*l->runs));
    l->progress = must_calloc(spec->items_len, sizeof(*l->progress));
    for (size_t i = 0; i < spec->items_len; i++)
        l->progress[i] = (struct load_progress){-1, -1, 0};
    rc = prepare(l, err);
    if (rc == 0)
        rc = start_thread(l, err);
    if (rc < 0) {
        give_up(l);
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

struct load_progress load_progress_of(const struct load_thread *l, size_t item)
{
    pthread_mutex_t *lock = (pthread_mutex_t *)&l->lock;
    struct load_progress s;

    pthread_mutex_lock(lock);
    s = l->progress[item];
    pthread_mutex_unlock(lock);
    return s;
}

bool load_has_more(const struct load_thread *l)
{
    bool more = false;

    for (size_t i = 0; i < l->spec.items_len && !load_has_ended(l); i++) {
        struct load_progress s = load_progress_of(l, i);

        more |=
            s.began_us < 0 || (l->spec.items[i].records > 0 && s.ended_us < 0);
    }
    return more;
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
