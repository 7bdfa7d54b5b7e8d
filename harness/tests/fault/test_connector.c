/* test_connector.c - faults on connectors, offsets, sinks and topics: proofs of
 * landing, and looks without proof. */
#include "fault_step.h"

#include <check.h>

#include "base/own.h"
#include "support/suite.h"

/* ---- connectors ---- */

static const struct {
    const char *kind, *target, *with;
    int want;
} refused[] = {
    {"connector_pause", "PAUSED", NULL, -EALREADY},
    {"connector_stop", "STOPPED", NULL, -EALREADY},
    {"connector_restart", "PAUSED", NULL, -EINVAL},
    {"connector_recreate", "STOPPED", NULL, -EINVAL},
    {"connector_reconfigure", "PAUSED", "{\"set\": {\"a\": 1}}", -EINVAL},
    {"connector_reconfigure", "RUNNING", "{\"set\": {\"tasks.max\": 2}}",
     -EALREADY},
    {"connector_reconfigure", "RUNNING", "{\"set\": {\"a\": [1]}}", -EINVAL},
};

START_TEST(what_would_change_nothing_is_refused)
{
    struct err err = {0};

    world_begin();
    (void)snprintf(w.shop.target, sizeof(w.shop.target), "%s",
                   refused[_i].target);
    step_begin(&s, refused[_i].kind, "shop", refused[_i].with);
    ck_assert_msg(step_capture(&s, &err) == refused[_i].want, "%d %s", err.code,
                  err.text);
    finish();
}
END_TEST

START_TEST(a_stopped_connector_is_not_resumed_by_a_pause_that_ends)
{
    struct err err = {0};

    world_begin();
    set_target("STOPPED");
    w.shop.restless = false;
    step_begin(&s, "connector_pause", "shop", NULL);
    ck_assert_int_eq(step_capture(&s, &err), 0);
    apply();
    ck_assert_int_eq(step_landed(&s, &err), 1);
    step_revert(&s);
    ck_assert_str_eq(w.shop.target, "STOPPED");
    finish();
}
END_TEST

START_TEST(a_restart_without_status_records_is_no_proof)
{
    struct err err = {0};

    begin("connector_restart", "shop", NULL);
    ck_assert_int_eq(step_landed(&s, &err), 0); /* all RUNNING since before */
    disturb(0, 1);                              /* but not task 1 */
    ck_assert_int_eq(step_landed(&s, &err), 0);
    ck_assert_ptr_nonnull(strstr(err.text, "task 1"));
    finish();
}
END_TEST

/* The observer reads the status topic with a delay, so records written before
 * the restart may be seen after. */
START_TEST(status_records_of_before_are_no_proof)
{
    struct err err = {0};

    begin("connector_restart", "shop", NULL);
    for (int i = 0; i < PARTS; i++) {
        w.shop.changes[i] += 2;
        w.shop.written_us[i] = clk_wall_us() - US_PER_S;
    }
    ck_assert_int_eq(step_landed(&s, &err), 0);
    disturb(0, 2);
    ck_assert_int_eq(step_landed(&s, &err), 1);
    finish();
}
END_TEST

/* The old tasks run on for a moment after the revert put the old config. */
START_TEST(a_change_is_undone_when_the_connector_has_begun_anew)
{
    struct err err = {0};

    begin("connector_reconfigure", "shop", "{\"set\": {\"tasks.max\": 3}}");
    apply();
    ck_assert_int_eq(step_landed(&s, &err), 1);
    ck_assert_int_eq(s.ops->revert(&s.call, &err), 0);
    w.shop.restless = false;
    w.shop.written_us[0] -= US_PER_S; /* as if not restarted yet */
    ck_assert_int_eq(step_mended(&s, &err), 0);
    ck_assert_ptr_nonnull(strstr(err.text, "begun anew"));
    disturb(0, 2);
    ck_assert_int_eq(step_mended(&s, &err), 1);
    finish();
}
END_TEST

START_TEST(a_restart_of_one_task_is_proven_by_that_task)
{
    struct err err = {0};

    begin("task_restart", "shop/1", NULL);
    disturb(0, 1);
    ck_assert_int_eq(step_landed(&s, &err), 0);
    disturb(2, 2);
    ck_assert_int_eq(step_landed(&s, &err), 1);
    finish();
}
END_TEST

/* Old tasks run on for a moment after the connector has begun anew. */
START_TEST(a_change_is_proven_by_the_tasks_that_stay)
{
    struct err err = {0};

    begin("connector_reconfigure", "shop", "{\"set\": {\"tasks.max\": 3}}");
    apply();
    w.shop.restless = false;
    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(s.ops->landed(&s.call, s.proof, &err), 0);
        w.shop.changes[1]++;
    }
    ck_assert_ptr_nonnull(strstr(err.text, "still changes"));
    ck_assert_int_eq(step_landed(&s, &err), 1);
    finish();
}
END_TEST

START_TEST(a_change_that_is_kept_stays)
{
    struct err err = {0};

    begin("connector_reconfigure", "shop",
          "{\"set\": {\"tasks.max\": 3}, \"keep\": true}");
    apply();
    ck_assert_int_eq(step_landed(&s, &err), 1);
    step_forget(&s);
    step_revert(&s);
    ck_assert_str_eq(
        json_string_value(json_object_get(w.shop.config, "tasks.max")), "3");
    finish();
}
END_TEST

START_TEST(a_connector_that_was_not_put_again_is_brought_back)
{
    struct err err = {0};

    begin("connector_recreate", "shop", NULL);
    apply();
    ck_assert(!w.shop.there);
    w.fail = true; /* puts succeed, with an answer of failure */
    ck_assert_int_eq(s.ops->landed(&s.call, s.proof, &err), 0);
    w.fail = false;
    ck_assert_int_eq(step_mended(&s, &err), 1);
    ck_assert(w.shop.there);
    finish();
}
END_TEST

/* ---- offsets ---- */

static json_int_t offset_at(size_t i)
{
    return json_integer_value(json_object_get(
        json_object_get(json_array_get(w.shop.offsets, i), "offset"),
        "kafka_offset"));
}

static const struct {
    const char *with;
    json_int_t want[2]; /* from 500 and 150; the log begins at 100 */
} rewinds[] = {
    {"{\"by\": 20}", {480, 130}},
    {"{\"by\": 100}", {400, 100}},
    {"{}", {100, 100}},
};

START_TEST(offsets_go_back_as_far_as_there_are_records)
{
    struct err err = {0};

    begin("offsets_rewind", "shop", rewinds[_i].with);
    apply();
    ck_assert_int_eq(w.resets, 1);
    ck_assert(w.running_at_reset); /* declared before offsets move */
    ck_assert_int_eq(step_landed(&s, &err), 1);
    ck_assert_int_eq(offset_at(0), rewinds[_i].want[0]);
    ck_assert_int_eq(offset_at(1), rewinds[_i].want[1]);
    ck_assert_int_eq(step_mended(&s, &err), 1);
    ck_assert_str_eq(w.shop.target, "RUNNING");
    finish();
}
END_TEST

START_TEST(an_answer_that_was_lost_moves_nothing_twice)
{
    struct err err = {0};

    begin("offsets_rewind", "shop", "{\"by\": 20}");
    apply();
    w.fail = true;
    ck_assert_int_eq(step_landed(&s, &err), 0);
    ck_assert_int_gt(w.patches, 1);
    w.fail = false;
    ck_assert_int_eq(step_landed(&s, &err), 1);
    ck_assert_int_eq(offset_at(0), 480);
    finish();
}
END_TEST

START_TEST(a_source_is_reset)
{
    struct err err = {0};

    world_begin();
    w.shop.sink = false;
    step_begin(&s, "offsets_rewind", "shop", NULL);
    ck_assert_int_eq(step_capture(&s, &err), 0);
    apply();
    ck_assert_int_eq(step_landed(&s, &err), 1);
    ck_assert_uint_eq(json_array_size(w.shop.offsets), 0);
    ck_assert_uint_eq(json_array_size(json_object_get(s.proof, "reset")), 2);
    ck_assert_int_eq(step_mended(&s, &err), 1);
    finish();
}
END_TEST

START_TEST(nothing_to_go_back_over_is_no_rewind)
{
    struct err err = {0};

    begin("offsets_rewind", "shop", NULL);
    w.low = 500;
    w.shop.sink = _i == 0;
    json_decref(s.captured);
    ck_assert_int_eq(s.ops->capture(&s.call, &s.captured, &err), 0);
    s.call.captured = s.captured;
    if (_i == 1)
        json_array_clear(w.shop.offsets);
    apply();
    ck_assert_int_eq(step_landed(&s, &err), -ENODATA);
    ck_assert_int_eq(step_mended(&s, &err), 1); /* the connector runs again */
    ck_assert_str_eq(w.shop.target, "RUNNING");
    finish();
}
END_TEST

/* ---- sinks, topics ---- */

START_TEST(a_sink_that_nobody_asked_proves_nothing)
{
    struct err err = {0};

    begin("sink_error", "till", "{\"status\": 500}");
    w.idle = true;
    apply();
    ck_assert_int_eq(step_landed(&s, &err), 0);
    ck_assert_ptr_nonnull(strstr(err.text, "counted 0 requests under"));
    w.idle = false;
    ck_assert_int_eq(step_landed(&s, &err), 1);
    finish();
}
END_TEST

START_TEST(a_sink_that_forgot_proves_nothing)
{
    struct err err = {0};

    begin("sink_throttle", "till", NULL);
    apply();
    json_object_clear(w.how); /* as after a restart of the sink */
    w.applied = 5;
    ck_assert_int_eq(step_landed(&s, &err), 0);
    finish();
}
END_TEST

static const struct {
    const char *kind, *with, *how; /* less the seed */
} told[] = {
    {"sink_throttle", "{}",
     "{\"answer\": {\"status\": 429, \"share\": \"100%\","
     " \"retry-after\": \"0s\", \"delay\": \"0s\"}}"},
    {"sink_throttle", "{\"retry-after\": \"1500ms\", \"share\": \"0.5%\"}",
     "{\"answer\": {\"status\": 429, \"share\": \"0.5%\","
     " \"retry-after\": \"1500ms\", \"delay\": \"0s\"}}"},
    {"sink_error", "{\"containing\": \"new\"}",
     "{\"answer\": {\"status\": 503, \"share\": \"100%\","
     " \"containing\": \"new\"}}"},
    {"sink_reset", "{\"when\": \"after\"}",
     "{\"reset\": {\"share\": \"100%\", \"when\": \"after\"}}"},
    {"sink_hang", "{\"share\": \"10%\"}",
     "{\"hang\": {\"share\": \"10%\", \"when\": \"after\"}}"},
};

START_TEST(a_sink_is_told_what_the_file_says)
{
    AUTO_JSON json_t *how = json_loads(told[_i].how, 0, NULL);
    json_t *with = json_object_iter_value(json_object_iter(how));
    struct err err = {0};

    json_object_set_new(
        with, "seed",
        json_integer((json_int_t)(UINT64_C(0xfedcba9876543210) >> 1)));
    begin(told[_i].kind, "till", told[_i].with);
    apply();
    ck_assert(json_equal(w.how, how));
    ck_assert_int_eq(step_landed(&s, &err), 1);
    ck_assert(json_equal(json_object_get(s.proof, "misbehaviour"), how));
    ck_assert_int_gt(json_integer_value(json_object_get(s.proof, "applied")),
                     0);
    finish();
}
END_TEST

/* A behaviour without a share draws nothing, and gets no seed. */
START_TEST(a_sink_that_goes_down_draws_nothing)
{
    AUTO_JSON json_t *how =
        json_pack("{s:{s:s}}", "down", "connections", "kept");

    begin("sink_down", "till", "{\"connections\": \"kept\"}");
    apply();
    ck_assert(json_equal(w.how, how));
    finish();
}
END_TEST

START_TEST(what_was_in_force_before_comes_back)
{
    AUTO_JSON json_t *last = json_pack("{s:{}}", "revoke");
    struct err err = {0};

    world_begin();
    json_decref(w.how);
    w.how = json_deep_copy(last);
    step_begin(&s, "sink_hang", "till", NULL);
    ck_assert_int_eq(step_capture(&s, &err), 0);
    apply();
    step_forget(&s);
    step_revert(&s);
    ck_assert(json_equal(w.how, last));
    finish();
}
END_TEST

START_TEST(partitions_are_not_taken_away)
{
    struct err err = {0};

    world_begin();
    step_begin(&s, "topic_add_partitions", "o", "{\"to\": 6}");
    ck_assert_int_eq(step_capture(&s, &err), -EALREADY);
    finish();
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, what_would_change_nothing_is_refused, 0,
                        ARRAY_LEN(refused));
    tcase_add_test(tc, a_stopped_connector_is_not_resumed_by_a_pause_that_ends);
    tcase_add_test(tc, a_restart_without_status_records_is_no_proof);
    tcase_add_test(tc, status_records_of_before_are_no_proof);
    tcase_add_test(tc, a_change_is_undone_when_the_connector_has_begun_anew);
    tcase_add_test(tc, a_restart_of_one_task_is_proven_by_that_task);
    tcase_add_test(tc, a_change_is_proven_by_the_tasks_that_stay);
    tcase_add_test(tc, a_change_that_is_kept_stays);
    tcase_add_test(tc, a_connector_that_was_not_put_again_is_brought_back);
    tcase_add_loop_test(tc, offsets_go_back_as_far_as_there_are_records, 0,
                        ARRAY_LEN(rewinds));
    tcase_add_test(tc, an_answer_that_was_lost_moves_nothing_twice);
    tcase_add_test(tc, a_source_is_reset);
    tcase_add_loop_test(tc, nothing_to_go_back_over_is_no_rewind, 0, 2);
    tcase_add_test(tc, a_sink_that_nobody_asked_proves_nothing);
    tcase_add_test(tc, a_sink_that_forgot_proves_nothing);
    tcase_add_loop_test(tc, a_sink_is_told_what_the_file_says, 0,
                        ARRAY_LEN(told));
    tcase_add_test(tc, a_sink_that_goes_down_draws_nothing);
    tcase_add_test(tc, what_was_in_force_before_comes_back);
    tcase_add_test(tc, partitions_are_not_taken_away);
}

SUITE_MAIN("proofs of faults on connectors", fill)
