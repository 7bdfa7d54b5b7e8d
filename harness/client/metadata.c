/* metadata.c - the first questions of every user of a cluster: partitions and
 * leaders of a topic, first and end offsets of partitions.
 */
#include <errno.h>
#include <stdbool.h>

#include "base/clk.h"
#include "base/stop.h"
#include "client/admin_own.h"

enum { ATTEMPT_MS = 2000, HURRIED_MS = 300, PAUSE_US = 50000 };

static int attempt_ms(int64_t deadline_us, size_t partitions)
{
    int left = ms_until(deadline_us);
    int most = stop_asked() ? HURRIED_MS : ATTEMPT_MS + (int)(partitions / 2);

    return left < most ? left : most;
}

/* A broker answers for a new topic when the logs of all partitions are made,
 * one after another: 3 ms each on a small machine, measured 19 ms on the same
 * machine beside other work (3 000 partitions of Kafka 4.3.1). */
enum { PARTITION_US = 40 * US_PER_MS };

int64_t partitions_take_us(size_t partitions)
{
    return (int64_t)partitions * PARTITION_US;
}

int metadata_of(rd_kafka_t *rk, rd_kafka_topic_t *topic, int64_t deadline_us,
                const struct rd_kafka_metadata **ret, struct err *err)
{
    struct clk clk = clk_real_from(0);
    rd_kafka_resp_err_t e;

    for (;;) {
        e = rd_kafka_metadata(rk, 0, topic, ret, attempt_ms(deadline_us, 0));
        if (e == RD_KAFKA_RESP_ERR_NO_ERROR)
            return 0;
        if (kafka_errno(e) != -ETIMEDOUT || ms_until(deadline_us) == 0)
            break;
        if (stop_check("metadata", err) < 0)
            return err->code;
        clk_sleep(&clk, PAUSE_US);
    }
    return err_set(err, kafka_errno(e), "no metadata of %s: %s",
                   topic ? rd_kafka_topic_name(topic) : "the cluster",
                   rd_kafka_err2str(e));
}

int metadata_partitions(const struct rd_kafka_metadata *md)
{
    rd_kafka_resp_err_t e = md->topic_cnt == 1
                                ? md->topics[0].err
                                : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;

    if (e == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        return 0;
    return md->topics[0].partition_cnt > 0 ? md->topics[0].partition_cnt
                                           : -EAGAIN;
}

int topic_metadata(rd_kafka_t *rk, const char *topic, int64_t timeout_us,
                   const struct rd_kafka_metadata **ret, struct err *err)
{
    int64_t deadline_us = clk_monotonic_us() + timeout_us;
    rd_kafka_topic_t *t = rd_kafka_topic_new(rk, topic, NULL);
    const struct rd_kafka_metadata *md;
    rd_kafka_resp_err_t e;
    int rc;

    if (!t)
        return err_set(err, -EINVAL, "topic %s: %s", topic,
                       rd_kafka_err2str(rd_kafka_last_error()));
    rc = metadata_of(rk, t, deadline_us, &md, err);
    rd_kafka_topic_destroy(t);
    if (rc < 0)
        return rc;
    e = md->topic_cnt == 1 ? md->topics[0].err
                           : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    /* A topic is known even while some partition waits for a leader. */
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
    int rc = topic_metadata(k->rk, topic, timeout_us, &md, err);

    if (rc < 0)
        return rc;
    *ret = md->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(md);
    return 0;
}

/* Errors that pass: a leader is moving, dead, or not yet elected. */
static bool passes(rd_kafka_resp_err_t e)
{
    return kafka_errno(e) == -ETIMEDOUT ||
           e == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
           e == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
           e == RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE ||
           e == RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE ||
           e == RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR ||
           e == RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH;
}

enum { NEW_TOPIC_US = 10 * US_PER_S };

bool may_be_new(int64_t since_us)
{
    return clk_monotonic_us() - since_us < NEW_TOPIC_US;
}

static bool is_new(rd_kafka_resp_err_t e, int64_t since_us, size_t partitions)
{
    return e == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART &&
           may_be_new(since_us + partitions_take_us(partitions));
}

/* Ask once for all partitions. *ret_partition: the partition of the error. */
static rd_kafka_resp_err_t ask_offsets(rd_kafka_t *rk, const struct span *of,
                                       int64_t when, int timeout_ms,
                                       int64_t *ret, int32_t *ret_partition)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new((int)of->n);
    rd_kafka_resp_err_t e;

    for (size_t i = 0; i < of->n; i++)
        rd_kafka_topic_partition_list_add(list, of->topic,
                                          of->first + (int32_t)i)
            ->offset = when;
    *ret_partition = of->first;
    /* Not rd_kafka_query_watermark_offsets(): a single partition at a time, and
     * in librdkafka 2.0.2 sometimes never returning, whatever the time-out. */
    e = rd_kafka_offsets_for_times(rk, list, timeout_ms);
    /* librdkafka returns "unknown" too when no partition has a leader; the
     * error of the first partition then tells more. */
    if (e == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
        e = list->elems[0].err;
    for (size_t i = 0; i < of->n && e == RD_KAFKA_RESP_ERR_NO_ERROR; i++) {
        const rd_kafka_topic_partition_t *p =
            rd_kafka_topic_partition_list_find(list, of->topic,
                                               of->first + (int32_t)i);

        ret[i] = p->offset;
        *ret_partition = p->partition;
        e = p->err;
        if (e == RD_KAFKA_RESP_ERR_NO_ERROR && p->offset < 0)
            e = RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE;
    }
    rd_kafka_topic_partition_list_destroy(list);
    return e;
}

/* Make librdkafka ask for metadata: offsets_for_times() alone never looks again
 * for a leader cached as missing. */
static void refresh(rd_kafka_t *rk, const char *topic, int64_t deadline_us)
{
    rd_kafka_topic_t *t = rd_kafka_topic_new(rk, topic, NULL);
    const struct rd_kafka_metadata *md;

    if (!t)
        return;
    if (rd_kafka_metadata(rk, 0, t, &md, attempt_ms(deadline_us, 0)) ==
        RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_metadata_destroy(md);
    rd_kafka_topic_destroy(t);
}

int offsets_at(rd_kafka_t *rk, const struct span *of, int64_t when,
               int64_t deadline_us, int64_t *ret, struct err *err)
{
    struct clk clk = clk_real_from(0);
    int64_t began_us = clk_monotonic_us();
    rd_kafka_resp_err_t e;
    int32_t which;

    if (of->n == 0)
        return 0;
    for (;;) {
        e = ask_offsets(rk, of, when, attempt_ms(deadline_us, of->n), ret,
                        &which);
        if (e == RD_KAFKA_RESP_ERR_NO_ERROR)
            return 0;
        if (stop_check(of->topic, err) < 0)
            return err->code;
        if ((!passes(e) && !is_new(e, began_us, of->n)) ||
            ms_until(deadline_us) == 0)
            break;
        clk_sleep(&clk, PAUSE_US);
        refresh(rk, of->topic, deadline_us);
    }
    return err_set(err, passes(e) ? -ETIMEDOUT : kafka_errno(e),
                   "%s[%d]: no %s offset: %s", of->topic, (int)which,
                   when == RD_KAFKA_OFFSET_BEGINNING ? "first" : "end",
                   rd_kafka_err2str(e));
}
