/* topic_endpoint.c - a Kafka topic, read back like any other station.
 *
 * Scenario files declare topics under `topics:`, and the engine makes the
 * topics. Timestamps of records are usually the producer's, so a topic does not
 * claim to know arrival times.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/own.h"
#include "client/kafka.h"
#include "endpoint/endpoint_kinds_own.h"

enum { COUNT_TIMEOUT_US = 5 * US_PER_S };

struct topic_settings {
    const char *topic;
};

static const struct arg topic_args[] = {
    {.name = "topic",
     .type = ARG_STRING,
     .at = offsetof(struct topic_settings, topic),
     .min = 1,
     .max = 249,
     .help = "name of the topic"},
};

static const char *const topic_properties[] = {"topic", NULL};

struct topic {
    struct endpoint base;
    char *name;
    const struct kafka_access *access;
    int64_t hold_us;
    int (*stands)(void *ctx, struct err *err);
    void *stands_ctx;
    pthread_mutex_t lock;
    struct kafka_admin *admin; /* under the lock */
};

static struct topic *topic_of(struct endpoint *e)
{
    return (struct topic *)e;
}

static void topic_close(struct endpoint *e)
{
    struct topic *t = topic_of(e);

    if (t->admin)
        kafka_admin_close(t->admin);
    pthread_mutex_destroy(&t->lock);
    free(t->name);
    free(t);
}

static int topic_open(const struct endpoint_env *env, bool existing,
                      struct endpoint **ret, struct err *err)
{
    const struct topic_settings *s = env->settings;
    struct topic *t = must_calloc(1, sizeof(*t));
    int rc;

    (void)existing;
    t->name = must_strdup(s->topic);
    t->base.ops = &endpoint_topic;
    t->access = env->kafka;
    t->hold_us = env->open_transaction_us;
    t->stands = env->stands;
    t->stands_ctx = env->stands_ctx;
    pthread_mutex_init(&t->lock, NULL);
    rc = kafka_admin_open(env->kafka, &t->admin, err);
    if (rc < 0) {
        err_context(err, "endpoint %s", env->name);
        topic_close(&t->base);
        return rc;
    }
    *ret = &t->base;
    return 0;
}

static const char *topic_property(struct endpoint *e, const char *key)
{
    return strcmp(key, "topic") == 0 ? topic_of(e)->name : NULL;
}

/* The sum of the end offsets: all records taken since the topic was made, also
 * after retention has trimmed. Markers and aborted records count too: right for
 * rates, a little high as a number. */
static int topic_counts(struct endpoint *e, struct endpoint_counts *ret,
                        struct err *err)
{
    struct topic *t = topic_of(e);
    struct endpoint_counts sum = {0};
    int partitions = 0;
    int rc;

    pthread_mutex_lock(&t->lock);
    rc =
        kafka_partitions(t->admin, t->name, &partitions, COUNT_TIMEOUT_US, err);
    for (int p = 0; rc == 0 && p < partitions; p++) {
        int64_t low, high;

        rc = kafka_watermarks(t->admin, t->name, p, &low, &high,
                              COUNT_TIMEOUT_US, err);
        if (rc == 0)
            sum.accepted += (uint64_t)high;
    }
    pthread_mutex_unlock(&t->lock);
    if (rc == 0)
        *ret = sum;
    return rc;
}

/* Records pass straight from client to caller, as each reading thread has its
 * own ctx already. */
static int topic_read(struct endpoint *e, const struct endpoint_read *how,
                      struct err *err)
{
    struct topic *t = topic_of(e);
    struct kafka_read_result result = {0};
    struct kafka_read_spec spec = {
        .topic = t->name,
        .read_uncommitted = how->uncommitted,
        .readers = how->threads,
        .headers = how->headers,
        .each = how->each,
        .ctxs = how->ctxs,
        .timeout_us = how->timeout_us,
        .hold_us = t->hold_us,
        .stands = t->stands,
        .stands_ctx = t->stands_ctx,
    };
    int rc = kafka_read_all(t->access, &spec, &result, err);

    if (rc == 0 || rc == -EINPROGRESS)
        kafka_read_result_done(&result);
    return rc;
}

static json_t *topic_describe(struct endpoint *e)
{
    return json_pack("{s:s, s:s}", "kind", "topic", "topic", topic_of(e)->name);
}

const struct endpoint_ops endpoint_topic = {
    .name = "topic",
    .help = "a Kafka topic",
    .can = ENDPOINT_CAN_DELIVER | ENDPOINT_READS_PARALLEL,
    .args = topic_args,
    .args_len = ARRAY_LEN(topic_args),
    .settings_size = sizeof(struct topic_settings),
    .stamps = STAMPS_ONE,
    .open = topic_open,
    .close = topic_close,
    .properties = topic_properties,
    .property = topic_property,
    .counts = topic_counts,
    .read = topic_read,
    .describe = topic_describe,
};
