/* query.c - the admin client: brokers, leaders, offsets, coordinators, as of
 * now.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/clk.h"
#include "base/stop.h"
#include "client/admin_own.h"

/* ---- metadata ------------------------------------------------------------*/

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
    int rc = topic_metadata(k->rk, topic, timeout_us, &md, err);

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

/* ---- offsets -------------------------------------------------------------*/

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

/* The isolation level belongs to a client, so last stable offsets need a second
 * client, opened at the first use. */
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

/* ---- groups --------------------------------------------------------------*/

/* The coordinator is moving, or __consumer_offsets is only being made. */
static bool coordinator_moves(rd_kafka_resp_err_t e)
{
    return e == RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE ||
           e == RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS ||
           e == RD_KAFKA_RESP_ERR_NOT_COORDINATOR;
}

/* A question about a group, and the answer. */
struct group_question {
    struct kafka_admin *k;
    const char *group;
    int64_t deadline_us;
    int32_t answer;
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

/* Ask again while the coordinator is moving, until the deadline. */
static int insist_on_coordinator(struct group_question *q, struct err *err)
{
    struct clk clk = clk_real_from(0);

    for (;;) {
        struct err why = {0};
        int rc = ask_coordinator(q, &why);

        if (stop_check(q->group, err) < 0)
            return err->code;
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
    int rc = insist_on_coordinator(&q, err);

    if (rc == 0)
        *ret = q.answer;
    return rc;
}
