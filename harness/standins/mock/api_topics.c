/* api_topics.c - handlers of CreateTopics, DeleteTopics and CreatePartitions.
 */
#include <string.h>

#include "base/memory.h"
#include "base/own.h"
#include "standins/mock/api_own.h"
#include "standins/mock/errors.h"

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

static int16_t refuse_by_hand(struct err *err)
{
    (void)err_set(
        err, -1,
        "manual replica assignments are not supported by the embedded "
        "platform");
    return INVALID_REPLICA_ASSIGNMENT;
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
    code = by_hand ? refuse_by_hand(&err)
                   : cluster_topic_create(q->client->cluster, &spec,
                                          only_validate, &err);
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

/* A malformed request deletes nothing: the names are counted before the first
 * topic goes. */
enum handled api_delete_topics(struct request *q, struct writer *w)
{
    int32_t n = get_count(&q->body, 2);
    struct reader again = q->body;

    for (int32_t i = 0; i < n && !q->body.bad; i++)
        (void)get_string(&q->body);
    (void)get_i32(&q->body); /* timeout_ms */
    if (q->body.bad || n < 0)
        return HANDLED_BAD;
    if (q->version >= 1)
        put_i32(w, 0); /* throttle_time_ms */
    put_i32(w, n);
    for (int32_t i = 0; i < n; i++) {
        struct bytes name = get_string(&again);
        int16_t code = cluster_topic_delete(q->client->cluster, name);

        if (code == NO_ERROR)
            groups_forget_topic(q->client->groups, name);
        put_text(w, name);
        put_i16(w, code);
    }
    return HANDLED;
}

/* Parse a topic from `r` and, with `act`, add the partitions and write the
 * result. */
static void widen_one(struct request *q, struct reader *r, bool act,
                      bool only_validate, struct writer *w)
{
    struct bytes name = get_string(r);
    int32_t total = get_i32(r), n = get_count(r, 4);
    struct err err = {0};
    int16_t code;

    for (int32_t i = 0; i < n && !r->bad; i++) {
        int32_t replicas = get_count(r, 4);

        for (int32_t k = 0; k < replicas && !r->bad; k++)
            (void)get_i32(r);
    }
    if (!act || r->bad)
        return;
    code = n > 0 ? refuse_by_hand(&err)
                 : cluster_topic_widen(q->client->cluster, name, total,
                                       only_validate, &err);
    put_text(w, name);
    put_i16(w, code);
    put_string(w, code ? err.text : NULL);
}

/* Parsed twice, as CreateTopics. */
enum handled api_create_partitions(struct request *q, struct writer *w)
{
    int32_t n = get_count(&q->body, 10);
    struct reader again = q->body;
    bool only_validate;

    for (int32_t i = 0; i < n && !q->body.bad; i++)
        widen_one(q, &q->body, false, false, w);
    (void)get_i32(&q->body); /* timeout_ms */
    only_validate = get_i8(&q->body) != 0;
    if (q->body.bad || n < 0)
        return HANDLED_BAD;
    put_i32(w, 0); /* throttle_time_ms */
    put_i32(w, n);
    for (int32_t i = 0; i < n; i++)
        widen_one(q, &again, true, only_validate, w);
    return HANDLED;
}
