/* test_life.c - each kind of fault through its whole life, and cut short at
 * each step. */
#include "fault_step.h"

#include <check.h>

#include "base/own.h"
#include "support/suite.h"

static const struct {
    const char *kind, *words, *with;
} cases[] = {
    {"broker_kill", "leader of o/0", NULL},
    {"broker_pause", "any", NULL},
    {"broker_stop", "controller", NULL},
    {"connector_pause", "shop", NULL},
    {"connector_reconfigure", "shop",
     "{\"set\": {\"tasks.max\": 3, \"topics\": null, \"retries\": true}}"},
    {"connector_recreate", "shop", NULL},
    {"connector_restart", "shop", NULL},
    {"connector_stop", "shop", NULL},
    {"credential_revoke", "till", NULL},
    {"offsets_rewind", "shop", "{\"by\": 100}"},
    {"sink_down", "till", NULL},
    {"sink_error", "till", "{\"share\": \"50%\"}"},
    {"sink_hang", "till", "{\"when\": \"before\"}"},
    {"sink_reset", "till", "{\"when\": \"after\"}"},
    {"sink_throttle", "till", "{\"retry-after\": \"1500ms\"}"},
    {"task_restart", "shop/1", NULL},
    {"topic_add_partitions", "o", "{\"to\": 8}"},
    {"worker_add", NULL, NULL},
    {"worker_kill", "running shop/0", NULL},
    {"worker_pause", "running shop", NULL},
    {"worker_remove", "any", NULL},
    {"worker_rolling_restart", NULL, NULL},
    {"worker_stop", "worker-2", NULL},
};

static json_t *before;

static void begin_case(int i)
{
    begin(cases[i].kind, cases[i].words, cases[i].with);
    before = world_now();
}

static void end_case(void)
{
    json_decref(before);
    finish();
}

static void all_is_as_before(void)
{
    AUTO_JSON json_t *now = world_now();
    AUTO_FREE char *is = json_dumps(now, JSON_SORT_KEYS);
    AUTO_FREE char *was = json_dumps(before, JSON_SORT_KEYS);

    /* An irreversible fault may leave offsets and partitions, nothing else. */
    if (s.ops->effect == FAULT_IRREVERSIBLE) {
        json_object_del(now, "offsets");
        json_object_del(before, "offsets");
        json_object_del(now, "partitions");
        json_object_del(before, "partitions");
    }
    ck_assert_msg(json_equal(now, before), "%s: %s was %s", s.ops->name, is,
                  was);
}

static void land(void)
{
    struct err err = {0};

    ck_assert_msg(step_landed(&s, &err) == 1, "%s: %s", s.ops->name, err.text);
}

START_TEST(what_landed_is_proven_and_leaves_nothing)
{
    AUTO_JSON json_t *in_force = NULL;

    begin_case(_i);
    apply();
    land();
    ck_assert_uint_gt(json_object_size(s.proof), 0);
    in_force = world_now();
    ck_assert(s.ops->effect != FAULT_RESTORES || !json_equal(in_force, before));
    step_revert(&s);
    all_is_as_before();
    step_revert(&s); /* a second revert is harmless */
    all_is_as_before();
    end_case();
}
END_TEST

START_TEST(a_revert_without_an_apply_does_nothing)
{
    begin_case(_i);
    step_revert(&s);
    all_is_as_before();
    step_revert(&s);
    all_is_as_before();
    end_case();
}
END_TEST

START_TEST(a_revert_that_comes_at_once_is_enough)
{
    begin_case(_i);
    apply();
    step_revert(&s);
    all_is_as_before();
    end_case();
}
END_TEST

START_TEST(an_apply_that_failed_half_way_is_mended)
{
    struct err err = {0};

    begin_case(_i);
    w.fail = true;
    (void)s.ops->apply(&s.call, &err);
    w.fail = false;
    if (s.ops == fault_find("worker_rolling_restart")) {
        ck_assert_int_eq(step_mended(&s, &err), -ENOTRECOVERABLE);
    } else {
        step_revert(&s);
    }
    all_is_as_before();
    end_case();
}
END_TEST

START_TEST(another_process_can_revert_by_what_was_captured)
{
    begin_case(_i);
    apply();
    land();
    step_forget(&s);
    step_revert(&s);
    all_is_as_before();
    step_forget(&s);
    step_revert(&s);
    all_is_as_before();
    end_case();
}
END_TEST

START_TEST(every_kind_has_a_case)
{
    size_t n;
    const struct fault_ops *const *all = fault_all(&n);

    ck_assert_uint_eq(n, ARRAY_LEN(cases));
    for (size_t i = 0; i < n; i++)
        ck_assert_str_eq(all[i]->name, cases[i].kind);
}
END_TEST

static void fill(TCase *tc)
{
    int n = ARRAY_LEN(cases);

    tcase_add_test(tc, every_kind_has_a_case);
    tcase_add_loop_test(tc, what_landed_is_proven_and_leaves_nothing, 0, n);
    tcase_add_loop_test(tc, a_revert_without_an_apply_does_nothing, 0, n);
    tcase_add_loop_test(tc, a_revert_that_comes_at_once_is_enough, 0, n);
    tcase_add_loop_test(tc, an_apply_that_failed_half_way_is_mended, 0, n);
    tcase_add_loop_test(tc, another_process_can_revert_by_what_was_captured, 0,
                        n);
}

SUITE_MAIN("a fault's life", fill)
