/* test_check_kinds.c - the table of checks: complete, sorted, refusing. */
#include <errno.h>
#include <limits.h>

#include "base/own.h"
#include "check/ask_check.h"
#include "scenario/scenario.h"
#include "support/suite.h"

START_TEST(every_kind_is_complete_and_in_order)
{
    size_t n;
    const struct check_ops *const *all = check_all(&n);

    ck_assert_uint_gt(n, 0);
    for (size_t i = 0; i < n; i++) {
        ck_assert_ptr_nonnull(all[i]->help);
        ck_assert_ptr_nonnull(all[i]->judge);
        ck_assert_ptr_eq(check_find(all[i]->name), all[i]);
        if (i > 0)
            ck_assert_int_lt(strcmp(all[i - 1]->name, all[i]->name), 0);
        for (size_t a = 0; a < all[i]->args_len; a++) {
            ck_assert_uint_le(all[i]->args[a].at + sizeof(int64_t),
                              all[i]->args_size);
            ck_assert_ptr_nonnull(all[i]->args[a].help);
        }
    }
    ck_assert_ptr_null(check_find("no_such_check"));
    ck_assert_ptr_null(check_find(""));
}
END_TEST

/* The required arguments of a kind, and nothing else. */
static const char *args_for(const char *kind)
{
    static const char *const some[][2] = {
        {"recovered", "{'within': '30s'}"},
        {"lag", "{'below': 1}"},
        {"log_free_of", "{'pattern': 'x'}"},
        {"losses_are_refusals", "{'on': 'shop'}"},
        {"progress_during", "{'fault': 'worker_kill', 'at-least': 1}"},
    };

    for (size_t i = 0; i < ARRAY_LEN(some); i++)
        if (strcmp(some[i][0], kind) == 0)
            return some[i][1];
    return NULL;
}

/* A run without any observation passes no check. */
START_TEST(nothing_is_held_of_an_empty_run)
{
    static const char *const runs[] = {
        "{}",
        "{'hops': [], 'faults': [], 'series': [], 'not_judged': []}",
        "{'hops': null, 'faults': 3, 'series': 'x', 'load': null}",
        "{'hops': [{}], 'faults': [{}], 'series': [{}]}",
        "{'hops': [{'connector': 'x', 'name': 'a -> x -> b'}]}",
    };
    size_t n;
    const struct check_ops *const *all = check_all(&n);

    for (size_t i = 0; i < n; i++) {
        struct check_result r = ask(all[i]->name, args_for(all[i]->name),
                                    runs[_i], "/proc/self/fdinfo");

        ck_assert_msg(r.status == CHECK_NOT_JUDGED, "%s: %s", all[i]->name,
                      r.sentence);
        ck_assert_msg(r.sentence[0] != 0, "%s", all[i]->name);
    }
}
END_TEST

START_TEST(what_is_relaxed_is_what_is_counted)
{
    static const struct {
        const char *kind;
        const char *relaxes[8];
    } want[] = {
        {"no_loss", {"lost", "unseen"}},
        {"duplicates", {"duplicate"}},
        {"order", {"reordered"}},
        {"intact",
         {"corrupt", "diverged", "phantom", "misrouted", "stale", "altered"}},
        {"balance", {NULL}},
        {"log_free_of", {NULL}},
    };
    const char *const *got = check_find(want[_i].kind)->relaxes;

    if (!want[_i].relaxes[0]) {
        ck_assert_ptr_null(got);
        return;
    }
    for (size_t k = 0; k == 0 || want[_i].relaxes[k - 1]; k++)
        ck_assert_pstr_eq(got[k], want[_i].relaxes[k]);
}
END_TEST

START_TEST(a_status_has_its_word)
{
    ck_assert_str_eq(check_status_name(CHECK_HELD), "held");
    ck_assert_str_eq(check_status_name(CHECK_FAILED), "failed");
    ck_assert_str_eq(check_status_name(CHECK_NOT_JUDGED), "not judged");
}
END_TEST

static const struct refusal {
    const char *kind, *args;
    const char *want; /* NULL: taken */
} refusals[] = {
    {"duplicates", "{'connector': 'orders-to-shop'}", NULL},
    {"duplicates", "{}", NULL},
    {"duplicates", "{'connector': 'orders-to-shpo'}",
     "connector: \"orders-to-shpo\" is not declared, did you mean "
     "\"orders-to-shop\""},
    {"no_stall", "{'connector': 'y'}", "connector: \"y\" is not declared"},
    {"lag", "{'below': 1, 'connector': 'y'}",
     "connector: \"y\" is not declared"},
    {"single_owner", "{'connector': 'y'}", "connector: \"y\" is not declared"},
    {"offset_continuity", "{'connector': 'y'}",
     "connector: \"y\" is not declared"},
    {"recovered", "{'within': '1s'}", NULL},
    {"recovered", "{'within': '1s', 'fault': 'worker_kill'}", NULL},
    {"recovered", "{'within': '1s', 'fault': 'first'}", NULL},
    {"recovered", "{'within': '1s', 'fault': 'worker_kil'}",
     "fault: \"worker_kil\" is no label and no fault of the timeline, did you "
     "mean \"worker_kill\""},
    {"progress_during", "{'fault': 'x', 'at-least': 1}",
     "fault: \"x\" is no label and no fault of the timeline"},
    {"losses_are_refusals", "{'on': 'shop'}", NULL},
    {"losses_are_refusals", "{'on': 'shup'}",
     "on: \"shup\" is no endpoint, did you mean \"shop\""},
    {"log_free_of", "{'pattern': 'a(b|c)+'}", NULL},
    {"log_free_of", "{'pattern': 'a(b'}",
     "pattern: \"a(b\" is no regular expression: Unmatched ( or \\("},
};

START_TEST(a_name_that_is_nobodys_is_refused)
{
    const struct refusal *w = &refusals[_i];
    const struct check_ops *ops = check_find(w->kind);
    struct endpoint_spec shop = {.name = "shop"};
    struct connector sink = {.name = "orders-to-shop"};
    struct step kill = {.label = "first", .fault = "worker_kill"};
    struct scenario s = {.endpoints = &shop,
                         .endpoints_len = 1,
                         .connectors = &sink,
                         .connectors_len = 1,
                         .steps = &kill,
                         .steps_len = 1};
    AUTO_JSON json_t *with = json_of(w->args);
    AUTO_FREE void *args = calloc(1, ops->args_size);
    struct err err = {0};
    int rc;

    ck_assert_uint_eq(args_read(ops->args, ops->args_len, with, NULL, "", args),
                      0);
    rc = ops->refuse(args, &s, &err);
    ck_assert_msg(rc == (w->want ? -EINVAL : 0), "%s", err.text);
    ck_assert_str_eq(err.text, w->want ? w->want : "");
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, every_kind_is_complete_and_in_order);
    tcase_add_loop_test(tc, nothing_is_held_of_an_empty_run, 0, 5);
    tcase_add_loop_test(tc, what_is_relaxed_is_what_is_counted, 0, 6);
    tcase_add_test(tc, a_status_has_its_word);
    tcase_add_loop_test(tc, a_name_that_is_nobodys_is_refused, 0,
                        ARRAY_LEN(refusals));
}

SUITE_MAIN("kinds of checks", fill)
