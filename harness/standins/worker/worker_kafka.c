/* worker_kafka.c - clients and topics of the worker's core. */
#include "standins/worker/worker_kafka.h"

#include <errno.h>
#include <string.h>

#include "base/clk.h"

static const struct handle_setting tuned[] = {
    {"socket.timeout.ms", "6000"},
    {"socket.nagle.disable", "true"},
    {"reconnect.backoff.max.ms", "500"},
    {"topic.metadata.refresh.interval.ms", "2000"},
    {"broker.address.ttl", "0"},
};

int kafka_conf(const char *bootstrap, const struct handle_setting *settings,
               size_t n, rd_kafka_conf_t **ret, struct err *err)
{
    rd_kafka_conf_t *conf;

    if (handle_conf(bootstrap, tuned, ARRAY_LEN(tuned), &conf, err) < 0)
        return err->code;
    if (handle_set(conf, settings, n, err) < 0) {
        rd_kafka_conf_destroy(conf);
        return err->code;
    }
    *ret = conf;
    return 0;
}

int kafka_error(struct err *err, const char *what, rd_kafka_resp_err_t e)
{
    return err_set(err, -EIO, "%s: %s", what, rd_kafka_err2str(e));
}

/* ---- topics ---- */

typedef const struct rd_kafka_metadata *metadata;

/* Ask for all topics: asking for a single topic could create the topic. */
static int all_metadata(rd_kafka_t *rk, int64_t limit_us, metadata *ret,
                        struct err *err)
{
    rd_kafka_resp_err_t e =
        rd_kafka_metadata(rk, 1, NULL, ret, (int)(limit_us / US_PER_MS));

    return e ? kafka_error(err, "metadata", e) : 0;
}

static const struct rd_kafka_metadata_topic *topic_in(metadata m,
                                                      const char *name)
{
    for (int i = 0; i < m->topic_cnt; i++)
        if (strcmp(m->topics[i].topic, name) == 0 && m->topics[i].err == 0)
            return &m->topics[i];
    return NULL;
}

int kafka_partitions(rd_kafka_t *rk, const char *topic, int64_t limit_us,
                     struct err *err)
{
    const struct rd_kafka_metadata_topic *t;
    metadata m;
    int n;

    if (all_metadata(rk, limit_us, &m, err) < 0)
        return err->code;
    t = topic_in(m, topic);
    n = t ? t->partition_cnt : -ENOENT;
    rd_kafka_metadata_destroy(m);
    return n < 0 ? err_set(err, n, "topic %s: does not exist", topic) : n;
}

/* The first topic that could not be created; an existing topic is no failure.
 */
static rd_kafka_resp_err_t first_failure(rd_kafka_event_t *ev, struct err *err)
{
    const rd_kafka_CreateTopics_result_t *result =
        rd_kafka_event_CreateTopics_result(ev);
    rd_kafka_resp_err_t e = rd_kafka_event_error(ev);
    const rd_kafka_topic_result_t **all;
    size_t n;

    if (e) {
        (void)kafka_error(err, "CreateTopics", e);
        return e;
    }
    all = rd_kafka_CreateTopics_result_topics(result, &n);
    for (size_t i = 0; i < n; i++) {
        e = rd_kafka_topic_result_error(all[i]);
        if (!e || e == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
            continue;
        (void)kafka_error(err, rd_kafka_topic_result_name(all[i]), e);
        return e;
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t create(rd_kafka_t *rk, rd_kafka_NewTopic_t **new,
                                  size_t n, int64_t limit_us, struct err *err)
{
    rd_kafka_AdminOptions_t *options =
        rd_kafka_AdminOptions_new(rk, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
    rd_kafka_resp_err_t e = RD_KAFKA_RESP_ERR__TIMED_OUT;
    int limit_ms = (int)(limit_us / US_PER_MS);
    rd_kafka_event_t *ev;
    char why[128];

    (void)rd_kafka_AdminOptions_set_request_timeout(options, limit_ms, why,
                                                    sizeof(why));
    rd_kafka_CreateTopics(rk, new, n, options, queue);
    ev = rd_kafka_queue_poll(queue, limit_ms + 1000);
    if (ev) {
        e = first_failure(ev, err);
        rd_kafka_event_destroy(ev);
    }
    rd_kafka_queue_destroy(queue);
    rd_kafka_AdminOptions_destroy(options);
    return e;
}

enum { TOPICS_AT_ONCE = 8 };

/* Topics are compacted, as Connect requires of its topics, or kept whole where
 * the broker refuses compaction. */
static int create_missing(rd_kafka_t *rk, metadata m,
                          const struct kafka_topic *topics, size_t n,
                          int64_t limit_us, struct err *err)
{
    rd_kafka_resp_err_t e = RD_KAFKA_RESP_ERR_INVALID_CONFIG;
    int most = m->broker_cnt < 3 ? m->broker_cnt : 3;

    /* a broker without compaction refuses the config, and keeps every record
     * anyway */
    for (int compact = 1; compact >= 0; compact--) {
        rd_kafka_NewTopic_t *new[TOPICS_AT_ONCE];
        struct err why = {0};
        size_t len = 0;

        for (size_t i = 0; i < n; i++) {
            if (topic_in(m, topics[i].name))
                continue;
            new[len] = rd_kafka_NewTopic_new(
                topics[i].name, topics[i].partitions,
                topics[i].replicas > 0 ? topics[i].replicas : most, NULL, 0);
            if (compact)
                (void)rd_kafka_NewTopic_set_config(new[len], "cleanup.policy",
                                                   "compact");
            len++;
        }
        if (len == 0)
            return 0;
        e = create(rk, new, len, limit_us, &why);
        rd_kafka_NewTopic_destroy_array(new, len);
        if (e != RD_KAFKA_RESP_ERR_INVALID_CONFIG)
            return e ? err_set(err, -EIO, "%s", why.text) : 0;
    }
    return kafka_error(err, "CreateTopics", e);
}

static bool has_leaders(metadata m, const struct kafka_topic *t,
                        struct err *err)
{
    const struct rd_kafka_metadata_topic *is = topic_in(m, t->name);

    for (int p = 0; is && p < is->partition_cnt; p++)
        if (is->partitions[p].leader < 0) {
            err_set(err, -EAGAIN, "topic %s: partition %d has no leader",
                    t->name, p);
            return false;
        }
    if (!is)
        err_set(err, -EAGAIN, "topic %s: does not exist yet", t->name);
    return is != NULL;
}

int kafka_make_topics(rd_kafka_t *rk, const struct kafka_topic *topics,
                      size_t n, int64_t limit_us, struct err *err)
{
    metadata m;
    int rc;

    if (n > TOPICS_AT_ONCE)
        return err_set(err, -EINVAL, "%zu topics at once", n);
    if (all_metadata(rk, limit_us, &m, err) < 0)
        return err->code;
    rc = create_missing(rk, m, topics, n, limit_us, err);
    rd_kafka_metadata_destroy(m);
    if (rc < 0 || all_metadata(rk, limit_us, &m, err) < 0)
        return err->code;
    for (size_t i = 0; i < n && rc == 0; i++)
        if (!has_leaders(m, &topics[i], err))
            rc = err->code;
    rd_kafka_metadata_destroy(m);
    return rc;
}
