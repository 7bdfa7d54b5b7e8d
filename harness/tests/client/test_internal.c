/* test_internal.c - records of Connect's internal topics. */
#include <errno.h>
#include <string.h>

#include "client/internal.h"
#include "support/suite.h"

static const struct known {
    const char *key, *value;
    enum connect_record_kind kind;
    const char *connector;
    int task;
    const char *topic, *state, *worker;
    int64_t generation, task_count;
} knowns[] = {
    {"status-connector-shop",
     "{\"state\":\"RUNNING\",\"trace\":null,"
     "\"worker_id\":\"10.1.2.3:8083\",\"generation\":4}",
     CONNECT_STATUS, "shop", -1, NULL, "RUNNING", "10.1.2.3:8083", 4, -1},
    {"status-task-my-shop-2-11",
     "{\"state\":\"FAILED\",\"trace\":\"boom\",\"worker_id\":\"w:1\","
     "\"generation\":5,\"version\":\"4.1\"}",
     CONNECT_TASK_STATUS, "my-shop-2", 11, NULL, "FAILED", "w:1", 5, -1},
    {"status-topic-orders:connector-my-shop",
     "{\"topic\":{\"name\":\"orders\",\"connector\":\"my-shop\",\"task\":1,"
     "\"discoverTimestamp\":1}}",
     CONNECT_TOPIC_IN_USE, "my-shop", 1, "orders", NULL, NULL, -1, -1},
    {"[\"shop\",{\"file\":\"a\"}]", "{\"position\":12}", CONNECT_OFFSET, "shop",
     -1, NULL, NULL, NULL, -1, -1},
    {"connector-shop", "{\"properties\":{\"name\":\"shop\"}}", CONNECT_CONFIG,
     "shop", -1, NULL, NULL, NULL, -1, -1},
    {"task-shop-0", "{\"properties\":{\"name\":\"shop\"}}", CONNECT_TASK_CONFIG,
     "shop", 0, NULL, NULL, NULL, -1, -1},
    {"commit-shop", "{\"tasks\":3}", CONNECT_TASK_COUNT, "shop", -1, NULL, NULL,
     NULL, -1, 3},
    {"target-state-shop", "{\"state\":\"PAUSED\"}", CONNECT_TARGET_STATE,
     "shop", -1, NULL, "PAUSED", NULL, -1, -1},
    {"target-state-shop", "{\"state\":\"PAUSED\",\"state.v2\":\"STOPPED\"}",
     CONNECT_TARGET_STATE, "shop", -1, NULL, "STOPPED", NULL, -1, -1},
    {"tasks-fencing-shop", "{\"task-count\":2}", CONNECT_FENCING, "shop", -1,
     NULL, NULL, NULL, -1, 2},
    {"restart-connector-shop", "{\"include-tasks\":true}", CONNECT_RESTART,
     "shop", -1, NULL, NULL, NULL, -1, -1},
    {"session-key", "not even JSON", CONNECT_SESSION_KEY, NULL, -1, NULL, NULL,
     NULL, -1, -1},
    {"logger-cluster-org.apache", "{\"level\":\"DEBUG\"}", CONNECT_LOGGER, NULL,
     -1, NULL, NULL, NULL, -1, -1},
    {"something-new", "\x01\x02", CONNECT_UNKNOWN, NULL, -1, NULL, NULL, NULL,
     -1, -1},
    {"status-task-shop-x", "{}", CONNECT_UNKNOWN, NULL, -1, NULL, NULL, NULL,
     -1, -1},
    {"[\"shop\"]", "{}", CONNECT_UNKNOWN, NULL, -1, NULL, NULL, NULL, -1, -1},
    {"[broken", "{}", CONNECT_UNKNOWN, NULL, -1, NULL, NULL, NULL, -1, -1},
    {"", "{}", CONNECT_UNKNOWN, NULL, -1, NULL, NULL, NULL, -1, -1},
};

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

START_TEST(a_record_is_read)
{
    const struct known *k = &knowns[_i];
    struct connect_record r;

    ck_assert_int_eq(connect_record_parse(k->key, strlen(k->key), k->value,
                                          strlen(k->value), &r),
                     0);
    ck_assert_msg(r.kind == k->kind, "%s: %s", k->key,
                  connect_record_name(r.kind));
    ck_assert(!r.tombstone);
    ck_assert_int_eq(r.task, k->task);
    ck_assert(same(r.connector, k->connector));
    ck_assert(same(r.topic, k->topic));
    ck_assert(same(r.state, k->state));
    ck_assert(same(r.worker, k->worker));
    ck_assert_int_eq(r.generation, k->generation);
    ck_assert_int_eq(r.task_count, k->task_count);
    ck_assert((r.source_offset != NULL) == (k->kind == CONNECT_OFFSET));
    connect_record_done(&r);
}
END_TEST

START_TEST(a_deletion_is_a_tombstone)
{
    const struct known *k = &knowns[_i];
    struct connect_record r;

    ck_assert_int_eq(connect_record_parse(k->key, strlen(k->key), NULL, 0, &r),
                     0);
    ck_assert(r.tombstone);
    ck_assert_int_eq(r.kind, k->kind);
    ck_assert(same(r.connector, k->connector));
    connect_record_done(&r);
}
END_TEST

START_TEST(an_offset_has_its_partition)
{
    static const char key[] = "[\"shop\",{\"file\":\"a\"}]";
    struct connect_record r;
    const json_t *file;

    ck_assert_int_eq(connect_record_parse(key, strlen(key), "null", 4, &r), 0);
    ck_assert(r.tombstone);
    file = json_object_get(r.source_partition, "file");
    ck_assert_str_eq(json_string_value(file), "a");
    ck_assert_ptr_null(r.source_offset);
    connect_record_done(&r);
}
END_TEST

static const struct broken {
    const char *key, *value;
} brokens[] = {
    {"status-connector-shop", "{\"state\":"},
    {"status-connector-shop", "{\"worker_id\":\"w\"}"},
    {"status-connector-shop", "[]"},
    {"connector-shop", "{}"},
    {"commit-shop", "{\"tasks\":\"3\"}"},
    {"target-state-shop", "{}"},
    {"[\"shop\",{}]", "12"},
};

START_TEST(a_broken_value_is_refused)
{
    const struct broken *b = &brokens[_i];
    struct connect_record r;

    ck_assert_int_eq(connect_record_parse(b->key, strlen(b->key), b->value,
                                          strlen(b->value), &r),
                     -EBADMSG);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_record_is_read, 0, ARRAY_LEN(knowns));
    tcase_add_loop_test(tc, a_deletion_is_a_tombstone, 0, ARRAY_LEN(knowns));
    tcase_add_test(tc, an_offset_has_its_partition);
    tcase_add_loop_test(tc, a_broken_value_is_refused, 0, ARRAY_LEN(brokens));
}

SUITE_MAIN("internal", fill)
