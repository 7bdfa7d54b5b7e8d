/* test_evidence_file.c - modes under any umask, secrets replaced, copies of
 * logs.
 */
#include "base/evidence_file.h"
#include "base/file.h"
#include "support/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/own.h"
#include "base/secrets.h"
#include "folder.h"

static const mode_t masks[] = {0, 022, 077, 0777};

static void make(void)
{
    folder_make();
    secrets_forget();
}

static mode_t mode_of(const char *name)
{
    AUTO_FREE char *path = path_of("%s/%s", folder, name);
    struct stat st;

    ck_assert_msg(stat(path, &st) == 0, "%s", path);
    return st.st_mode & 07777;
}

static char *read_of(const char *name)
{
    AUTO_FREE char *path = path_of("%s/%s", folder, name);
    struct err err = {0};
    char *text;

    ck_assert_msg(file_read(path, &text, NULL, &err) == 0, "%s", err.text);
    return text;
}

START_TEST(modes_are_those_of_the_caller_alone)
{
    AUTO_FREE char *dir = path_of("%s/d", folder);
    AUTO_FREE char *json = path_of("%s/d/json", folder);
    AUTO_FREE char *text = path_of("%s/d/text", folder);
    AUTO_FREE char *grows = path_of("%s/d/grows", folder);
    AUTO_FREE char *copy = path_of("%s/d/copy", folder);
    AUTO_JSON json_t *value = json_pack("{s:s}", "a", "b");
    mode_t before = umask(masks[_i]);
    struct err err = {0};
    AUTO_FD int fd = -1;

    ck_assert_int_eq(evidence_folder(dir, &err), 0);
    ck_assert_int_eq(evidence_folder(dir, &err), 0);
    ck_assert_int_eq(evidence_put(json, value, &err), 0);
    ck_assert_int_eq(evidence_put_text(text, "x", 1, &err), 0);
    ck_assert_int_eq(evidence_open(grows, 0, &fd, &err), 0);
    ck_assert_int_eq(evidence_copy(text, copy, &err), 0);
    (void)umask(before);
    ck_assert_uint_eq(mode_of("d"), 0700);
    ck_assert_uint_eq(mode_of("d/json"), 0600);
    ck_assert_uint_eq(mode_of("d/text"), 0600);
    ck_assert_uint_eq(mode_of("d/grows"), 0600);
    ck_assert_uint_eq(mode_of("d/copy"), 0600);
}
END_TEST

START_TEST(a_file_that_grows_is_taken_or_refused)
{
    AUTO_FREE char *path = path_of("%s/f", folder);
    AUTO_FREE char *got = NULL;
    struct err err = {0};
    int fd;

    folder_file("f", "first ");
    ck_assert_int_eq(evidence_open(path, O_EXCL, &fd, &err), -EEXIST);
    ck_assert_int_eq(evidence_open(path, 0, &fd, &err), 0);
    ck_assert_int_eq(write_all(fd, "second", 6, &err), 0);
    ck_assert_int_eq(close(fd), 0);
    got = read_of("f");
    ck_assert_str_eq(got, "first second");
}
END_TEST

START_TEST(documents_and_texts_bear_no_secret)
{
    AUTO_FREE char *json = path_of("%s/json", folder);
    AUTO_FREE char *kept = path_of("%s/kept", folder);
    AUTO_FREE char *text = path_of("%s/text", folder);
    AUTO_JSON json_t *value = json_pack("{s:s}", "a", "is \"hunter2\"");
    AUTO_FREE char *got_json = NULL;
    AUTO_FREE char *got_kept = NULL;
    AUTO_FREE char *got_text = NULL;
    struct err err = {0};

    secret_add("x", "\"hunter2\"", 9);
    ck_assert_int_eq(evidence_put(json, value, &err), 0);
    ck_assert_int_eq(evidence_keep(kept, value, &err), 0);
    ck_assert_int_eq(evidence_put_text(text, "\"hunter2\"!", 10, &err), 0);
    got_json = read_of("json");
    ck_assert_str_eq(got_json, "{\n  \"a\": \"is <secret:x>\"\n}");
    got_kept = read_of("kept");
    ck_assert_str_eq(got_kept, "{\n  \"a\": \"is \\\"hunter2\\\"\"\n}");
    got_text = read_of("text");
    ck_assert_str_eq(got_text, "<secret:x>!");
}
END_TEST

/* With and without a secret: the copy stays when the logs are gone, and an old
 * copy is replaced. */
START_TEST(logs_are_copied_and_nothing_else)
{
    AUTO_FREE char *from = path_of("%s/from", folder);
    AUTO_FREE char *to = path_of("%s/to", folder);
    AUTO_FREE char *none = path_of("%s/none", folder);
    AUTO_FREE char *got = NULL;
    AUTO_FREE char *no_log = path_of("%s/to/a.txt", folder);
    struct err err = {0};

    if (_i)
        secret_add("x", "hunter2", 7);
    folder_folder("from");
    folder_folder("to");
    folder_file("from/a.log", "it was hunter2");
    folder_file("from/a.txt", "x");
    folder_file("to/a.log", "an old copy");
    ck_assert_int_eq(evidence_copy_logs(none, to, &err), 0);
    ck_assert_msg(evidence_copy_logs(from, to, &err) == 0, "%s", err.text);
    ck_assert_int_eq(access(no_log, F_OK), -1);
    ck_assert_int_eq(remove_tree(from, &err), 0);
    got = read_of("to/a.log");
    ck_assert_str_eq(got, _i ? "it was <secret:x>" : "it was hunter2");
}
END_TEST

START_TEST(a_log_that_cannot_be_read_stops_no_other)
{
    AUTO_FREE char *from = path_of("%s/from", folder);
    AUTO_FREE char *to = path_of("%s/to", folder);
    AUTO_FREE char *got = NULL;
    struct err err = {0};

    secret_add("x", "hunter2", 7);
    folder_folder("from/a.log");
    folder_file("from/b.log", "b");
    ck_assert_int_eq(evidence_copy_logs(from, to, &err), -EISDIR);
    got = read_of("to/b.log");
    ck_assert_str_eq(got, "b");
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, make, folder_remove);
    tcase_add_loop_test(tc, modes_are_those_of_the_caller_alone, 0,
                        ARRAY_LEN(masks));
    tcase_add_test(tc, a_file_that_grows_is_taken_or_refused);
    tcase_add_test(tc, documents_and_texts_bear_no_secret);
    tcase_add_loop_test(tc, logs_are_copied_and_nothing_else, 0, 2);
    tcase_add_test(tc, a_log_that_cannot_be_read_stops_no_other);
}

SUITE_MAIN("files of evidence", fill)
