/* sink_task.c - the main loop of a sink task: fetch, deliver, commit. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "standins/worker/defect.h"
#include "standins/worker/sink_own.h"

/* ---- the batch ---- */

/* Fill the batch from the task's queue, up to records_max. An empty batch waits
 * one slice for its first record. */
static void fill(struct sink_task *s)
{
    int ms = s->batch_len > 0 ? 0 : TASK_SLICE_MS;
    rd_kafka_message_t *m;

    while (s->batch_len < (size_t)s->records_max) {
        m = rd_kafka_consume_queue(s->records, ms);
        if (!m)
            return;
        sink_task_keep(s, m);
        ms = 0;
    }
}

/* The first `done` records of the batch are delivered: advance their
 * partitions' positions and drop the records. */
static void settle(struct sink_task *s, size_t done)
{
    for (size_t i = 0; i < done; i++) {
        rd_kafka_message_t *m = s->batch[i];
        struct sink_part *p =
            sink_task_part(s, rd_kafka_topic_name(m->rkt), m->partition);

        if (p)
            p->next = m->offset + 1;
        rd_kafka_message_destroy(m);
    }
    if (done == 0)
        return;
    s->batch_len -= done;
    memmove(s->batch, s->batch + done, s->batch_len * sizeof(*s->batch));
}

static void view(struct sink_task *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const rd_kafka_message_t *m = s->batch[i];

        s->views[i] = (struct sink_record){
            .topic = rd_kafka_topic_name(m->rkt),
            .partition = m->partition,
            .offset = m->offset,
            .key = m->key,
            .key_len = m->key_len,
            .value = m->payload,
            .value_len = m->len,
            .message = m,
        };
    }
}

/* -ECANCELED is no failure: the rest of the batch stays and is put again,
 * unless the task ends or has lost the partitions. */
static int put(struct sink_task *s, struct err *err)
{
    size_t n = s->batch_len, done = 0;
    struct err why = {0};
    int rc;

    if (n > (size_t)s->records_max)
        n = (size_t)s->records_max;
    view(s, n);
    rc = s->sink->ops->put(s->sink, s->views, n, &done, &why);
    assert(done <= n && (rc != 0 || done == n));
    settle(s, done);
    if (rc == 0 || rc == -ECANCELED)
        return 0;
    return err_set(err, rc, "%s", why.text);
}

/* ---- the host of the sink ---- */

/* Serves the group while waiting, so that the member stays in the group. A
 * revocation ends the wait early, because the group waits for this member then.
 */
static int host_wait(void *ctx, int64_t us, const char *why, struct err *err)
{
    struct sink_task *s = sink_task_of(ctx);
    int64_t until_us = clk_monotonic_us() + us;
    bool paused;

    log_info(s->task->actor, "retry in %.1fs: %s", (double)us / US_PER_S, why);
    do {
        if (s->leaving || task_stopping(s->task))
            return err_set(err, -ECANCELED, "%s; the task ends", why);
        sink_group_serve(s, task_slice_ms(until_us));
        if (s->revoking)
            return err_set(err, -ECANCELED, "%s; partitions go", why);
        paused = task_paused(s->task);
        if (paused)
            until_us = clk_monotonic_us() + US_PER_MS * TASK_SLICE_MS;
    } while (clk_monotonic_us() < until_us);
    return 0;
}

static bool host_given_up(void *ctx)
{
    return task_given_up(sink_task_of(ctx)->task);
}

static bool host_ending(void *ctx)
{
    const struct sink_task *s = sink_task_of(ctx);

    return s->leaving || task_stopping(s->task);
}

/* ---- life ---- */

/* One round: serve the group, carry out a revocation, then fetch and deliver.
 */
static int move(struct sink_task *s, struct err *err)
{
    int rc = 0;

    sink_group_serve(s, 0);
    if (s->revoking)
        rc = sink_group_give_up(s, err);
    if (rc < 0)
        return rc;
    if (task_paused(s->task)) {
        sink_group_serve(s, TASK_SLICE_MS);
        return 0;
    }
    fill(s);
    return put(s, err);
}

static int loop(struct sink_task *s, struct err *err)
{
    int64_t flush_us = clk_monotonic_us() + s->task->flush_interval_us;
    int rc = 0;

    while (rc == 0 && !task_stopping(s->task)) {
        rc = move(s, err);
        if (rc == 0 && clk_monotonic_us() >= flush_us) {
            rc = sink_group_commit(s, s->task->flush_timeout_us, err);
            flush_us = clk_monotonic_us() + s->task->flush_interval_us;
        }
    }
    return rc;
}

static int open_all(struct sink_task *s, struct err *err)
{
    struct task *t = s->task;
    int rc = sink_settings_read(t->config, &s->settings, err);

    s->records_max =
        client_number(t, RD_KAFKA_CONSUMER, "max.poll.records", 500, 1);
    s->views = must_calloc((size_t)s->records_max, sizeof(*s->views));
    s->host = (struct sink_host){
        .wait = host_wait,
        .given_up = host_given_up,
        .ending = host_ending,
        .report = sink_errors_report,
        .ctx = s,
    };
    if (rc == 0)
        rc = sink_errors_open(s, err);
    if (rc == 0)
        rc = defect_open(t->kind, t->config, &t->spec, &s->host, &s->sink, err);
    if (rc == 0)
        rc = sink_group_join(s, err);
    return rc;
}

static void close_all(struct sink_task *s)
{
    sink_leave(s);
    if (s->sink)
        s->sink->ops->close(s->sink);
    sink_errors_close(s);
    free(s->views);
    free(s->batch);
    free(s);
}

int sink_task_run(struct task *t, struct err *err)
{
    struct sink_task *s = must_calloc(1, sizeof(*s));
    struct err last = {0};
    int rc;

    s->magic = SINK_TASK_MAGIC;
    s->task = t;
    rc = open_all(s, err);
    if (rc == 0) {
        (void)task_paused(t); /* reports the first state */
        rc = loop(s, err);
        s->leaving = true;
        if (sink_group_commit(s, t->flush_timeout_us, &last) < 0)
            log_warn(t->actor, "no offsets committed at the end: %s",
                     last.text);
    }
    close_all(s);
    return rc;
}
