/* What an admin client can say about a cluster as it is right now. */
#include <errno.h>
#include <stdlib.h>

#include "base/clk.h"
#include "client/admin_own.h"

/* ---- metadata
 * --------------------------------------------------------------*/

/* Metadata with exactly this topic in it, known to the cluster. */
static int topic_metadata(struct kafka_admin *k, const char *topic,
                          int64_t timeout_us,
                          const struct rd_kafka_metadata **ret, struct err *err)
{
    int64_t deadline_us = clk_monotonic_us() + timeout_us;
    rd_kafka_topic_t *t = rd_kafka_topic_new(k->rk, topic, NULL);
    const struct rd_kafka_metadata *md;
    rd_kafka_resp_err_t e;
    int rc;

    if (!t)
        return err_set(err, -EINVAL, "topic %s: %s", topic,
                       rd_kafka_err2str(rd_kafka_last_error()));
    rc = metadata_of(k->rk, t, deadline_us, &md, err);
    rd_kafka_topic_destroy(t);
    if (rc < 0)
        return rc;
    e = md->topic_cnt == 1 ? md->topics[0].err
                           : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    /* While a partition waits for its leader the topic is known all the same.
     */
    if (e == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE &&
        md->topics[0].partition_cnt > 0)
        e = RD_KAFKA_RESP_ERR_NO_ERROR;
    if (e == RD_KAFKA_RESP_ERR_NO_ERROR) {
        *ret = md;
        return 0;
    }
    rd_kafka_metadata_destroy(md);
    return err_set(err, kafka_errno(e), "topic %s: %s", topic,
                   rd_kafka_err2str(e));
}

int kafka_partitions(struct kafka_admin *k, const char *topic, int *ret,
                     int64_t timeout_us, struct err *err)
{
    const struct rd_kafka_metadata *md;
    int rc = topic_metadata(k, topic, timeout_us, &md, err);

    if (rc < 0)
        return rc;
    *ret = md->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(md);
    return 0;
}

static int by_id(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

    return (x > y) - (x < y);
}

int kafka_brokers(struct kafka_admin *k, int32_t *ids, size_t max,
                  size_t *ret_len, int64_t timeout_us, struct err *err)
{
    const struct rd_kafka_metadata *md;
    size_t n = 0;
    int rc =
        metadata_of(k->rk, NULL, clk_monotonic_us() + timeout_us, &md, err);

    if (rc < 0)
        return rc;
    for (int i = 0; i < md->broker_cnt && n < max; i++)
        ids[n++] = md->brokers[i].id;
    rd_kafka_metadata_destroy(md);
    qsort(ids, n, sizeof(*ids), by_id);
    *ret_len = n;
    return 0;
}

int kafka_leader(struct kafka_admin *k, const char *topic, int32_t partition,
                 int32_t *ret_leader, int *ret_in_sync, int64_t timeout_us,
                 struct err *err)
{
    const struct rd_kafka_metadata *md;
    int rc = topic_metadata(k, topic, timeout_us, &md, err);

    if (rc < 0)
        return rc;
    rc = -ENOENT;
    for (int i = 0; i < md->topics[0].partition_cnt; i++) {
        const struct rd_kafka_metadata_partition *p =
            &md->topics[0].partitions[i];

        if (p->id != partition)
            continue;
        *ret_leader = p->leader;
        *ret_in_sync = p->isr_cnt;
        rc = 0;
    }
    if (rc < 0)
        err_set(err, rc, "%s[%d]: no such partition, the topic has %d", topic,
                (int)partition, md->topics[0].partition_cnt);
    rd_kafka_metadata_destroy(md);
    return rc;
}

/* ---- offsets
 * ---------------------------------------------------------------*/

int kafka_watermarks(struct kafka_admin *k, const char *topic,
                     int32_t partition, int64_t *ret_low, int64_t *ret_high,
                     int64_t timeout_us, struct err *err)
{
    int64_t deadline_us = clk_monotonic_us() + timeout_us;
    int64_t low, high;
    int rc = offsets_at(k->rk, &(struct span){topic, partition, 1},
                        RD_KAFKA_OFFSET_BEGINNING, deadline_us, &low, err);

    if (rc == 0)
        rc = offsets_at(k->rk, &(struct span){topic, partition, 1},
                        RD_KAFKA_OFFSET_END, deadline_us, &high, err);
    if (rc < 0)
        return rc;
    *ret_low = low;
    *ret_high = high;
    return 0;
}

/* The isolation level belongs to a client, so stable ends take a second one. */
static int committed_client(struct kafka_admin *k, rd_kafka_t **ret,
                            struct err *err)
{
    rd_kafka_conf_t *conf;
    int rc = 0;

    pthread_mutex_lock(&k->lock);
    if (!k->committed) {
        conf = rd_kafka_conf_dup(k->conf);
        rc = conf_set(conf, "isolation.level", "read_committed", err);
        if (rc < 0)
            rd_kafka_conf_destroy(conf);
        else
            rc = handle_open(RD_KAFKA_CONSUMER, conf, &k->committed, err);
    }
    *ret = k->committed;
    pthread_mutex_unlock(&k->lock);
    return rc;
}

int kafka_last_stable(struct kafka_admin *k, const char *topic,
                      int32_t partition, int64_t *ret, int64_t timeout_us,
                      struct err *err)
{
    int64_t deadline_us = clk_monotonic_us() + timeout_us;
    rd_kafka_t *rk;
    int rc = committed_client(k, &rk, err);

    return rc < 0 ? rc
                  : offsets_at(rk, &(struct span){topic, partition, 1},
                               RD_KAFKA_OFFSET_END, deadline_us, ret, err);
}

/* ---- groups
 * ----------------------------------------------------------------*/

/* A coordinator that is moving, or whose topic is only being made. */
static bool coordinator_moves(rd_kafka_resp_err_t e)
{
    return e == RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE ||
           e == RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS ||
           e == RD_KAFKA_RESP_ERR_NOT_COORDINATOR;
}

struct group_question {
    struct kafka_admin *k;
    const char *group;
    const char *topic;
    int32_t partition;
    int64_t deadline_us;
    int64_t answer;
};

static int group_error(const struct group_question *q,
                       const rd_kafka_error_t *error, struct err *err)
{
    rd_kafka_resp_err_t e = rd_kafka_error_code(error);
    int code = coordinator_moves(e) ? -EAGAIN : kafka_errno(e);

    return err_set(err, code, "group %s: %s", q->group,
                   rd_kafka_error_string(error));
}

static int read_coordinator(struct group_question *q, rd_kafka_event_t *e,
                            struct err *err)
{
    const rd_kafka_ConsumerGroupDescription_t **at;
    const rd_kafka_Node_t *node;
    size_t n;

    at = rd_kafka_DescribeConsumerGroups_result_groups(
        rd_kafka_event_DescribeConsumerGroups_result(e), &n);
    if (n != 1)
        return err_set(err, -EIO, "group %s: expected 1 description, got %zu",
                       q->group, n);
    if (rd_kafka_ConsumerGroupDescription_error(at[0]))
        return group_error(q, rd_kafka_ConsumerGroupDescription_error(at[0]),
                           err);
    node = rd_kafka_ConsumerGroupDescription_coordinator(at[0]);
    if (!node)
        return err_set(err, -EAGAIN, "group %s: no coordinator", q->group);
    q->answer = rd_kafka_Node_id(node);
    return 0;
}

static int ask_coordinator(struct group_question *q, struct err *err)
{
    struct admin_ask ask;
    rd_kafka_event_t *e;
    int rc = admin_ask_init(q->k, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS,
                            q->deadline_us - clk_monotonic_us(), &ask, err);

    if (rc < 0)
        return rc;
    rd_kafka_DescribeConsumerGroups(q->k->rk, (const char **)&q->group, 1,
                                    ask.options, ask.queue);
    rc = admin_answer(&ask, q->group, &e, err);
    if (rc == 0) {
        rc = read_coordinator(q, e, err);
        rd_kafka_event_destroy(e);
    }
    admin_ask_done(&ask);
    return rc;
}

static int read_committed_offset(struct group_question *q, rd_kafka_event_t *e,
                                 struct err *err)
{
    const rd_kafka_group_result_t **at;
    const rd_kafka_topic_partition_list_t *list;
    const rd_kafka_topic_partition_t *p;
    size_t n;

    at = rd_kafka_ListConsumerGroupOffsets_result_groups(
        rd_kafka_event_ListConsumerGroupOffsets_result(e), &n);
    if (n != 1)
        return err_set(err, -EIO, "group %s: expected 1 result, got %zu",
                       q->group, n);
    if (rd_kafka_group_result_error(at[0]))
        return group_error(q, rd_kafka_group_result_error(at[0]), err);
    list = rd_kafka_group_result_partitions(at[0]);
    p = list ? rd_kafka_topic_partition_list_find(
                   (rd_kafka_topic_partition_list_t *)list, q->topic,
                   q->partition)
             : NULL;
    if (p && p->err)
        return err_set(err, kafka_errno(p->err), "group %s: %s[%d]: %s",
                       q->group, q->topic, (int)q->partition,
                       rd_kafka_err2str(p->err));
    q->answer = p && p->offset >= 0 ? p->offset : -1;
    return 0;
}

static int ask_committed(struct group_question *q, struct err *err)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new(1);
    rd_kafka_ListConsumerGroupOffsets_t *request;
    struct admin_ask ask;
    rd_kafka_event_t *e;
    int rc;

    rd_kafka_topic_partition_list_add(list, q->topic, q->partition);
    request = rd_kafka_ListConsumerGroupOffsets_new(q->group, list);
    rc = admin_ask_init(q->k, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS,
                        q->deadline_us - clk_monotonic_us(), &ask, err);
    if (rc == 0) {
        rd_kafka_ListConsumerGroupOffsets(q->k->rk, &request, 1, ask.options,
                                          ask.queue);
        rc = admin_answer(&ask, q->group, &e, err);
        if (rc == 0) {
            rc = read_committed_offset(q, e, err);
            rd_kafka_event_destroy(e);
        }
        admin_ask_done(&ask);
    }
    rd_kafka_ListConsumerGroupOffsets_destroy(request);
    rd_kafka_topic_partition_list_destroy(list);
    return rc;
}

/* Ask again while the coordinator moves. */
static int ask_group(struct group_question *q,
                     int (*ask)(struct group_question *q, struct err *err),
                     struct err *err)
{
    struct clk clk = clk_real_from(0);

    for (;;) {
        struct err why = {0};
        int rc = ask(q, &why);

        if (rc != -EAGAIN || ms_until(q->deadline_us) == 0) {
            if (rc == -EAGAIN)
                rc = -ETIMEDOUT;
            return rc < 0 ? err_set(err, rc, "%s", why.text) : 0;
        }
        clk_sleep(&clk, 50 * US_PER_MS);
    }
}

int kafka_coordinator(struct kafka_admin *k, const char *group, int32_t *ret,
                      int64_t timeout_us, struct err *err)
{
    struct group_question q = {
        .k = k,
        .group = group,
        .deadline_us = clk_monotonic_us() + timeout_us,
    };
    int rc = ask_group(&q, ask_coordinator, err);

    if (rc == 0)
        *ret = (int32_t)q.answer;
    return rc;
}

int kafka_committed(struct kafka_admin *k, const char *group, const char *topic,
                    int32_t partition, int64_t *ret, int64_t timeout_us,
                    struct err *err)
{
    struct group_question q = {
        .k = k,
        .group = group,
        .topic = topic,
        .partition = partition,
        .deadline_us = clk_monotonic_us() + timeout_us,
    };
    int rc = ask_group(&q, ask_committed, err);

    if (rc == 0)
        *ret = q.answer;
    return rc;
}
