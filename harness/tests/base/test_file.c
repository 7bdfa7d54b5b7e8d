/* test_file.c - files read back as written, and no temporary file left. */
#include "base/file.h"
#include "support/suite.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/own.h"
#include "folder.h"

static const size_t lengths[] = {0, 1, 4095, 4096, 16383, 16384, 16385, 100000};

START_TEST(a_file_of_any_length_comes_back)
{
    size_t len = lengths[_i], got_len;
    AUTO_FREE char *path = path_of("%s/f", folder);
    AUTO_FREE char *data = malloc(len + 1);
    AUTO_FREE char *got = NULL;
    struct err err = {0};

    for (size_t i = 0; i < len; i++)
        data[i] = (char)(i * 7 % 256);
    ck_assert_int_eq(file_write(path, data, len, &err), 0);
    ck_assert_int_eq(file_read(path, &got, &got_len, &err), 0);
    ck_assert_uint_eq(got_len, len);
    ck_assert_int_eq(memcmp(got, data, len), 0);
    ck_assert_int_eq(got[len], 0);
}
END_TEST

START_TEST(a_file_is_replaced_and_no_other_is_left)
{
    AUTO_FREE char *path = path_of("%s/f", folder);
    AUTO_FREE char *got = NULL;
    struct err err = {0};

    folder_file("f", "a long first text");
    folder_file("f", "short");
    ck_assert_int_eq(file_read(path, &got, NULL, &err), 0);
    ck_assert_str_eq(got, "short");
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_msg(rmdir(folder) == 0, "something is left beside the file");
    ck_assert_int_eq(mkdir(folder, 0755), 0);
}
END_TEST

START_TEST(a_failed_write_leaves_the_old_file)
{
    AUTO_FREE char *path = path_of("%s/none/f", folder);
    struct err err = {0};

    ck_assert_int_eq(file_write(path, "x", 1, &err), -ENOENT);
    ck_assert_ptr_nonnull(strstr(err.text, path));
}
END_TEST

START_TEST(a_folder_cannot_be_read_as_a_file)
{
    AUTO_FREE char *got = NULL;
    struct err err = {0};

    ck_assert_int_eq(file_read(folder, &got, NULL, &err), -EISDIR);
    ck_assert_ptr_null(got);
}
END_TEST

START_TEST(folders_are_made_with_their_parents_and_twice)
{
    AUTO_FREE char *path = path_of("%s/a/b//c/", folder);
    struct err err = {0};
    struct stat st;

    ck_assert_int_eq(mkdir_all(path, &err), 0);
    ck_assert_int_eq(mkdir_all(path, &err), 0);
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert(S_ISDIR(st.st_mode));
}
END_TEST

START_TEST(a_file_in_the_way_of_a_folder_is_named)
{
    AUTO_FREE char *at = path_of("%s/f", folder);
    AUTO_FREE char *below = path_of("%s/f/g", folder);
    struct err err = {0}, second = {0};

    folder_file("f", "x");
    ck_assert_int_eq(mkdir_all(at, &err), -ENOTDIR);
    ck_assert_ptr_nonnull(strstr(err.text, at));
    ck_assert_int_eq(mkdir_all(below, &second), -ENOTDIR);
}
END_TEST

START_TEST(a_folder_without_a_name_is_refused)
{
    struct err err = {0};

    ck_assert_int_eq(mkdir_all("", &err), -ENOENT);
}
END_TEST

START_TEST(a_tree_is_removed_and_links_are_not_followed)
{
    AUTO_FREE char *tree = path_of("%s/tree", folder);
    AUTO_FREE char *link = path_of("%s/tree/sub/link", folder);
    AUTO_FREE char *kept = path_of("%s/kept", folder);
    struct err err = {0};
    struct stat st;

    folder_folder("tree/sub");
    folder_folder("kept");
    folder_file("tree/sub/f", "x");
    folder_file("kept/f", "x");
    ck_assert_int_eq(symlink(kept, link), 0);
    ck_assert_int_eq(remove_tree(tree, &err), 0);
    ck_assert_int_eq(lstat(tree, &st), -1);
    ck_assert_int_eq(stat(kept, &st), 0);
    ck_assert_int_eq(remove_tree(tree, &err), 0);
}
END_TEST

/* Remove a tree as an ordinary user, to whom "held/f" and so "held" and the
 * tree are denied. Exits with 0 if the first error is returned and told. */
static void remove_held(const char *tree)
{
    struct err err = {0};
    int rc;

    if (geteuid() == 0 && (setresgid(65534, 65534, 65534) < 0 ||
                           setresuid(65534, 65534, 65534) < 0))
        _exit(2);
    rc = remove_tree(tree, &err);
    _exit(rc == -EACCES && err.code == rc && strstr(err.text, "held/f") ? 0
                                                                        : 1);
}

START_TEST(of_several_errors_the_first_is_returned)
{
    char tree[PATH_MAX], held[PATH_MAX]; /* the child frees nothing */
    int status = -1;
    pid_t child;

    (void)snprintf(tree, sizeof(tree), "%s/tree", folder);
    (void)snprintf(held, sizeof(held), "%s/tree/held", folder);
    folder_folder("tree/held");
    folder_file("tree/held/f", "x");
    ck_assert_int_eq(chmod(folder, 0777), 0);
    ck_assert_int_eq(chmod(tree, 0777), 0);
    ck_assert_int_eq(chmod(held, 0555), 0);
    child = fork();
    if (child == 0)
        remove_held(tree);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert_int_eq(chmod(held, 0755), 0);
}
END_TEST

START_TEST(json_comes_back_and_bad_json_is_placed)
{
    AUTO_FREE char *path = path_of("%s/j", folder);
    AUTO_JSON json_t *value = json_pack("{sisb}", "b", 2, "a", 1);
    AUTO_JSON json_t *got = NULL;
    struct err err = {0};

    ck_assert_int_eq(json_write(path, value, &err), 0);
    ck_assert_int_eq(json_read(path, &got, &err), 0);
    ck_assert(json_equal(got, value));
    folder_file("j", "{\"a\": 1,\n \"a\": 2}");
    json_decref(got);
    got = NULL;
    ck_assert_int_eq(json_read(path, &got, &err), -EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "j:2:"));
    ck_assert_ptr_null(got);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, folder_make, folder_remove);
    tcase_add_loop_test(tc, a_file_of_any_length_comes_back, 0,
                        ARRAY_LEN(lengths));
    tcase_add_test(tc, a_file_is_replaced_and_no_other_is_left);
    tcase_add_test(tc, a_failed_write_leaves_the_old_file);
    tcase_add_test(tc, a_folder_cannot_be_read_as_a_file);
    tcase_add_test(tc, folders_are_made_with_their_parents_and_twice);
    tcase_add_test(tc, a_file_in_the_way_of_a_folder_is_named);
    tcase_add_test(tc, a_folder_without_a_name_is_refused);
    tcase_add_test(tc, a_tree_is_removed_and_links_are_not_followed);
    tcase_add_test(tc, of_several_errors_the_first_is_returned);
    tcase_add_test(tc, json_comes_back_and_bad_json_is_placed);
}

SUITE_MAIN("file", fill)
