/* test_worker_state.c - the state built from records of Connect's three topics.
 */
#include <string.h>

#include "base/own.h"
#include "standins/worker/worker_state.h"
#include "support/suite.h"

static struct state *state;
static int64_t offset;

static void set_up(void)
{
    state = state_new();
    offset = 0;
}

static void tear_down(void)
{
    state_free(state);
}

static void record(enum state_topic topic, const char *key, const char *value)
{
    state_record(state, topic, offset++, key, key ? strlen(key) : 0, value,
                 value ? strlen(value) : 0);
}

static void config(const char *key, const char *value)
{
    record(TOPIC_CONFIG, key, value);
}

/* The values of key "n" in the committed tasks, such as "12". */
static const char *tasks_of(const char *name)
{
    static char text[64];
    const struct connector_state *c = state_find(state, name);
    size_t n = json_array_size(c->tasks);

    text[0] = 0;
    for (size_t i = 0; i < n; i++)
        (void)snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s",
                       json_string_value(
                           json_object_get(json_array_get(c->tasks, i), "n")));
    return text;
}

#define CONFIG(n) "{\"properties\":{\"n\":\"" n "\"}}"

START_TEST(task_configurations_count_when_all_are_committed)
{
    config("connector-a-1", CONFIG("c"));
    config("task-a-1-0", CONFIG("1"));
    config("task-a-1-1", CONFIG("2"));
    ck_assert_str_eq(tasks_of("a-1"), "");
    config("commit-a-1", "{\"tasks\":2}");
    ck_assert_str_eq(tasks_of("a-1"), "12");
    ck_assert_int_eq(state_find(state, "a-1")->tasks_at, 3);
    config("task-a-1-0", CONFIG("3"));
    ck_assert_str_eq(tasks_of("a-1"), "12");
    config("commit-a-1", "{\"tasks\":2}"); /* an incomplete set */
    ck_assert_str_eq(tasks_of("a-1"), "12");
    ck_assert_int_eq(state_find(state, "a-1")->tasks_at, 3);
    /* the rest of the set comes after the commit */
    config("task-a-1-1", CONFIG("4"));
    config("commit-a-1", "{\"tasks\":2}");
    ck_assert_str_eq(tasks_of("a-1"), "12");
    config("task-a-1-0", CONFIG("5"));
    config("task-a-1-1", CONFIG("6"));
    /* a commit of fewer tasks than given is valid */
    config("commit-a-1", "{\"tasks\":1}");
    ck_assert_str_eq(tasks_of("a-1"), "5");
    config("commit-a-1", "{\"tasks\":0}");
    ck_assert_str_eq(tasks_of("a-1"), "");
}
END_TEST

START_TEST(a_deleted_connector_takes_its_tasks_along)
{
    config("connector-b", CONFIG("c"));
    config("connector-a", CONFIG("c"));
    config("task-a-0", CONFIG("1"));
    config("commit-a", "{\"tasks\":1}");
    ck_assert_uint_eq(state_len(state), 2);
    ck_assert_str_eq(state_at(state, 0)->name, "a");
    ck_assert_str_eq(state_at(state, 1)->name, "b");
    config("connector-a", NULL);
    ck_assert_ptr_null(state_find(state, "a"));
    ck_assert_uint_eq(state_len(state), 1);
    ck_assert_str_eq(state_at(state, 0)->name, "b");
    config("connector-a", CONFIG("d"));
    ck_assert_str_eq(tasks_of("a"), "");
    ck_assert_int_eq(state_find(state, "a")->config_at, 5);
}
END_TEST

static const struct {
    const char *value;
    enum target_state target;
} targets[] = {
    {"{\"state\":\"STARTED\"}", TARGET_STARTED},
    {"{\"state\":\"PAUSED\"}", TARGET_PAUSED},
    {"{\"state\":\"PAUSED\",\"state.v2\":\"STOPPED\"}", TARGET_STOPPED},
    {"{\"state\":\"STARTED\",\"state.v2\":\"PAUSED\"}", TARGET_PAUSED},
    {"{\"state\":\"ASLEEP\"}", TARGET_STOPPED}, /* unchanged */
    {"{}", TARGET_STOPPED},
    {"[]", TARGET_STOPPED},
    {"{", TARGET_STOPPED},
    {"null", TARGET_STARTED},
    {NULL, TARGET_STARTED},
};

START_TEST(target_states)
{
    config("connector-a", CONFIG("c"));
    ck_assert_int_eq(state_find(state, "a")->target, TARGET_STARTED);
    config("target-state-a", "{\"state\":\"PAUSED\",\"state.v2\":\"STOPPED\"}");
    config("target-state-a", targets[_i].value);
    ck_assert_int_eq(state_find(state, "a")->target, targets[_i].target);
}
END_TEST

START_TEST(requests_to_restart)
{
    const struct connector_state *c;

    config("connector-a", CONFIG("c"));
    c = state_find(state, "a");
    ck_assert_int_eq(c->restart.at, -1);
    config("restart-connector-a",
           "{\"include-tasks\":true,\"only-failed\":false}");
    ck_assert_int_eq(c->restart.at, 1);
    ck_assert(c->restart.include_tasks && !c->restart.only_failed);
    ck_assert_int_eq(c->restart.task, -1);
    config("restart-connector-a",
           "{\"include-tasks\":false,\"only-failed\":true,\"task\":3}");
    ck_assert(!c->restart.include_tasks && c->restart.only_failed);
    ck_assert_int_eq(c->restart.task, 3);
}
END_TEST

/* Records of the config topic that must change nothing. */
static const char *const strange[][2] = {
    {"session-key", "{\"key\":\"x\"}"},
    {"connector-a", "{\"properties\":[]}"},
    {"connector-a", "[]"},
    {"connector-a", "\xff"},
    {"task-a", CONFIG("9")},
    {"task-a-x", CONFIG("9")},
    {"task-a-99999999999", CONFIG("9")},
    {"commit-a", "{\"tasks\":\"1\"}"},
    {"commit-a", "{\"tasks\":1}"},
    {"commit-a", NULL},
    {NULL, CONFIG("9")},
    {"", CONFIG("9")},
};

START_TEST(what_is_not_understood_changes_nothing)
{
    config("connector-a", CONFIG("c"));
    config("task-a-0", CONFIG("1"));
    config("commit-a", "{\"tasks\":1}");
    config(strange[_i][0], strange[_i][1]);
    ck_assert_uint_eq(state_len(state), 1);
    ck_assert_int_eq(state_find(state, "a")->config_at, 0);
    ck_assert_str_eq(tasks_of("a"), "1");
}
END_TEST

START_TEST(statuses_of_connectors_and_tasks)
{
    record(TOPIC_STATUS, "status-task-a-b-7", "{\"state\":\"RUNNING\"}");
    record(TOPIC_STATUS, "status-connector-a-b", "{\"state\":\"PAUSED\"}");
    record(TOPIC_STATUS, "status-topic-t:connector-a-b", "{\"topic\":{}}");
    ck_assert_str_eq(json_string_value(json_object_get(
                         state_status(state, "a-b", 7), "state")),
                     "RUNNING");
    ck_assert_str_eq(json_string_value(json_object_get(
                         state_status(state, "a-b", -1), "state")),
                     "PAUSED");
    ck_assert_ptr_null(state_status(state, "a-b", 6));
    record(TOPIC_STATUS, "status-task-a-b-7", NULL);
    ck_assert_ptr_null(state_status(state, "a-b", 7));
    ck_assert_uint_eq(json_object_size(state_statuses(state)), 1);
    record(TOPIC_STATUS, "status-connector-a-b", NULL);
    ck_assert_uint_eq(json_object_size(state_statuses(state)), 0);
    record(TOPIC_STATUS, "status-connector-a-b", NULL);
}
END_TEST

START_TEST(source_offsets_by_partition)
{
    AUTO_JSON json_t *partition = json_pack("{s:i, s:i}", "y", 2, "x", 1);
    AUTO_JSON json_t *all = NULL, *none = NULL;

    record(TOPIC_OFFSETS, "[\"a\",{\"x\":1,\"y\":2}]", "{\"p\":5}");
    record(TOPIC_OFFSETS, "[\"a\",{\"y\":2,\"x\":1}]", "{\"p\":6}");
    record(TOPIC_OFFSETS, "[\"b\",{\"x\":1,\"y\":2}]", "{\"p\":7}");
    record(TOPIC_OFFSETS, "[\"a\"]", "{\"p\":8}");
    record(TOPIC_OFFSETS, "a", "{\"p\":8}");
    ck_assert_int_eq(json_integer_value(json_object_get(
                         state_offset(state, "a", partition), "p")),
                     6);
    all = state_offsets(state, "a");
    ck_assert_uint_eq(json_array_size(all), 1);
    record(TOPIC_OFFSETS, "[\"a\",{\"y\":2,\"x\":1}]", NULL);
    ck_assert_ptr_null(state_offset(state, "a", partition));
    none = state_offsets(state, "a");
    ck_assert_uint_eq(json_array_size(none), 0);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, task_configurations_count_when_all_are_committed);
    tcase_add_test(tc, a_deleted_connector_takes_its_tasks_along);
    tcase_add_loop_test(tc, target_states, 0, ARRAY_LEN(targets));
    tcase_add_test(tc, requests_to_restart);
    tcase_add_loop_test(tc, what_is_not_understood_changes_nothing, 0,
                        ARRAY_LEN(strange));
    tcase_add_test(tc, statuses_of_connectors_and_tasks);
    tcase_add_test(tc, source_offsets_by_partition);
}

SUITE_MAIN("worker: state", fill)
