/* scenarios/README.md agrees with the tables: its examples read without a
 * complaint, and it names every key, default and finding. */
#include "scenario/scenario.h"
#include "support/suite.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/findings.h"
#include "base/own.h"
#include "scenario/args.h"
#include "scenario/doc.h"

static char *page;

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
    scenario_read(d, &s);
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

/* The row of a key: "| `rate` | `1000/s` |", its default in it. */
static void check_row(const struct arg *a)
{
    AUTO_FREE char *row = path_of("\n| `%s` |", a->name);
    AUTO_FREE char *full = path_of("\n| `%s` | `%s` |", a->name,
                                   a->dflt && *a->dflt ? a->dflt : "");

    if (strcmp(a->name, "kind") == 0 || strcmp(a->name, "relax") == 0 ||
        strcmp(a->name, "reason") == 0 || strcmp(a->name, "is") == 0 ||
        strcmp(a->name, "findings") == 0)
        return; /* told in sentences */
    ck_assert_msg(strstr(page, row) != NULL, "no row for %s", a->name);
    if (a->dflt && *a->dflt)
        ck_assert_msg(strstr(page, full) != NULL, "%s: the default is %s",
                      a->name, a->dflt);
}

START_TEST(it_has_a_row_for_every_key_with_its_default)
{
    size_t n;
    const struct section *s = scenario_sections(&n);

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < s[i].args_len; k++)
            check_row(&s[i].args[k]);
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
    tcase_add_test(tc, it_has_a_row_for_every_key_with_its_default);
    tcase_add_test(tc, it_names_every_finding);
}

SUITE_MAIN("readme", fill)
