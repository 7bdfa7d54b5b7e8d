#include "support/station.h"

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

        ck_assert_int_eq(!!(k->can & ENDPOINT_CAN_MISBEHAVE), !!k->misbehave);
        ck_assert_int_eq(!!k->misbehave, !!k->misbehaviour);
        ck_assert_int_eq(!!(k->can & ENDPOINT_HAS_SENDERS), !!k->sender);
        ck_assert_int_eq(!!(k->can & ENDPOINT_HAS_TIMES), !!k->deliveries);
        if (k->append)
            ck_assert(k->can & ENDPOINT_CAN_LOAD);
    }
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, every_kind_is_complete_and_in_order);
    tcase_add_test(tc, what_a_kind_can_it_has_the_slots_for);
}

SUITE_MAIN("endpoint kinds", fill)
