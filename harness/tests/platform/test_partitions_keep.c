/* test_partitions_keep.c - brings partitions' files out of a folder, again. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "platform/machines_own.h"
#include "support/suite.h"

static char top[] = "/tmp/ordeal-keep-XXXXXX";

static const char *const files[] = {"shop-0/0.log", "shop-0/0.snapshot",
                                    "__consumer_offsets-3/0.log"};

static void setup(void)
{
    struct err err = {0};

    (void)snprintf(top, sizeof(top), "/tmp/ordeal-keep-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(top));
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        AUTO_FREE char *path = path_of("%s/from/%s", top, files[i]);
        AUTO_FREE char *dir =
            path_of("%.*s", (int)(strrchr(path, '/') - path), path);

        ck_assert_int_eq(mkdir_all(dir, &err), 0);
        ck_assert_int_eq(file_print(path, &err, "of %s", files[i]), 0);
    }
}

static void teardown(void)
{
    struct err err = {0};

    ck_assert_int_eq(remove_tree(top, &err), 0);
}

static void all_kept(const char *to)
{
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        AUTO_FREE char *path = path_of("%s/%s", to, files[i]);
        AUTO_FREE char *wanted = path_of("of %s", files[i]);
        AUTO_FREE char *text = NULL;
        struct err err = {0};

        ck_assert_msg(file_read(path, &text, NULL, &err) == 0, "%s", err.text);
        ck_assert_str_eq(text, wanted);
    }
}

/* The outer program takes the files of a run whose engine died in the middle of
 * taking: linked segments are there, and copies cut short. */
START_TEST(what_an_attempt_has_left_is_replaced)
{
    AUTO_FREE char *from = path_of("%s/from", top);
    AUTO_FREE char *to = path_of("%s/to", top);
    AUTO_FREE char *cut = path_of("%s/%s", to, files[2]);
    struct err err = {0};

    ck_assert_msg(partitions_keep(from, to, &err) == 0, "%s", err.text);
    all_kept(to);
    ck_assert_int_eq(truncate(cut, 1), 0);
    ck_assert_msg(partitions_keep(from, to, &err) == 0, "%s", err.text);
    all_kept(to);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, what_an_attempt_has_left_is_replaced);
}

SUITE_MAIN("partitions brought out of a world", fill)
