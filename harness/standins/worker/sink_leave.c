/* sink_leave.c - a sink task's consumer at the end of the task: leaving the
 * group, closing the consumer. */
#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"
#include "standins/worker/sink_own.h"

static void bury(rd_kafka_t *rk, struct sink_bridge *bridge)
{
    rd_kafka_destroy_flags(rk, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    free(bridge);
}

/* A consumer still in the group, or not closed, at the end of the task. */
struct farewell {
    rd_kafka_t *rk;
    rd_kafka_queue_t *q; /* NULL: closing has not begun */
    struct sink_bridge *bridge;
};

static void serve_stranger(void *ctx, int ms)
{
    rd_kafka_message_t *m = rd_kafka_consumer_poll(ctx, ms);

    if (m)
        rd_kafka_message_destroy(m);
}

/* A consumer may be destroyed only after leaving the group, and leaving needs
 * answers to rebalances: destroying a consumer that is still in the group never
 * returns, and a task that waits for the call never ends. So a thread of its
 * own serves the consumer until the consumer is closed, and destroys it then.
 */
static void *see_off(void *arg)
{
    struct farewell *f = arg;

    (void)pthread_setname_np(pthread_self(), "farewell");
    if (!f->q) {
        (void)handle_leave(f->rk, serve_stranger, f->rk, INT64_MAX);
        f->q = rd_kafka_queue_new(f->rk);
        rd_kafka_error_destroy(rd_kafka_consumer_close_queue(f->rk, f->q));
    }
    while (!rd_kafka_consumer_closed(f->rk))
        (void)rd_kafka_queue_poll_callback(f->q, TASK_SLICE_MS);
    rd_kafka_queue_destroy(f->q);
    bury(f->rk, f->bridge);
    free(f);
    return NULL;
}

static void leave_behind(struct sink_task *s, rd_kafka_queue_t *q)
{
    struct farewell *f = must_calloc(1, sizeof(*f));
    pthread_t thread;

    log_warn(s->task->actor, "the consumer did not leave the group in time");
    *f = (struct farewell){s->rk, q, s->bridge};
    s->bridge->task = NULL;
    if (pthread_create(&thread, NULL, see_off, f) == 0)
        (void)pthread_detach(thread);
    else
        (void)see_off(f);
}

static void serve_leaving(void *ctx, int ms)
{
    struct sink_task *s = sink_task_of(ctx);

    sink_group_serve(s, ms);
    if (s->revoking)
        sink_group_let_go(s);
}

/* Close a consumer that has left the group. Returns NULL, or at `until_us` the
 * queue that must be served until the consumer is closed. */
static rd_kafka_queue_t *close_consumer(struct sink_task *s, int64_t until_us)
{
    rd_kafka_queue_t *q = rd_kafka_queue_new(s->rk);
    rd_kafka_error_t *e = rd_kafka_consumer_close_queue(s->rk, q);
    bool late = false;

    while (!e && !late && !rd_kafka_consumer_closed(s->rk)) {
        (void)rd_kafka_queue_poll_callback(q, task_slice_ms(until_us));
        if (s->revoking)
            sink_group_let_go(s);
        late = clk_monotonic_us() >= until_us;
    }
    if (e)
        log_warn(s->task->actor, "close: %s", rd_kafka_error_string(e));
    rd_kafka_error_destroy(e);
    if (!late)
        rd_kafka_queue_destroy(q);
    return late ? q : NULL;
}

/* Leave the group, so that other members need not wait for the session to time
 * out, and destroy the consumer. */
static void say_goodbye(struct sink_task *s)
{
    int64_t until_us = task_deadline_us(s->task, s->task->flush_timeout_us);
    bool left = handle_leave(s->rk, serve_leaving, s, until_us);
    rd_kafka_queue_t *late = left ? close_consumer(s, until_us) : NULL;

    while (s->parts_len > 0)
        free(s->parts[--s->parts_len].topic);
    free(s->parts);
    s->parts = NULL;
    sink_task_forget(s);
    sink_group_drain(s);
    rd_kafka_queue_destroy(s->records);
    rd_kafka_queue_destroy(s->commits);
    if (left && !late)
        bury(s->rk, s->bridge);
    else
        leave_behind(s, late);
    s->rk = NULL;
}

void sink_leave(struct sink_task *s)
{
    s->leaving = true;
    if (!s->rk) {
        free(s->bridge);
        return;
    }
    if (s->revoking)
        sink_group_let_go(s);
    say_goodbye(s);
}
