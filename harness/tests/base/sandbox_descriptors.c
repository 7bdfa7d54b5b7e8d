/* sandbox_descriptors.c - no descriptor left, few left, and a hard limit below
 * the number needed. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/descriptors.h"
#include "base/own.h"
#include "support/suite.h"

static void limit_to(rlim_t soft, rlim_t hard)
{
    struct rlimit l = {soft, hard};

    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &l), 0);
}

START_TEST(a_soft_limit_is_raised)
{
    struct rlimit l;
    struct err err = {0};

    limit_to(64, 128);
    ck_assert_int_eq(descriptors_claim(128, &err), 0);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &l), 0);
    ck_assert_uint_eq(l.rlim_cur, 128);
}
END_TEST

START_TEST(a_hard_limit_is_told)
{
    struct err err = {0};

    limit_to(64, 128);
    ck_assert_int_eq(descriptors_claim(129, &err), -EMFILE);
    ck_assert_ptr_nonnull(strstr(err.text, "128 open files"));
}
END_TEST

/* The check touches no open file and leaves no file open. */
START_TEST(what_is_left_is_counted_and_given_back)
{
    struct err err = {0};
    int first = -1, again;

    /* no gap below the limit; the runner has no file above */
    for (int i = 0; i < 50; i++)
        first = open("/dev/null", O_RDONLY | O_CLOEXEC);
    ck_assert_int_ge(first, 0);
    limit_to((rlim_t)first + 16, 128);
    ck_assert_int_eq(descriptors_left(15, &err), 0);
    ck_assert_int_eq(descriptors_left(16, &err), -EMFILE);
    ck_assert_ptr_nonnull(strstr(err.text, "only 15 can still be opened"));
    again = dup(first);
    ck_assert_int_eq(again, first + 1);
}
END_TEST

START_TEST(none_is_left)
{
    struct err err = {0};

    limit_to(3, 128);
    ck_assert_int_eq(descriptors_left(1, &err), -EMFILE);
    ck_assert_ptr_nonnull(strstr(err.text, "only 0 can still be opened"));
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, a_soft_limit_is_raised);
    tcase_add_test(tc, a_hard_limit_is_told);
    tcase_add_test(tc, what_is_left_is_counted_and_given_back);
    tcase_add_test(tc, none_is_left);
}

SUITE_MAIN("descriptors", fill)
