/* test_connect_watch.c - facts from records of Connect's internal topics. */
#include "base/own.h"
#include "observe/watching.h"
#include "support/suite.h"

static struct watching env;
static struct connect_watch *watch;

static void setup(void)
{
    watching_init(&env);
    watch = connect_watch_new(&env.spec);
}

static void teardown(void)
{
    connect_watch_free(watch);
}

/* value NULL: a tombstone. */
static void note(const char *key, const char *value, int64_t wall_us)
{
    connect_watch_note(watch, &(struct record){
                                  .key = key,
                                  .key_len = strlen(key),
                                  .value = value,
                                  .value_len = value ? strlen(value) : 0,
                                  .at.time_us = wall_us,
                              });
}

static void status(const char *key, const char *state, int worker,
                   int64_t wall_us)
{
    char value[200];

    (void)snprintf(value, sizeof(value),
                   "{\"state\":\"%s\",\"trace\":%s,\"worker_id\":\"10.0.0.%d:"
                   "8083\",\"generation\":3}",
                   state,
                   strcmp(state, "FAILED") == 0
                       ? "\"boom: no memory\\n\\tat x.y(Z)\""
                       : "null",
                   worker);
    note(key, value, wall_us);
}

START_TEST(a_task_is_what_it_last_said)
{
    struct task_seen t;

    status("status-connector-s", "RUNNING", 1, 10);
    status("status-task-s-0", "RUNNING", 1, 11);
    env.now_us = 7000000;
    status("status-task-s-0", "FAILED", 2, 12);
    t = connect_watch_task(watch, "s", 0);
    ck_assert_str_eq(t.state, "FAILED");
    ck_assert_str_eq(t.worker, "10.0.0.2:8083");
    ck_assert_str_eq(t.trace, "boom: no memory");
    ck_assert_int_eq(t.worker_number, 2);
    ck_assert_int_eq(t.since_us, 7000000);
    ck_assert_uint_eq(t.changes, 2);
    ck_assert_str_eq(env.last_event,
                     "s status: task s/0 FAILED on 10.0.0.2:8083: boom: no "
                     "memory");
    t = connect_watch_task(watch, "s", -1);
    ck_assert_str_eq(t.state, "RUNNING");
    ck_assert_uint_eq(connect_watch_changes(watch, "s"), 3);
    ck_assert_int_eq(connect_watch_tasks(watch, "s"), 1);
}
END_TEST

START_TEST(each_failure_is_kept)
{
    struct failure_seen *at;

    status("status-connector-s", "RUNNING", 1, 10);
    env.now_us = 5000000;
    status("status-task-s-0", "FAILED", 2, 12);
    env.now_us = 7000000;
    status("status-task-s-0", "RUNNING", 1, 13);
    status("status-task-s-1", "FAILED", 1, 14);
    ck_assert_uint_eq(connect_watch_failures(watch, "s", &at), 2);
    ck_assert_int_eq(at[0].at_us, 5000000);
    ck_assert_int_eq(at[0].written_us, 12);
    ck_assert_int_eq(at[0].task, 0);
    ck_assert_int_eq(at[0].worker_number, 2);
    ck_assert_int_eq(at[1].at_us, 7000000);
    ck_assert_int_eq(at[1].task, 1);
    free(at);
    ck_assert_uint_eq(connect_watch_failures(watch, "t", &at), 0);
    free(at);
}
END_TEST

START_TEST(who_was_never_heard_of_says_nothing)
{
    struct task_seen t = connect_watch_task(watch, "s", 0);
    AUTO_JSON json_t *offsets = connect_watch_offsets(watch, "s");

    ck_assert_str_eq(t.state, "");
    ck_assert_int_eq(t.worker_number, -1);
    ck_assert_int_eq(t.since_us, -1);
    ck_assert_int_eq(connect_watch_tasks(watch, "s"), 0);
    ck_assert_uint_eq(connect_watch_changes(watch, "s"), 0);
    ck_assert_uint_eq(json_array_size(offsets), 0);
}
END_TEST

START_TEST(a_deleted_task_is_gone_until_it_speaks_again)
{
    status("status-task-s-0", "RUNNING", 1, 10);
    status("status-task-s-1", "RUNNING", 1, 10);
    note("status-task-s-1", NULL, 11);
    ck_assert_int_eq(connect_watch_tasks(watch, "s"), 1);
    ck_assert_str_eq(connect_watch_task(watch, "s", 1).state, "");
    status("status-task-s-1", "RUNNING", 2, 12);
    ck_assert_int_eq(connect_watch_tasks(watch, "s"), 2);
}
END_TEST

START_TEST(the_worker_of_a_task_at_a_time)
{
    status("status-task-s-0", "RUNNING", 1, 1000);
    status("status-task-s-0", "UNASSIGNED", 1, 2000);
    status("status-task-s-0", "RUNNING", 2, 2100);
    status("status-task-s-1", "RUNNING", 3, 1500);
    ck_assert_int_eq(connect_watch_worker_at(watch, "s", 0, 999), -1);
    ck_assert_int_eq(connect_watch_worker_at(watch, "s", 0, 1000), 1);
    ck_assert_int_eq(connect_watch_worker_at(watch, "s", 0, 2050), 1);
    ck_assert_int_eq(connect_watch_worker_at(watch, "s", 0, 9000), 2);
    ck_assert_int_eq(connect_watch_worker_at(watch, "s", 1, 9000), 3);
    ck_assert_int_eq(connect_watch_worker_at(watch, "s", 2, 9000), -1);
    ck_assert_int_eq(connect_watch_worker_at(watch, "t", 0, 9000), -1);
}
END_TEST

START_TEST(the_newest_offset_of_each_source_partition)
{
    AUTO_JSON json_t *a = NULL;
    AUTO_JSON json_t *b = NULL;
    AUTO_JSON json_t *want =
        json_pack("[{s:{s:s}, s:{s:i}, s:i}]", "partition", "filename", "in",
                  "offset", "position", 90, "commits", 2);

    note("[\"f\",{\"filename\":\"in\"}]", "{\"position\":40}", 1);
    note("[\"f\",{ \"filename\" : \"in\" }]", "{\"position\":90}", 2);
    note("[\"f\",{\"filename\":\"out\"}]", "{\"position\":1}", 3);
    note("[\"g\",{\"filename\":\"in\"}]", "{\"position\":7}", 3);
    note("[\"f\",{\"filename\":\"out\"}]", NULL, 4);
    a = connect_watch_offsets(watch, "f");
    ck_assert_msg(json_equal(a, want), "%s", json_dumps(a, 0));
    ck_assert_uint_eq(connect_watch_commits(watch, "f"), 4);
    b = connect_watch_offsets(watch, "g");
    ck_assert_uint_eq(json_array_size(b), 1);
}
END_TEST

START_TEST(what_is_not_understood_is_passed_over)
{
    note("status-task-s-0", "{\"state\":7}", 1);
    note("status-task-s-0", "[]", 1);
    note("status-task-s-0", "{\"state\":\"RUNNING\"}", 1); /* no worker */
    note("[\"f\",null]", "null", 1);
    note("", "", 1);
    connect_watch_note(watch, &(struct record){0});
    note("session-key", "{\"secret\":1}", 1);
    ck_assert_str_eq(connect_watch_task(watch, "s", 0).state, "RUNNING");
    ck_assert_int_eq(connect_watch_task(watch, "s", 0).worker_number, -1);
}
END_TEST

START_TEST(names_longer_than_what_is_kept_are_cut)
{
    char value[600];
    char worker[300];
    struct task_seen t;

    memset(worker, 'w', sizeof(worker) - 1);
    worker[sizeof(worker) - 1] = 0;
    (void)snprintf(value, sizeof(value),
                   "{\"state\":\"SOMETHING_RATHER_LONG\",\"trace\":\"%s\","
                   "\"worker_id\":\"%.200s\"}",
                   worker, worker);
    note("status-task-s-0", value, 1);
    t = connect_watch_task(watch, "s", 0);
    ck_assert_uint_eq(strlen(t.state), sizeof(t.state) - 1);
    ck_assert_uint_eq(strlen(t.worker), sizeof(t.worker) - 1);
    ck_assert_uint_eq(strlen(t.trace), sizeof(t.trace) - 1);
}
END_TEST

/* 255 bytes of a trace are kept, and 200 go into the event: a character of two
 * bytes lies across the first cut, then across the second. */
START_TEST(a_cut_character_takes_nothing_else_with_it)
{
    char value[600], trace[300] = "x";
    struct task_seen t;
    AUTO_JSON json_t *kept = NULL;

    for (size_t i = 1 + (size_t)_i; i + 2 < sizeof(trace); i += 2)
        memcpy(trace + i, "\xc3\xbc", 3);
    trace[_i] = 'x';
    (void)snprintf(value, sizeof(value),
                   "{\"state\":\"FAILED\",\"trace\":\"%s\","
                   "\"worker_id\":\"10.0.0.2:8083\"}",
                   trace);
    note("status-task-s-0", value, 1);
    t = connect_watch_task(watch, "s", 0);
    kept = json_string(t.trace);
    ck_assert_ptr_nonnull(kept);
    ck_assert_ptr_nonnull(
        strstr(env.last_event, "task s/0 FAILED on 10.0.0.2"));
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_task_is_what_it_last_said);
    tcase_add_test(tc, each_failure_is_kept);
    tcase_add_test(tc, who_was_never_heard_of_says_nothing);
    tcase_add_test(tc, a_deleted_task_is_gone_until_it_speaks_again);
    tcase_add_test(tc, the_worker_of_a_task_at_a_time);
    tcase_add_test(tc, the_newest_offset_of_each_source_partition);
    tcase_add_test(tc, what_is_not_understood_is_passed_over);
    tcase_add_test(tc, names_longer_than_what_is_kept_are_cut);
    tcase_add_loop_test(tc, a_cut_character_takes_nothing_else_with_it, 0, 2);
}

SUITE_MAIN("connect watched", fill)
