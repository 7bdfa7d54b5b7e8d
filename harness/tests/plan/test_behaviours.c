/* test_behaviours.c - a kind of endpoint takes the arguments of each fault that
 * makes an endpoint misbehave. */
#include <check.h>

#include "base/memory.h"
#include "base/own.h"
#include "bound_text.h"
#include "support/suite.h"

static const struct {
    const char *text, *want;
} wrongs[] = {
    {HEAD SINK FLOW "timeline:\n  - {at: 1s, fault: sink_throttle, on: shop, "
                    "with: {share: 0%}, for: 1s}\n",
     "timeline[0].with: neither a share of the answers nor a delay: nothing "
     "would change"},
    {HEAD SINK FLOW "timeline:\n  - {at: 1s, fault: sink_hang, on: shop, "
                    "with: {share: 0%}, for: 1s}\n",
     "timeline[0].with.share: \"0%\" is not in 0.0001% to 100%"},
};

START_TEST(what_would_change_nothing_is_refused)
{
    bind_text(wrongs[_i].text);
    ck_assert_uint_eq(doc_complaints(doc), 1);
    ck_assert_msg(strstr(doc_complaint(doc, 0), wrongs[_i].want) != NULL, "%s",
                  doc_complaint(doc, 0));
    teardown();
}
END_TEST

/* Otherwise the plan would refuse every step of the kind. */
START_TEST(a_behaviour_takes_the_arguments_of_its_faults)
{
    size_t n;
    const struct fault_ops *const *all = fault_all(&n);

    for (size_t i = 0; i < n; i++) {
        AUTO_FREE char *text = NULL;
        struct err err = {0};

        if (!all[i]->behaviour)
            continue;
        text = must_printf(HEAD SINK FLOW
                           "timeline:\n  - {at: 1s, fault: %s, on: shop}\n",
                           all[i]->name);
        bound(text);
        ck_assert_msg(plan_able(&plan, &err) == 0, "%s", err.text);
        teardown();
    }
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, what_would_change_nothing_is_refused, 0,
                        ARRAY_LEN(wrongs));
    tcase_add_test(tc, a_behaviour_takes_the_arguments_of_its_faults);
}

SUITE_MAIN("behaviours in a plan", fill)
