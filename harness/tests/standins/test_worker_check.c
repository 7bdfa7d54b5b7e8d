/* test_worker_check.c - connector_check(): an invalid configuration is refused
 * with the key and the value expected; a valid configuration yields type and
 * tasks. */
#include "standins/worker/connector.h"

#include "base/own.h"
#include "standins/worker/task.h"
#include "support/suite.h"

#define FILE_SINK   "connector.class", "FileStreamSink", "file", "/tmp/x"
#define FILE_SOURCE "connector.class", "FileStreamSource", "file", "/tmp/x"
#define HTTP_SINK                                                              \
    "connector.class", "ordeal.HttpSink", "topics", "a", "http.url",           \
        "http://shop:80/"

static const struct {
    const char *pairs[16]; /* key, value, ..., NULL */
    const char *says;      /* a part of the error's sentence */
} wrong[] = {
    {{NULL}, "connector.class: is required"},
    {{"connector.class", "org.x.Y", NULL},
     "connector.class: this worker has org.apache.kafka.connect.file."
     "FileStreamSinkConnector, "},
    {{"connector.class", "Sink", NULL}, "got \"Sink\""},
    {{"connector.class", "FileStreamSink", "topics", "a", NULL},
     "file: is required"},
    {{FILE_SINK, NULL}, "topics: is required"},
    {{FILE_SINK, "topics", " , ", NULL}, "topics: is required"},
    {{FILE_SINK, "topics", "a", "topics.regex", "b", NULL}, "only one of them"},
    {{FILE_SINK, "topics", "a", "tasks.max", "0", NULL},
     "tasks.max: must be at least 1, got 0"},
    {{FILE_SINK, "topics", "a", "tasks.max", "two", NULL},
     "tasks.max: expected a whole number, got \"two\""},
    {{FILE_SINK, "topics", "a", "value.converter", "org.x.JsonConverter", NULL},
     "value.converter: this worker has StringConverter and "
     "ByteArrayConverter, got \"org.x.JsonConverter\""},
    {{FILE_SINK, "topics", "a", "key.converter", "org.x.JsonConverter", NULL},
     "key.converter: "},
    {{FILE_SINK, "topics", "a", "transforms", "t", NULL}, "transforms: "},
    {{FILE_SINK, "topics", "a", "errors.tolerance", "some", NULL},
     "errors.tolerance: expected one of none|all, got \"some\""},
    {{FILE_SINK, "topics", "a,b", "errors.deadletterqueue.topic.name", "b",
      NULL},
     "errors.deadletterqueue.topic.name: must not be"},
    {{FILE_SINK, "topics", "a",
      "errors.deadletterqueue.topic.replication.factor", "0", NULL},
     "must be -1 or at least 1, got 0"},
    {{FILE_SINK, "topics", "a", "errors.log.enable", "maybe", NULL},
     "errors.log.enable: expected true or false, got \"maybe\""},
    {{FILE_SOURCE, NULL}, "topic: is required"},
    {{FILE_SOURCE, "topic", "", NULL}, "topic: must not be empty"},
    {{FILE_SOURCE, "topic", "t", "batch.size", "0", NULL},
     "batch.size: must be at least 1"},
    {{FILE_SOURCE, "topic", "t", "exactly.once.support", "required", NULL},
     "exactly.once.support: "},
    {{FILE_SOURCE, "topic", "t", "exactly.once.support", "yes", NULL},
     "exactly.once.support: expected one of requested|required"},
    {{"connector.class", "HttpSink", "topics", "a", NULL},
     "http.url: is required"},
    {{"connector.class", "HttpSink", "topics", "a", "http.url", "shop", NULL},
     "http.url: expected a URL"},
    {{"connector.class", "HttpSink", "topics", "a", "http.url", "file:///x",
      NULL},
     "http.url: expected a URL"},
    {{HTTP_SINK, "http.timeout.ms", "0", NULL},
     "http.timeout.ms: must be at least 1, got 0"},
    {{HTTP_SINK, "http.retry.ms", "-1", NULL}, "http.retry.ms: must be"},
    {{HTTP_SINK, "http.batch.size", "1.5", NULL},
     "http.batch.size: expected a whole number, got \"1.5\""},
    {{HTTP_SINK, "http.batch.size", "4294967296", NULL},
     "http.batch.size: expected a whole number"},
};

static const struct {
    const char *pairs[16], *type;
    int tasks;
} right[] = {
    {{FILE_SINK, "topics", "a", NULL}, "sink", 1},
    {{FILE_SINK, "topics", "a, b", "tasks.max", "3", NULL}, "sink", 3},
    {{FILE_SINK, "topics.regex", "a.*", "no.such.key", "x", NULL}, "sink", 1},
    {{FILE_SOURCE, "topic", "a", "tasks.max", "3", NULL}, "source", 1},
    {{"connector.class",
      "org.apache.kafka.connect.file.FileStreamSourceConnector", "file", "f",
      "topic", "t", "key.converter",
      "org.apache.kafka.connect.storage.StringConverter", "value.converter",
      "org.apache.kafka.connect.converters.ByteArrayConverter", NULL},
     "source",
     1},
    {{"connector.class", "FileStreamSinkConnector", "file", "f", "topics", "t",
      NULL},
     "sink",
     1},
    {{HTTP_SINK, "tasks.max", "2", "errors.tolerance", "all", NULL}, "sink", 2},
};

static json_t *config_of(const char *const *pairs)
{
    json_t *config = json_object();

    for (; *pairs; pairs += 2)
        (void)json_object_set_new(config, pairs[0], json_string(pairs[1]));
    return config;
}

START_TEST(a_wrong_configuration_is_refused_by_name)
{
    AUTO_JSON json_t *config = config_of(wrong[_i].pairs);
    struct err err = {0};
    int tasks = -7;

    ck_assert_int_lt(connector_check(config, &tasks, &err), 0);
    ck_assert_msg(strstr(err.text, wrong[_i].says) != NULL, "\"%s\" in \"%s\"",
                  wrong[_i].says, err.text);
    ck_assert_int_eq(tasks, -7);
}
END_TEST

START_TEST(a_right_one_has_a_type_and_tasks)
{
    AUTO_JSON json_t *config = config_of(right[_i].pairs);
    struct err err = {0};
    int tasks = -7;

    ck_assert_msg(connector_check(config, &tasks, &err) == 0, "%s", err.text);
    ck_assert_str_eq(connector_type(config), right[_i].type);
    ck_assert_int_eq(tasks, right[_i].tasks);
}
END_TEST

START_TEST(values_are_strings)
{
    AUTO_JSON json_t *config = config_of(wrong[4].pairs);
    AUTO_JSON json_t *array = json_array();
    struct err err = {0}, other = {0};
    int tasks;

    (void)json_object_set_new(config, "tasks.max", json_integer(1));
    ck_assert_int_lt(connector_check(config, &tasks, &err), 0);
    ck_assert_str_eq(err.text, "tasks.max: the value must be a string");
    ck_assert_int_lt(connector_check(array, &tasks, &other), 0);
    ck_assert_ptr_null(connector_type(array));
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_wrong_configuration_is_refused_by_name, 0,
                        ARRAY_LEN(wrong));
    tcase_add_loop_test(tc, a_right_one_has_a_type_and_tasks, 0,
                        ARRAY_LEN(right));
    tcase_add_test(tc, values_are_strings);
}

SUITE_MAIN("worker-check", fill)
