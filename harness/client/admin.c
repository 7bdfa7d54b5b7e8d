/* admin.c - the admin client: topics made, deleted, widened; configuration. */
#include "client/admin_own.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clk.h"
#include "base/memory.h"
#include "base/own.h"
#include "base/stop.h"

enum {
    ASK_MS_MAX = 3600000, /* librdkafka's limit for a request */
    POLL_MS = 100,        /* between two looks whether to stop */
};

/* ---- open, close, ask ----------------------------------------------------*/

int kafka_admin_open(const struct kafka_access *a, struct kafka_admin **ret,
                     struct err *err)
{
    struct kafka_admin *k = must_calloc(1, sizeof(*k));
    rd_kafka_conf_t *conf;
    int rc;

    rc = conf_new(a, NULL, 0, &k->conf, err);
    if (rc == 0) {
        conf = rd_kafka_conf_dup(k->conf);
        rc = conf_set(conf, "isolation.level", "read_uncommitted", err);
        if (rc < 0)
            rd_kafka_conf_destroy(conf);
        else
            rc = handle_open(RD_KAFKA_CONSUMER, conf, &k->rk, err);
    }
    if (rc < 0) {
        if (k->conf)
            rd_kafka_conf_destroy(k->conf);
        free(k);
        return rc;
    }
    pthread_mutex_init(&k->lock, NULL);
    *ret = k;
    return 0;
}

void kafka_admin_close(struct kafka_admin *k)
{
    if (!k)
        return;
    if (k->committed)
        handle_close(&(struct handle_parts){.rk = k->committed},
                     CLOSE_LIMIT_US);
    handle_close(&(struct handle_parts){.rk = k->rk}, CLOSE_LIMIT_US);
    rd_kafka_conf_destroy(k->conf);
    pthread_mutex_destroy(&k->lock);
    free(k);
}

int admin_ask_init(struct kafka_admin *k, rd_kafka_admin_op_t op,
                   int64_t timeout_us, struct admin_ask *ret, struct err *err)
{
    int64_t deadline_us = clk_monotonic_us() + timeout_us;
    int ms = ms_until(deadline_us);
    char why[256];

    ms = ms < 1 ? 1 : ms > ASK_MS_MAX ? ASK_MS_MAX : ms;
    ret->deadline_us = deadline_us;
    ret->options = rd_kafka_AdminOptions_new(k->rk, op);
    if (rd_kafka_AdminOptions_set_request_timeout(ret->options, ms, why,
                                                  sizeof(why)) != 0) {
        rd_kafka_AdminOptions_destroy(ret->options);
        return err_set(err, -EINVAL, "time-out of %d ms: %s", ms, why);
    }
    ret->queue = rd_kafka_queue_new(k->rk);
    return 0;
}

void admin_ask_done(struct admin_ask *ask)
{
    rd_kafka_queue_destroy(ask->queue);
    rd_kafka_AdminOptions_destroy(ask->options);
}

int admin_answer(const struct admin_ask *ask, const char *what,
                 rd_kafka_event_t **ret, struct err *err)
{
    /* librdkafka enforces the time-out; waiting a little longer gets the
     * reason, too. */
    int64_t until_us = ask->deadline_us + 500 * US_PER_MS;
    rd_kafka_event_t *e = NULL;
    rd_kafka_resp_err_t code;
    int rc;

    do {
        int ms = ms_until(until_us);

        if (stop_check(what, err) < 0)
            return err->code;
        e = rd_kafka_queue_poll(ask->queue, ms < POLL_MS ? ms : POLL_MS);
    } while (!e && ms_until(until_us) > 0);
    if (!e)
        return err_set(err, -ETIMEDOUT, "%s: no answer in time", what);
    code = rd_kafka_event_error(e);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        rc = err_set(err, kafka_errno(code), "%s: %s", what,
                     rd_kafka_event_error_string(e));
        rd_kafka_event_destroy(e);
        return rc;
    }
    *ret = e;
    return 0;
}

/* ---- topics ---------------------------------------------------------------*/

/* Wait for the answer to a request about a single topic; `results` takes the
 * topic's result from the event. */
static int topic_answer(
    const struct admin_ask *ask, const char *topic,
    const rd_kafka_topic_result_t **(*results)(rd_kafka_event_t *e, size_t *n),
    struct err *err)
{
    const rd_kafka_topic_result_t **at;
    rd_kafka_event_t *e;
    char what[300];
    size_t n;
    int rc;

    (void)snprintf(what, sizeof(what), "topic %s", topic);
    rc = admin_answer(ask, what, &e, err);
    if (rc < 0)
        return rc;
    at = results(e, &n);
    if (n != 1) {
        rc = err_set(err, -EIO, "%s: expected 1 result, got %zu", what, n);
    } else if (rd_kafka_topic_result_error(at[0])) {
        const char *why = rd_kafka_topic_result_error_string(at[0]);
        rd_kafka_resp_err_t code = rd_kafka_topic_result_error(at[0]);

        rc = err_set(err, kafka_errno(code), "%s: %s", what,
                     why ? why : rd_kafka_err2str(code));
    }
    rd_kafka_event_destroy(e);
    return rc;
}

static const rd_kafka_topic_result_t **created(rd_kafka_event_t *e, size_t *n)
{
    return rd_kafka_CreateTopics_result_topics(
        rd_kafka_event_CreateTopics_result(e), n);
}

static const rd_kafka_topic_result_t **deleted(rd_kafka_event_t *e, size_t *n)
{
    return rd_kafka_DeleteTopics_result_topics(
        rd_kafka_event_DeleteTopics_result(e), n);
}

static const rd_kafka_topic_result_t **widened(rd_kafka_event_t *e, size_t *n)
{
    return rd_kafka_CreatePartitions_result_topics(
        rd_kafka_event_CreatePartitions_result(e), n);
}

static int new_topic(const char *topic, int partitions, int replicas,
                     const json_t *config, rd_kafka_NewTopic_t **ret,
                     struct err *err)
{
    char why[256];
    rd_kafka_NewTopic_t *t =
        rd_kafka_NewTopic_new(topic, partitions, replicas, why, sizeof(why));
    const char *key;
    json_t *value;

    if (!t)
        return err_set(err, -EINVAL, "topic %s: %s", topic, why);
    json_object_foreach ((json_t *)config, key, value) {
        if (json_is_string(value) &&
            rd_kafka_NewTopic_set_config(t, key, json_string_value(value)) ==
                RD_KAFKA_RESP_ERR_NO_ERROR)
            continue;
        rd_kafka_NewTopic_destroy(t);
        return err_set(err, -EINVAL, "topic %s: config %s: not a string", topic,
                       key);
    }
    *ret = t;
    return 0;
}

static int ask_to_create(struct kafka_admin *k, rd_kafka_NewTopic_t *t,
                         const char *topic, int64_t timeout_us, struct err *err)
{
    struct admin_ask ask;
    int rc = admin_ask_init(k, RD_KAFKA_ADMIN_OP_CREATETOPICS, timeout_us, &ask,
                            err);

    if (rc < 0)
        return rc;
    rd_kafka_CreateTopics(k->rk, &t, 1, ask.options, ask.queue);
    rc = topic_answer(&ask, topic, created, err);
    admin_ask_done(&ask);
    return rc;
}

/* Partitions of a topic that need a leader: the context of all_led(). */
struct led {
    struct kafka_admin *k;
    const char *topic;
    int partitions;
    int64_t deadline_us;
};

/* A condition for wait_until(): every partition has a leader now. */
static int all_led(void *ctx, struct err *err)
{
    struct led *l = ctx;
    rd_kafka_topic_t *t = rd_kafka_topic_new(l->k->rk, l->topic, NULL);
    const struct rd_kafka_metadata *md;
    int led = 0, rc;

    rc = metadata_of(l->k->rk, t, l->deadline_us, &md, err);
    rd_kafka_topic_destroy(t);
    if (rc < 0)
        return rc == -ETIMEDOUT ? 0 : rc;
    for (int i = 0; md->topic_cnt == 1 && i < md->topics[0].partition_cnt; i++)
        led += md->topics[0].partitions[i].leader >= 0;
    rd_kafka_metadata_destroy(md);
    if (led >= l->partitions)
        return 1;
    err_set(err, -EAGAIN, "%d of %d partitions have a leader", led,
            l->partitions);
    return 0;
}

static int wait_for_leaders(struct kafka_admin *k, const char *topic,
                            int partitions, int64_t deadline_us,
                            struct err *err)
{
    struct clk clk = clk_real_from(0);
    struct led led = {k, topic, partitions, deadline_us};
    char what[300];

    (void)snprintf(what, sizeof(what), "topic %s led", topic);
    return wait_until(&clk, all_led, &led, 20 * US_PER_MS, deadline_us, what,
                      err);
}

/* CreateTopics returns before the partitions have leaders, and a partition
 * without a leader refuses the first records. So wait for leaders here. */
int kafka_create_topic(struct kafka_admin *k, const char *topic, int partitions,
                       int replicas, const json_t *config, int64_t timeout_us,
                       struct err *err)
{
    int64_t deadline_us = clk_monotonic_us() + timeout_us;
    rd_kafka_NewTopic_t *t;
    int there, rc;

    /* Look before asking: a cluster without CreateTopics (librdkafka's mock)
     * will do if the topic is there already. */
    rc = kafka_partitions(k, topic, &there, timeout_us, err);
    if (rc == -ENOENT) {
        *err = (struct err){0};
        rc = new_topic(topic, partitions, replicas, config, &t, err);
        if (rc < 0)
            return rc;
        rc = ask_to_create(k, t, topic, deadline_us - clk_monotonic_us(), err);
        rd_kafka_NewTopic_destroy(t);
        there = partitions;
    }
    if (rc == -EEXIST) { /* made by another client meanwhile */
        *err = (struct err){0};
        rc = kafka_partitions(k, topic, &there,
                              deadline_us - clk_monotonic_us(), err);
    }
    if (rc < 0)
        return rc;
    if (there != partitions)
        return err_set(err, -EEXIST, "topic %s: has %d partitions, not %d",
                       topic, there, partitions);
    return wait_for_leaders(k, topic, partitions, deadline_us, err);
}

int kafka_delete_topic(struct kafka_admin *k, const char *topic,
                       int64_t timeout_us, struct err *err)
{
    rd_kafka_DeleteTopic_t *t = rd_kafka_DeleteTopic_new(topic);
    struct admin_ask ask;
    int rc = admin_ask_init(k, RD_KAFKA_ADMIN_OP_DELETETOPICS, timeout_us, &ask,
                            err);

    if (rc == 0) {
        rd_kafka_DeleteTopics(k->rk, &t, 1, ask.options, ask.queue);
        rc = topic_answer(&ask, topic, deleted, err);
        admin_ask_done(&ask);
    }
    rd_kafka_DeleteTopic_destroy(t);
    return rc;
}

int kafka_add_partitions(struct kafka_admin *k, const char *topic, int total,
                         int64_t timeout_us, struct err *err)
{
    int64_t deadline_us = clk_monotonic_us() + timeout_us;
    rd_kafka_NewPartitions_t *p;
    struct admin_ask ask;
    char why[256];
    int rc;

    p = rd_kafka_NewPartitions_new(topic, (size_t)total, why, sizeof(why));
    if (!p)
        return err_set(err, -EINVAL, "topic %s: %s", topic, why);
    rc = admin_ask_init(k, RD_KAFKA_ADMIN_OP_CREATEPARTITIONS, timeout_us, &ask,
                        err);
    if (rc == 0) {
        rd_kafka_CreatePartitions(k->rk, &p, 1, ask.options, ask.queue);
        rc = topic_answer(&ask, topic, widened, err);
        admin_ask_done(&ask);
    }
    rd_kafka_NewPartitions_destroy(p);
    return rc < 0 ? rc : wait_for_leaders(k, topic, total, deadline_us, err);
}

/* ---- configuration --------------------------------------------------------*/

static int configs_of(rd_kafka_event_t *e, const char *topic, json_t **ret,
                      struct err *err)
{
    const rd_kafka_ConfigResource_t **at;
    const rd_kafka_ConfigEntry_t **entries;
    rd_kafka_resp_err_t code;
    size_t n;

    at = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(e), &n);
    if (n != 1)
        return err_set(err, -EIO, "topic %s: expected 1 config, got %zu", topic,
                       n);
    code = rd_kafka_ConfigResource_error(at[0]);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return err_set(err, kafka_errno(code), "topic %s: configuration: %s",
                       topic, rd_kafka_ConfigResource_error_string(at[0]));
    *ret = json_object();
    entries = rd_kafka_ConfigResource_configs(at[0], &n);
    for (size_t i = 0; i < n; i++) {
        const char *value = rd_kafka_ConfigEntry_value(entries[i]);

        if (value) /* a sensitive entry has none */
            json_object_set_new(*ret, rd_kafka_ConfigEntry_name(entries[i]),
                                json_string(value));
    }
    return 0;
}

static int ask_config(struct kafka_admin *k, const char *topic, json_t **ret,
                      int64_t timeout_us, struct err *err)
{
    rd_kafka_ConfigResource_t *r =
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic);
    rd_kafka_event_t *e;
    struct admin_ask ask;
    char what[300];
    int rc = admin_ask_init(k, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, timeout_us,
                            &ask, err);

    if (rc == 0) {
        (void)snprintf(what, sizeof(what), "topic %s: configuration", topic);
        rd_kafka_DescribeConfigs(k->rk, &r, 1, ask.options, ask.queue);
        rc = admin_answer(&ask, what, &e, err);
        if (rc == 0) {
            rc = configs_of(e, topic, ret, err);
            rd_kafka_event_destroy(e);
        }
        admin_ask_done(&ask);
    }
    rd_kafka_ConfigResource_destroy(r);
    return rc;
}

/* A broker that has not yet heard of a new topic says "unknown", so ask again
 * for a while (may_be_new()). */
int kafka_topic_config(struct kafka_admin *k, const char *topic, json_t **ret,
                       int64_t timeout_us, struct err *err)
{
    struct clk clk = clk_real_from(0);
    int64_t began_us = clk_monotonic_us();
    int64_t deadline_us = began_us + timeout_us;

    for (;;) {
        struct err why = {0};
        int rc =
            ask_config(k, topic, ret, deadline_us - clk_monotonic_us(), &why);

        if (rc == 0)
            return 0;
        if (rc != -ENOENT || !may_be_new(began_us) || stop_is_due() ||
            ms_until(deadline_us) == 0)
            return err_set(err, rc, "%s", why.text);
        clk_sleep(&clk, 50 * US_PER_MS);
    }
}
