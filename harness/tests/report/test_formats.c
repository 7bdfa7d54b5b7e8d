/* test_formats.c - documents are well-formed, complete and escaped, and
 * green only for runs as expected. */
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "report/report.h"
#include "support/suite.h"

#include "markup.h"
#include "samples.h"

static char *render(const char *format, const json_t *run)
{
    return report_format_find(format)->render(run);
}

static size_t occurrences(const char *text, const char *what)
{
    size_t n = 0;

    for (; (text = strstr(text, what)); text++)
        n++;
    return n;
}

START_TEST(formats_are_sorted_found_and_explained)
{
    size_t n;
    const struct report_format *const *all = report_formats(&n);

    ck_assert_uint_ge(n, 3);
    for (size_t i = 0; i < n; i++) {
        ck_assert_ptr_eq(report_format_find(all[i]->name), all[i]);
        ck_assert(*all[i]->help && *all[i]->file_name && all[i]->render);
        if (i > 0)
            ck_assert_str_lt(all[i - 1]->name, all[i]->name);
    }
    ck_assert_ptr_null(report_format_find("pdf"));
}
END_TEST

static void expect_balanced(const json_t *run, const char *of)
{
    AUTO_FREE char *page = render("html", run);
    AUTO_FREE char *xml = render("junit", run);
    const char *wrong = markup_wrong(page, true);

    ck_assert_msg(!wrong, "%s: html: %s", of, wrong);
    wrong = markup_wrong(xml, false);
    ck_assert_msg(!wrong, "%s: junit: %s", of, wrong);
}

START_TEST(documents_are_well_formed)
{
    AUTO_JSON json_t *run = sample(samples[_i].name);

    expect_balanced(run, samples[_i].name);
}
END_TEST

START_TEST(a_page_needs_nothing_from_elsewhere)
{
    static const char *const never[] = {"<script", "http:", "https:", "<link",
                                        "@import", "url(",  "src=",   "onload"};
    AUTO_JSON json_t *run = sample(samples[_i].name);
    AUTO_FREE char *page = render("html", run);

    for (size_t i = 0; i < ARRAY_LEN(never); i++)
        ck_assert_msg(!strstr(page, never[i]), "%s in the page of %s", never[i],
                      samples[_i].name);
}
END_TEST

/* Everything a reader looks for must stand in every format. */
START_TEST(what_was_found_is_in_every_document)
{
    AUTO_JSON json_t *run = sample("fail");
    static const char *const formats[] = {"html", "junit", "markdown"};
    static const char *const words[] = {"sink", "worker-1", "1 903 requests",
                                        "two owners: not judged",
                                        "this sink keeps its offsets"};

    for (size_t f = 0; f < ARRAY_LEN(formats); f++) {
        AUTO_FREE char *text = render(formats[f], run);

        for (size_t i = 0; i < ARRAY_LEN(words); i++)
            ck_assert_msg(strstr(text, words[i]) != NULL, "%s: no \"%s\"",
                          formats[f], words[i]);
    }
}
END_TEST

/* Make every text of the document hostile, apart from words of closed sets,
 * since report_check() refuses all other words. */
static void make_hostile(json_t *v, const char *text)
{
    static const char *const free_texts[] = {
        "name",    "why",    "file",     "sentence", "proof",
        "why_not", "target", "text",     "reason",   "actor",
        "what",    "note",   "node",     "resolved", "id",
        "folder",  "kernel", "upstream", "path",     "downstream"};
    const char *key;
    json_t *member;
    size_t i;

    json_array_foreach (v, i, member) {
        if (json_is_string(member))
            json_string_set(member, text);
        make_hostile(member, text);
    }
    json_object_foreach (v, key, member) {
        make_hostile(member, text);
        for (i = 0; i < ARRAY_LEN(free_texts); i++)
            if (json_is_string(member) && strcmp(key, free_texts[i]) == 0)
                json_string_set(member, text);
    }
}

static const char *const hostile[] = {"</title><script>alert(1)</script>",
                                      "\" onload=\"x",
                                      "' x='y",
                                      "a & b < c",
                                      "]]> --> <!--",
                                      "\x1b[2J\x07\x01\x7f",
                                      "\xc2\x9b 31m",
                                      "\xef\xbf\xbe",
                                      "%s%n%d",
                                      "| x | `y` <z>\n# h"};

START_TEST(hostile_texts_are_escaped_everywhere)
{
    AUTO_JSON json_t *run = sample("fail");
    AUTO_FREE char *verdict = NULL;
    AUTO_FREE char *page = NULL;
    AUTO_FREE char *xml = NULL;
    AUTO_FREE char *markdown = NULL;

    make_hostile(run, hostile[_i]);
    expect_balanced(run, hostile[_i]);
    page = render("html", run);
    xml = render("junit", run);
    markdown = render("markdown", run);
    verdict = report_verdict(run, false, 80);
    ck_assert(!strstr(page, "<script"));
    ck_assert(!strstr(page, "\" onload="));
    ck_assert(!strstr(markdown, "<script") && !strstr(markdown, "<z>"));
    ck_assert(!strstr(verdict, "\x1b") && !strstr(verdict, "\xc2\x9b"));
    ck_assert(!strstr(xml, "\x1b") && !strstr(xml, "\xef\xbf\xbe"));
}
END_TEST

static const struct {
    const char *sample;
    size_t tests, failures, errors, skipped;
} counts[] = {
    {"pass", 6, 0, 0, 0},
    {"fail", 6, 3, 0,
     1}, /* the verdict, a hop, a check; a further check relaxed */
    {"inconclusive", 5, 0, 5,
     0}, /* no case of an inconclusive run may be green */
    {"expected-fail", 4, 0, 0, 0}, /* an expected fail: green */
};

START_TEST(junit_counts_what_its_cases_say)
{
    AUTO_JSON json_t *run = sample(counts[_i].sample);
    AUTO_FREE char *xml = render("junit", run);
    AUTO_FREE char *want = path_of("<testsuites tests=\"%zu\" failures=\"%zu\""
                                   " errors=\"%zu\" skipped=\"%zu\"",
                                   counts[_i].tests, counts[_i].failures,
                                   counts[_i].errors, counts[_i].skipped);

    ck_assert_msg(strstr(xml, want) != NULL, "%s: not %s", counts[_i].sample,
                  want);
    ck_assert_uint_eq(occurrences(xml, "<testcase "), counts[_i].tests);
    ck_assert_uint_eq(occurrences(xml, "<failure "), counts[_i].failures);
    ck_assert_uint_eq(occurrences(xml, "<error "), counts[_i].errors);
    ck_assert_uint_eq(occurrences(xml, "<skipped "), counts[_i].skipped);
}
END_TEST

/* A run without any judgement, ended early, is no green suite. */
START_TEST(an_empty_run_is_still_an_error)
{
    static const char *const lists[] = {"phases", "stations", "hops",
                                        "faults", "checks",   "series",
                                        "events", "artifacts"};
    AUTO_JSON json_t *run = sample("inconclusive");
    AUTO_FREE char *xml = NULL;
    struct err err = {0};

    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        json_object_set_new(run, lists[i], json_array());
    json_object_del(run, "load");
    ck_assert_msg(report_check(run, &err) == 0, "%s", err.text);
    expect_balanced(run, "an empty run");
    xml = render("junit", run);
    ck_assert_uint_eq(occurrences(xml, "<error "), 1);
}
END_TEST

START_TEST(all_files_are_written_or_none)
{
    AUTO_FREE char *dir = path_of("/tmp/ordeal-report-%d", (int)getpid());
    AUTO_FREE char *page = path_of("%s/report.html", dir);
    AUTO_JSON json_t *run = sample("pass");
    struct err err = {0};
    size_t n;
    const struct report_format *const *all = report_formats(&n);

    ck_assert_int_eq(mkdir_all(dir, &err), 0);
    json_object_set_new(run, "outcome", json_string("splendid"));
    ck_assert_int_lt(report_write_all(run, dir, &err), 0);
    ck_assert_int_ne(access(page, F_OK), 0);
    json_object_set_new(run, "outcome", json_string("pass"));
    err = (struct err){0};
    ck_assert_msg(report_write_all(run, dir, &err) == 0, "%s", err.text);
    for (size_t i = 0; i < n; i++) {
        AUTO_FREE char *path = path_of("%s/%s", dir, all[i]->file_name);

        ck_assert_msg(access(path, F_OK) == 0, "%s", path);
    }
    ck_assert_int_eq(remove_tree(dir, &err), 0);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, formats_are_sorted_found_and_explained);
    tcase_add_loop_test(tc, documents_are_well_formed, 0, SAMPLES);
    tcase_add_loop_test(tc, a_page_needs_nothing_from_elsewhere, 0, SAMPLES);
    tcase_add_test(tc, what_was_found_is_in_every_document);
    tcase_add_loop_test(tc, hostile_texts_are_escaped_everywhere, 0,
                        ARRAY_LEN(hostile));
    tcase_add_loop_test(tc, junit_counts_what_its_cases_say, 0,
                        ARRAY_LEN(counts));
    tcase_add_test(tc, an_empty_run_is_still_an_error);
    tcase_add_test(tc, all_files_are_written_or_none);
}

SUITE_MAIN("report formats", fill)
