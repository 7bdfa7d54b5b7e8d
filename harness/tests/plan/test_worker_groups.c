/* test_worker_groups.c - groups of workers: connectors and faults name groups
 * of the platform, and each group loads the plugins of its own connectors. */
#include <check.h>
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "bound_text.h"
#include "support/suite.h"

#define ON(platform) "name: x\nplatform: " platform "\n"
#define TWO_GROUPS                                                             \
    ON("{kind: local, workers: 2, connect: {fast: {}, slow: {workers: 1}}}")
#define TWO(first, second)                                                     \
    "topics: {orders: {}}\n"                                                   \
    "endpoints: {x: {kind: http}, y: {kind: http}}\n"                          \
    "connectors:\n"                                                            \
    "  a: {" first ", config: {connector.class: a.B, topics: orders}}\n"       \
    "  b: {" second ", config: {connector.class: a.B, topics: orders}}\n"      \
    "load: {into: orders}\n"                                                   \
    "flow: [orders -> a -> x, orders -> b -> y]\n"
#define APART      TWO("connect: fast, plugin: f", "connect: slow, plugin: s")
#define STEP(step) "timeline: [{at: 1s, fault: " step "}]\n"

static const struct {
    const char *text, *want;
} wrongs[] = {
    {TWO_GROUPS TWO("connect: fast", "connect: slwo"),
     "connectors.b.connect: no group of workers \"slwo\", did you mean "
     "\"slow\""},
    {TWO_GROUPS TWO("connect: fast", "plugin: p"),
     "connectors.b: b: which group of workers? add `connect: fast or slow`"},
    {ON("{kind: local}") TWO("plugin: p", "connect: slow"),
     "connectors.b.connect: no group of workers \"slow\", the platform names "
     "none: add it under platform.connect"},
    {ON("{kind: local, connect: {}}") TWO("connect: a", "connect: a"),
     "platform.connect: 0 entries, 1 to 9 allowed"},
    {ON("{kind: local, connect: {fast: {workers: 0}}}")
         TWO("connect: fast", "connect: fast"),
     "platform.connect.fast.workers: 0 is not in 1 to 9"},
    {ON("{kind: local, connect: {fast: {wrokers: 1}}}")
         TWO("connect: fast", "connect: fast"),
     "platform.connect.fast.wrokers: unknown key, did you mean \"workers\""},
    {ON("{kind: embedded, connect: {fast: {worker-heap: 1GiB}}}")
         TWO("connect: fast", "connect: fast"),
     "platform.connect.fast.worker-heap: unknown key"},
    {TWO_GROUPS APART STEP("worker_kill, worker: any of slwo"),
     "timeline[0].worker: no group of workers \"slwo\", did you mean \"slow\""},
    {TWO_GROUPS APART STEP("worker_kill, worker: worker-4"),
     "timeline[0].worker: no worker-4, the groups of platform.connect have 3 "
     "workers in all"},
    {TWO_GROUPS APART STEP("worker_add"),
     "timeline[0].with: worker_add: which group of workers? add `connect: fast "
     "or slow`"},
    {TWO_GROUPS APART STEP("worker_add, with: {connect: fats}"),
     "timeline[0].with: no group of workers \"fats\", did you mean \"fast\""},
    {TWO_GROUPS APART STEP("worker_rolling_restart, with: {connect: fats}"),
     "timeline[0].with: no group of workers \"fats\""},
};

START_TEST(a_wrong_group_is_refused)
{
    bind_text(wrongs[_i].text);
    ck_assert_msg(doc_complaints(doc) == 1, "%zu complaints, %s",
                  doc_complaints(doc), doc_complaint(doc, 0));
    ck_assert_msg(strstr(doc_complaint(doc, 0), wrongs[_i].want) != NULL, "%s",
                  doc_complaint(doc, 0));
    teardown();
}
END_TEST

static const char *const rights[] = {
    STEP("worker_kill, worker: any of slow"),
    STEP("worker_kill, worker: worker-3"),
    STEP("worker_add, with: {connect: slow}"),
    STEP("worker_rolling_restart, with: {connect: fast}"),
    STEP("worker_rolling_restart"),
};

START_TEST(a_fault_may_name_a_group)
{
    AUTO_FREE char *text = path_of("%s%s", TWO_GROUPS APART, rights[_i]);

    bound(text);
    teardown();
}
END_TEST

START_TEST(groups_have_workers_and_plugins_of_their_own)
{
    bound(TWO_GROUPS APART);
    ck_assert_uint_eq(plan.groups_len, 2);
    ck_assert_str_eq(plan.groups[0].name, "fast");
    ck_assert_int_eq(plan.groups[0].workers, 2); /* the platform's */
    ck_assert_uint_eq(plan.groups[0].plugins_len, 1);
    ck_assert_str_eq(plan.groups[0].plugins[0], "f");
    ck_assert_str_eq(plan.groups[1].name, "slow");
    ck_assert_int_eq(plan.groups[1].workers, 1);
    ck_assert_str_eq(plan.groups[1].plugins[0], "s");
    ck_assert_uint_eq(plan_group_of(&plan, plan_connector(&plan, "b")), 1);
    teardown();
}
END_TEST

START_TEST(connectors_may_share_a_group)
{
    bound(
        TWO_GROUPS TWO("connect: slow, plugin: s", "connect: slow, plugin: s"));
    ck_assert_uint_eq(plan.groups[0].plugins_len, 0);
    ck_assert_uint_eq(plan.groups[1].plugins_len, 1);
    teardown();
}
END_TEST

START_TEST(without_names_there_is_one_group)
{
    bound(ON("{kind: local, workers: 3}") TWO("plugin: f", "plugin: s"));
    ck_assert_uint_eq(plan.groups_len, 1);
    ck_assert_str_eq(plan.groups[0].name, "");
    ck_assert_int_eq(plan.groups[0].workers, 3);
    ck_assert_uint_eq(plan.groups[0].plugins_len, 2);
    teardown();
}
END_TEST

START_TEST(another_platform_leaves_out_keys_of_a_group_too)
{
    const struct plan_overrides over = {.platform = "embedded"};

    bind_over(ON("{kind: local, connect: {fast: {worker-heap: 1GiB}}}")
                  TWO("connect: fast", "connect: fast"),
              &over);
    ck_assert_msg(doc_complaints(doc) == 0, "%s", doc_complaint(doc, 0));
    teardown();
}
END_TEST

static const struct {
    const char *text, *want; /* NULL: fine */
} settings[] = {
    {ON("{kind: local, workers: 0, connect: {fast: {}}}")
         TWO("connect: fast", "connect: fast"),
     "connect.fast: a group without workers, give it `workers: 1` or more"},
    {ON("{kind: local, workers: 9, connect: {a: , b: , c: , d: , e: }}")
         TWO("connect: a", "connect: a"),
     "connect: 45 workers in all groups together, at most 36"},
    {ON("{kind: local, connect: {\"a b\": {}}}")
         TWO("connect: a b", "connect: a b"),
     "connect: \"a b\" is no name of a group"},
    {ON("{kind: local, connect: {a: {worker-properties: {group.id: g}}}}")
         TWO("connect: a", "connect: a"),
     "connect.a.worker-properties: group.id: is set by the harness itself"},
    {ON("{kind: embedded, connect: {a: {worker-properties: {x: y}}, b: }}")
         TWO("connect: a", "connect: b"),
     NULL},
};

START_TEST(a_platform_checks_the_settings_of_groups)
{
    struct platform_wish wish = {.fixtures_dir = "/nowhere",
                                 .cache_dir = "/nowhere",
                                 .has_connectors = true};
    struct err err = {0};

    bound(settings[_i].text);
    wish.settings = plan.platform_settings;
    if (settings[_i].want) {
        ck_assert_int_eq(plan.platform->check_settings(&wish, &err), -EINVAL);
        ck_assert_msg(strstr(err.text, settings[_i].want) != NULL, "%s",
                      err.text);
    } else {
        ck_assert_msg(plan.platform->check_settings(&wish, &err) == 0, "%s",
                      err.text);
    }
    teardown();
}
END_TEST

static void add_tests(TCase *tc)
{
    tcase_add_loop_test(tc, a_wrong_group_is_refused, 0, ARRAY_LEN(wrongs));
    tcase_add_loop_test(tc, a_fault_may_name_a_group, 0, ARRAY_LEN(rights));
    tcase_add_test(tc, groups_have_workers_and_plugins_of_their_own);
    tcase_add_test(tc, connectors_may_share_a_group);
    tcase_add_test(tc, without_names_there_is_one_group);
    tcase_add_test(tc, another_platform_leaves_out_keys_of_a_group_too);
    tcase_add_loop_test(tc, a_platform_checks_the_settings_of_groups, 0,
                        ARRAY_LEN(settings));
}

SUITE_MAIN("worker groups", add_tests)
