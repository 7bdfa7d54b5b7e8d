/* api_configs.c - handler of DescribeConfigs. */
#include "base/memory.h"
#include "base/own.h"
#include "standins/mock/api_own.h"
#include "standins/mock/errors.h"

enum { RESOURCE_TOPIC = 2, SOURCE_TOPIC = 1 };

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
    struct cluster *c = q->client->cluster;
    struct topic *t =
        a->type == RESOURCE_TOPIC ? cluster_topic(c, a->name) : NULL;
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
    json_object_foreach (t ? t->configs : NULL, key, value) {
        if (!wants(a, key))
            continue;
        put_config(q, key, json_string_value(value), w);
        count++;
    }
    set_i32(w, count_at, count);
    cluster_topic_release(c, t);
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
