/* leftovers.c - asks a cluster for everything that a user can leave behind. */
#include "client/leftovers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clk.h"
#include "base/file.h"
#include "base/own.h"
#include "client/admin_own.h"
#include "client/internal.h"
#include "client/leftovers_own.h"

int kafka_topics(struct kafka_admin *k, json_t **ret, int64_t timeout_us,
                 struct err *err)
{
    const struct rd_kafka_metadata *md;
    rd_kafka_resp_err_t e = rd_kafka_metadata(
        k->rk, 1, NULL, &md, ms_until(clk_monotonic_us() + timeout_us));

    if (e != RD_KAFKA_RESP_ERR_NO_ERROR)
        return err_set(err, kafka_errno(e), "topics: %s", rd_kafka_err2str(e));
    *ret = json_array();
    for (int i = 0; i < md->topic_cnt; i++)
        if (md->topics[i].err != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
            (void)json_array_append_new(*ret, json_string(md->topics[i].topic));
    rd_kafka_metadata_destroy(md);
    return 0;
}

/* ---- groups ---------------------------------------------------------------*/

/* Kafka needs far less to take a deleted group off its list. */
static const int64_t apart_us = 500 * US_PER_MS;

static bool is_dead(const struct rd_kafka_group_info *g)
{
    return strcmp(g->state, "Dead") == 0;
}

static bool is_listed(const struct rd_kafka_group_list *all, const char *name)
{
    for (int i = 0; i < all->group_cnt; i++)
        if (strcmp(all->groups[i].group, name) == 0)
            return true;
    return false;
}

bool groups_have_dead(const struct rd_kafka_group_list *all)
{
    for (int i = 0; i < all->group_cnt; i++)
        if (is_dead(&all->groups[i]))
            return true;
    return false;
}

json_t *groups_left(const struct rd_kafka_group_list *before,
                    const struct rd_kafka_group_list *now)
{
    json_t *left = json_array();

    for (int i = 0; i < now->group_cnt; i++) {
        const struct rd_kafka_group_info *g = &now->groups[i];
        bool known = !g->err && !is_dead(g);

        if (is_dead(g) && !is_listed(before, g->group))
            continue;
        (void)json_array_append_new(
            left,
            json_pack("{s:s, s:s, s:i}", "name", g->group, "protocol",
                      g->protocol_type, "members", known ? g->member_cnt : -1));
    }
    return left;
}

static int list_groups(struct kafka_admin *k, int64_t timeout_us,
                       const struct rd_kafka_group_list **ret, struct err *err)
{
    rd_kafka_resp_err_t e = rd_kafka_list_groups(
        k->rk, NULL, ret, ms_until(clk_monotonic_us() + timeout_us));

    if (e == RD_KAFKA_RESP_ERR_NO_ERROR)
        return 0;
    if (*ret)
        rd_kafka_group_list_destroy(*ret);
    *ret = NULL;
    return err_set(err, kafka_errno(e), "groups: %s", rd_kafka_err2str(e));
}

int kafka_groups(struct kafka_admin *k, json_t **ret, int64_t timeout_us,
                 struct err *err)
{
    const struct rd_kafka_group_list *before = NULL, *now = NULL;
    const struct clk clk = clk_real();
    int rc = list_groups(k, timeout_us, &before, err);

    if (rc < 0)
        return rc;
    if (groups_have_dead(before)) {
        clk_sleep(&clk, apart_us);
        rc = list_groups(k, timeout_us, &now, err);
    }
    if (rc == 0)
        *ret = groups_left(before, now ? now : before);
    if (now)
        rd_kafka_group_list_destroy(now);
    rd_kafka_group_list_destroy(before);
    return rc;
}

static int group_deleted(rd_kafka_event_t *e, const char *what, struct err *err)
{
    size_t n;
    const rd_kafka_group_result_t **at = rd_kafka_DeleteGroups_result_groups(
        rd_kafka_event_DeleteGroups_result(e), &n);
    const rd_kafka_error_t *why =
        n == 1 ? rd_kafka_group_result_error(at[0]) : NULL;
    rd_kafka_resp_err_t code = rd_kafka_error_code(why);

    if (n != 1)
        return err_set(err, -EIO, "%s: expected 1 result, got %zu", what, n);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR ||
        code == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND)
        return 0;
    return err_set(
        err,
        code == RD_KAFKA_RESP_ERR_NON_EMPTY_GROUP ? -EBUSY : kafka_errno(code),
        "%s: %s", what, rd_kafka_error_string(why));
}

int kafka_delete_group(struct kafka_admin *k, const char *group,
                       int64_t timeout_us, struct err *err)
{
    AUTO_FREE char *what = path_of("group %s", group);
    rd_kafka_DeleteGroup_t *g;
    rd_kafka_event_t *e;
    struct admin_ask ask;
    int rc = admin_ask_init(k, RD_KAFKA_ADMIN_OP_DELETEGROUPS, timeout_us, &ask,
                            err);

    if (rc < 0)
        return rc;
    g = rd_kafka_DeleteGroup_new(group);
    rd_kafka_DeleteGroups(k->rk, &g, 1, ask.options, ask.queue);
    rc = admin_answer(&ask, what, &e, err);
    if (rc == 0) {
        rc = group_deleted(e, what, err);
        rd_kafka_event_destroy(e);
    }
    rd_kafka_DeleteGroup_destroy(g);
    admin_ask_done(&ask);
    return rc;
}

/* ---- configuration of brokers --------------------------------------------*/

static bool is_dynamic(const rd_kafka_ConfigEntry_t *e)
{
    rd_kafka_ConfigSource_t source = rd_kafka_ConfigEntry_source(e);

    return source == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_BROKER_CONFIG ||
           source == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_DEFAULT_BROKER_CONFIG;
}

static int dynamic_of(rd_kafka_event_t *e, const char *what, json_t **ret,
                      struct err *err)
{
    const rd_kafka_ConfigResource_t **at;
    const rd_kafka_ConfigEntry_t **entries;
    size_t n;

    at = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(e), &n);
    if (n != 1)
        return err_set(err, -EIO, "%s: expected 1 config, got %zu", what, n);
    if (rd_kafka_ConfigResource_error(at[0]))
        return err_set(err, kafka_errno(rd_kafka_ConfigResource_error(at[0])),
                       "%s: %s", what,
                       rd_kafka_ConfigResource_error_string(at[0]));
    *ret = json_object();
    entries = rd_kafka_ConfigResource_configs(at[0], &n);
    for (size_t i = 0; i < n; i++) {
        const char *value = rd_kafka_ConfigEntry_value(entries[i]);

        if (is_dynamic(entries[i]))
            (void)json_object_set_new(*ret,
                                      rd_kafka_ConfigEntry_name(entries[i]),
                                      json_string(value ? value : ""));
    }
    return 0;
}

int kafka_dynamic_config(struct kafka_admin *k, int32_t broker, json_t **ret,
                         int64_t timeout_us, struct err *err)
{
    AUTO_FREE char *what = path_of("configuration of broker %d", (int)broker);
    AUTO_FREE char *id = path_of("%d", (int)broker);
    rd_kafka_ConfigResource_t *r;
    rd_kafka_event_t *e;
    struct admin_ask ask;
    int rc = admin_ask_init(k, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, timeout_us,
                            &ask, err);

    if (rc < 0)
        return rc;
    r = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_BROKER, id);
    rd_kafka_DescribeConfigs(k->rk, &r, 1, ask.options, ask.queue);
    rc = admin_answer(&ask, what, &e, err);
    if (rc == 0) {
        rc = dynamic_of(e, what, ret, err);
        rd_kafka_event_destroy(e);
    }
    rd_kafka_ConfigResource_destroy(r);
    admin_ask_done(&ask);
    return rc;
}

/* ---- ACLs -----------------------------------------------------------------*/

static json_t *acl_text(const rd_kafka_AclBinding_t *a)
{
    return json_sprintf(
        "%s %s %s %s %s from %s", rd_kafka_AclBinding_principal(a),
        rd_kafka_AclBinding_permission_type(a) ==
                RD_KAFKA_ACL_PERMISSION_TYPE_DENY
            ? "may not"
            : "may",
        rd_kafka_AclOperation_name(rd_kafka_AclBinding_operation(a)),
        rd_kafka_ResourceType_name(rd_kafka_AclBinding_restype(a)),
        rd_kafka_AclBinding_name(a), rd_kafka_AclBinding_host(a));
}

/* Brokers without an authorizer answer SECURITY_DISABLED, and brokers without
 * the request are told apart by librdkafka: neither can hold an ACL. */
static int acls_of(const struct admin_ask *ask, json_t **ret, struct err *err)
{
    rd_kafka_event_t *e =
        rd_kafka_queue_poll(ask->queue, ms_until(ask->deadline_us) + 500);
    const rd_kafka_AclBinding_t **at;
    rd_kafka_resp_err_t code;
    size_t n = 0;
    int rc = 0;

    if (!e)
        return err_set(err, -ETIMEDOUT, "ACLs: no answer in time");
    code = rd_kafka_event_error(e);
    *ret = json_array();
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        at = rd_kafka_DescribeAcls_result_acls(
            rd_kafka_event_DescribeAcls_result(e), &n);
        for (size_t i = 0; i < n; i++)
            (void)json_array_append_new(*ret, acl_text(at[i]));
    } else if (code != RD_KAFKA_RESP_ERR_SECURITY_DISABLED &&
               code != RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE) {
        rc = err_set(err, kafka_errno(code), "ACLs: %s",
                     rd_kafka_event_error_string(e));
        json_decref(*ret);
        *ret = NULL;
    }
    rd_kafka_event_destroy(e);
    return rc;
}

int kafka_acls(struct kafka_admin *k, json_t **ret, int64_t timeout_us,
               struct err *err)
{
    rd_kafka_AclBindingFilter_t *any;
    struct admin_ask ask;
    char why[256];
    int rc = admin_ask_init(k, RD_KAFKA_ADMIN_OP_DESCRIBEACLS, timeout_us, &ask,
                            err);

    if (rc < 0)
        return rc;
    any = rd_kafka_AclBindingFilter_new(
        RD_KAFKA_RESOURCE_ANY, NULL, RD_KAFKA_RESOURCE_PATTERN_ANY, NULL, NULL,
        RD_KAFKA_ACL_OPERATION_ANY, RD_KAFKA_ACL_PERMISSION_TYPE_ANY, why,
        sizeof(why));
    if (!any) {
        admin_ask_done(&ask);
        return err_set(err, -EINVAL, "ACLs: %s", why);
    }
    rd_kafka_DescribeAcls(k->rk, any, ask.options, ask.queue);
    rc = acls_of(&ask, ret, err);
    rd_kafka_AclBinding_destroy(any);
    admin_ask_done(&ask);
    return rc;
}

/* ---- source offsets -------------------------------------------------------*/

/* Keep the last record of each key: an object with the record's connector,
 * partition of the source, partition of the topic and raw key, or nothing after
 * a tombstone. */
static int note_offset(void *ctx, const struct record *r)
{
    AUTO_FREE char *key =
        path_of("%.*s", (int)r->key_len, (const char *)r->key);
    json_t *all = ctx;
    struct connect_record c;

    if (connect_record_parse(r->key, r->key_len, r->value, r->value_len, &c) <
        0)
        return 0;
    if (c.kind == CONNECT_OFFSET && c.connector && c.tombstone)
        (void)json_object_del(all, key);
    else if (c.kind == CONNECT_OFFSET && c.connector)
        (void)json_object_set_new(
            all, key,
            json_pack("{s:s, s:O?, s:i}", "connector", c.connector, "partition",
                      c.source_partition, "in", (int)r->at.partition));
    connect_record_done(&c);
    return 0;
}

/* *ret: an object by raw key, new. */
static int read_offsets(const struct kafka_access *a, const char *topic,
                        json_t **ret, int64_t timeout_us, struct err *err)
{
    AUTO_JSON json_t *all = json_object();
    void *ctxs[] = {all};
    struct kafka_read_spec spec = {.topic = topic,
                                   .readers = 1,
                                   .each = note_offset,
                                   .ctxs = ctxs,
                                   .timeout_us = timeout_us};
    struct kafka_read_result result = {0};
    int rc = kafka_read_all(a, &spec, &result, err);

    kafka_read_result_done(&result);
    if (rc == -ENOENT)
        *err = (struct err){0};
    else if (rc < 0)
        return rc;
    *ret = TAKE(all);
    return 0;
}

int kafka_source_offsets(const struct kafka_access *a, const char *topic,
                         json_t **ret, int64_t timeout_us, struct err *err)
{
    AUTO_JSON json_t *all = NULL;
    const char *key;
    json_t *one;

    if (read_offsets(a, topic, &all, timeout_us, err) < 0)
        return err->code;
    *ret = json_array();
    json_object_foreach (all, key, one)
        (void)json_array_append(*ret, one);
    return 0;
}

static void count_report(void *ctx, const struct kafka_report *r)
{
    size_t *acknowledged = ctx;

    *acknowledged += r->sent == KAFKA_ACKNOWLEDGED;
}

int kafka_forget_source_offsets(const struct kafka_access *a, const char *topic,
                                int64_t timeout_us, struct err *err)
{
    size_t acknowledged = 0;
    struct kafka_producer_spec spec = {.topic = topic,
                                       .acks = -1,
                                       .report = count_report,
                                       .ctx = &acknowledged};
    AUTO_JSON json_t *all = NULL;
    struct kafka_producer *p;
    const char *key;
    json_t *one;

    if (read_offsets(a, topic, &all, timeout_us, err) < 0)
        return err->code;
    if (json_object_size(all) == 0)
        return 0;
    if (kafka_producer_open(a, &spec, &p, err) < 0)
        return err->code;
    json_object_foreach (all, key, one)
        if (err->code == 0)
            told_elsewhere(kafka_produce(
                p, (int32_t)json_integer_value(json_object_get(one, "in")), key,
                strlen(key), NULL, 0, 0, err));
    (void)kafka_producer_flush(p, timeout_us);
    kafka_producer_close(p, timeout_us);
    if (err->code == 0 && acknowledged < json_object_size(all))
        return err_set(err, -ETIMEDOUT,
                       "%s: %zu of %zu tombstones were written", topic,
                       acknowledged, json_object_size(all));
    return err->code;
}
