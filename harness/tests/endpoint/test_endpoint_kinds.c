/* test_endpoint_kinds.c - the table of kinds and the rows of behaviours. */
#include "support/station.h"

#include <errno.h>

#include "base/own.h"
#include "support/suite.h"

START_TEST(every_kind_is_complete_and_in_order)
{
    size_t n;
    const struct endpoint_ops *const *all = endpoint_all(&n);

    for (size_t i = 0; i < n; i++) {
        const struct endpoint_ops *k = all[i];

        ck_assert_ptr_nonnull(k->help);
        ck_assert_ptr_nonnull(k->open);
        ck_assert_ptr_nonnull(k->close);
        ck_assert_ptr_nonnull(k->counts);
        ck_assert_ptr_nonnull(k->read);
        ck_assert_ptr_nonnull(k->describe);
        ck_assert_ptr_nonnull(k->property);
        ck_assert_ptr_nonnull(k->properties);
        ck_assert_ptr_eq(endpoint_find(k->name), k);
        if (i > 0)
            ck_assert_int_lt(strcmp(all[i - 1]->name, k->name), 0);
        for (size_t a = 0; a < k->args_len; a++) {
            ck_assert_ptr_nonnull(k->args[a].help);
            ck_assert_uint_le(k->args[a].at + sizeof(int64_t),
                              k->settings_size);
        }
    }
    ck_assert_ptr_null(endpoint_find("ftp"));
}
END_TEST

START_TEST(what_a_kind_can_it_has_the_slots_for)
{
    size_t n;
    const struct endpoint_ops *const *all = endpoint_all(&n);

    for (size_t i = 0; i < n; i++) {
        const struct endpoint_ops *k = all[i];

        ck_assert_int_eq(!!k->behaviours, !!k->misbehave);
        ck_assert_int_eq(!!k->misbehave, !!k->misbehaving);
        ck_assert_int_eq(!!(k->can & ENDPOINT_HAS_SENDERS), !!k->sender);
        ck_assert_int_eq(!!(k->can & ENDPOINT_HAS_TIMES), !!k->deliveries);
    }
}
END_TEST

START_TEST(behaviours_are_complete_and_in_order)
{
    size_t n;
    const struct endpoint_ops *const *all = endpoint_all(&n);

    for (size_t i = 0; i < n; i++) {
        const struct behaviour *b = all[i]->behaviours;

        for (; b && b->name; b++) {
            ck_assert_ptr_eq(endpoint_behaviour(all[i], b->name), b);
            ck_assert_ptr_nonnull(b->help);
            ck_assert_ptr_nonnull(b->counts);
            ck_assert(!b[1].name || strcmp(b->name, b[1].name) < 0);
            for (size_t a = 0; a < b->args_len; a++) {
                ck_assert_ptr_nonnull(b->args[a].help);
                ck_assert_uint_le(b->args[a].at + sizeof(int64_t), b->size);
            }
        }
        ck_assert_ptr_null(endpoint_behaviour(all[i], "sulk"));
    }
}
END_TEST

static const struct {
    const char *behaviour, *with;
    bool good;
} meant[] = {
    {"answer", "{}", true},
    {"answer", "{\"share\": \"0%\"}", false},
    {"answer", "{\"share\": \"0%\", \"delay\": \"1ms\"}", true},
    {"hang", "{\"share\": \"0%\"}", false},
    {"hang", "{\"share\": \"1%\"}", true},
    {"reset", "{\"share\": \"0%\"}", false},
};

START_TEST(what_would_change_nothing_is_refused)
{
    const struct behaviour *b =
        endpoint_behaviour(endpoint_find("http"), meant[_i].behaviour);
    AUTO_JSON json_t *with = json_loads(meant[_i].with, 0, NULL);
    AUTO_FREE void *values = calloc(1, b->size);
    struct err err = {0};

    ck_assert_uint_eq(args_read(b->args, b->args_len, with, NULL, "", values),
                      0);
    ck_assert_int_eq(b->refuse(values, &err), meant[_i].good ? 0 : -EINVAL);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, every_kind_is_complete_and_in_order);
    tcase_add_test(tc, what_a_kind_can_it_has_the_slots_for);
    tcase_add_test(tc, behaviours_are_complete_and_in_order);
    tcase_add_loop_test(tc, what_would_change_nothing_is_refused, 0,
                        ARRAY_LEN(meant));
}

SUITE_MAIN("endpoint kinds", fill)
