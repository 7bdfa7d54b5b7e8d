/* handle.c - librdkafka clients: configuration, logs, closing, error codes. */
#include "client/handle_own.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/own.h"

/* Severities as numbered by syslog(3). <syslog.h> itself would define LOG_DEBUG
 * and LOG_INFO, names that base/log.h uses. */
enum { SYSLOG_ERROR = 3, SYSLOG_WARNING = 4, SYSLOG_NOTICE = 5 };

static void on_log(const rd_kafka_t *rk, int level, const char *facility,
                   const char *text)
{
    enum log_level to = level <= SYSLOG_ERROR     ? LOG_ERROR
                        : level <= SYSLOG_WARNING ? LOG_WARN
                        : level <= SYSLOG_NOTICE  ? LOG_INFO
                                                  : LOG_DEBUG;

    log_line(to, "kafka", "%s: %s: %s", rk ? rd_kafka_name(rk) : "new",
             facility, text);
}

static void on_error(rd_kafka_t *rk, int code, const char *reason, void *opaque)
{
    (void)opaque;
    log_line(LOG_WARN, "kafka", "%s: %s: %s", rd_kafka_name(rk),
             rd_kafka_err2name((rd_kafka_resp_err_t)code), reason);
}

/* librdkafka's configuration errors quote the value, which must not happen to a
 * secret. */
static bool is_secret(const char *key)
{
    static const char *const parts[] = {"password", "pem", "secret", "jaas",
                                        "oauthbearer"};

    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (strstr(key, parts[i]))
            return true;
    return false;
}

int conf_set(rd_kafka_conf_t *conf, const char *key, const char *value,
             struct err *err)
{
    char why[512];

    if (rd_kafka_conf_set(conf, key, value, why, sizeof(why)) ==
        RD_KAFKA_CONF_OK)
        return 0;
    return err_set(err, -EINVAL, "property %s: %s", key,
                   is_secret(key) ? "its value was refused" : why);
}

static int set_all(rd_kafka_conf_t *conf, const struct setting *at, size_t n,
                   struct err *err)
{
    int rc = 0;

    for (size_t i = 0; i < n && rc == 0; i++)
        rc = conf_set(conf, at[i].key, at[i].value, err);
    return rc;
}

static int set_property(rd_kafka_conf_t *conf, const char *text,
                        struct err *err)
{
    const char *is = strchr(text, '=');
    AUTO_FREE char *key = NULL;

    if (!is || is == text)
        return err_set(err, -EINVAL, "property \"%.*s\": not key=value",
                       (int)strcspn(text, " :"), text);
    key = must_memdup(text, (size_t)(is - text));
    return conf_set(conf, key, is + 1, err);
}

int conf_new(const struct kafka_access *a, const struct setting *tuned,
             size_t tuned_len, rd_kafka_conf_t **ret, struct err *err)
{
    const struct setting shared[] = {
        {"bootstrap.servers", a->bootstrap},
        {"client.id", "ordeal"},
        {"allow.auto.create.topics", "false"},
        {"log.connection.close", "false"},
        {"socket.keepalive.enable", "true"},
        /* Reconnect soon: an observer asleep in a long backoff misses records
         * of a broker that is back. */
        {"reconnect.backoff.ms", "50"},
        {"reconnect.backoff.max.ms", "1000"},
        {"socket.connection.setup.timeout.ms", "5000"},
        {"topic.metadata.refresh.fast.interval.ms", "100"},
    };
    struct setting security[ACCESS_SETTINGS_MAX];
    size_t security_len = access_settings(&a->security, security);
    rd_kafka_conf_t *conf;
    int rc;

    access_keep_secret(&a->security);
    if (access_check(&a->security, err) < 0)
        return err->code;
    conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, on_log);
    rd_kafka_conf_set_error_cb(conf, on_error);
    rc = set_all(conf, shared, ARRAY_LEN(shared), err);
    if (rc == 0)
        rc = set_all(conf, tuned, tuned_len, err);
    if (rc == 0)
        rc = set_all(conf, security, security_len, err);
    for (size_t i = 0; i < a->properties_len && rc == 0; i++)
        rc = set_property(conf, a->properties[i], err);
    if (rc < 0) {
        rd_kafka_conf_destroy(conf);
        return rc;
    }
    *ret = conf;
    return 0;
}

int handle_open(rd_kafka_type_t type, rd_kafka_conf_t *conf, rd_kafka_t **ret,
                struct err *err)
{
    char why[512];
    rd_kafka_t *rk = rd_kafka_new(type, conf, why, sizeof(why));

    if (!rk) {
        rd_kafka_conf_destroy(conf);
        return err_set(err, -EINVAL, "kafka client: %s", why);
    }
    *ret = rk;
    return 0;
}

static void *close_parts(void *arg)
{
    struct handle_parts *p = arg;

    if (p->queue)
        rd_kafka_queue_destroy(p->queue);
    for (size_t i = 0; i < p->topics_len; i++)
        if (p->topics[i])
            rd_kafka_topic_destroy(p->topics[i]);
    free(p->topics);
    if (p->rk)
        rd_kafka_destroy(p->rk);
    free(p);
    return NULL;
}

bool handle_close(const struct handle_parts *parts, int64_t limit_us)
{
    int64_t at_us = clk_monotonic_us() + limit_us;
    struct timespec at = {at_us / US_PER_S, at_us % US_PER_S * 1000};
    struct handle_parts *p = must_malloc(sizeof(*p));
    pthread_t closer;

    *p = *parts;
    if (pthread_create(&closer, NULL, close_parts, p) != 0) {
        close_parts(p);
        return true;
    }
    (void)pthread_setname_np(closer, "kafka-close");
    if (pthread_clockjoin_np(closer, NULL, CLOCK_MONOTONIC, &at) == 0)
        return true;
    log_warn("kafka", "a client did not close within %.1fs: left behind",
             (double)limit_us / US_PER_S);
    pthread_detach(closer);
    return false;
}

int ms_until(int64_t deadline_us)
{
    int64_t left = deadline_us - clk_monotonic_us();

    if (left <= 0)
        return 0;
    left = (left + US_PER_MS - 1) / US_PER_MS;
    return left > INT_MAX ? INT_MAX : (int)left;
}

static const struct {
    rd_kafka_resp_err_t kafka;
    int code;
} codes[] = {
    {RD_KAFKA_RESP_ERR__TIMED_OUT, ETIMEDOUT},
    {RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, ETIMEDOUT},
    {RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, ETIMEDOUT},
    {RD_KAFKA_RESP_ERR__TRANSPORT, ETIMEDOUT},
    {RD_KAFKA_RESP_ERR__RESOLVE, ETIMEDOUT},
    {RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, ETIMEDOUT},
    {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, ENOENT},
    {RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, ENOENT},
    {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, ENOENT},
    {RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND, ENOENT},
    {RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS, EEXIST},
    {RD_KAFKA_RESP_ERR__AUTHENTICATION, EACCES},
    {RD_KAFKA_RESP_ERR__SSL, EACCES},
    {RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, EACCES},
    {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, EACCES},
    {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, EACCES},
    {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, EACCES},
    {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, EACCES},
    {RD_KAFKA_RESP_ERR_POLICY_VIOLATION, EPERM},
    {RD_KAFKA_RESP_ERR__INVALID_ARG, EINVAL},
    {RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, EINVAL},
    {RD_KAFKA_RESP_ERR_INVALID_PARTITIONS, EINVAL},
    {RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR, EINVAL},
    {RD_KAFKA_RESP_ERR_INVALID_CONFIG, EINVAL},
    {RD_KAFKA_RESP_ERR_INVALID_REQUEST, EINVAL},
    {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, EMSGSIZE},
    {RD_KAFKA_RESP_ERR__QUEUE_FULL, EAGAIN},
    {RD_KAFKA_RESP_ERR__BAD_MSG, EBADMSG},
    {RD_KAFKA_RESP_ERR_INVALID_MSG, EBADMSG},
    {RD_KAFKA_RESP_ERR__FATAL, ESHUTDOWN},
    {RD_KAFKA_RESP_ERR__FENCED, ESHUTDOWN},
    {RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, ENOTSUP},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION, ENOTSUP},
    {RD_KAFKA_RESP_ERR__STATE, EPROTO},
};

int kafka_errno(rd_kafka_resp_err_t e)
{
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (codes[i].kafka == e)
            return -codes[i].code;
    return e == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : -EIO;
}
