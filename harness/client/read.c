/* read.c - reads a topic from absolute start to absolute end, as fast as
 * librdkafka can: by callback from a single queue per consumer, each consumer
 * on a thread, metadata before the first fetch (else the consumer idles 500
 * ms).
 */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clk.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "base/stop.h"
#include "client/admin_own.h"
#include "client/message_own.h"

enum {
    SERVE_MS = 100,
    READERS_MAX = 64,
    CACHE_LINE = 64,
    STANDS_EVERY_US = 1 * US_PER_S, /* between two calls of spec->stands() */
    PATIENCE_US = 5 * US_PER_S,     /* time-out of a question to the cluster */
    QUEUE_MIB = 512,
};

static const struct setting tuned[] = {
    /* The fetcher never sleeps below this limit; the default is 100000. */
    {"queued.min.messages", "1000000"},
    {"fetch.message.max.bytes", "1048576"},
    {"fetch.wait.max.ms", "50"},
    {"fetch.error.backoff.ms", "100"},
    {"check.crcs", "true"},
    {"queued.max.messages.kbytes", NULL}, /* by spec->queue_mib */
};

struct partition {
    int64_t low;  /* the first offset in the log */
    int64_t next; /* all offsets below `next` were handed over */
    int64_t end;  /* the high watermark when the read began */
    int64_t dry;  /* where the reader met the end of the partition (under
                     read_committed the last stable offset); -1: not met */
    bool done;
    bool moved;                         /* `next` is no longer in the log */
} __attribute__((aligned(CACHE_LINE))); /* neighbours: two readers write */

/* A whole read, shared by its readers. Each partition belongs to one reader. */
struct read {
    const struct kafka_access *access;
    const struct kafka_read_spec *spec;
    int64_t deadline_us;
    int partitions;
    int readers;
    struct partition *at;
    atomic_bool stop; /* a reader failed: the others stop too */
};

enum { READER_MAGIC = 0x52656164 };

struct reader {
    unsigned magic; /* READER_MAGIC while alive */
    struct read *job;
    int id;
    pthread_t thread;
    rd_kafka_t *rk;
    rd_kafka_topic_t *topic;
    rd_kafka_queue_t *queue;
    struct header_room headers;
    int left;   /* partitions not done */
    bool moved; /* some partition is `moved` */
    uint64_t records;
    int64_t held_since_us; /* since when open transactions alone hide the rest;
                              0: something else is missing */
    uint64_t held_at_records;
    int64_t asked_us;  /* last call of spec->stands() */
    char trouble[256]; /* the last passing error */
    int rc;
    struct err err;
};

static struct reader *reader_of(void *opaque)
{
    struct reader *r = opaque;

    assert(r != NULL && r->magic == READER_MAGIC);
    return r;
}

static void finish(struct reader *r, struct partition *p)
{
    p->done = true;
    if (--r->left == 0)
        rd_kafka_yield(r->rk);
}

static void give_up(struct reader *r, int rc)
{
    r->rc = rc;
    rd_kafka_yield(r->rk);
}

/* ---- what the queue brings -----------------------------------------------*/

/* An event without a record: the end of a partition, or an error. Errors not
 * listed pass by themselves; the last is kept for the error text. */
static void on_trouble(struct reader *r, const rd_kafka_message_t *m)
{
    struct partition *p = &r->job->at[m->partition];

    switch ((int)m->err) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
        /* Behind the last visible record transaction markers and aborted
         * records may follow: only the EOF event tells the true end. */
        p->dry = m->offset;
        if (!p->done && m->offset >= p->end)
            finish(r, p);
        return;
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
        p->moved = r->moved = true;
        rd_kafka_yield(r->rk);
        return;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
        give_up(r, err_set(&r->err, kafka_errno(m->err), "%s[%d]: at %lld: %s",
                           r->job->spec->topic, (int)m->partition,
                           (long long)p->next, rd_kafka_message_errstr(m)));
        return;
    }
    (void)snprintf(r->trouble, sizeof(r->trouble), "%s",
                   rd_kafka_message_errstr(m));
    log_warn("kafka", "%s[%d]: reading: %s", r->job->spec->topic,
             (int)m->partition, r->trouble);
}

/* Called for each record: the hottest function of a replay. No lock is needed,
 * since a partition belongs to a single reader. */
static void on_message(rd_kafka_message_t *m, void *opaque)
{
    struct reader *r = reader_of(opaque);
    const struct kafka_read_spec *spec = r->job->spec;
    struct partition *p;
    struct record record;
    int rc;

    if (m->partition < 0 || m->partition >= r->job->partitions)
        return;
    if (m->err) {
        on_trouble(r, m);
        return;
    }
    p = &r->job->at[m->partition];
    /* Below `next`: fetched again after a change of leader, no second copy. */
    if (p->done || r->rc < 0 || m->offset < p->next)
        return;
    if (m->offset >= p->end) {
        finish(r, p);
        return;
    }
    p->next = m->offset + 1;
    p->dry = -1;
    r->records++;
    record_of_message(m, spec->headers ? &r->headers : NULL, &record);
    rc = spec->each(spec->ctxs[r->id], &record);
    if (rc < 0)
        give_up(r, err_set(&r->err, rc, "%s[%d]: stopped at offset %lld",
                           r->job->spec->topic, (int)m->partition,
                           (long long)m->offset));
    else if (p->next >= p->end)
        finish(r, p);
}

/* The next offset of a partition is no longer in the log. If the log now begins
 * behind that offset, retention trimmed the log: go on at the new first offset.
 * If the log begins before, the log was cut short at its end, and records
 * already read are no longer in the log: -ESTALE. */
static int follow_retention(struct reader *r, int32_t partition)
{
    struct partition *p = &r->job->at[partition];
    const char *topic = r->job->spec->topic;
    int64_t low;
    int rc = offsets_at(r->rk, &(struct span){topic, partition, 1},
                        RD_KAFKA_OFFSET_BEGINNING, r->job->deadline_us, &low,
                        &r->err);

    if (rc < 0)
        return rc;
    if (low <= p->next)
        return err_set(&r->err, -ESTALE,
                       "%s[%d]: the log was cut short: offset %lld is gone",
                       topic, (int)partition, (long long)p->next);
    log_info("kafka", "%s[%d]: trimmed up to %lld while at %lld", topic,
             (int)partition, (long long)low, (long long)p->next);
    p->moved = false;
    p->low = p->next = low;
    if (low >= p->end) {
        finish(r, p);
        return 0;
    }
    rd_kafka_consume_stop(r->topic, partition);
    if (rd_kafka_consume_start_queue(r->topic, partition, low, r->queue) == 0)
        return 0;
    return err_set(&r->err, -EIO, "%s[%d]: cannot be read from %lld", topic,
                   (int)partition, (long long)low);
}

static int follow_moved(struct reader *r)
{
    int rc = 0;

    r->moved = false;
    for (int i = r->id; i < r->job->partitions && rc == 0; i += r->job->readers)
        if (r->job->at[i].moved && !r->job->at[i].done)
            rc = follow_retention(r, i);
    return rc;
}

/* ---- a cluster that is gone ----------------------------------------------*/

/* Ask whether the cluster stands. Negative errno: gone for good. */
static int stands(const struct read *job, struct err *err)
{
    return job->spec->stands ? job->spec->stands(job->spec->stands_ctx, err)
                             : 0;
}

/* The deadline of one question to the cluster. With spec->stands() the question
 * is cut into short ones, to look in between whether the cluster still stands.
 */
static int64_t patient_until(const struct read *job)
{
    int64_t until_us = clk_monotonic_us() + PATIENCE_US;

    return job->spec->stands && until_us < job->deadline_us ? until_us
                                                            : job->deadline_us;
}

/* True if only our own short deadline passed and the cluster still stands; err
 * is then empty. Else err says why not. */
static bool may_ask_again(const struct read *job, int rc, struct err *err)
{
    if (rc != -ETIMEDOUT || !job->spec->stands ||
        ms_until(job->deadline_us) == 0)
        return false;
    *err = (struct err){0};
    return stands(job, err) == 0;
}

/* ---- one reader ----------------------------------------------------------*/

static int reader_conf(const struct read *job, rd_kafka_conf_t **ret,
                       struct err *err)
{
    int mib = job->spec->queue_mib > 0 ? job->spec->queue_mib : QUEUE_MIB;
    AUTO_FREE char *queue_kib = must_printf("%d", mib * 1024);
    const struct setting musts[] = {
        {"enable.partition.eof", "true"},
        {"enable.auto.commit", "false"},
        {"auto.offset.reset", "error"},
        {"isolation.level",
         job->spec->read_uncommitted ? "read_uncommitted" : "read_committed"},
    };
    struct setting usual[ARRAY_LEN(tuned)];
    int rc;

    memcpy(usual, tuned, sizeof(usual));
    usual[ARRAY_LEN(tuned) - 1].value = queue_kib;
    rc = conf_new(job->access, usual, ARRAY_LEN(usual), ret, err);
    for (size_t i = 0; i < ARRAY_LEN(musts) && rc == 0; i++)
        rc = conf_set(*ret, musts[i].key, musts[i].value, err);
    return rc;
}

/* Metadata is asked for before consuming begins, else librdkafka idles 500 ms.
 */
static int reader_begin(struct reader *r)
{
    const struct rd_kafka_metadata *md;
    rd_kafka_conf_t *conf = NULL;
    int rc = reader_conf(r->job, &conf, &r->err);

    if (rc == 0)
        rc = handle_open(RD_KAFKA_CONSUMER, conf, &r->rk, &r->err);
    else if (conf)
        rd_kafka_conf_destroy(conf);
    if (rc < 0)
        return rc;
    r->queue = rd_kafka_queue_new(r->rk);
    r->topic = rd_kafka_topic_new(r->rk, r->job->spec->topic, NULL);
    do
        rc = metadata_of(r->rk, r->topic, patient_until(r->job), &md, &r->err);
    while (may_ask_again(r->job, rc, &r->err));
    if (rc < 0)
        return r->err.code;
    rd_kafka_metadata_destroy(md);
    for (int i = r->id; i < r->job->partitions; i += r->job->readers) {
        struct partition *p = &r->job->at[i];

        if (p->done)
            continue;
        r->left++;
        if (rd_kafka_consume_start_queue(r->topic, i, p->low, r->queue) != 0)
            return err_set(&r->err, kafka_errno(rd_kafka_last_error()),
                           "%s[%d]: %s", r->job->spec->topic, i,
                           rd_kafka_err2str(rd_kafka_last_error()));
    }
    return 0;
}

static bool reader_has_work(const struct read *job, int id)
{
    for (int i = id; i < job->partitions; i += job->readers)
        if (!job->at[i].done)
            return true;
    return false;
}

static void reader_end(struct reader *r)
{
    struct handle_parts parts = {.rk = r->rk, .queue = r->queue};

    if (!r->rk)
        return;
    if (r->topic) {
        parts.topics = must_calloc(1, sizeof(rd_kafka_topic_t *));
        parts.topics[0] = r->topic;
        parts.topics_len = 1;
    }
    handle_close(&parts, CLOSE_LIMIT_US);
    header_room_done(&r->headers);
}

/* Whether open transactions alone have hidden the rest for spec->hold_us, with
 * no new record meanwhile. */
static bool is_held(struct reader *r)
{
    const struct kafka_read_spec *spec = r->job->spec;
    bool held = spec->hold_us > 0 && !spec->read_uncommitted;

    for (int i = r->id; held && i < r->job->partitions; i += r->job->readers)
        held = r->job->at[i].done || r->job->at[i].dry >= 0;
    if (!held || r->held_since_us == 0 || r->held_at_records != r->records) {
        r->held_since_us = held ? clk_monotonic_us() : 0;
        r->held_at_records = r->records;
        return false;
    }
    return clk_monotonic_us() - r->held_since_us >= spec->hold_us;
}

/* Call spec->stands() once a second. A failure in any reader ends the read. */
static int look_at_cluster(struct reader *r)
{
    int64_t now_us = clk_monotonic_us();

    if (now_us - r->asked_us < STANDS_EVERY_US)
        return 0;
    r->asked_us = now_us;
    return stands(r->job, &r->err);
}

/* A reader's thread. Serves the queue for SERVE_MS at a time and looks in
 * between for all other reasons to go on or stop: deadline, trimmed logs, a
 * cluster gone, an open transaction, another reader's failure. */
static void *reader_run(void *arg)
{
    struct reader *r = reader_of(arg);
    struct read *job = r->job;

    if (!reader_has_work(job, r->id))
        return NULL; /* no client for empty partitions */
    r->rc = reader_begin(r);
    while (r->rc == 0 && r->left > 0 && !atomic_load(&job->stop)) {
        int ms = ms_until(job->deadline_us);

        if (ms == 0)
            break;
        (void)rd_kafka_consume_callback_queue(
            r->queue, ms < SERVE_MS ? ms : SERVE_MS, on_message, r);
        if (r->moved && r->rc == 0)
            r->rc = follow_moved(r);
        if (r->rc == 0 && r->left > 0)
            r->rc = stop_check(job->spec->topic, &r->err);
        if (r->rc == 0 && r->left > 0)
            r->rc = look_at_cluster(r);
        if (r->rc == 0 && r->left > 0 && is_held(r))
            break;
    }
    if (r->rc < 0)
        atomic_store(&job->stop, true);
    reader_end(r);
    return NULL;
}

/* ---- the whole read ------------------------------------------------------*/

int kafka_default_readers(int partitions)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int most = cores < 1 ? 1 : cores > READERS_MAX ? READERS_MAX : (int)cores;

    return partitions < 1 ? 1 : partitions < most ? partitions : most;
}

/* Find partitions, first offsets and ends. The end is the high watermark also
 * under read_committed: the read waits for records behind an open transaction.
 */
static int survey(struct read *job, struct kafka_admin *k, struct err *err)
{
    int64_t until_us = patient_until(job);
    const char *topic = job->spec->topic;
    AUTO_FREE int64_t *low = NULL, *end = NULL;
    rd_kafka_t *rk;
    size_t n;
    int rc = kafka_partitions(k, topic, &job->partitions,
                              until_us - clk_monotonic_us(), err);

    if (rc < 0)
        return rc;
    n = (size_t)job->partitions;
    until_us += partitions_take_us(n);
    if (until_us > job->deadline_us)
        until_us = job->deadline_us;
    rk = k->rk;
    free(job->at); /* of an earlier try */
    low = must_calloc(n, sizeof(*low));
    end = must_calloc(n, sizeof(*end));
    job->at = aligned_alloc(CACHE_LINE, (n + 1) * sizeof(*job->at));
    if (!job->at)
        abort();
    rc = offsets_at(rk, &(struct span){topic, 0, n}, RD_KAFKA_OFFSET_BEGINNING,
                    until_us, low, err);
    if (rc == 0)
        rc = offsets_at(rk, &(struct span){topic, 0, n}, RD_KAFKA_OFFSET_END,
                        until_us, end, err);
    for (size_t i = 0; i < n && rc == 0; i++)
        job->at[i] = (struct partition){
            .low = low[i],
            .next = low[i],
            .end = end[i],
            .dry = -1,
            .done = low[i] >= end[i],
        };
    return rc;
}

static void run_readers(struct read *job, struct reader *readers)
{
    char name[16];

    for (int i = 0; i < job->readers; i++) {
        readers[i].magic = READER_MAGIC;
        readers[i].job = job;
        readers[i].id = i;
        if (pthread_create(&readers[i].thread, NULL, reader_run, &readers[i]))
            abort();
        (void)snprintf(name, sizeof(name), "read-%hd", (short)i);
        (void)pthread_setname_np(readers[i].thread, name);
    }
    for (int i = 0; i < job->readers; i++)
        pthread_join(readers[i].thread, NULL);
}

/* The error of the whole read, if anything is missing: a reader's own error
 * first, then a partition not read in time, then an open transaction. */
static int shortfall(const struct read *job, const struct reader *readers,
                     struct err *err)
{
    const struct partition *held = NULL;
    const char *topic = job->spec->topic;

    for (int i = 0; i < job->readers; i++)
        if (readers[i].rc < 0)
            return err_set(err, readers[i].rc, "%s", readers[i].err.text);
    for (int i = 0; i < job->partitions; i++) {
        const struct partition *p = &job->at[i];
        const char *trouble = readers[i % job->readers].trouble;

        if (p->done)
            continue;
        if (p->dry >= 0 && !job->spec->read_uncommitted) {
            held = held ? held : p;
            continue;
        }
        return err_set(err, -ETIMEDOUT,
                       "%s[%d]: read up to %lld of %lld in time%s%s", topic, i,
                       (long long)p->next, (long long)p->end,
                       *trouble ? ": " : "", trouble);
    }
    if (!held)
        return 0;
    return err_set(err, -EINPROGRESS,
                   "%s[%d]: an open transaction hides offsets %lld to %lld: "
                   "the last stable offset is %lld",
                   topic, (int)(held - job->at), (long long)held->dry,
                   (long long)held->end - 1, (long long)held->dry);
}

static void fill(const struct read *job, const struct reader *readers,
                 struct kafka_read_result *ret)
{
    size_t n = (size_t)job->partitions;

    *ret = (struct kafka_read_result){.partitions = job->partitions};
    ret->low = must_calloc(n, sizeof(*ret->low));
    ret->end = must_calloc(n, sizeof(*ret->end));
    for (size_t i = 0; i < n; i++) {
        const struct partition *p = &job->at[i];

        ret->low[i] = p->low;
        ret->end[i] = p->done ? p->end : p->dry >= 0 ? p->dry : p->next;
    }
    for (int i = 0; i < job->readers; i++)
        ret->records += readers[i].records;
}

/* First a survey by an admin client, for absolute bounds; then the readers,
 * each with a consumer. After -EINPROGRESS the result is filled too, for a
 * caller content with the records up to the last stable offset. */
int kafka_read_all(const struct kafka_access *a,
                   const struct kafka_read_spec *spec,
                   struct kafka_read_result *ret, struct err *err)
{
    struct read job = {
        .access = a,
        .spec = spec,
        .deadline_us = clk_monotonic_us() + spec->timeout_us,
    };
    AUTO_FREE struct reader *readers = NULL;
    struct kafka_admin *k;
    int rc = kafka_admin_open(a, &k, err);

    if (rc < 0)
        return rc;
    do
        rc = survey(&job, k, err);
    while (may_ask_again(&job, rc, err));
    rc = rc < 0 ? err->code : 0;
    kafka_admin_close(k);
    if (rc == 0) {
        job.readers = spec->readers > 0 ? spec->readers
                                        : kafka_default_readers(job.partitions);
        readers = must_calloc((size_t)job.readers, sizeof(*readers));
        run_readers(&job, readers);
        rc = shortfall(&job, readers, err);
    }
    if (rc == 0 || rc == -EINPROGRESS)
        fill(&job, readers, ret);
    free(job.at);
    return rc;
}

void kafka_read_result_done(struct kafka_read_result *r)
{
    free(r->low);
    free(r->end);
    *r = (struct kafka_read_result){0};
}
