/* source_task.c - the main loop of a source task: poll, produce, commit.
 *
 * Records in flight stand in a ring buffer in the order of sending. The mark to
 * commit for a stream is the mark of its last record before the first
 * unacknowledged record. Delivery reports are served in the task's own thread,
 * so nothing here needs a lock.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "standins/worker/client.h"

enum {
    SOURCE_TASK_MAGIC = 0x536f5461,
    BATCH_MAX = 2000,
    FIND_MS = 200,
    UNDER_WAY_MAX = 1 << 15, /* capacity of the ring; a power of two */
};

struct under_way {
    unsigned stream;
    bool acknowledged;
    int64_t mark;
};

struct stream {
    bool known, dirty;
    int64_t mark;
};

struct source_task {
    unsigned magic;
    struct task *task;
    struct source_host host;
    struct source *source;
    rd_kafka_t *rk;
    char *found; /* topic of the last handle_find() */

    struct under_way ring[UNDER_WAY_MAX];
    /* numbers of the oldest record in the ring, and of the next */
    uint64_t first, next;

    struct stream *streams;
    size_t streams_len;

    struct err failed; /* the first failed delivery report */
    struct source_record batch[BATCH_MAX];
};

static struct source_task *source_task_of(void *opaque)
{
    struct source_task *s = opaque;

    assert(s != NULL && s->magic == SOURCE_TASK_MAGIC);
    return s;
}

static struct under_way *at(struct source_task *s, uint64_t number)
{
    return &s->ring[number % UNDER_WAY_MAX];
}

static void on_report(rd_kafka_t *rk, const rd_kafka_message_t *m, void *ctx)
{
    struct source_task *s = source_task_of(ctx);
    uint64_t number = (uint64_t)(uintptr_t)m->_private;

    (void)rk;
    if (m->err == RD_KAFKA_RESP_ERR_NO_ERROR)
        at(s, number)->acknowledged = true;
    else
        (void)err_set(&s->failed, -EIO, "%s: a record was not written: %s",
                      rd_kafka_topic_name(m->rkt), rd_kafka_err2str(m->err));
}

static struct stream *stream_of(struct source_task *s, unsigned number)
{
    if (number >= s->streams_len) {
        size_t len = (size_t)number + 1;
        struct stream *more = must_realloc(s->streams, len, sizeof(*more));

        memset(more + s->streams_len, 0,
               (len - s->streams_len) * sizeof(*more));
        s->streams = more;
        s->streams_len = len;
    }
    return &s->streams[number];
}

/* Move over acknowledged records at the front of the ring; their marks may be
 * committed. */
static void advance(struct source_task *s)
{
    while (s->first < s->next && at(s, s->first)->acknowledged) {
        const struct under_way *u = at(s, s->first++);
        struct stream *stream = stream_of(s, u->stream);

        *stream =
            (struct stream){.known = true, .dirty = true, .mark = u->mark};
    }
}

/* Store the marks that have moved since the last commit. A mark that cannot be
 * stored stays dirty for the next commit. */
static void commit(struct source_task *s)
{
    const struct task *t = s->task;

    advance(s);
    for (size_t i = 0; i < s->streams_len; i++) {
        struct stream *stream = &s->streams[i];
        AUTO_JSON json_t *partition = NULL, *offset = NULL;
        struct err err = {0};

        if (!stream->dirty)
            continue;
        partition = s->source->ops->partition(s->source, (unsigned)i);
        offset = s->source->ops->offset(s->source, (unsigned)i, stream->mark);
        if (t->env->offset_put(t->env->ctx, t->connector, partition, offset,
                               &err) < 0)
            log_warn(t->actor, "the source offset was not stored: %s",
                     err.text);
        else
            stream->dirty = false;
    }
}

/* Find the topic's leaders before the first record; a source usually writes to
 * one topic. */
static void find_topic(struct source_task *s, const char *topic)
{
    if (s->found && strcmp(s->found, topic) == 0)
        return;
    handle_find(s->rk, topic, FIND_MS);
    free(s->found);
    s->found = must_strdup(topic);
}

/* Queue a record, waiting while the producer's queue is full. The ring entry is
 * written first, because the delivery report refers to the entry by number. */
static int produce(struct source_task *s, const struct source_record *r,
                   struct err *err)
{
    uint64_t number = s->next;
    rd_kafka_resp_err_t e;

    find_topic(s, r->topic);
    *at(s, number) = (struct under_way){.stream = r->stream, .mark = r->mark};
    for (;;) {
        e = rd_kafka_producev(
            s->rk, RD_KAFKA_V_TOPIC(r->topic),
            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
            RD_KAFKA_V_KEY(r->key, r->key_len),
            RD_KAFKA_V_VALUE((void *)(uintptr_t)r->value, r->value_len),
            RD_KAFKA_V_OPAQUE((void *)(uintptr_t)number), RD_KAFKA_V_END);
        if (e != RD_KAFKA_RESP_ERR__QUEUE_FULL)
            break;
        if (task_stopping(s->task))
            return err_set(err, -ECANCELED, "%s: stopped", r->topic);
        (void)rd_kafka_poll(s->rk, TASK_SLICE_MS);
    }
    if (e != RD_KAFKA_RESP_ERR_NO_ERROR)
        return err_set(err, -EIO, "%s: a record was not written: %s", r->topic,
                       rd_kafka_err2str(e));
    s->next++;
    return 0;
}

/* One round: up to BATCH_MAX records, or a short wait if the source has none.
 */
static int move(struct source_task *s, struct err *err)
{
    size_t room = UNDER_WAY_MAX - (size_t)(s->next - s->first), len = 0;
    int rc = 0;

    if (room > BATCH_MAX)
        room = BATCH_MAX;
    if (!task_paused(s->task) && room > 0)
        rc = s->source->ops->poll(s->source, s->batch, room, &len, err);
    for (size_t i = 0; i < len && rc == 0; i++)
        rc = produce(s, &s->batch[i], err);
    if (rc < 0)
        return rc;
    (void)rd_kafka_poll(s->rk, len > 0 ? 0 : TASK_SLICE_MS);
    advance(s);
    if (s->failed.code < 0)
        return err_set(err, s->failed.code, "%s", s->failed.text);
    return 0;
}

static int loop(struct source_task *s, struct err *err)
{
    int64_t flush_us = clk_monotonic_us() + s->task->flush_interval_us;
    int rc = 0;

    while (rc == 0 && !task_stopping(s->task)) {
        rc = move(s, err);
        if (clk_monotonic_us() >= flush_us) {
            commit(s);
            flush_us = clk_monotonic_us() + s->task->flush_interval_us;
        }
    }
    return rc;
}

/* At the end: wait for acknowledgements within the flush time-out, then commit.
 */
static void finish(struct source_task *s)
{
    int64_t until_us = task_deadline_us(s->task, s->task->flush_timeout_us);

    while (s->first < s->next && s->failed.code == 0 &&
           clk_monotonic_us() < until_us) {
        (void)rd_kafka_poll(s->rk, task_slice_ms(until_us));
        advance(s);
    }
    commit(s);
    if (s->first < s->next)
        log_warn(s->task->actor, "%llu records were not acknowledged",
                 (unsigned long long)(s->next - s->first));
}

static json_t *stored(void *ctx, const json_t *partition)
{
    const struct task *t = source_task_of(ctx)->task;

    return t->env->offset_get(t->env->ctx, t->connector, partition);
}

static int open_all(struct source_task *s, struct err *err)
{
    struct task *t = s->task;
    AUTO_FREE char *id = NULL;
    int rc;

    id = must_printf("connector-producer-%s", t->actor);
    rc = client_producer(t, id, on_report, s, &s->rk, err);
    s->host = (struct source_host){.stored = stored, .ctx = s};
    if (rc == 0)
        rc = t->kind->source->open(&t->spec, &s->host, &s->source, err);
    return rc;
}

static void close_all(struct source_task *s)
{
    if (s->rk) {
        (void)rd_kafka_purge(s->rk, RD_KAFKA_PURGE_F_QUEUE |
                                        RD_KAFKA_PURGE_F_INFLIGHT);
        rd_kafka_destroy(s->rk);
    }
    if (s->source)
        s->source->ops->close(s->source);
    free(s->streams);
    free(s->found);
    free(s);
}

int source_task_run(struct task *t, struct err *err)
{
    struct source_task *s = must_calloc(1, sizeof(*s));
    int rc;

    s->magic = SOURCE_TASK_MAGIC;
    s->task = t;
    rc = open_all(s, err);
    if (rc == 0) {
        (void)task_paused(t); /* reports the first state */
        rc = loop(s, err);
        finish(s);
    }
    close_all(s);
    return task_stopping(t) && rc == -ECANCELED ? 0 : rc;
}
