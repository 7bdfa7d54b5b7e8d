/* test_finding_rows.c - the table of findings is sound, and the README files
 * show it as it is.
 *
 * With ORDEAL_WRITE_TABLES=1 (ci/finding-tables) the README files are written
 * anew instead of compared.
 */
#include "base/findings.h"
#include "support/suite.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"

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

static void put_findings(FILE *f)
{
    fputs("| finding | rule |\n| --- | --- |\n", f);
    for (int i = 0; i < FINDING_KINDS; i++) {
        fprintf(f, "| %s | ", finding_rows[i].name);
        put_rule(f, &finding_rows[i]);
        fputs(" |\n", f);
    }
}

static void put_events(FILE *f)
{
    fputs("| event | rule | seen by |\n| --- | --- | --- |\n", f);
    for (int i = FINDING_KINDS; i < FINDING_ROWS; i++) {
        fprintf(f, "| %s | ", finding_rows[i].name);
        put_rule(f, &finding_rows[i]);
        fprintf(f, " | %s |\n", finding_rows[i].seen_by);
    }
}

static void put_meanings(FILE *f)
{
    fputs("| kind | in | meaning |\n| --- | --- | --- |\n", f);
    for (int i = 0; i < FINDING_ROWS; i++)
        if (!finding_rows[i].unjudged)
            fprintf(f, "| %s | %s | %s |\n", finding_rows[i].name,
                    finding_is_event(&finding_rows[i]) ? "events" : "findings",
                    finding_rows[i].meaning);
}

static void put_words(FILE *f)
{
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

static const struct part {
    const char *file;
    const char *begin; /* the line above; the line below is END */
    void (*put)(FILE *f);
} parts[] = {
    {"/harness/README.md", "<!-- findings: by ci/finding-tables -->\n",
     put_findings},
    {"/harness/README.md", "<!-- events: by ci/finding-tables -->\n",
     put_events},
    {"/reports/README.md", "<!-- findings: by ci/finding-tables -->\n",
     put_meanings},
    {"/scenarios/README.md", "<!-- findings: by ci/finding-tables -->\n",
     put_words},
};
static const char END[] = "<!-- end -->\n";

static char *text_of_part(const struct part *p)
{
    char *text = NULL;
    size_t len;
    FILE *f = open_memstream(&text, &len);

    ck_assert_ptr_nonnull(f);
    p->put(f);
    ck_assert_int_eq(fclose(f), 0);
    return text;
}

static void write_part(const char *path, const char *page, const char *from,
                       const char *to, const char *want)
{
    AUTO_FREE char *all =
        path_of("%.*s%s%s", (int)(from - page), page, want, to);
    struct err err = {0};

    ck_assert_msg(file_write(path, all, strlen(all), &err) == 0, "%s",
                  err.text);
}

START_TEST(a_readme_shows_the_table)
{
    const struct part *p = &parts[_i];
    AUTO_FREE char *path = path_of("%s%s", SOURCE_DIR, p->file);
    AUTO_FREE char *page = NULL, *want = text_of_part(p);
    struct err err = {0};
    char *from, *to;

    ck_assert_msg(file_read(path, &page, NULL, &err) == 0, "%s", err.text);
    from = strstr(page, p->begin);
    ck_assert_msg(from != NULL, "%s: no line %s", p->file, p->begin);
    from += strlen(p->begin);
    to = strstr(from, END);
    ck_assert_msg(to != NULL, "%s: no line %s", p->file, END);
    if (getenv("ORDEAL_WRITE_TABLES"))
        write_part(path, page, from, to, want);
    else
        ck_assert_msg((size_t)(to - from) == strlen(want) &&
                          memcmp(from, want, strlen(want)) == 0,
                      "%s: not as base/findings.def has it: ci/finding-tables "
                      "writes\n%s",
                      p->file, want);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_name_or_word_leads_to_its_row, 0, FINDING_ROWS);
    tcase_add_test(tc, an_enum_is_the_place_in_the_table);
    tcase_add_loop_test(tc, a_readme_shows_the_table, 0, ARRAY_LEN(parts));
}

SUITE_MAIN("findings", fill)
