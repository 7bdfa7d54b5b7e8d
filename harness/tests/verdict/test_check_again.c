/* test_check_again.c - the checks of a run read again by `ordeal verify`. */
#include <string.h>

#include "base/attr.h"
#include "support/suite.h"
#include "verdict/check_again.h"

static const struct row {
    const char *check;
    enum check_status was, is;
} rows[] = {
    {"no_loss", CHECK_FAILED, CHECK_FAILED},
    {"order", CHECK_FAILED, CHECK_FAILED},
    {"duplicates", CHECK_FAILED, CHECK_FAILED},
    {"recovered", CHECK_FAILED, CHECK_NOT_JUDGED},
    {"no_stall", CHECK_FAILED, CHECK_NOT_JUDGED},
    {"single_owner", CHECK_FAILED, CHECK_NOT_JUDGED},
    {"recovered", CHECK_HELD, CHECK_HELD},
    {"recovered", CHECK_NOT_JUDGED, CHECK_NOT_JUDGED},
};

START_TEST(only_findings_of_records_stand)
{
    const struct row *w = &rows[_i];
    struct check_result res = {w->was, "so it was"};
    bool doubted = w->was != w->is;

    check_again(check_find(w->check), &res);
    ck_assert_msg(res.status == w->is, "%s: %s", w->check,
                  check_status_name(res.status));
    ck_assert_str_eq(res.sentence,
                     doubted ? "it cannot be told afterwards: so it was"
                     : w->was == CHECK_NOT_JUDGED
                         ? "verify does not judge this; see run.json"
                         : "so it was");
}
END_TEST

/* A check about a finding of records and an event as well needs the run. */
START_TEST(a_check_of_both_does_not_stand)
{
    static const char *const both[] = {"lost", "two owners", NULL};
    static const struct check_ops ops = {.name = "both", .about = both};
    struct check_result res = {CHECK_FAILED, "so it was"};

    check_again(&ops, &res);
    ck_assert_int_eq(res.status, CHECK_NOT_JUDGED);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, a_check_of_both_does_not_stand);
    tcase_add_loop_test(tc, only_findings_of_records_stand, 0, ARRAY_LEN(rows));
}

SUITE_MAIN("check_again", fill)
