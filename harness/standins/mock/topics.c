/* topics.c - the cluster's topics: creation, lookup, news. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/memory.h"
#include "standins/mock/errors.h"
#include "standins/mock/mock_cluster.h"
#include "standins/shared/cond.h"

enum { NAME_MAX_LEN = 249 };

/* Topic configs accepted and ignored: librdkafka's mock keeps every log whole,
 * in memory, for the seconds of a run, and no config listed here promises
 * anything else. */
static const struct {
    const char *name, *only; /* only: the only value accepted; NULL: any */
} harmless[] = {
    {"cleanup.policy", "delete"},
    {"compression.type", "producer"},
    {"delete.retention.ms", NULL},
    {"file.delete.delay.ms", NULL},
    {"flush.messages", NULL},
    {"flush.ms", NULL},
    {"max.message.bytes", NULL},
    {"message.timestamp.type", "CreateTime"},
    {"min.insync.replicas", NULL},
    {"retention.ms", NULL},
    {"segment.bytes", NULL},
    {"segment.ms", NULL},
    {"unclean.leader.election.enable", NULL},
};

static bool config_is_harmless(const char *name, const char *value)
{
    /* Connect's own topics: a log that keeps every value also keeps the last */
    if (strcmp(name, "cleanup.policy") == 0 && strcmp(value, "compact") == 0)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(harmless); i++)
        if (strcmp(harmless[i].name, name) == 0)
            return !harmless[i].only || strcmp(harmless[i].only, value) == 0;
    return false;
}

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
        return refuse(err, INVALID_PARTITIONS, "1 to 1024 partitions");
    if (spec->replicas != -1 &&
        (spec->replicas < 1 || spec->replicas > c->brokers_len))
        return refuse(err, INVALID_REPLICATION_FACTOR,
                      "at most as many replicas as brokers");
    json_object_foreach (spec->configs, name, value) {
        const char *text = json_string_value(value);

        if (!text || !config_is_harmless(name, text)) {
            (void)err_set(err, -EINVAL,
                          "%s=%s: not supported by the embedded platform", name,
                          text ? text : "null");
            return INVALID_CONFIG;
        }
    }
    return NO_ERROR;
}

static struct topic *topic_new(const struct topic_spec *spec)
{
    struct topic *t = must_calloc(1, sizeof(*t));

    t->name = bytes_copy(spec->name);
    t->replicas = spec->replicas == -1 ? 1 : spec->replicas;
    t->partitions_len = spec->partitions == -1 ? 1 : spec->partitions;
    t->partitions =
        must_calloc((size_t)t->partitions_len, sizeof(*t->partitions));
    t->configs = must_have(spec->configs ? json_deep_copy(spec->configs)
                                         : json_object());
    for (int p = 0; p < t->partitions_len; p++) {
        t->partitions[p].leader = -1;
        pthread_mutex_init(&t->partitions[p].order, NULL);
    }
    return t;
}

/* Under the lock. */
static struct topic *find(struct cluster *c, struct bytes name)
{
    for (size_t i = 0; i < c->topics_len; i++)
        if (bytes_are(name, c->topics[i]->name))
            return c->topics[i];
    return NULL;
}

/* Under the lock. */
static int16_t create(struct cluster *c, const struct topic_spec *spec,
                      struct err *err)
{
    struct topic *t;

    if (c->topics_len == TOPICS_MAX)
        return refuse(err, INVALID_PARTITIONS, "too many topics");
    t = topic_new(spec);
    nudge_begin(&c->nudge);
    if (rd_kafka_mock_topic_create(c->mock, t->name, t->partitions_len, 1))
        abort(); /* every topic of librdkafka's mock is in our list */
    nudge_end(&c->nudge);
    c->topics[c->topics_len++] = t;
    cluster_elect(c, t);
    return NO_ERROR;
}

int16_t cluster_topic_create(struct cluster *c, const struct topic_spec *spec,
                             bool only_validate, struct err *err)
{
    int16_t code = check(c, spec, err);

    pthread_mutex_lock(&c->lock);
    if (code == NO_ERROR && find(c, spec->name))
        code = refuse(err, TOPIC_ALREADY_EXISTS, "the topic exists already");
    if (code == NO_ERROR && !only_validate)
        code = create(c, spec, err);
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

struct topic *cluster_topic(struct cluster *c, struct bytes name)
{
    struct topic *t;

    pthread_mutex_lock(&c->lock);
    t = find(c, name);
    pthread_mutex_unlock(&c->lock);
    return t;
}

void cluster_news(struct cluster *c, struct topic *t)
{
    pthread_mutex_lock(&c->lock);
    atomic_fetch_add(&t->news, 1);
    pthread_cond_broadcast(&c->news);
    pthread_mutex_unlock(&c->lock);
}

uint64_t news_of(struct topic *const *topics, size_t topics_len)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < topics_len; i++)
        sum += atomic_load(&topics[i]->news);
    return sum;
}

bool cluster_wait_news(struct cluster *c, struct topic *const *topics,
                       size_t topics_len, uint64_t seen, int64_t until_us)
{
    bool late = false;
    bool news;

    pthread_mutex_lock(&c->lock);
    while (!c->stopping && !late && news_of(topics, topics_len) == seen)
        late = !cond_wait_until(&c->news, &c->lock, until_us);
    news = !c->stopping && news_of(topics, topics_len) != seen;
    pthread_mutex_unlock(&c->lock);
    return news;
}
