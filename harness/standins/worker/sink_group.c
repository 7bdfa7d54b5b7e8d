/* sink_group.c - a sink task's consumer: joining the group, assignments,
 * commits. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"
#include "standins/worker/sink_own.h"

static bool is_cooperative(const struct sink_task *s)
{
    const char *protocol = rd_kafka_rebalance_protocol(s->rk);

    return protocol && strcmp(protocol, "COOPERATIVE") == 0;
}

/* ---- assignments ---- */

/* Forward the partition's records to the task's own queue; the consumer's queue
 * then carries only group events. */
static void take_part(struct sink_task *s, const rd_kafka_topic_partition_t *tp)
{
    rd_kafka_queue_t *q = must_have(
        rd_kafka_queue_get_partition(s->rk, tp->topic, tp->partition));
    struct sink_part *more =
        must_realloc(s->parts, s->parts_len + 1, sizeof(*more));

    rd_kafka_queue_forward(q, s->records);
    rd_kafka_queue_destroy(q);
    s->parts = more;
    s->parts[s->parts_len] = (struct sink_part){
        .topic = must_strdup(tp->topic),
        .partition = tp->partition,
        .next = -1,
        .committed = -1,
    };
    s->parts_len++;
}

static void drop_part(struct sink_task *s, const rd_kafka_topic_partition_t *tp)
{
    struct sink_part *p = sink_task_part(s, tp->topic, tp->partition);

    if (!p)
        return;
    free(p->topic);
    *p = s->parts[--s->parts_len];
}

/* Answer a rebalance: take or give up the partitions of `list`. A consumer with
 * an eager assignor gives up everything. */
static void answer(struct sink_task *s, bool take,
                   const rd_kafka_topic_partition_list_t *list)
{
    rd_kafka_error_t *e = NULL;
    rd_kafka_resp_err_t code;

    if (is_cooperative(s)) {
        e = take ? rd_kafka_incremental_assign(s->rk, list)
                 : rd_kafka_incremental_unassign(s->rk, list);
        if (e)
            log_warn(s->task->actor, "assignment: %s",
                     rd_kafka_error_string(e));
        rd_kafka_error_destroy(e);
        return;
    }
    code = rd_kafka_assign(s->rk, take ? list : NULL);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        log_warn(s->task->actor, "assignment: %s", rd_kafka_err2str(code));
}

static void assigned(struct sink_task *s,
                     const rd_kafka_topic_partition_list_t *list)
{
    for (int i = 0; i < list->cnt; i++) {
        drop_part(s, &list->elems[i]); /* a partition assigned again without
                                          being revoked */
        take_part(s, &list->elems[i]);
    }
    answer(s, true, list);
    log_info(s->task->actor, "%d partitions assigned", list->cnt);
}

/* Giving up partitions needs the sink, and the sink may be the caller of this
 * callback (put() waits by serving the group). So a revocation is only noted
 * here; sink_group_give_up() carries the revocation out. */
static void on_rebalance(rd_kafka_t *rk, rd_kafka_resp_err_t code,
                         rd_kafka_topic_partition_list_t *list, void *opaque)
{
    const struct sink_bridge *bridge = opaque;
    struct sink_task *s;

    if (!bridge->task) { /* the task has ended; only answer the group */
        bool take = code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;

        (void)rd_kafka_assign(rk, take ? list : NULL);
        return;
    }
    s = sink_task_of(bridge->task);
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        assigned(s, list);
        return;
    }
    if (code != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS)
        log_warn(s->task->actor, "rebalance: %s", rd_kafka_err2str(code));
    if (s->revoked)
        rd_kafka_topic_partition_list_destroy(s->revoked);
    s->revoked = rd_kafka_topic_partition_list_copy(list);
    s->lost = rd_kafka_assignment_lost(rk);
    s->revoking = true;
}

/* Move fetched records from the queue to the batch, from which
 * sink_task_forget() drops records of partitions given up. Otherwise such
 * records could be mistaken for records fetched later, if the partition comes
 * back. */
void sink_group_drain(struct sink_task *s)
{
    rd_kafka_message_t *m;

    while ((m = rd_kafka_consume_queue(s->records, 0)))
        sink_task_keep(s, m);
}

static void tell_revoked(struct sink_task *s)
{
    const rd_kafka_topic_partition_list_t *list = s->revoked;
    struct sink_position *at;

    if (!s->sink || !s->sink->ops->revoked || list->cnt == 0)
        return;
    at = must_calloc((size_t)list->cnt, sizeof(*at));
    for (int i = 0; i < list->cnt; i++) {
        const struct sink_part *p =
            sink_task_part(s, list->elems[i].topic, list->elems[i].partition);

        at[i] = (struct sink_position){
            .topic = list->elems[i].topic,
            .partition = list->elems[i].partition,
            .next = p ? p->next : -1,
        };
    }
    s->sink->ops->revoked(s->sink, at, (size_t)list->cnt);
    free(at);
}

void sink_group_let_go(struct sink_task *s)
{
    tell_revoked(s);
    log_info(s->task->actor, "%d partitions %s", s->revoked->cnt,
             s->lost ? "lost" : "revoked");
    answer(s, false, s->revoked);
    sink_group_drain(s);
    for (int i = 0; i < s->revoked->cnt; i++)
        drop_part(s, &s->revoked->elems[i]);
    sink_task_forget(s);
    rd_kafka_topic_partition_list_destroy(s->revoked);
    s->revoked = NULL;
    s->revoking = false;
}

int sink_group_give_up(struct sink_task *s, struct err *err)
{
    int rc = 0;

    if (!s->lost)
        rc = sink_group_commit(s, s->task->flush_timeout_us, err);
    sink_group_let_go(s);
    return rc;
}

void sink_group_serve(struct sink_task *s, int ms)
{
    rd_kafka_message_t *m;

    while ((m = rd_kafka_consumer_poll(s->rk, ms))) {
        sink_task_keep(s, m);
        ms = 0;
    }
}

/* ---- commits ---- */

/* Ask the sink which offsets are safe. at[i] belongs to parts[i]. */
static int flush_sink(struct sink_task *s, struct sink_position *at,
                      struct err *err)
{
    int rc = 0;

    for (size_t i = 0; i < s->parts_len; i++)
        at[i] = (struct sink_position){
            .topic = s->parts[i].topic,
            .partition = s->parts[i].partition,
            .next = s->parts[i].next,
        };
    if (s->sink->ops->flush)
        rc = s->sink->ops->flush(s->sink, at, s->parts_len, err);
    return rc;
}

static void note_commit(struct sink_task *s, rd_kafka_event_t *e)
{
    const rd_kafka_topic_partition_list_t *list =
        rd_kafka_event_topic_partition_list(e);

    if (rd_kafka_event_error(e) != RD_KAFKA_RESP_ERR_NO_ERROR)
        log_warn(s->task->actor, "offsets were not committed: %s",
                 rd_kafka_event_error_string(e));
    for (int i = 0; list && i < list->cnt; i++) {
        const rd_kafka_topic_partition_t *tp = &list->elems[i];
        struct sink_part *p = sink_task_part(s, tp->topic, tp->partition);

        if (p && rd_kafka_event_error(e) == RD_KAFKA_RESP_ERR_NO_ERROR &&
            tp->err == RD_KAFKA_RESP_ERR_NO_ERROR)
            p->committed = tp->offset;
    }
}

/* Wait for the answer to the commit in flight. Only one commit is in flight at
 * a time, because a late commit would set offsets back. false: no answer by
 * `until_us`. */
static bool await_commit(struct sink_task *s, int64_t until_us)
{
    rd_kafka_event_t *e;

    while (s->commit_under_way) {
        e = rd_kafka_queue_poll(s->commits, task_slice_ms(until_us));
        if (e && rd_kafka_event_type(e) == RD_KAFKA_EVENT_OFFSET_COMMIT) {
            note_commit(s, e);
            s->commit_under_way = false;
        }
        if (e)
            rd_kafka_event_destroy(e);
        if (s->commit_under_way && clk_monotonic_us() >= until_us)
            return false;
    }
    return true;
}

/* Commit the partitions whose position has moved since the last commit. */
static void send_commit(struct sink_task *s, const struct sink_position *at)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new((int)s->parts_len);
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;

    for (size_t i = 0; i < s->parts_len; i++)
        if (at[i].next >= 0 && at[i].next != s->parts[i].committed)
            rd_kafka_topic_partition_list_add(list, at[i].topic,
                                              at[i].partition)
                ->offset = at[i].next;
    if (list->cnt > 0) {
        code = rd_kafka_commit_queue(s->rk, list, s->commits, NULL, NULL);
        s->commit_under_way = code == RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        log_warn(s->task->actor, "offsets were not committed: %s",
                 rd_kafka_err2str(code));
    rd_kafka_topic_partition_list_destroy(list);
}

/* 0: the positions `at` may be committed. */
static int make_safe(struct sink_task *s, struct sink_position *at,
                     int64_t until_us, struct err *err)
{
    int rc = flush_sink(s, at, err);

    if (rc == 0)
        rc = sink_errors_flush(s, until_us, err);
    return rc;
}

/* A commit covers only records both flushed by the sink and, where refused,
 * acknowledged by the dead-letter topic. Running out of time is no error: the
 * next commit tries again. */
int sink_group_commit(struct sink_task *s, int64_t limit_us, struct err *err)
{
    int64_t until_us = task_deadline_us(s->task, limit_us);
    AUTO_FREE struct sink_position *at = NULL;
    struct err why = {0};
    int rc;

    if (s->parts_len == 0 || !await_commit(s, until_us))
        return 0;
    at = must_calloc(s->parts_len, sizeof(*at));
    rc = make_safe(s, at, until_us, &why);
    if (rc == -ECANCELED) {
        log_warn(s->task->actor, "no offsets committed: %s", why.text);
        return 0;
    }
    if (rc < 0)
        return err_set(err, rc, "%s", why.text);
    send_commit(s, at);
    if (!await_commit(s, until_us))
        log_warn(s->task->actor, "the commit was not answered yet");
    return 0;
}

/* ---- joining ---- */

static int add_topic(void *ctx, const char *name)
{
    (void)rd_kafka_topic_partition_list_add(ctx, name, RD_KAFKA_PARTITION_UA);
    return 0;
}

/* A topic that begins with ^ is a regular expression to librdkafka. */
static int subscribe(struct sink_task *s, struct err *err)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new(1);
    rd_kafka_resp_err_t code;
    char *regex = NULL;

    if (s->settings.topics) {
        (void)list_each(s->settings.topics, add_topic, list);
    } else {
        regex = must_printf("^(%s)$", s->settings.topics_regex);
        (void)add_topic(list, regex);
        free(regex);
    }
    code = rd_kafka_subscribe(s->rk, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return err_set(err, -EINVAL, "topics: %s", rd_kafka_err2str(code));
    return 0;
}

/* Settings apply in three steps: Connect's defaults, properties of worker and
 * connector (client_conf()), then enable.auto.commit, which the task alone
 * decides. Queue limits keep little in memory beyond a batch, since a paused
 * task stops fetching only when the queue is full. */
int sink_group_join(struct sink_task *s, struct err *err)
{
    /* not overridable by properties */
    static const struct handle_setting ours = {"enable.auto.commit", "false"};
    AUTO_FREE char *group = NULL, *id = NULL;
    rd_kafka_conf_t *conf;
    int rc;

    group = must_printf("connect-%s", s->task->connector);
    id = must_printf("connector-consumer-%s", s->task->actor);
    const struct handle_setting settings[] = {
        {"group.id", group},
        {"client.id", id},
        {"auto.offset.reset", "earliest"},
        {"partition.assignment.strategy", "range"},
        {"queued.min.messages", "10000"},
        {"queued.max.messages.kbytes", "16384"},
        {"topic.metadata.refresh.interval.ms", "5000"},
    };

    rc = client_conf(s->task, RD_KAFKA_CONSUMER, settings, ARRAY_LEN(settings),
                     &conf, err);
    if (rc < 0)
        return rc;
    rc = handle_set(conf, &ours, 1, err);
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    s->bridge = must_calloc(1, sizeof(*s->bridge));
    s->bridge->task = s;
    rd_kafka_conf_set_opaque(conf, s->bridge);
    if (rc == 0)
        rc = handle_open(RD_KAFKA_CONSUMER, conf, &s->rk, err);
    if (rc < 0)
        return rc;
    s->records = rd_kafka_queue_new(s->rk);
    s->commits = rd_kafka_queue_new(s->rk);
    return subscribe(s, err);
}
