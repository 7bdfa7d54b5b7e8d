/* sink_errors.c - refused records: dead-letter topic, log, or failure of the
 * task (KIP-298, and KIP-610 for records reported by the sink). */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "standins/worker/sink_own.h"

static void on_report(rd_kafka_t *rk, const rd_kafka_message_t *m, void *ctx)
{
    struct sink_task *s = sink_task_of(ctx);

    (void)rk;
    s->dlq.under_way--;
    if (m->err != RD_KAFKA_RESP_ERR_NO_ERROR)
        (void)err_set(&s->dlq.failed, -EIO,
                      "dead-letter topic %s: a record was not written: %s",
                      rd_kafka_topic_name(m->rkt), rd_kafka_err2str(m->err));
}

/* ---- the topic ---- */

enum { TOPIC_LIMIT_MS = 30000, FIND_MS = 200 };

/* Asks for all topics: metadata of a single topic would create the topic on
 * some brokers. */
static bool has_topic(const struct sink_task *s)
{
    const struct rd_kafka_metadata *all;
    int64_t until_us =
        task_deadline_us(s->task, (int64_t)TOPIC_LIMIT_MS * US_PER_MS);
    bool found = false;
    rd_kafka_resp_err_t code;

    do {
        code = rd_kafka_metadata(s->dlq.rk, 1, NULL, &all, 1000);
    } while (code != RD_KAFKA_RESP_ERR_NO_ERROR && !task_stopping(s->task) &&
             clk_monotonic_us() < until_us);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return false;
    for (int i = 0; i < all->topic_cnt && !found; i++)
        found = strcmp(all->topics[i].topic, s->settings.dlq) == 0;
    rd_kafka_metadata_destroy(all);
    return found;
}

static rd_kafka_resp_err_t created(rd_kafka_event_t *e)
{
    const rd_kafka_CreateTopics_result_t *r =
        rd_kafka_event_CreateTopics_result(e);
    const rd_kafka_topic_result_t **topics;
    size_t n = 0;

    if (rd_kafka_event_error(e) != RD_KAFKA_RESP_ERR_NO_ERROR || !r)
        return rd_kafka_event_error(e);
    topics = rd_kafka_CreateTopics_result_topics(r, &n);
    return n > 0 ? rd_kafka_topic_result_error(topics[0])
                 : RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* Create the dead-letter topic with one partition, as Connect does. Failure is
 * only logged, because the broker may still create the topic when the first
 * record is written. */
static void make_topic(struct sink_task *s)
{
    rd_kafka_queue_t *q = rd_kafka_queue_new(s->dlq.rk);
    char why[256];
    rd_kafka_NewTopic_t *topic = rd_kafka_NewTopic_new(
        s->settings.dlq, 1, (int)s->settings.dlq_replicas, why, sizeof(why));
    rd_kafka_event_t *e = NULL;
    rd_kafka_resp_err_t code;

    if (topic) {
        rd_kafka_CreateTopics(s->dlq.rk, &topic, 1, NULL, q);
        e = rd_kafka_queue_poll(q, TOPIC_LIMIT_MS);
        code = e ? created(e) : RD_KAFKA_RESP_ERR__TIMED_OUT;
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR &&
            code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
            log_warn(s->task->actor, "dead-letter topic %s: not made: %s",
                     s->settings.dlq, rd_kafka_err2str(code));
        rd_kafka_NewTopic_destroy(topic);
    }
    if (e)
        rd_kafka_event_destroy(e);
    rd_kafka_queue_destroy(q);
}

int sink_errors_open(struct sink_task *s, struct err *err)
{
    AUTO_FREE char *id = NULL;
    int rc;

    if (!s->settings.dlq)
        return 0;
    id = must_printf("connector-dlq-producer-%s", s->task->actor);
    rc = client_producer(s->task, id, on_report, s, &s->dlq.rk, err);
    if (rc < 0)
        return rc;
    if (!has_topic(s))
        make_topic(s);
    handle_find(s->dlq.rk, s->settings.dlq, FIND_MS);
    return 0;
}

void sink_errors_close(struct sink_task *s)
{
    if (!s->dlq.rk)
        return;
    (void)rd_kafka_purge(s->dlq.rk,
                         RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_destroy(s->dlq.rk);
}

/* ---- a record ---- */

static void add(rd_kafka_headers_t *h, const char *name, const char *value)
{
    char full[64];

    (void)snprintf(full, sizeof(full), "__connect.errors.%s", name);
    (void)rd_kafka_header_add(h, full, -1, value, -1);
}

static void add_number(rd_kafka_headers_t *h, const char *name, int64_t value)
{
    char text[24];

    (void)snprintf(text, sizeof(text), "%lld", (long long)value);
    add(h, name, text);
}

static void add_context(const struct sink_task *s, rd_kafka_headers_t *h,
                        const struct sink_record *r, const char *why)
{
    static const char exception[] = "org.apache.kafka.connect.errors."
                                    "ConnectException";
    AUTO_FREE char *trace = must_printf("%s: %s\n", exception, why);

    add(h, "topic", r->topic);
    add_number(h, "partition", r->partition);
    add_number(h, "offset", r->offset);
    add(h, "connector.name", s->task->connector);
    add_number(h, "task.id", s->task->number);
    add(h, "stage", "TASK_PUT");
    add(h, "class.name", "org.apache.kafka.connect.sink.SinkTask");
    add(h, "exception.class.name", exception);
    add(h, "exception.message", why);
    add(h, "exception.stacktrace", trace);
}

/* The headers of the record, plus __connect.errors.* if configured. */
static rd_kafka_headers_t *headers_of(const struct sink_task *s,
                                      const struct sink_record *r,
                                      const char *why)
{
    rd_kafka_message_t *m = (rd_kafka_message_t *)(uintptr_t)r->message;
    rd_kafka_headers_t *own, *h;

    if (m && rd_kafka_message_headers(m, &own) == RD_KAFKA_RESP_ERR_NO_ERROR)
        h = rd_kafka_headers_copy(own);
    else
        h = rd_kafka_headers_new(10);
    if (s->settings.dlq_headers)
        add_context(s, h, r, why);
    return h;
}

static int64_t time_of(const struct sink_record *r)
{
    const rd_kafka_message_t *m = r->message;
    rd_kafka_timestamp_type_t type;
    int64_t ms = m ? rd_kafka_message_timestamp(m, &type) : 0;

    return ms > 0 ? ms : 0; /* 0: the producer uses the present time */
}

/* A full queue is waited out, serving delivery reports, unless the task is
 * stopping. The producer takes the headers over only on success. */
static int dead_letter(struct sink_task *s, const struct sink_record *r,
                       const char *why, struct err *err)
{
    rd_kafka_headers_t *h = headers_of(s, r, why);
    rd_kafka_resp_err_t e;

    for (;;) {
        e = rd_kafka_producev(
            s->dlq.rk, RD_KAFKA_V_TOPIC(s->settings.dlq),
            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
            RD_KAFKA_V_KEY(r->key, r->key_len),
            RD_KAFKA_V_VALUE((void *)(uintptr_t)r->value, r->value_len),
            RD_KAFKA_V_TIMESTAMP(time_of(r)), RD_KAFKA_V_HEADERS(h),
            RD_KAFKA_V_END);
        if (e != RD_KAFKA_RESP_ERR__QUEUE_FULL)
            break;
        (void)rd_kafka_poll(s->dlq.rk, TASK_SLICE_MS);
        if (task_stopping(s->task))
            break;
    }
    if (e == RD_KAFKA_RESP_ERR_NO_ERROR) {
        s->dlq.under_way++;
        return 0;
    }
    rd_kafka_headers_destroy(h);
    return err_set(err, e == RD_KAFKA_RESP_ERR__QUEUE_FULL ? -ECANCELED : -EIO,
                   "dead-letter topic %s: a record was not written: %s",
                   s->settings.dlq, rd_kafka_err2str(e));
}

static void tell(const struct sink_task *s, const struct sink_record *r,
                 const char *why)
{
    log_error(s->task->actor, "refused %s-%d-%lld: %s%s%.*s", r->topic,
              (int)r->partition, (long long)r->offset, why,
              s->settings.log_messages ? ": " : "",
              s->settings.log_messages ? (int)r->value_len : 0,
              r->value ? (const char *)r->value : "");
}

int sink_errors_report(void *ctx, const struct sink_record *r, const char *why,
                       struct err *err)
{
    struct sink_task *s = sink_task_of(ctx);
    int rc = 0;

    if (s->settings.log)
        tell(s, r, why);
    if (s->dlq.rk)
        rc = dead_letter(s, r, why, err);
    if (rc == 0 && strcmp(s->settings.tolerance, "none") == 0)
        /* the record stays reported as well */
        rc = err_set(err, -EIO, "%s", why);
    return rc;
}

int sink_errors_flush(struct sink_task *s, int64_t until_us, struct err *err)
{
    if (!s->dlq.rk)
        return 0;
    (void)rd_kafka_poll(s->dlq.rk, 0);
    while (s->dlq.under_way > 0 && s->dlq.failed.code == 0 &&
           clk_monotonic_us() < until_us)
        (void)rd_kafka_poll(s->dlq.rk, task_slice_ms(until_us));
    if (s->dlq.failed.code < 0)
        return err_set(err, s->dlq.failed.code, "%s", s->dlq.failed.text);
    if (s->dlq.under_way > 0)
        return err_set(err, -ECANCELED,
                       "dead-letter topic %s: no acknowledgement yet",
                       s->settings.dlq);
    return 0;
}
