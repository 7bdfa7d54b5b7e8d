/* test_room.c - free space is compared, and reserved space is allocated on the
 * disk instead of being a hole of a sparse file. */
#include "base/room.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/own.h"
#include "support/suite.h"

START_TEST(too_little_is_told)
{
    struct err err = {0};

    folder_make();
    ck_assert_int_eq(room_left(folder, 1, "a byte", &err), 0);
    ck_assert_int_eq(room_left(folder, UINT64_MAX, "need all", &err), -ENOSPC);
    ck_assert_ptr_nonnull(strstr(err.text, " is full: "));
    ck_assert_ptr_nonnull(strstr(err.text, " MiB are free, need all"));
    folder_remove();
}
END_TEST

START_TEST(who_cannot_look_says_so)
{
    struct err err = {0};

    ck_assert_int_eq(room_left("/nowhere", 1, "", &err), -ENOENT);
    ck_assert_int_eq(room_keep("/nowhere/room", 1, &err), -ENOENT);
}
END_TEST

START_TEST(what_is_kept_is_taken)
{
    AUTO_FREE char *path = NULL;
    struct err err = {0};
    struct stat st;

    folder_make();
    path = path_of("%s/room", folder);
    ck_assert_msg(room_keep(path, 1 << 20, &err) == 0, "%s", err.text);
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(st.st_size, 1 << 20);
    ck_assert_int_ge((int64_t)st.st_blocks * 512, 1 << 20);
    folder_remove();
}
END_TEST

/* No disk has so much room. */
START_TEST(what_cannot_be_kept_leaves_nothing)
{
    AUTO_FREE char *path = NULL;
    struct err err = {0};

    folder_make();
    path = path_of("%s/room", folder);
    ck_assert_int_lt(room_keep(path, UINT64_C(1) << 62, &err), 0);
    ck_assert_ptr_nonnull(strstr(err.text, path));
    ck_assert_int_ne(access(path, F_OK), 0);
    folder_remove();
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, too_little_is_told);
    tcase_add_test(tc, who_cannot_look_says_so);
    tcase_add_test(tc, what_is_kept_is_taken);
    tcase_add_test(tc, what_cannot_be_kept_leaves_nothing);
}

SUITE_MAIN("room", fill)
