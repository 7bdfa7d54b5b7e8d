/* api_topics.c - handlers of CreateTopics and DescribeConfigs. */
#include <string.h>

#include "base/memory.h"
#include "base/own.h"
#include "standins/mock/api_own.h"
#include "standins/mock/errors.h"

enum { RESOURCE_TOPIC = 2, SOURCE_TOPIC = 1 };

/* Skip a manual replica assignment. true: the request holds such an assignment.
 */
static bool read_assignment(struct reader *r)
{
    int32_t n = get_count(r, 8);

    for (int32_t i = 0; i < n && !r->bad; i++) {
        int32_t replicas;

        (void)get_i32(r);
        replicas = get_count(r, 4);
        for (int32_t k = 0; k < replicas && !r->bad; k++)
            (void)get_i32(r);
    }
    return n > 0;
}

static json_t *read_configs(struct reader *r)
{
    int32_t n = get_count(r, 4);
    json_t *configs = json_object();

    for (int32_t i = 0; i < n && !r->bad; i++) {
        AUTO_FREE char *name = bytes_copy(get_string(r));
        struct bytes value = get_nullable_string(r);

        (void)json_object_set_new(
            configs, name,
            value.data
                ? json_stringn((const char *)value.data, (size_t)value.len)
                : json_null());
    }
    return configs;
}

/* Parse a topic from `r` and, with `act`, create the topic and write the
 * result. */
static void create_one(struct request *q, struct reader *r, bool act,
                       bool only_validate, struct writer *w)
{
    struct topic_spec spec = {0};
    AUTO_JSON json_t *configs = NULL;
    struct err err = {0};
    int16_t code;
    bool by_hand;

    spec.name = get_string(r);
    spec.partitions = get_i32(r);
    spec.replicas = get_i16(r);
    by_hand = read_assignment(r);
    configs = read_configs(r);
    spec.configs = configs;
    if (!act || r->bad)
        return;
    if (by_hand) {
        code = INVALID_REPLICA_ASSIGNMENT;
        (void)err_set(&err, -1,
                      "manual replica assignments are not supported by the "
                      "embedded platform");
    } else {
        code = cluster_topic_create(q->client->cluster, &spec, only_validate,
                                    &err);
    }
    put_text(w, spec.name);
    put_i16(w, code);
    if (q->version >= 1)
        put_string(w, code ? err.text : NULL);
}

/* The request is parsed twice. `only_validate` stands behind all topics, and a
 * malformed request must create none of its topics; so the first pass only
 * parses. */
enum handled api_create_topics(struct request *q, struct writer *w)
{
    int32_t n = get_count(&q->body, 16);
    struct reader again = q->body;
    bool only_validate = false;

    for (int32_t i = 0; i < n && !q->body.bad; i++)
        create_one(q, &q->body, false, false, w);
    (void)get_i32(&q->body); /* timeout_ms */
    if (q->version >= 1)
        only_validate = get_i8(&q->body) != 0;
    if (q->body.bad || n < 0)
        return HANDLED_BAD;
    if (q->version >= 2)
        put_i32(w, 0); /* throttle_time_ms */
    put_i32(w, n);
    for (int32_t i = 0; i < n; i++)
        create_one(q, &again, true, only_validate, w);
    return HANDLED;
}

static void put_config(const struct request *q, const char *name,
                       const char *value, struct writer *w)
{
    put_string(w, name);
    put_string(w, value);
    put_i8(w, 0); /* not read-only */
    if (q->version == 0)
        put_i8(w, 0); /* not a default */
    else
        put_i8(w, SOURCE_TOPIC);
    put_i8(w, 0); /* not sensitive */
    if (q->version >= 1)
        put_i32(w, 0); /* no synonyms */
}

struct wanted {
    int8_t type;
    struct bytes name;
    struct bytes *keys;
    int32_t keys_len; /* -1: all */
};

static bool wants(const struct wanted *a, const char *key)
{
    for (int32_t i = 0; i < a->keys_len; i++)
        if (bytes_are(a->keys[i], key))
            return true;
    return a->keys_len < 0;
}

/* A broker resource has no configs here; a topic has the configs given at
 * creation, since the mock has no defaults to report. */
static void put_resource(const struct request *q, const struct wanted *a,
                         struct writer *w)
{
    struct topic *t = a->type == RESOURCE_TOPIC
                          ? cluster_topic(q->client->cluster, a->name)
                          : NULL;
    bool unknown = a->type == RESOURCE_TOPIC && !t;
    size_t count_at;
    int32_t count = 0;
    const char *key;
    json_t *value;

    put_i16(w, unknown ? UNKNOWN_TOPIC_OR_PARTITION : NO_ERROR);
    put_string(w, unknown ? "unknown topic" : NULL);
    put_i8(w, a->type);
    put_text(w, a->name);
    count_at = w->len;
    put_i32(w, 0);
    if (!t)
        return;
    json_object_foreach (t->configs, key, value) {
        if (!wants(a, key))
            continue;
        put_config(q, key, json_string_value(value), w);
        count++;
    }
    set_i32(w, count_at, count);
}

enum handled api_describe_configs(struct request *q, struct writer *w)
{
    struct reader *r = &q->body;
    int32_t n = get_count(r, 7);

    put_i32(w, 0); /* throttle_time_ms */
    put_i32(w, n < 0 ? 0 : n);
    for (int32_t i = 0; i < n && !r->bad; i++) {
        struct wanted a = {.type = get_i8(r)};
        AUTO_FREE struct bytes *keys = NULL;

        a.name = get_string(r);
        a.keys_len = get_count(r, 2);
        keys =
            must_calloc(a.keys_len > 0 ? (size_t)a.keys_len : 1, sizeof(*keys));
        a.keys = keys;
        for (int32_t k = 0; keys && k < a.keys_len; k++)
            keys[k] = get_string(r);
        if (keys && !r->bad)
            put_resource(q, &a, w);
    }
    if (q->version >= 1)
        (void)get_i8(r); /* include_synonyms: there are none */
    return r->bad ? HANDLED_BAD : HANDLED;
}
