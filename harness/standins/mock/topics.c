/* topics.c - the cluster's topics: creation, more partitions, deletion. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/harmless_configs.h"
#include "standins/mock/errors.h"
#include "standins/mock/mock_cluster.h"

enum { NAME_MAX_LEN = 249 };

static bool name_is_legal(struct bytes name)
{
    if (!name.data || name.len == 0 || name.len > NAME_MAX_LEN ||
        bytes_are(name, ".") || bytes_are(name, ".."))
        return false;
    for (int32_t i = 0; i < name.len; i++)
        if (!isalnum(name.data[i]) && !strchr("._-", name.data[i]))
            return false;
    return true;
}

static int16_t refuse(struct err *err, int16_t code, const char *why)
{
    (void)err_set(err, -EINVAL, "%s", why);
    return code;
}

/* Checks name, partitions, replicas and configs, in the order given, and
 * reports the first error. */
static int16_t check(const struct cluster *c, const struct topic_spec *spec,
                     struct err *err)
{
    const char *name;
    json_t *value;

    if (!name_is_legal(spec->name))
        return refuse(err, INVALID_TOPIC_EXCEPTION,
                      "a name is 1 to 249 letters, digits, dots, _ and -");
    if (spec->partitions != -1 &&
        (spec->partitions < 1 || spec->partitions > PARTITIONS_MAX))
        return refuse(err, INVALID_PARTITIONS, "1 to 10000 partitions");
    if (spec->replicas != -1 &&
        (spec->replicas < 1 || spec->replicas > c->brokers_len))
        return refuse(err, INVALID_REPLICATION_FACTOR,
                      "at most as many replicas as brokers");
    json_object_foreach (spec->configs, name, value) {
        const char *text = json_string_value(value);

        if (!text || !topic_config_is_harmless(name, text)) {
            (void)err_set(err, -EINVAL,
                          "%s=%s: not supported by the embedded platform", name,
                          text ? text : "null");
            return INVALID_CONFIG;
        }
    }
    return NO_ERROR;
}

/* Under the lock: also the name of a topic that is being deleted. */
static bool has_name(const struct cluster *c, struct bytes name)
{
    for (size_t i = 0; i < c->topics_len; i++)
        if (bytes_are(name, c->topics[i]->name))
            return true;
    return false;
}

int16_t cluster_topic_create(struct cluster *c, const struct topic_spec *spec,
                             bool only_validate, struct err *err)
{
    int16_t code = check(c, spec, err);
    struct topic *t;

    pthread_mutex_lock(&c->lock);
    if (code == NO_ERROR && has_name(c, spec->name))
        code = refuse(err, TOPIC_ALREADY_EXISTS, "the topic exists already");
    if (code == NO_ERROR && c->topics_len == TOPICS_MAX)
        code = refuse(err, INVALID_PARTITIONS, "too many topics");
    if (code == NO_ERROR && !only_validate) {
        t = topic_new(c, spec);
        c->topics[c->topics_len++] = t;
        cluster_elect(c, t);
    }
    pthread_mutex_unlock(&c->lock);
    return code;
}

int cluster_offsets_topic_create(struct cluster *c, struct err *err)
{
    const struct topic_spec spec = {
        .name = {.data = (const uint8_t *)OFFSETS_TOPIC,
                 .len = sizeof(OFFSETS_TOPIC) - 1},
        .partitions = 1,
        .replicas = c->brokers_len < 3 ? c->brokers_len : 3,
    };

    if (cluster_topic_create(c, &spec, false, err) != NO_ERROR)
        return err_set(err, -EIO, "cannot create " OFFSETS_TOPIC);
    return 0;
}

/* Under the lock. The order of the list stays: the first topic is
 * __consumer_offsets. */
static void unlist(struct cluster *c, const struct topic *t)
{
    size_t i = 0;

    while (c->topics[i] != t)
        i++;
    c->topics_len--;
    memmove(&c->topics[i], &c->topics[i + 1],
            (c->topics_len - i) * sizeof(struct topic *));
}

/* Mark the topic as deleted, so that no request finds the topic. */
static int16_t mark(struct cluster *c, struct bytes name, struct topic **ret)
{
    int16_t code = NO_ERROR;

    pthread_mutex_lock(&c->lock);
    *ret = cluster_topic_find(c, name);
    if (!*ret)
        code = UNKNOWN_TOPIC_OR_PARTITION;
    else if (bytes_are(name, OFFSETS_TOPIC))
        code = INVALID_TOPIC_EXCEPTION;
    else
        (*ret)->deleted = true;
    pthread_mutex_unlock(&c->lock);
    return code;
}

/* Removing the files of a thousand partitions may take seconds on a busy disk,
 * so the lock is not held meanwhile. The topic stays in the list until then:
 * a topic of the same name, created too early, would get the same files. */
int16_t cluster_topic_delete(struct cluster *c, struct bytes name)
{
    struct topic *t;
    int16_t code = mark(c, name, &t);

    if (code != NO_ERROR)
        return code;
    cluster_news(c, t);
    for (int p = 0; p < t->partitions_len; p++)
        part_log_delete(&t->partitions[p]->log);
    pthread_mutex_lock(&c->lock);
    unlist(c, t);
    pthread_mutex_unlock(&c->lock);
    cluster_topic_release(c, t);
    return NO_ERROR;
}

static int16_t check_width(const struct topic *t, int32_t total,
                           struct err *err)
{
    if (!t)
        return refuse(err, UNKNOWN_TOPIC_OR_PARTITION, "unknown topic");
    if (strcmp(t->name, OFFSETS_TOPIC) == 0)
        return refuse(err, INVALID_TOPIC_EXCEPTION,
                      OFFSETS_TOPIC " has one partition");
    if (total <= t->partitions_len)
        return refuse(err, INVALID_PARTITIONS,
                      "the topic has as many partitions, or more");
    if (total > PARTITIONS_MAX)
        return refuse(err, INVALID_PARTITIONS, "1 to 10000 partitions");
    return NO_ERROR;
}

int16_t cluster_topic_widen(struct cluster *c, struct bytes name, int32_t total,
                            bool only_validate, struct err *err)
{
    struct topic *t;
    int16_t code;

    pthread_mutex_lock(&c->lock);
    t = cluster_topic_find(c, name);
    code = check_width(t, total, err);
    if (code == NO_ERROR && !only_validate) {
        topic_add_partitions(c, t, total);
        cluster_elect(c, t);
    }
    pthread_mutex_unlock(&c->lock);
    return code;
}
