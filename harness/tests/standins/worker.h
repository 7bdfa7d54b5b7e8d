/* worker.h - what a test of a worker's tasks stands in for: the cluster, and
 * the worker's core, which remembers offsets and hears of states. */
#ifndef TESTS_STANDINS_WORKER_H
#define TESTS_STANDINS_WORKER_H

#include <check.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/log.h"
#include "base/own.h"
#include "standins/worker/task.h"

enum { LIMIT_US = 30000000, STOP_US = 10000000 };

struct core {
    rd_kafka_t *rk; /* the mock's own; produces, too */
    rd_kafka_mock_cluster_t *cluster;
    struct task_env env;
    struct clk clk;
    char dir[64];

    pthread_mutex_t lock;
    pthread_cond_t changed;
    enum task_state state;
    int said; /* how often */
    char trace[2048];
    json_t *offsets; /* partition as text -> offset */
    int puts;
};

static inline void core_said(void *ctx, const char *connector, int task,
                             enum task_state state, const char *trace)
{
    struct core *c = ctx;

    (void)connector, (void)task;
    pthread_mutex_lock(&c->lock);
    ck_assert((state == TASK_FAILED) == (trace != NULL));
    c->state = state;
    c->said++;
    (void)snprintf(c->trace, sizeof(c->trace), "%s", trace ? trace : "");
    pthread_cond_broadcast(&c->changed);
    pthread_mutex_unlock(&c->lock);
}

static inline json_t *core_offset_get(void *ctx, const char *connector,
                                      const json_t *partition)
{
    AUTO_FREE char *key = json_dumps(partition, JSON_SORT_KEYS);
    struct core *c = ctx;
    json_t *found;

    (void)connector;
    pthread_mutex_lock(&c->lock);
    found = json_deep_copy(json_object_get(c->offsets, key));
    pthread_mutex_unlock(&c->lock);
    return found;
}

static inline int core_offset_put(void *ctx, const char *connector,
                                  const json_t *partition, const json_t *offset,
                                  struct err *err)
{
    AUTO_FREE char *key = json_dumps(partition, JSON_SORT_KEYS);
    struct core *c = ctx;

    (void)connector, (void)err;
    pthread_mutex_lock(&c->lock);
    (void)json_object_set_new(c->offsets, key, json_deep_copy(offset));
    c->puts++;
    pthread_cond_broadcast(&c->changed);
    pthread_mutex_unlock(&c->lock);
    return 0;
}

static inline void core_open(struct core *c)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char why[256];

    memset(c, 0, sizeof(*c));
    c->clk = clk_real();
    if (getenv("ORDEAL_TEST_LOG"))
        log_open(2, -1, LOG_DEBUG, &c->clk);
    (void)snprintf(c->dir, sizeof(c->dir), "/tmp/ordeal-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(c->dir));
    (void)rd_kafka_conf_set(conf, "test.mock.num.brokers", "1", why,
                            sizeof(why));
    (void)rd_kafka_conf_set(conf, "log_level", "0", why, sizeof(why));
    c->rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof(why));
    ck_assert_msg(c->rk != NULL, "%s", why);
    c->cluster = rd_kafka_handle_mock_cluster(c->rk);
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->changed, NULL);
    c->offsets = json_object();
    c->env = (struct task_env){
        .bootstrap = rd_kafka_mock_cluster_bootstraps(c->cluster),
        .properties = json_pack("{s:s, s:s, s:s}", "offset.flush.interval.ms",
                                "200", "consumer.session.timeout.ms",
                                "4000", /* its next join waits as long */
                                "consumer.heartbeat.interval.ms", "500"),
        .said = core_said,
        .offset_get = core_offset_get,
        .offset_put = core_offset_put,
        .ctx = c,
    };
}

static inline void core_close(struct core *c)
{
    struct err err = {0};

    json_decref(c->offsets);
    json_decref((json_t *)(uintptr_t)c->env.properties);
    rd_kafka_destroy(c->rk);
    ck_assert_int_eq(remove_tree(c->dir, &err), 0);
}

static inline void core_topic(struct core *c, const char *name, int partitions)
{
    ck_assert_int_eq(
        rd_kafka_mock_topic_create(c->cluster, name, partitions, 1),
        RD_KAFKA_RESP_ERR_NO_ERROR);
}

/* A moment's wait for something else than what `changed` tells. */
static inline void pause_briefly(struct core *c)
{
    clk_sleep(&c->clk, 20 * US_PER_MS);
}

static inline void await_state(struct core *c, enum task_state state)
{
    int64_t until_us = clk_monotonic_us() + LIMIT_US;
    bool there = false;

    while (!there && clk_monotonic_us() < until_us) {
        pthread_mutex_lock(&c->lock);
        there = c->said > 0 && c->state == state;
        pthread_mutex_unlock(&c->lock);
        if (!there)
            pause_briefly(c);
    }
    ck_assert_msg(there, "state %d never came; %s", (int)state, c->trace);
}

/* Start a task of "it" from pairs of key and value, NULL behind them. */
static inline struct task *start_of(struct core *c, int number,
                                    const char *const *pairs, bool paused)
{
    AUTO_JSON json_t *config = json_object();
    struct err err = {0};
    struct task *t;

    for (; *pairs; pairs += 2)
        (void)json_object_set_new(config, pairs[0], json_string(pairs[1]));
    pthread_mutex_lock(&c->lock);
    c->said = 0;
    pthread_mutex_unlock(&c->lock);
    ck_assert_msg(task_start(&c->env, "it", number, config, paused, &t, &err) ==
                      0,
                  "%s", err.text);
    return t;
}

#define start_task(c, ...)                                                     \
    start_of(c, 0, (const char *const[]){__VA_ARGS__, NULL}, false)

/* ---- topics ---- */

static inline void produce_range(struct core *c, const char *topic,
                                 int partition, int from, int to)
{
    char value[32];

    for (int i = from; i < to; i++) {
        int len = snprintf(value, sizeof(value), "value-%d", i);

        ck_assert_int_eq(
            rd_kafka_producev(
                c->rk, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                RD_KAFKA_V_KEY("key", 3), RD_KAFKA_V_VALUE(value, (size_t)len),
                RD_KAFKA_V_END),
            RD_KAFKA_RESP_ERR_NO_ERROR);
    }
    ck_assert_int_eq(rd_kafka_flush(c->rk, 20000), 0);
}

/* The values of one partition from its begin, as lines; at least `n`, or
 * fails. The caller frees. `header`: that header's value in their place. */
static inline char *read_topic(struct core *c, const char *topic, int n,
                               const char *header)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new(1);
    int64_t until_us = clk_monotonic_us() + LIMIT_US;
    size_t text_len = 0;
    char why[256], *text = NULL;
    FILE *out = open_memstream(&text, &text_len);
    rd_kafka_t *rk;
    int seen = 0;

    (void)rd_kafka_conf_set(conf, "bootstrap.servers", c->env.bootstrap, why,
                            sizeof(why));
    (void)rd_kafka_conf_set(conf, "group.id", "reader", why, sizeof(why));
    rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof(why));
    rd_kafka_topic_partition_list_add(list, topic, 0)->offset = 0;
    ck_assert_int_eq(rd_kafka_assign(rk, list), 0);
    rd_kafka_topic_partition_list_destroy(list);
    while (seen < n && clk_monotonic_us() < until_us) {
        rd_kafka_message_t *m = rd_kafka_consumer_poll(rk, 100);
        rd_kafka_headers_t *h;
        const void *value = m ? m->payload : NULL;
        size_t len = m ? m->len : 0;

        if (m && !m->err) {
            if (header && (rd_kafka_message_headers(m, &h) ||
                           rd_kafka_header_get_last(h, header, &value, &len)))
                len = 0;
            (void)fprintf(out, "%.*s\n", (int)len, (const char *)value);
            seen++;
        }
        if (m)
            rd_kafka_message_destroy(m);
    }
    (void)fclose(out);
    rd_kafka_destroy(rk);
    ck_assert_msg(seen >= n, "%s: %d of %d records", topic, seen, n);
    return text;
}

/* What group "connect-it" has committed. */
static inline int64_t committed(struct core *c, const char *topic,
                                int partition)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new(1);
    char why[256];
    rd_kafka_t *rk;
    int64_t at;

    (void)rd_kafka_conf_set(conf, "bootstrap.servers", c->env.bootstrap, why,
                            sizeof(why));
    (void)rd_kafka_conf_set(conf, "group.id", "connect-it", why, sizeof(why));
    rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof(why));
    (void)rd_kafka_topic_partition_list_add(list, topic, partition);
    ck_assert_int_eq(rd_kafka_committed(rk, list, 10000), 0);
    at = list->elems[0].offset;
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(rk);
    return at;
}

/* ---- files ---- */

/* "value-<from>\n" up to before `to`; the caller frees. */
static inline char *lines_of(int from, int to)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    for (int i = from; i < to; i++)
        (void)fprintf(out, "value-%d\n", i);
    (void)fclose(out);
    return text;
}

static inline void append_text(const char *path, const char *text)
{
    AUTO_FILE FILE *out = fopen(path, "a");

    ck_assert_ptr_nonnull(out);
    ck_assert_int_ge(fputs(text, out), 0);
}

/* Until the file holds that many bytes; what it holds. The caller frees. */
static inline char *await_file(struct core *c, const char *path, size_t len)
{
    int64_t until_us = clk_monotonic_us() + LIMIT_US;
    char *text = NULL;
    size_t got = 0;

    do {
        struct err err = {0};

        free(text);
        text = NULL;
        pause_briefly(c);
        if (file_read(path, &text, &got, &err) < 0)
            got = 0;
    } while (got < len && clk_monotonic_us() < until_us);
    ck_assert_msg(got >= len, "%s: %zu of %zu bytes", path, got, len);
    return text;
}

#endif
