/* tail.c - reads live until stopped: a thread that reads, and a second thread
 * that asks for new partitions, since the question may block on a dead broker.
 */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/cond.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "base/stop.h"
#include "client/handle_own.h"
#include "client/message_own.h"

enum {
    TAIL_MAGIC = 0x5461696c,
    SERVE_MS = 100,
    LOOK_EVERY_US = 2000000,
    LOOK_LIMIT_US = 1500000,
    LOOK_AGAIN_US = 100000,
    BEGIN_LIMIT_US = 10000000,
};

static const struct setting tuned[] = {
    {"fetch.wait.max.ms", "100"},
    {"fetch.error.backoff.ms", "100"},
    {"queued.min.messages", "200000"},
    {"check.crcs", "true"},
};

/* A topic being tailed. */
struct tailed {
    char *name;
    rd_kafka_topic_t *topic;
    int known;      /* number of partitions found */
    int64_t *start; /* offset to begin at, of each known partition */
    int started;    /* number of partitions begun by the reading thread */
};

struct kafka_tail {
    unsigned magic; /* TAIL_MAGIC while alive */
    char *name;
    struct kafka_tail_spec spec;
    rd_kafka_t *rk;
    rd_kafka_queue_t *queue;
    struct header_room headers; /* the reading thread's */
    struct tailed *topics;
    size_t topics_len;
    pthread_mutex_t lock; /* guards topics[].known, topics[].start, stopped */
    pthread_cond_t wake;
    bool stopped;
    atomic_bool stop;
    pthread_t reader, finder;
};

static struct kafka_tail *tail_of(void *opaque)
{
    struct kafka_tail *t = opaque;

    assert(t != NULL && t->magic == TAIL_MAGIC);
    return t;
}

/* ---- partitions ----------------------------------------------------------*/

/* Make partitions known to the reading thread. */
static void add_partitions(struct kafka_tail *t, struct tailed *on, int count,
                           const int64_t *start)
{
    int64_t *grown;

    assert(on->known >= 0 && on->known < count);
    pthread_mutex_lock(&t->lock);
    grown = must_realloc(on->start, (size_t)count, sizeof(*grown));
    for (int i = on->known; i < count; i++)
        grown[i] = start[i - on->known];
    on->start = grown;
    on->known = count;
    pthread_mutex_unlock(&t->lock);
}

/* Look for partitions not yet known.
 * Each gets an absolute offset to begin at: a logical offset would cost
 * librdkafka half a second. */
static int look_for(struct kafka_tail *t, struct tailed *on, int64_t when,
                    int64_t deadline_us, struct err *err)
{
    const struct rd_kafka_metadata *md;
    AUTO_FREE int64_t *start = NULL;
    int count, fresh;
    int rc = metadata_of(t->rk, on->topic, deadline_us, &md, err);

    if (rc < 0)
        return rc;
    count = metadata_partitions(md);
    rd_kafka_metadata_destroy(md);
    if (count < 0)
        return err_set(err, count, "%s: partitions not told", on->name);
    fresh = count - on->known; /* only this thread changes `known` */
    if (fresh <= 0)
        return 0;
    start = must_calloc((size_t)fresh, sizeof(*start));
    rc = offsets_at(t->rk, &(struct span){on->name, on->known, (size_t)fresh},
                    when, deadline_us + partitions_take_us((size_t)fresh),
                    start, err);
    if (rc == 0)
        add_partitions(t, on, count, start);
    return rc;
}

/* "From the end" means the end as of now: partitions found later would be read
 * from their beginning, with records from before the start. So ask again until
 * a topic that exists tells its partitions. */
static int look_first(struct kafka_tail *t, struct tailed *on,
                      int64_t deadline_us, struct err *err)
{
    int64_t when =
        t->spec.from_start ? RD_KAFKA_OFFSET_BEGINNING : RD_KAFKA_OFFSET_END;
    struct clk clk = clk_real();

    for (;;) {
        struct err why = {0};
        int rc = look_for(t, on, when, deadline_us, &why);

        if (rc == -EAGAIN && t->spec.from_start)
            return 0;
        if (rc == -EAGAIN && clk_monotonic_us() < deadline_us &&
            stop_check("metadata", &why) == 0) {
            clk_sleep(&clk, LOOK_AGAIN_US);
            continue;
        }
        return rc < 0 ? err_set(err, rc, "%s", why.text) : 0;
    }
}

/* The second thread: waits on the condition variable between two looks, so a
 * stop is noticed at once. */
static void *find_partitions(void *arg)
{
    struct kafka_tail *t = tail_of(arg);

    for (;;) {
        int64_t next_us = clk_monotonic_us() + LOOK_EVERY_US;
        bool stopped;

        pthread_mutex_lock(&t->lock);
        while (!t->stopped && cond_wait_until(&t->wake, &t->lock, next_us))
            ;
        stopped = t->stopped;
        pthread_mutex_unlock(&t->lock);
        if (stopped)
            return NULL;
        for (size_t i = 0; i < t->topics_len && !atomic_load(&t->stop); i++) {
            struct err why = {0};

            if (look_for(t, &t->topics[i], RD_KAFKA_OFFSET_BEGINNING,
                         clk_monotonic_us() + LOOK_LIMIT_US, &why) < 0)
                log_debug(t->name, "%s", why.text);
        }
    }
}

/* ---- reading -------------------------------------------------------------*/

static void on_message(rd_kafka_message_t *m, void *opaque)
{
    struct kafka_tail *t = tail_of(opaque);
    struct record record;

    if (atomic_load_explicit(&t->stop, memory_order_relaxed)) {
        rd_kafka_yield(t->rk);
        return;
    }
    if (m->err) {
        log_warn(t->name, "%s[%d]: %s",
                 m->rkt ? rd_kafka_topic_name(m->rkt) : "", (int)m->partition,
                 rd_kafka_message_errstr(m));
        return;
    }
    record_of_message(m, t->spec.headers ? &t->headers : NULL, &record);
    t->spec.each(t->spec.ctx, rd_kafka_topic_name(m->rkt), &record);
}

/* Begin to read partitions found since the last call. */
static void start_new(struct kafka_tail *t)
{
    pthread_mutex_lock(&t->lock);
    for (size_t i = 0; i < t->topics_len; i++) {
        struct tailed *on = &t->topics[i];

        for (; on->started < on->known; on->started++)
            if (rd_kafka_consume_start_queue(on->topic, on->started,
                                             on->start[on->started],
                                             t->queue) != 0)
                log_error(t->name, "%s[%d]: cannot be tailed: %s", on->name,
                          on->started, rd_kafka_err2str(rd_kafka_last_error()));
    }
    pthread_mutex_unlock(&t->lock);
}

static void *read_live(void *arg)
{
    struct kafka_tail *t = tail_of(arg);

    while (!atomic_load(&t->stop)) {
        start_new(t);
        (void)rd_kafka_consume_callback_queue(t->queue, SERVE_MS, on_message,
                                              t);
    }
    return NULL;
}

/* ---- start and stop ------------------------------------------------------*/

/* The properties in `musts` come last: neither tuning nor the user's properties
 * may change how a tail reads. */
static int tail_open(struct kafka_tail *t, const struct kafka_access *a,
                     struct err *err)
{
    const struct setting musts[] = {
        {"enable.partition.eof", "false"},
        {"enable.auto.commit", "false"},
        /* A log trimmed or cut short is read again from its beginning: better
         * to see a record twice than not at all. */
        {"auto.offset.reset", "earliest"},
        {"isolation.level",
         t->spec.read_uncommitted ? "read_uncommitted" : "read_committed"},
    };
    rd_kafka_conf_t *conf;
    int rc = conf_new(a, tuned, ARRAY_LEN(tuned), &conf, err);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < ARRAY_LEN(musts) && rc == 0; i++)
        rc = conf_set(conf, musts[i].key, musts[i].value, err);
    if (rc < 0) {
        rd_kafka_conf_destroy(conf);
        return rc;
    }
    rc = handle_open(RD_KAFKA_CONSUMER, conf, &t->rk, err);
    if (rc < 0)
        return rc;
    t->queue = rd_kafka_queue_new(t->rk);
    for (size_t i = 0; i < t->topics_len && rc == 0; i++) {
        struct tailed *on = &t->topics[i];

        on->topic = rd_kafka_topic_new(t->rk, on->name, NULL);
        if (!on->topic)
            rc = err_set(err, -EINVAL, "topic %s: %s", on->name,
                         rd_kafka_err2str(rd_kafka_last_error()));
    }
    return rc;
}

static void tail_free(struct kafka_tail *t)
{
    struct handle_parts parts = {.rk = t->rk, .queue = t->queue};

    parts.topics = must_calloc(t->topics_len, sizeof(rd_kafka_topic_t *));
    parts.topics_len = t->topics_len;
    for (size_t i = 0; i < t->topics_len; i++) {
        parts.topics[i] = t->topics[i].topic;
        free(t->topics[i].name);
        free(t->topics[i].start);
    }
    handle_close(&parts, CLOSE_LIMIT_US);
    pthread_mutex_destroy(&t->lock);
    pthread_cond_destroy(&t->wake);
    header_room_done(&t->headers);
    free(t->topics);
    free(t->name);
    t->magic = 0;
    free(t);
}

static struct kafka_tail *tail_new(const struct kafka_tail_spec *spec)
{
    struct kafka_tail *t = must_calloc(1, sizeof(*t));

    t->magic = TAIL_MAGIC;
    t->name = must_strdup(spec->name);
    t->topics = must_calloc(spec->topics_len, sizeof(*t->topics));
    t->spec = *spec;
    t->spec.topics = NULL; /* borrowed for the call only; copied below */
    t->topics_len = spec->topics_len;
    for (size_t i = 0; i < spec->topics_len; i++)
        t->topics[i].name = must_strdup(spec->topics[i]);
    pthread_mutex_init(&t->lock, NULL);
    cond_init(&t->wake);
    return t;
}

static void name_thread(pthread_t thread, const char *name, const char *suffix)
{
    char text[16]; /* the kernel's limit */

    (void)snprintf(text, sizeof(text), "%.*s%s",
                   (int)(sizeof(text) - 1 - strlen(suffix)), name, suffix);
    (void)pthread_setname_np(thread, text);
}

int kafka_tail_start(const struct kafka_access *a,
                     const struct kafka_tail_spec *spec,
                     struct kafka_tail **ret, struct err *err)
{
    int64_t deadline_us = clk_monotonic_us() + BEGIN_LIMIT_US;
    struct kafka_tail *t = tail_new(spec);
    int rc = tail_open(t, a, err);

    for (size_t i = 0; i < t->topics_len && rc == 0; i++)
        rc = look_first(t, &t->topics[i], deadline_us, err);
    if (rc < 0) {
        err_context(err, "tail %s", spec->name);
        tail_free(t);
        return rc;
    }
    if (pthread_create(&t->reader, NULL, read_live, t) != 0 ||
        pthread_create(&t->finder, NULL, find_partitions, t) != 0)
        abort();
    name_thread(t->reader, t->name, "");
    name_thread(t->finder, t->name, "-find");
    *ret = t;
    return 0;
}

void kafka_tail_stop(struct kafka_tail *t)
{
    if (!t)
        return;
    atomic_store(&t->stop, true);
    pthread_mutex_lock(&t->lock);
    t->stopped = true;
    pthread_cond_signal(&t->wake);
    pthread_mutex_unlock(&t->lock);
    pthread_join(t->reader, NULL);
    pthread_join(t->finder, NULL);
    tail_free(t);
}
