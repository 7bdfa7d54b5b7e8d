/* test_targets.c - names in the words of targets are declared. */
#include <check.h>

#include "base/own.h"
#include "bound_text.h"
#include "support/suite.h"

#define STEPS(steps) HEAD SINK FLOW "timeline:\n" steps

#define STEP(fault, target) "  - {at: 1s, fault: " fault ", " target "}\n"

static const struct {
    const char *text;
    const char *want[3]; /* all complaints, behind "file:" */
} names[] = {
    {STEPS(STEP("sink_error", "on: shp")),
     {":12:37: timeline[0].on: no endpoint \"shp\", did you mean \"shop\""}},
    {STEPS(STEP("task_restart", "task: orders-to-shpo/0")),
     {"timeline[0].task: no connector \"orders-to-shpo\", did you mean "
      "\"orders-to-shop\""}},
    {STEPS(STEP("connector_stop", "connector: zzz")),
     {"timeline[0].connector: no connector \"zzz\""}},
    {STEPS(STEP("topic_add_partitions", "topic: oders, with: {to: 9}")),
     {"timeline[0].topic: no topic \"oders\", did you mean \"orders\""}},
    {STEPS(STEP("worker_kill", "worker: running orders-to-shpo/0")),
     {"timeline[0].worker: no connector \"orders-to-shpo\", did you mean "
      "\"orders-to-shop\""}},
    {STEPS(STEP("broker_kill", "broker: coordinator of zzz")),
     {"timeline[0].broker: no connector \"zzz\""}},
    {STEPS(STEP("broker_kill", "broker: leader of oders/0")),
     {"timeline[0].broker: no topic \"oders\", did you mean \"orders\""}},
    /* the target of an unknown fault is checked as well */
    {STEPS(STEP("sink_eror", "on: shp")),
     {"no fault \"sink_eror\"", "no endpoint \"shp\""}},
    {STEPS(STEP("connector_stop", "connector: any")),
     {"connector: \"any\" is not the name of one connector"}},
    /* right words */
    {STEPS(STEP("broker_kill", "broker: leader of __consumer_offsets/7")), {0}},
    {STEPS(STEP("broker_kill", "broker: coordinator of group zzz")), {0}},
    {STEPS(STEP("broker_kill", "broker: coordinator of orders-to-shop")), {0}},
    {STEPS(STEP("sink_error", "on: shop")), {0}},
};

START_TEST(a_name_that_is_not_declared_is_refused)
{
    size_t n = 0;

    bind_text(names[_i].text);
    while (names[_i].want[n])
        n++;
    ck_assert_uint_eq(doc_complaints(doc), n);
    for (size_t i = 0; i < n; i++) {
        bool said = false;

        for (size_t k = 0; k < n; k++)
            said |= strstr(doc_complaint(doc, k), names[_i].want[i]) != NULL;
        ck_assert_msg(said, "%s, not %s", doc_complaint(doc, 0),
                      names[_i].want[i]);
    }
    teardown();
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_name_that_is_not_declared_is_refused, 0,
                        ARRAY_LEN(names));
}

SUITE_MAIN("targets in a plan", fill)
