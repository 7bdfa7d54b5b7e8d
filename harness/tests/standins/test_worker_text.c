/* test_worker_text.c - text given to a worker: properties, settings, paths,
 * broker names; and the slots of connectors. */
#include <string.h>

#include "base/own.h"
#include "standins/worker/bootstrap.h"
#include "standins/worker/route.h"
#include "standins/worker/settings.h"
#include "standins/worker/slots.h"
#include "standins/worker/worker_properties.h"
#include "support/suite.h"

static const struct {
    const char *text, *json, *error; /* exactly one is set */
} files[] = {
    {"", "{}", NULL},
    {"a=1", "{\"a\":\"1\"}", NULL},
    {"  a = 1 \r\nb:2\rc 3\n", "{\"a\":\"1 \",\"b\":\"2\",\"c\":\"3\"}", NULL},
    {"# a=1\n ! b=2\n\n\t\na", "{\"a\":\"\"}", NULL},
    {"a=1\na=2", "{\"a\":\"2\"}", NULL},
    {"a\\=b\\ c=d=e:f", "{\"a=b c\":\"d=e:f\"}", NULL},
    {"a=x,\\\n   y,\\\r\n\tz\nb=1", "{\"a\":\"x,y,z\",\"b\":\"1\"}", NULL},
    {"a\\\n  b=1", "{\"ab\":\"1\"}", NULL},
    {"a=\\t\\n\\q\\\\\\u00e4\\u20AC", "{\"a\":\"\\t\\nq\\\\\\u00e4\\u20ac\"}",
     NULL},
    {"a=\\", "{\"a\":\"\"}", NULL},
    {"a=\\\\\nb=1", "{\"a\":\"\\\\\",\"b\":\"1\"}", NULL},
    {"=1", "{\"\":\"1\"}", NULL},
    {"a=1\nb=\\u12", NULL, "line 2: expected four digits after \\u"},
    {"a=\\ud83d", NULL, "line 1: not UTF-8"},
    {"a=\xff", NULL, "line 1: not UTF-8"},
};

START_TEST(properties_read_as_java_reads_them)
{
    AUTO_JSON json_t *got = NULL, *want = NULL;
    struct err err = {0};
    int rc = properties_parse(files[_i].text, &got, &err);

    ck_assert_int_eq(rc < 0, files[_i].error != NULL);
    if (files[_i].error) {
        ck_assert_str_eq(err.text, files[_i].error);
        return;
    }
    want = json_loads(files[_i].json, 0, NULL);
    ck_assert_ptr_nonnull(want);
    ck_assert_msg(json_equal(got, want), "%s: %s", files[_i].text,
                  json_dumps(got, 0));
}
END_TEST

static const char whole[] =
    "bootstrap.servers=b:1\ngroup.id=g\nconfig.storage.topic=c\n"
    "offset.storage.topic=o\nstatus.storage.topic=s\n";

static const struct {
    const char *more, *error;
} configs[] = {
    {"", NULL},
    {"rest.advertised.port=70000",
     "rest.advertised.port: must be at most 65535, got 70000"},
    {"offset.storage.partitions=x",
     "offset.storage.partitions: expected a whole number, got \"x\""},
    {"offset.storage.partitions=0",
     "offset.storage.partitions: must be at least 1, got 0"},
    {"status.storage.replication.factor=0",
     "status.storage.replication.factor: must be at least 1, got 0"},
    {"listeners=", "listeners: must not be empty"},
    {"no.such.key=1\nconsumer.x=1", NULL},
};

START_TEST(settings_are_checked)
{
    AUTO_FREE char *text = NULL;
    struct settings s = {0};
    struct err err = {0};
    json_t *p = NULL;
    int rc;

    ck_assert_int_gt(asprintf(&text, "%s%s", whole, configs[_i].more), 0);
    ck_assert_int_eq(properties_parse(text, &p, &err), 0);
    rc = settings_of(p, &s, &err);
    ck_assert_int_eq(rc < 0, configs[_i].error != NULL);
    if (configs[_i].error) {
        ck_assert_ptr_nonnull(strstr(err.text, configs[_i].error));
        return;
    }
    ck_assert_str_eq(s.topics[TOPIC_STATUS], "s");
    ck_assert_str_eq(s.slots_topic, "g-slots");
    ck_assert_str_eq(s.session_ms, "10000");
    ck_assert_int_eq(s.partitions[TOPIC_CONFIG], 1);
    ck_assert_int_eq(s.partitions[TOPIC_OFFSETS], 5);
    ck_assert_int_eq(s.replicas[TOPIC_CONFIG], 0);
    ck_assert_int_eq(s.stop_us, 5000000);
    settings_done(&s);
}
END_TEST

START_TEST(what_must_be_given_is_asked_for)
{
    struct settings s;
    struct err err = {0};

    ck_assert_int_lt(settings_of(json_object(), &s, &err), 0);
    ck_assert_str_eq(err.text,
                     "bootstrap.servers: is required and has no default");
}
END_TEST

static const struct {
    const char *pattern, *path;
    bool meets;
    const char *args[ROUTE_ARGS];
} paths[] = {
    {"/", "/", true, {NULL}},
    {"/", "/a", false, {NULL}},
    {"/connectors", "/connectors", true, {NULL}},
    {"/connectors", "/connectors/", true, {NULL}},
    {"/connectors", "/connector", false, {NULL}},
    {"/connectors", "/", false, {NULL}},
    {"/connectors/{}", "/connectors/a", true, {"a"}},
    {"/connectors/{}", "/connectors/", false, {NULL}},
    {"/connectors/{}", "/connectors", false, {NULL}},
    {"/connectors/{}", "/connectors/a/b", false, {NULL}},
    {"/connectors/{}", "/connectors/a%2Fb%20c", true, {"a/b c"}},
    {"/connectors/{}", "/connectors/100%", true, {"100%"}},
    {"/connectors/{}/status", "/connectors/status/status", true, {"status"}},
    {"/connectors/{}/status", "/connectors//status", false, {NULL}},
    {"/connectors/{}/tasks/{}/status",
     "/connectors/a/tasks/7/status",
     true,
     {"a", "7"}},
    {"/connectors/{}/tasks/{}/status", "/connectors/a/tasks/7", false, {NULL}},
};

START_TEST(paths_meet_patterns)
{
    char args[ROUTE_ARGS][ROUTE_ARG_MAX] = {""};
    bool meets = route_meets(paths[_i].pattern, paths[_i].path, args);

    ck_assert_msg(meets == paths[_i].meets, "%s %s", paths[_i].pattern,
                  paths[_i].path);
    for (int i = 0; i < ROUTE_ARGS && meets && paths[_i].args[i]; i++)
        ck_assert_str_eq(args[i], paths[_i].args[i]);
}
END_TEST

START_TEST(a_segment_that_is_too_long_meets_nothing)
{
    char args[ROUTE_ARGS][ROUTE_ARG_MAX];
    char path[ROUTE_ARG_MAX + 16] = "/connectors/";

    memset(path + strlen(path), 'x', ROUTE_ARG_MAX);
    path[strlen("/connectors/") + ROUTE_ARG_MAX] = 0;
    ck_assert(!route_meets("/connectors/{}", path, args));
    path[strlen(path) - 1] = 0;
    ck_assert(route_meets("/connectors/{}", path, args));
}
END_TEST

/* Workers of a group must agree on slots across versions, so slot_of() must not
 * change. */
static const struct {
    const char *name;
    int task;
    unsigned slot;
} places[] = {
    {"", -1, 5}, {"", 0, 6}, {"a", -1, 12}, {"a", 0, 13}, {"a", 31, 12},
};

START_TEST(slots_are_where_they_were)
{
    ck_assert_uint_eq(slot_of(places[_i].name, places[_i].task),
                      places[_i].slot);
    ck_assert(slots_have(UINT32_C(1) << places[_i].slot, places[_i].name,
                         places[_i].task));
    ck_assert(!slots_have(~(UINT32_C(1) << places[_i].slot), places[_i].name,
                          places[_i].task));
}
END_TEST

static const struct {
    const char *servers, *hosts, *want;
} names[] = {
    {"b1:1,b2:2", "", "b1:1,b2:2"},
    {"b1:1,b2:2", "10.0.0.1 b1\n10.0.0.2 b2\n", "10.0.0.1:1,10.0.0.2:2"},
    {"b1:1", "10.0.0.9 b11 b\n  10.0.0.1\tx b1 # y\r\n", "10.0.0.1:1"},
    {"b1:1", "# 10.0.0.1 b1\n10.0.0.2 x # b1\n\nb1\n", "b1:1"},
    {"b1:1", "10.0.0.1 b1\n10.0.0.2 b1", "10.0.0.1:1"},
    {"10.0.0.1:1", "10.0.0.1 b1", "10.0.0.1:1"},
    {"b1", "10.0.0.1 b1", "10.0.0.1"},
    {"B1:1", "10.0.0.1 b1", "10.0.0.1:1"},
};

START_TEST(brokers_are_known_by_their_addresses)
{
    AUTO_FREE char *got = bootstrap_with(names[_i].servers, names[_i].hosts);

    ck_assert_str_eq(got, names[_i].want);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, brokers_are_known_by_their_addresses, 0,
                        ARRAY_LEN(names));
    tcase_add_loop_test(tc, properties_read_as_java_reads_them, 0,
                        ARRAY_LEN(files));
    tcase_add_loop_test(tc, settings_are_checked, 0, ARRAY_LEN(configs));
    tcase_add_test(tc, what_must_be_given_is_asked_for);
    tcase_add_loop_test(tc, paths_meet_patterns, 0, ARRAY_LEN(paths));
    tcase_add_test(tc, a_segment_that_is_too_long_meets_nothing);
    tcase_add_loop_test(tc, slots_are_where_they_were, 0, ARRAY_LEN(places));
}

SUITE_MAIN("worker: text", fill)
