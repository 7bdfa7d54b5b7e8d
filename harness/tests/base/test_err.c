/* test_err.c - the first error wins, context goes in front, the text is a
 * single line. */
#include "base/err.h"
#include "support/suite.h"

#include <errno.h>
#include <string.h>

START_TEST(the_first_report_wins)
{
    struct err err = {0};

    ck_assert_int_eq(err_set(&err, -EINVAL, "no %s", "good"), -EINVAL);
    ck_assert_int_eq(err_set(&err, -EIO, "later"), -EIO);
    ck_assert_int_eq(err.code, -EINVAL);
    ck_assert_str_eq(err.text, "no good");
}
END_TEST

START_TEST(errno_is_named_behind_the_text)
{
    struct err err = {0};

    errno = ENOENT;
    ck_assert_int_eq(err_errno(&err, "%s", "a/b"), -ENOENT);
    ck_assert_str_eq(err.text, "a/b: No such file or directory");
}
END_TEST

START_TEST(without_errno_it_is_an_io_error)
{
    struct err err = {0};

    errno = 0;
    ck_assert_int_eq(err_errno(&err, "odd"), -EIO);
}
END_TEST

START_TEST(context_goes_in_front)
{
    struct err err = {0};

    err_set(&err, -EIO, "torn");
    ck_assert_int_eq(err_context(&err, "file %d", 7), -EIO);
    ck_assert_str_eq(err.text, "file 7: torn");
}
END_TEST

START_TEST(context_without_an_error_is_none)
{
    struct err err = {0};

    ck_assert_int_eq(err_context(&err, "file"), 0);
    ck_assert_str_eq(err.text, "");
}
END_TEST

START_TEST(a_text_of_lines_becomes_one)
{
    struct err err = {0};

    err_set(&err, -EIO, "broker says:\n%s", "no\r\nway");
    ck_assert_str_eq(err.text, "broker says: no  way");
}
END_TEST

START_TEST(a_long_text_is_cut_at_its_end)
{
    struct err err = {0};
    char text[2 * sizeof(err.text)];

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = 0;
    err_set(&err, -EIO, "%s", text);
    err_context(&err, "front");
    ck_assert_uint_eq(strlen(err.text), sizeof(err.text) - 1);
    ck_assert_int_eq(strncmp(err.text, "front: xxx", 10), 0);
}
END_TEST

/* A reason refused by JSON would be missing from the evidence. */
START_TEST(a_character_is_not_cut_in_two)
{
    struct err err = {0};
    char text[2 * sizeof(err.text)];

    memset(text, 'x', sizeof(text) - 1);
    memcpy(text + sizeof(err.text) - 2, "\xc3\xa9", 2);
    text[sizeof(text) - 1] = 0;
    err_set(&err, -EIO, "%s", text);
    ck_assert_int_eq(err.text[sizeof(err.text) - 2], '?');
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, the_first_report_wins);
    tcase_add_test(tc, errno_is_named_behind_the_text);
    tcase_add_test(tc, without_errno_it_is_an_io_error);
    tcase_add_test(tc, context_goes_in_front);
    tcase_add_test(tc, context_without_an_error_is_none);
    tcase_add_test(tc, a_text_of_lines_becomes_one);
    tcase_add_test(tc, a_long_text_is_cut_at_its_end);
    tcase_add_test(tc, a_character_is_not_cut_in_two);
}

SUITE_MAIN("err", fill)
