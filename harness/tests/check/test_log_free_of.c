/* test_log_free_of.c - the check log_free_of on logs in a temporary folder. */
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/own.h"
#include "check/ask_check.h"
#include "support/suite.h"

static char dir[] = "/tmp/ordeal-logs-XXXXXX";

static void setup(void)
{
    struct err err = {0};
    char path[128];
    static const char hidden[] = "one\nthe \0 java.lang.OutOfMemoryError\n";

    (void)snprintf(dir, sizeof(dir), "/tmp/ordeal-logs-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    (void)snprintf(path, sizeof(path), "%s/worker-1.log", dir);
    ck_assert_int_eq(file_write(path, hidden, sizeof(hidden) - 1, &err), 0);
    (void)snprintf(path, sizeof(path), "%s/broker-1.log", dir);
    ck_assert_int_eq(file_print(path, &err, "INFO up\nWARN slow\r\nWARN x"), 0);
    (void)snprintf(path, sizeof(path), "%s/notes.txt", dir);
    ck_assert_int_eq(file_print(path, &err, "OutOfMemoryError\n"), 0);
}

static void teardown(void)
{
    struct err err = {0};

    ck_assert_int_eq(remove_tree(dir, &err), 0);
}

static const struct row rows[] = {
    {"nothing of the kind", NULL, "{'pattern': 'StackOverflow'}", NULL,
     CHECK_HELD, "no line matches \"StackOverflow\" among 5 lines of 2 logs"},
    {"in a line that holds a NUL", NULL, "{'pattern': 'OutOfMemory(Error)?$'}",
     NULL, CHECK_FAILED,
     "expected no line matching \"OutOfMemory(Error)?$\", got 1, the first is "
     "worker-1.log:2: the   java.lang.OutOfMemoryError"},
    {"twice, once in a last line without an end", NULL,
     "{'pattern': 'WARN (slow|x)$'}", NULL, CHECK_FAILED,
     "expected no line matching \"WARN (slow|x)$\", got 2, the first is "
     "broker-1.log:2: WARN slow"},
    {"not on that node", NULL,
     "{'pattern': 'OutOfMemoryError', 'node': 'broker-*'}", NULL, CHECK_HELD,
     "no line matches \"OutOfMemoryError\" among 3 lines of 1 log"},
    {"no such node", NULL, "{'pattern': 'x', 'node': 'shop'}", NULL,
     CHECK_NOT_JUDGED, "the run has no log of shop"},
    {"a pattern that is none", NULL, "{'pattern': 'a(b'}", NULL, CHECK_FAILED,
     "pattern: \"a(b\" is no regular expression: Unmatched ( or \\("},
};

START_TEST(logs)
{
    const struct row *w = &rows[_i];
    struct check_result r = ask("log_free_of", w->args, "{}", dir);

    ck_assert_msg(r.status == w->status, "%s: %s", w->what, r.sentence);
    ck_assert_msg(strcmp(r.sentence, w->sentence) == 0, "%s: %s", w->what,
                  r.sentence);
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_not_judged)
{
    struct check_result r =
        ask("log_free_of", "{'pattern': 'x'}", "{}", "/nowhere/at/all");

    ck_assert_int_eq(r.status, CHECK_NOT_JUDGED);
    ck_assert_str_eq(r.sentence,
                     "the logs could not be read: No such file or directory");
}
END_TEST

START_TEST(logs_that_were_not_copied_are_not_judged)
{
    struct check_result r = ask("log_free_of", "{'pattern': 'x'}", "{}", NULL);

    ck_assert_int_eq(r.status, CHECK_NOT_JUDGED);
    ck_assert_str_eq(r.sentence,
                     "the nodes' logs could not be copied into the run folder");
}
END_TEST

/* Logs hold any bytes. A sentence with invalid UTF-8 would be missing from
 * run.json, and the failure with the sentence. */
START_TEST(a_line_that_is_no_text_is_still_shown)
{
    static const char bytes[] = "ERR \xff\xc3\xa9\xed\xa0\x80\t\x1b end \xc3\n";
    AUTO_FREE char *path = path_of("%s/shop.log", dir);
    AUTO_JSON json_t *kept = NULL;
    struct err err = {0};
    struct check_result r;

    ck_assert_int_eq(file_write(path, bytes, sizeof(bytes) - 1, &err), 0);
    r = ask("log_free_of", "{'pattern': 'ERR', 'node': 'shop'}", "{}", dir);
    ck_assert_int_eq(r.status, CHECK_FAILED);
    ck_assert_str_eq(r.sentence,
                     "expected no line matching \"ERR\", got 1, the first is "
                     "shop.log:1: ERR ?\xc3\xa9???   end ?");
    kept = json_string(r.sentence);
    ck_assert_ptr_nonnull(kept);
}
END_TEST

START_TEST(a_long_line_is_cut)
{
    AUTO_FREE char *path = path_of("%s/shop.log", dir);
    struct err err = {0};
    struct check_result r;
    char line[4001];

    memset(line, 'e', sizeof(line) - 1);
    line[4000] = 0;
    ck_assert_int_eq(file_print(path, &err, "%s\n", line), 0);
    r = ask("log_free_of", "{'pattern': 'e$', 'node': 's??p'}", "{}", dir);
    ck_assert_int_eq(r.status, CHECK_FAILED);
    ck_assert_uint_eq(strlen(strstr(r.sentence, "log:1: ") + 7), 160);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, logs, 0, ARRAY_LEN(rows));
    tcase_add_test(tc, a_folder_that_is_not_there_is_not_judged);
    tcase_add_test(tc, logs_that_were_not_copied_are_not_judged);
    tcase_add_test(tc, a_line_that_is_no_text_is_still_shown);
    tcase_add_test(tc, a_long_line_is_cut);
}

SUITE_MAIN("logs free of a pattern", fill)
