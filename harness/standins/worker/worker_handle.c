/* worker_handle.c - opens librdkafka handles, and leaves groups. */
#include "standins/worker/worker_handle.h"

#include <errno.h>

#include "base/clk.h"
#include "base/log.h"
#include "standins/worker/worker_bind.h"

static const struct handle_setting common[] = {
    {"log.connection.close", "false"},
    {"reconnect.backoff.ms", "50"},
    {"topic.metadata.refresh.fast.interval.ms", "100"},
};

/* A severity of syslog(3). The names in <syslog.h> clash with those in
 * base/log.h. */
enum { SYSLOG_WARNING = 4 };

enum { LOOK_MS = 5 };

static void on_log(const rd_kafka_t *rk, int level, const char *facility,
                   const char *text)
{
    enum log_level to = level <= SYSLOG_WARNING ? LOG_WARN : LOG_DEBUG;

    log_line(to, rk ? rd_kafka_name(rk) : "kafka", "%s: %s", facility, text);
}

static void on_error(rd_kafka_t *rk, int code, const char *why, void *opaque)
{
    (void)opaque;
    log_warn(rd_kafka_name(rk), "%s: %s",
             rd_kafka_err2name((rd_kafka_resp_err_t)code), why);
}

int handle_set(rd_kafka_conf_t *conf, const struct handle_setting *settings,
               size_t n, struct err *err)
{
    char why[512];

    for (size_t i = 0; i < n; i++)
        if (rd_kafka_conf_set(conf, settings[i].key, settings[i].value, why,
                              sizeof(why)) != RD_KAFKA_CONF_OK)
            return err_set(err, -EINVAL, "%s: %s", settings[i].key, why);
    return 0;
}

int handle_conf(const char *bootstrap, const struct handle_setting *settings,
                size_t n, rd_kafka_conf_t **ret, struct err *err)
{
    const struct handle_setting where = {"bootstrap.servers", bootstrap};
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    rd_kafka_conf_set_log_cb(conf, on_log);
    rd_kafka_conf_set_error_cb(conf, on_error);
    bind_client(conf);
    if (handle_set(conf, common, ARRAY_LEN(common), err) < 0 ||
        handle_set(conf, &where, 1, err) < 0 ||
        handle_set(conf, settings, n, err) < 0) {
        rd_kafka_conf_destroy(conf);
        return err->code;
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
        return err_set(err, -EINVAL, "Kafka client: %s", why);
    }
    if (type == RD_KAFKA_CONSUMER)
        (void)rd_kafka_poll_set_consumer(rk);
    *ret = rk;
    return 0;
}

void handle_find(rd_kafka_t *rk, const char *topic, int limit_ms)
{
    rd_kafka_topic_t *t = rd_kafka_topic_new(rk, topic, NULL);
    const struct rd_kafka_metadata *found;

    if (!t)
        return;
    if (rd_kafka_metadata(rk, 0, t, &found, limit_ms) == 0)
        rd_kafka_metadata_destroy(found);
    rd_kafka_topic_destroy(t);
}

/* librdkafka clears the member id when LeaveGroup is sent, answered or not. */
static bool is_member(rd_kafka_t *rk)
{
    char *id = rd_kafka_memberid(rk);
    bool is = id && id[0];

    if (id)
        rd_kafka_mem_free(rk, id);
    return is;
}

/* The queue is served once more after the member id is gone: a member removed
 * by the group loses the id first, and hears of the removal afterwards. */
bool handle_leave(rd_kafka_t *rk, void (*serve)(void *ctx, int ms), void *ctx,
                  int64_t until_us)
{
    bool out;

    /* takes effect after any rebalance in progress */
    (void)rd_kafka_unsubscribe(rk);
    do {
        out = !is_member(rk);
        serve(ctx, out ? 0 : LOOK_MS);
    } while (!out && clk_monotonic_us() < until_us);
    return out;
}
