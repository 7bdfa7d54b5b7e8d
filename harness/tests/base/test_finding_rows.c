/* test_finding_rows.c - the table of findings is sound, and the README files
 * show it as it is.
 */
#include "base/findings.h"
#include "support/readme_tables.h"
#include "support/suite.h"

#include <ctype.h>

START_TEST(a_name_or_word_leads_to_its_row)
{
    const struct finding_row *row = &finding_rows[_i];
    char word[40];
    size_t n = 0;

    ck_assert_ptr_eq(finding_row(row->name), row);
    ck_assert_ptr_eq(finding_row(row->word), row);
    ck_assert(row->meaning[0] && row->rule[0]);
    ck_assert_int_eq(finding_is_event(row), _i >= FINDING_KINDS);
    for (; row->name[n]; n++)
        word[n] = row->name[n] == ' '
                      ? '-'
                      : (char)tolower((unsigned char)row->name[n]);
    word[n] = 0;
    ck_assert_str_eq(row->word, word);
}
END_TEST

START_TEST(an_enum_is_the_place_in_the_table)
{
    ck_assert_str_eq(finding_kind_name(FINDING_LOST), "lost");
    ck_assert_str_eq(finding_kind_name(FINDING_FOREIGN), "foreign");
    ck_assert_str_eq(event_finding_name(EVENT_OFFSET_REGRESSION),
                     "offset regression");
    ck_assert_str_eq(event_finding_name(EVENT_LATE_FAILED), "late FAILED");
    ck_assert_ptr_null(finding_row("vanished"));
}
END_TEST

/* ---- README files ---- */

static void put_rule(FILE *f, const struct finding_row *row)
{
    if (row->unjudged)
        fprintf(f, "not judged: %s", row->unjudged);
    else
        fputs(row->rule, f);
}

static void put_findings(FILE *f, const char *of)
{
    (void)of;
    fputs("| finding | rule |\n| --- | --- |\n", f);
    for (int i = 0; i < FINDING_KINDS; i++) {
        fprintf(f, "| %s | ", finding_rows[i].name);
        put_rule(f, &finding_rows[i]);
        fputs(" |\n", f);
    }
}

static void put_events(FILE *f, const char *of)
{
    (void)of;
    fputs("| event | rule | seen by |\n| --- | --- | --- |\n", f);
    for (int i = FINDING_KINDS; i < FINDING_ROWS; i++) {
        fprintf(f, "| %s | ", finding_rows[i].name);
        put_rule(f, &finding_rows[i]);
        fprintf(f, " | %s |\n", finding_rows[i].seen_by);
    }
}

static void put_meanings(FILE *f, const char *of)
{
    (void)of;
    fputs("| kind | in | meaning |\n| --- | --- | --- |\n", f);
    for (int i = 0; i < FINDING_ROWS; i++)
        if (!finding_rows[i].unjudged)
            fprintf(f, "| %s | %s | %s |\n", finding_rows[i].name,
                    finding_is_event(&finding_rows[i]) ? "events" : "findings",
                    finding_rows[i].meaning);
}

static void put_words(FILE *f, const char *of)
{
    (void)of;
    fputs("| word | of | meaning |\n| --- | --- | --- |\n", f);
    for (int i = 0; i < FINDING_ROWS; i++)
        if (!finding_rows[i].unjudged)
            fprintf(f, "| `%s` | %s | %s |\n", finding_rows[i].word,
                    finding_is_event(&finding_rows[i]) ? "event" : "records",
                    finding_rows[i].meaning);
    fputs("\nRefused, as no run can have them yet:\n\n", f);
    for (int i = 0; i < FINDING_ROWS; i++)
        if (finding_rows[i].unjudged)
            fprintf(f, "* `%s`: %s\n", finding_rows[i].word,
                    finding_rows[i].unjudged);
}

static const struct readme_part parts[] = {
    {"/harness/README.md", "findings", put_findings, NULL},
    {"/harness/README.md", "events", put_events, NULL},
    {"/reports/README.md", "findings", put_meanings, NULL},
    {"/scenarios/README.md", "findings", put_words, NULL},
};

START_TEST(a_readme_shows_the_table)
{
    readme_holds(&parts[_i]);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_name_or_word_leads_to_its_row, 0, FINDING_ROWS);
    tcase_add_test(tc, an_enum_is_the_place_in_the_table);
    tcase_add_loop_test(tc, a_readme_shows_the_table, 0, ARRAY_LEN(parts));
}

SUITE_MAIN("findings", fill)
