/* test_undo.c - records of faults, on disk before the fault. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "engine/undo_own.h"
#include "fault/target_kinds_own.h"
#include "support/suite.h"

static char dir[] = "/tmp/ordeal-undo-XXXXXX";

static void setup(void)
{
    (void)snprintf(dir, sizeof(dir), "/tmp/ordeal-undo-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void teardown(void)
{
    struct err err = {0};

    ck_assert_int_eq(remove_tree(dir, &err), 0);
}

struct made_up {
    int64_t share;
};

static const struct arg made_up_args[] = {
    {.name = "share",
     .type = ARG_SHARE,
     .at = offsetof(struct made_up, share),
     .help = "x"},
};

static const struct fault_ops made_up = {
    .name = "made_up",
    .target = &target_task,
    .args = made_up_args,
    .args_len = ARRAY_LEN(made_up_args),
    .args_size = sizeof(struct made_up),
};

static const struct target target = {
    .ops = &target_task, .name = "s", .task = 1, .words = "s/1"};

START_TEST(a_record_holds_all_that_a_revert_needs)
{
    const struct made_up args = {500000};
    AUTO_JSON json_t *captured = json_pack("{s:s}", "was", "before");
    AUTO_JSON json_t *want = json_pack(
        "{s:s, s:{s:s, s:s, s:i, s:s}, s:{s:s}, s:i, s:{s:s}, s:{s:s}}", "kind",
        "made_up", "target", "key", "task", "name", "s", "task", 1, "words",
        "s/1", "args", "share", "50%", "due_us", 7000, "shown", "was", "before",
        "kept", "was", "before");
    char boot[BOOT_TEXT];
    const struct undo_record record = {.step = 3,
                                       .ops = &made_up,
                                       .target = &target,
                                       .args = &args,
                                       .captured = captured,
                                       .due_us = 7000};
    AUTO_FREE char *path = path_of("%s/3.json", dir);
    AUTO_JSON json_t *got = NULL;
    struct err err = {0};

    ck_assert_msg(undo_write(dir, &record, &err) == 0, "%s", err.text);
    ck_assert_int_eq(json_read(path, &got, &err), 0);
    undo_boot(boot);
    ck_assert_int_eq(json_object_set_new(want, "boot", json_string(boot)), 0);
    ck_assert(json_equal(got, want));
    ck_assert_int_eq(undo_remove(dir, 3, &err), 0);
    ck_assert_int_eq(access(path, F_OK), -1);
}
END_TEST

START_TEST(removing_twice_is_harmless)
{
    struct err err = {0};

    ck_assert_int_eq(undo_remove(dir, 0, &err), 0);
    ck_assert_int_eq(undo_remove(dir, 0, &err), 0);
    ck_assert_int_eq(err.code, 0);
}
END_TEST

/* A fault without a record on disk could not be reverted after a crash. */
START_TEST(what_cannot_be_written_is_an_error)
{
    const struct made_up args = {1};
    AUTO_JSON json_t *captured = json_object();
    const struct undo_record record = {.ops = &made_up,
                                       .target = &target,
                                       .args = &args,
                                       .captured = captured};
    struct err err = {0};

    ck_assert_int_eq(undo_write("/nowhere/undo", &record, &err), -ENOENT);
    ck_assert_ptr_nonnull(strstr(err.text, "/nowhere/undo"));
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_record_holds_all_that_a_revert_needs);
    tcase_add_test(tc, removing_twice_is_harmless);
    tcase_add_test(tc, what_cannot_be_written_is_an_error);
}

SUITE_MAIN("undo records", fill)
