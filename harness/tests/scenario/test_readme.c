/* test_readme.c - the parts of scenarios/README.md written by hand agree with
 * the program: examples are read without complaint; findings, folders and
 * silent flaws have their rows. */
#include "scenario/scenario.h"
#include "support/suite.h"

#include <glob.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/findings.h"
#include "base/own.h"
#include "scenario/doc.h"

static char *page;

/* The target keys, as handed in by fault/. */
static const char *const targets[] = {"worker", "broker", "connector", "task",
                                      "topic",  "on",     NULL};

static void read_page(void)
{
    struct err err = {0};

    ck_assert_msg(
        file_read(SOURCE_DIR "/scenarios/README.md", &page, NULL, &err) == 0,
        "%s", err.text);
}

static void free_page(void)
{
    free(page);
}

static void check_example(const char *text, size_t len)
{
    char file[] = "/tmp/ordeal-test-XXXXXX";
    int fd = mkstemp(file);
    struct err err = {0};
    struct scenario s;
    struct doc *d;

    ck_assert_int_ge(fd, 0);
    close(fd);
    ck_assert_int_eq(file_write(file, text, len, &err), 0);
    ck_assert_int_eq(doc_load(file, NULL, 0, &d, &err), 0);
    scenario_read(d, targets, &s);
    ck_assert_msg(doc_complaints(d) == 0, "%s", doc_complaint(d, 0));
    scenario_done(&s);
    doc_free(d);
    ck_assert_int_eq(unlink(file), 0);
}

START_TEST(its_examples_are_read_without_complaint)
{
    static const char begin[] = "```yaml\n";
    const char *at = page;
    int examples = 0;

    while ((at = strstr(at, begin))) {
        const char *end;

        at += strlen(begin);
        end = strstr(at, "```");
        ck_assert_ptr_nonnull(end);
        check_example(at, (size_t)(end - at));
        at = end + 3;
        examples++;
    }
    ck_assert_int_eq(examples, 2);
}
END_TEST

/* "| `01-filter-too-wide` |" for scenarios/silent/01-filter-too-wide.yaml */
START_TEST(it_has_a_row_for_every_silent_flaw)
{
    glob_t found;

    ck_assert_int_eq(
        glob(SOURCE_DIR "/scenarios/silent/*.yaml", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *name = strrchr(found.gl_pathv[i], '/') + 1;
        AUTO_FREE char *row =
            path_of("\n| `%.*s` |", (int)strcspn(name, "."), name);

        ck_assert_msg(strstr(page, row) != NULL, "no row for %s", name);
    }
    globfree(&found);
}
END_TEST

/* "| `demo` |" for scenarios/demo */
START_TEST(it_has_a_row_for_every_folder)
{
    const char *rows = strstr(page, "\n| folder |");
    glob_t found;

    ck_assert_ptr_nonnull(rows);
    ck_assert_int_eq(glob(SOURCE_DIR "/scenarios/*/", GLOB_MARK, NULL, &found),
                     0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        AUTO_FREE char *folder = path_of(
            "%.*s", (int)strlen(found.gl_pathv[i]) - 1, found.gl_pathv[i]);
        AUTO_FREE char *row = path_of("\n| `%s` |", strrchr(folder, '/') + 1);

        ck_assert_msg(strstr(rows, row) != NULL &&
                          strstr(rows, row) < strstr(rows, "\n\n"),
                      "no row for %s", folder);
    }
    globfree(&found);
}
END_TEST

START_TEST(it_names_every_finding)
{
    for (int i = 0; i < FINDING_ROWS; i++) {
        AUTO_FREE char *word = path_of("`%s`", finding_rows[i].word);

        ck_assert_msg(strstr(page, word) != NULL, "%s", word);
    }
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, read_page, free_page);
    tcase_add_test(tc, its_examples_are_read_without_complaint);
    tcase_add_test(tc, it_has_a_row_for_every_silent_flaw);
    tcase_add_test(tc, it_has_a_row_for_every_folder);
    tcase_add_test(tc, it_names_every_finding);
}

SUITE_MAIN("readme", fill)
