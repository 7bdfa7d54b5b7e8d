/* rest_offsets.c - reads and changes offsets of connectors (KIP-875): a sink's
 * in its consumer group, a source's in the offset topic. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/own.h"
#include "standins/worker/rest_own.h"
#include "standins/worker/worker_kafka.h"

enum { ASK_MS = 8000 };

/* The properties of a connector needed here, copied out of the state. */
struct subject {
    const char *name;
    bool sink;
    char *group;
    char *topics; /* for a sink: comma-separated */
};

static void subject_done(struct subject *s)
{
    free(s->group);
    free(s->topics);
}

/* Fill in the subject of the request. false: the connector does not exist or,
 * with `alter`, is not stopped; the request is answered then. */
static bool subject_of(struct call *c, bool alter, struct subject *ret)
{
    const struct connector_state *is;
    const char *type, *group, *topics;
    bool good;

    pthread_mutex_lock(&c->w->lock);
    is = call_connector(c);
    good = is != NULL;
    if (good && alter &&
        (is->target != TARGET_STOPPED || json_array_size(is->tasks) > 0)) {
        good = false;
        call_refuse(c, 400,
                    "Connectors must be in the STOPPED state before their "
                    "offsets can be modified. This can be done for the "
                    "specified connector by issuing a 'PUT' request to the "
                    "'/connectors/%s/stop' endpoint",
                    is->name);
    }
    if (good) {
        type = connector_type(is->config);
        group = json_string_value(
            json_object_get(is->config, "consumer.override.group.id"));
        topics = json_string_value(json_object_get(is->config, "topics"));
        *ret = (struct subject){
            .name = c->args[0],
            .sink = type && strcmp(type, "sink") == 0,
            .group =
                group ? must_strdup(group) : path_of("connect-%s", is->name),
            .topics = must_strdup(topics ? topics : ""),
        };
    }
    pthread_mutex_unlock(&c->w->lock);
    return good;
}

/* ---- sinks ---- */

/* A client with the group's id that is no member of the group. */
static int open_group(struct call *c, const struct subject *s, rd_kafka_t **ret,
                      struct err *err)
{
    const struct handle_setting settings[] = {
        {"group.id", s->group},
        {"enable.auto.commit", "false"},
    };
    rd_kafka_conf_t *conf;

    if (kafka_conf(c->w->bootstrap, settings, ARRAY_LEN(settings), &conf, err) <
        0)
        return err->code;
    return handle_open(RD_KAFKA_CONSUMER, conf, ret, err);
}

static void close_group(rd_kafka_t *rk)
{
    rd_kafka_destroy_flags(rk, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

/* All partitions of the sink's topics; a missing topic has none. */
static int partitions_of(struct call *c, const struct subject *s,
                         rd_kafka_topic_partition_list_t *list, struct err *err)
{
    AUTO_FREE char *topics = must_strdup(s->topics);
    char *rest = topics, *one;

    while (rest && (one = strsep(&rest, ", "))) {
        struct err why = {0};
        int n;

        if (!*one)
            continue;
        n = kafka_partitions(store_handle(c->w->store), one, ASK_MS * US_PER_MS,
                             &why);
        if (n < 0 && n != -ENOENT)
            return err_set(err, n, "%s", why.text);
        for (int p = 0; p < n; p++)
            rd_kafka_topic_partition_list_add(list, one, p);
    }
    return 0;
}

static json_t *committed_json(const rd_kafka_topic_partition_list_t *list)
{
    json_t *all = json_array();

    for (int i = 0; i < list->cnt; i++)
        if (list->elems[i].offset >= 0)
            (void)json_array_append_new(
                all,
                json_pack("{s:{s:s, s:i}, s:{s:I}}", "partition", "kafka_topic",
                          list->elems[i].topic, "kafka_partition",
                          (int)list->elems[i].partition, "offset",
                          "kafka_offset", (json_int_t)list->elems[i].offset));
    return all;
}

static int committed(struct call *c, const struct subject *s, json_t **ret,
                     struct err *err)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new(8);
    rd_kafka_resp_err_t e = RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_t *rk = NULL;

    if (partitions_of(c, s, list, err) == 0 &&
        (list->cnt == 0 || open_group(c, s, &rk, err) == 0)) {
        if (rk)
            e = rd_kafka_committed(rk, list, ASK_MS);
        if (e)
            (void)kafka_error(err, s->group, e);
        else
            *ret = committed_json(list);
    }
    if (rk)
        close_group(rk);
    rd_kafka_topic_partition_list_destroy(list);
    return err->code;
}

/* Parse {"partition":{"kafka_topic","kafka_partition"},
 * "offset":{"kafka_offset"}}. */
static int read_sink_entry(json_t *entry, rd_kafka_topic_partition_list_t *list,
                           struct err *err)
{
    const char *topic;
    json_int_t partition, offset;
    json_error_t e;

    if (json_is_null(json_object_get(entry, "offset")))
        return err_set(
            err, -ENOTSUP,
            "resetting a single partition of a sink is not supported "
            "here; give an offset");
    if (json_unpack_ex(entry, &e, 0, "{s:{s:s, s:I}, s:{s:I}}", "partition",
                       "kafka_topic", &topic, "kafka_partition", &partition,
                       "offset", "kafka_offset", &offset) < 0)
        return err_set(err, -EINVAL,
                       "expected kafka_topic, kafka_partition and "
                       "kafka_offset: %s",
                       e.text);
    if (partition < 0 || partition > INT32_MAX || offset < 0)
        return err_set(err, -EINVAL,
                       "kafka_partition and kafka_offset are at least 0");
    rd_kafka_topic_partition_list_add(list, topic, (int32_t)partition)->offset =
        offset;
    return 0;
}

/* UNKNOWN_MEMBER_ID means that the group still has members: tasks of the
 * connector have not stopped yet. */
static int commit_all(struct call *c, const struct subject *s,
                      const rd_kafka_topic_partition_list_t *list,
                      struct err *err)
{
    rd_kafka_resp_err_t e;
    rd_kafka_t *rk;

    if (open_group(c, s, &rk, err) < 0)
        return err->code;
    e = rd_kafka_commit(rk, list, 0);
    for (int i = 0; i < list->cnt && !e; i++)
        e = list->elems[i].err;
    close_group(rk);
    if (e == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID)
        return err_set(err, -EBUSY,
                       "Failed to alter consumer group offsets for connector "
                       "%s either because its tasks haven't stopped completely "
                       "yet or the connector was resumed before the request to "
                       "alter its offsets could be successfully completed",
                       s->name);
    return e ? kafka_error(err, s->group, e) : 0;
}

static int alter_sink(struct call *c, const struct subject *s,
                      const json_t *offsets, struct err *err)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new(8);
    int rc = 0;

    for (size_t i = 0; i < json_array_size(offsets) && rc == 0; i++)
        rc = read_sink_entry(json_array_get(offsets, i), list, err);
    if (rc == 0)
        rc = commit_all(c, s, list, err);
    rd_kafka_topic_partition_list_destroy(list);
    return rc;
}

/* Set each committed offset to the beginning of its partition's log. Connect
 * deletes the group instead, with the same effect; but librdkafka 2.0.2 ends
 * the process if a broker does not know DeleteGroups. */
static int to_beginnings(struct call *c, rd_kafka_topic_partition_list_t *list,
                         json_t *committed, struct err *err)
{
    for (size_t i = 0; i < json_array_size(committed); i++) {
        json_t *entry = json_array_get(committed, i);
        rd_kafka_topic_partition_t *p;
        rd_kafka_resp_err_t e;
        int64_t low, high;

        if (read_sink_entry(entry, list, err) < 0)
            return err->code;
        p = &list->elems[list->cnt - 1];
        e = rd_kafka_query_watermark_offsets(store_handle(c->w->store),
                                             p->topic, p->partition, &low,
                                             &high, ASK_MS);
        if (e)
            return kafka_error(err, p->topic, e);
        p->offset = low;
    }
    return 0;
}

static int reset_sink(struct call *c, const struct subject *s, struct err *err)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new(8);
    AUTO_JSON json_t *now = NULL;
    int rc = committed(c, s, &now, err);

    if (rc == 0)
        rc = to_beginnings(c, list, now, err);
    if (rc == 0 && list->cnt > 0)
        rc = commit_all(c, s, list, err);
    rd_kafka_topic_partition_list_destroy(list);
    return rc;
}

/* ---- sources ---- */

/* The key is [connector, partition] with sorted keys, as Connect's JSON
 * converter writes; a null offset deletes. */
static int put_source(struct call *c, const struct subject *s,
                      json_t *partition, const json_t *offset, struct err *err)
{
    AUTO_JSON json_t *pair = json_pack("[s, O]", s->name, partition);
    AUTO_FREE char *key = json_dumps(pair, JSON_COMPACT | JSON_SORT_KEYS);

    if (!key)
        return err_set(err, -EINVAL, "the source partition is not JSON");
    return store_write(c->w->store, TOPIC_OFFSETS, key,
                       json_is_object(offset) ? offset : NULL, WRITE_LIMIT_US,
                       err);
}

static int alter_source(struct call *c, const struct subject *s,
                        const json_t *offsets, struct err *err)
{
    for (size_t i = 0; i < json_array_size(offsets); i++) {
        const json_t *entry = json_array_get(offsets, i);
        json_t *partition = json_object_get(entry, "partition");
        json_t *offset = json_object_get(entry, "offset");

        if (!json_is_object(partition) ||
            (offset && !json_is_null(offset) && !json_is_object(offset)))
            return err_set(err, -EINVAL,
                           "partition and offset must be objects");
        if (put_source(c, s, partition, offset, err) < 0)
            return err->code;
    }
    return 0;
}

static json_t *source_offsets(struct call *c, const struct subject *s)
{
    json_t *list;

    pthread_mutex_lock(&c->w->lock);
    list = state_offsets(c->w->state, s->name);
    pthread_mutex_unlock(&c->w->lock);
    return list;
}

static int reset_source(struct call *c, const struct subject *s,
                        struct err *err)
{
    AUTO_JSON json_t *all = NULL;

    if (store_read_to_end(c->w->store, TOPIC_OFFSETS, ASK_MS * US_PER_MS, err) <
        0)
        return err->code;
    all = source_offsets(c, s);
    for (size_t i = 0; i < json_array_size(all); i++)
        if (put_source(c, s,
                       json_object_get(json_array_get(all, i), "partition"),
                       NULL, err) < 0)
            return err->code;
    return 0;
}

/* ---- both ---- */

static int offsets_of(struct call *c, const struct subject *s, json_t **ret,
                      struct err *err)
{
    if (s->sink)
        return committed(c, s, ret, err);
    if (store_read_to_end(c->w->store, TOPIC_OFFSETS, ASK_MS * US_PER_MS, err) <
        0)
        return err->code;
    *ret = source_offsets(c, s);
    return 0;
}

void get_offsets(struct call *c)
{
    struct err err = {0};
    json_t *all = NULL;
    struct subject s;

    if (!subject_of(c, false, &s))
        return;
    if (offsets_of(c, &s, &all, &err) == 0)
        call_answer(c, 200, json_pack("{s:o}", "offsets", all));
    else
        call_fail(c, &err);
    subject_done(&s);
}

static void altered(struct call *c, int rc, const char *how,
                    const struct err *err)
{
    AUTO_FREE char *text = path_of(
        "The offsets for this connector have been %s successfully", how);

    if (rc == 0)
        call_answer(c, 200, json_pack("{s:s}", "message", text));
    else
        call_fail(c, err);
}

void patch_offsets(struct call *c)
{
    const json_t *offsets = json_object_get(c->body, "offsets");
    struct err err = {0};
    struct subject s;
    int rc;

    if (!subject_of(c, true, &s))
        return;
    if (json_array_size(offsets) == 0) {
        call_refuse(c, 400,
                    "Partitions / offsets need to be provided for an "
                    "alter offsets request");
    } else {
        rc = s.sink ? alter_sink(c, &s, offsets, &err)
                    : alter_source(c, &s, offsets, &err);
        altered(c, rc, "altered", &err);
    }
    subject_done(&s);
}

void delete_offsets(struct call *c)
{
    struct err err = {0};
    struct subject s;
    int rc;

    if (!subject_of(c, true, &s))
        return;
    rc = s.sink ? reset_sink(c, &s, &err) : reset_source(c, &s, &err);
    altered(c, rc, "reset", &err);
    subject_done(&s);
}
