/* test_fault_kinds.c - the table of fault kinds: order, completeness, ranges of
 * arguments, holds. */
#include <check.h>
#include <string.h>

#include "base/own.h"
#include "base/units.h"
#include "fault/target_kinds_own.h"
#include "fault_step.h"
#include "support/suite.h"

START_TEST(kinds_are_sorted_and_found_by_name)
{
    size_t n;
    const struct fault_ops *const *all = fault_all(&n);

    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            ck_assert_int_lt(strcmp(all[i - 1]->name, all[i]->name), 0);
        ck_assert_ptr_eq(fault_find(all[i]->name), all[i]);
    }
    ck_assert_ptr_null(fault_find("worker"));
    ck_assert_ptr_null(fault_find(""));
}
END_TEST

START_TEST(a_kind_is_complete)
{
    size_t n;
    const struct fault_ops *k = fault_all(&n)[_i];

    ck_assert_msg(k->help && *k->help, "%s", k->name);
    ck_assert_ptr_nonnull(k->apply);
    ck_assert_ptr_nonnull(k->landed);
    ck_assert_msg((k->effect == FAULT_RESTORES) == (k->revert != NULL), "%s",
                  k->name);
    ck_assert_msg(!k->revert || k->mended, "%s", k->name);
    ck_assert_msg(!k->needs_for || k->revert, "%s", k->name);
    ck_assert_msg(!k->revert || k->capture, "%s", k->name);
    ck_assert_ptr_nonnull(fault_effect_name(k->effect));
}
END_TEST

/* Faults on brokers and workers need signals, faults on connectors the REST
 * API, faults on an endpoint a behaviour of the endpoint. */
START_TEST(needs_fit_the_target)
{
    size_t n;
    const struct fault_ops *k = fault_all(&n)[_i];

    ck_assert_int_eq(k->target == &target_endpoint, k->behaviour != NULL);
    if (k->target == &target_broker || k->target == &target_worker)
        ck_assert(k->needs & PLATFORM_CAN_SIGNAL_NODES);
    if (k->target == &target_connector || k->target == &target_task)
        ck_assert(k->needs & PLATFORM_CAN_CONNECT_REST);
    if (!k->target)
        ck_assert(k->needs != 0);
}
END_TEST

static size_t size_of(const struct arg *a)
{
    return a->type == ARG_STRING || a->type == ARG_JSON ? sizeof(void *)
                                                        : sizeof(int64_t);
}

START_TEST(arguments_lie_inside_their_struct)
{
    size_t n;
    const struct fault_ops *k = fault_all(&n)[_i];

    for (size_t i = 0; i < k->args_len; i++) {
        const struct arg *a = &k->args[i];

        ck_assert_msg(a->help && *a->help, "%s: %s", k->name, a->name);
        ck_assert_uint_le(a->at + size_of(a), k->args_size);
        for (size_t j = 0; j < i; j++)
            ck_assert_uint_ne(a->at, k->args[j].at);
    }
}
END_TEST

static bool has_range(const struct arg *a)
{
    return a->type == ARG_INT || a->type == ARG_DURATION ||
           a->type == ARG_SHARE;
}

/* A value as a scenario file has the value; NULL: no text stands for the value.
 */
static json_t *value_of(const struct arg *a, int64_t v)
{
    char text[UNITS_TEXT_MAX];

    if (a->type == ARG_INT)
        return json_integer(v);
    if (v < 0)
        return NULL;
    if (a->type == ARG_SHARE)
        share_write(v, text);
    else
        duration_write_exact(v, text);
    return json_string(text);
}

/* The required arguments, each with the least value allowed. */
static json_t *required_of(const struct fault_ops *k)
{
    json_t *with = json_object();

    for (size_t i = 0; i < k->args_len; i++) {
        const struct arg *a = &k->args[i];

        if (a->dflt)
            continue;
        (void)json_object_set_new(with, a->name,
                                  has_range(a) ? value_of(a, a->min)
                                               : json_pack("{s:s}", "k", "v"));
    }
    return with;
}

static size_t complaints(const struct fault_ops *k, const json_t *with)
{
    struct doc *d = any_doc();
    AUTO_FREE void *out = calloc(1, k->args_size + 1);
    size_t n = args_read(k->args, k->args_len, with, d, "with", out);

    doc_free(d);
    return n;
}

/* The number of complaints about `v` for an argument. A value without a text
 * counts as a complaint, since no file can hold the value. */
static size_t complaints_about(const struct fault_ops *k, const struct arg *a,
                               int64_t v)
{
    AUTO_JSON json_t *with = required_of(k);
    json_t *value = value_of(a, v);

    if (!value)
        return 1;
    (void)json_object_set_new(with, a->name, value);
    return complaints(k, with);
}

START_TEST(arguments_out_of_range_are_refused)
{
    size_t n;
    const struct fault_ops *k = fault_all(&n)[_i];
    AUTO_JSON json_t *required = required_of(k);

    ck_assert_uint_eq(complaints(k, required), 0);
    for (size_t i = 0; i < k->args_len; i++) {
        const struct arg *a = &k->args[i];

        if (!has_range(a))
            continue;
        ck_assert_uint_eq(complaints_about(k, a, a->min), 0);
        ck_assert_uint_eq(complaints_about(k, a, a->max), 0);
        ck_assert_uint_eq(complaints_about(k, a, a->min - 1), 1);
        ck_assert_uint_eq(complaints_about(k, a, a->max + 1), 1);
    }
    (void)json_object_set_new(required, "no such", json_true());
    ck_assert_uint_eq(complaints(k, required), 1);
}
END_TEST

static const struct {
    const char *kind, *name;
    int task;
    const char *holds;
} holds[] = {
    {"worker_kill", "worker-2", 0, "process worker-2"},
    {"worker_pause", "worker-2", 0, "process worker-2"},
    {"worker_remove", "worker-2", 0, "process worker-2"},
    {"worker_rolling_restart", "", 0, "process worker-*"},
    {"broker_stop", "broker-1", 0, "process broker-1"},
    {"task_restart", "shop", 1, "connector shop"},
    {"connector_pause", "shop", 0, "connector shop"},
    {"offsets_rewind", "shop", 0, "connector shop"},
};

START_TEST(what_a_kind_holds_is_said_in_the_same_words)
{
    struct target t = {.task = holds[_i].task};
    char out[192];

    (void)snprintf(t.name, sizeof(t.name), "%s", holds[_i].name);
    fault_find(holds[_i].kind)->holds(&t, out, sizeof(out));
    ck_assert_str_eq(out, holds[_i].holds);
}
END_TEST

START_TEST(what_is_held_twice_clashes)
{
    ck_assert(fault_holds_clash("process worker-1", "process worker-1"));
    ck_assert(fault_holds_clash("process worker-1", "process worker-*"));
    ck_assert(fault_holds_clash("process worker-*", "process worker-1"));
    ck_assert(!fault_holds_clash("process worker-1", "process worker-10"));
    ck_assert(!fault_holds_clash("process broker-1", "process worker-*"));
    ck_assert(!fault_holds_clash("", "process worker-1"));
}
END_TEST

static void fill(TCase *tc)
{
    size_t n;
    int last;

    (void)fault_all(&n);
    last = (int)n;
    tcase_add_test(tc, kinds_are_sorted_and_found_by_name);
    tcase_add_test(tc, what_is_held_twice_clashes);
    tcase_add_loop_test(tc, a_kind_is_complete, 0, last);
    tcase_add_loop_test(tc, needs_fit_the_target, 0, last);
    tcase_add_loop_test(tc, arguments_lie_inside_their_struct, 0, last);
    tcase_add_loop_test(tc, arguments_out_of_range_are_refused, 0, last);
    tcase_add_loop_test(tc, what_a_kind_holds_is_said_in_the_same_words, 0,
                        ARRAY_LEN(holds));
}

SUITE_MAIN("fault kinds", fill)
