/* test_verdict_words.c - the verdict on a terminal, word by word. */
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "report/report.h"
#include "report/report_look_own.h"
#include "report/text_own.h"
#include "report/words_own.h"
#include "support/suite.h"

#include "samples.h"

/* After an intended change of the verdict: look at the difference, then
 * replace the sample by the file that the test wrote into the build folder. */
START_TEST(verdicts_read_as_agreed)
{
    AUTO_JSON json_t *run = sample(samples[_i].name);
    AUTO_FREE char *got = report_verdict(run, false, 80);
    AUTO_FREE char *file = path_of("%s.verdict.txt", samples[_i].name);
    AUTO_FREE char *path = sample_path(file);
    AUTO_FREE char *beside = path_of("%s/%s", BUILD_DIR, file);
    AUTO_FREE char *want = NULL;
    struct err err = {0};

    ck_assert_int_eq(file_write(beside, got, strlen(got), &err), 0);
    ck_assert_msg(file_read(path, &want, NULL, &err) == 0, "%s", err.text);
    ck_assert_msg(strcmp(got, want) == 0, "%s differs from %s", beside, path);
}
END_TEST

static size_t longest_line(const char *text)
{
    size_t longest = 0;

    while (*text) {
        size_t len = strcspn(text, "\n");
        AUTO_FREE char *line = text_of("%.*s", (int)len, text);

        if (text_columns(line) > longest)
            longest = text_columns(line);
        text += len + (text[len] == '\n');
    }
    return longest;
}

static const struct {
    int asked;
    size_t most;
} widths[] = {{0, 80}, {80, 80}, {100, 100}, {200, 200}};

START_TEST(lines_keep_to_the_width)
{
    AUTO_JSON json_t *run = sample("fail");
    AUTO_FREE char *got = NULL;

    /* The head line is printed unbroken: name and why, as written. */
    json_object_del(look(run, "run"), "why");
    got = report_verdict(run, false, widths[_i].asked);
    ck_assert_uint_le(longest_line(got), widths[_i].most);
}
END_TEST

START_TEST(colours_change_nothing_but_colour)
{
    AUTO_JSON json_t *run = sample(samples[_i].name);
    AUTO_FREE char *plain = report_verdict(run, false, 80);
    AUTO_FREE char *colour = report_verdict(run, true, 80);
    size_t at = 0;

    ck_assert_ptr_null(strchr(plain, '\033'));
    ck_assert_ptr_nonnull(strchr(colour, '\033'));
    for (const char *c = colour; *c; c++) {
        if (*c == '\033')
            c += strcspn(c, "m");
        else
            ck_assert_int_eq(*c, plain[at++]);
    }
    ck_assert_int_eq(plain[at], 0);
}
END_TEST

START_TEST(a_run_stopped_at_once_claims_nothing)
{
    AUTO_JSON json_t *run = sample("inconclusive");
    AUTO_FREE char *got = NULL;

    json_object_set_new(run, "faults", json_array());
    json_object_set_new(run, "checks", json_array());
    json_object_del(run, "load");
    json_object_set_new(look(run, "run"), "broken_off", json_true());
    got = report_verdict(run, false, 80);
    ck_assert_ptr_nonnull(strstr(got, "faults       not known\n"));
    ck_assert_ptr_nonnull(strstr(got, "checks       not known\n"));
    ck_assert_ptr_nonnull(strstr(got, "load         not known\n"));
}
END_TEST

START_TEST(a_long_list_says_that_it_was_cut)
{
    AUTO_JSON json_t *run = sample("fail");
    json_t *lost = look(run, "hops");
    AUTO_FREE char *got = NULL;

    lost = look(json_array_get(lost, 0), "findings.lost");
    json_object_set_new(lost, "runs", json_integer(1041));
    got = report_verdict(run, false, 80);
    ck_assert_ptr_nonnull(strstr(got, "3 of 1 041 stretches shown"));
}
END_TEST

static const struct {
    int64_t n;
    const char *want;
} figures[] = {
    {0, "0"},
    {999, "999"},
    {1000, "1\u202f000"},
    {-1000, "-1\u202f000"},
    {-100, "-100"},
    {1234567, "1\u202f234\u202f567"},
    {INT64_MAX, "9\u202f223\u202f372\u202f036\u202f854\u202f775\u202f807"},
};

START_TEST(figures_are_grouped)
{
    ck_assert_str_eq(grouped(figures[_i].n).s, figures[_i].want);
}
END_TEST

/* When a loss from 20.0s to 20.5s is told as "during" a fault, and when not. */
static const struct {
    const char *outcome;
    int64_t from_us, to_us;
    const char *want;
} during[] = {
    {"landed", 10000000, 30000000, "during timeline[0] sink_throttle on shop"},
    {"landed", 20400000, 30000000, "during timeline[0] sink_throttle on shop"},
    {"landed", 10000000, -1, "during timeline[0] sink_throttle on shop"},
    {"landed", 21500000, 30000000,
     "outside of every disturbance (1s before timeline[0] sink_throttle "
     "on shop)"},
    {"landed", 10000000, 18000000,
     "outside of every disturbance (2s after timeline[0] sink_throttle "
     "on shop)"},
    {"not landed", 10000000, 30000000, "outside of every disturbance"},
};

START_TEST(a_finding_is_laid_to_a_fault_only_by_its_window)
{
    AUTO_JSON json_t *run = sample("fail");
    json_t *fault = json_array_get(look(run, "faults"), 0);
    AUTO_JSON json_t *lost = json_pack("{s:{s:i},s:{s:i}}", "up_first", "at_us",
                                       20000000, "up_last", "at_us", 20500000);
    AUTO_FREE char *got = NULL;

    json_object_set_new(fault, "outcome", json_string(during[_i].outcome));
    json_object_set_new(fault, "window_from_us",
                        json_integer(during[_i].from_us));
    json_object_set_new(fault, "window_to_us", json_integer(during[_i].to_us));
    got = words_during(run, lost);
    ck_assert_str_eq(got, during[_i].want);
}
END_TEST

/* A mirror keeps the producer's timestamp of a record. */
START_TEST(times_of_a_topic_are_no_arrivals)
{
    AUTO_JSON json_t *run = sample("fail");
    json_t *hop = json_array_get(look(run, "hops"), 0);
    AUTO_JSON json_t *copy = json_pack(
        "{s:i, s:i, s:i, s:{s:i, s:i, s:i}}", "stream", 1, "first", 7, "count",
        1, "down_first", "at_us", 1, "partition", 0, "offset", 9);
    AUTO_FREE char *got = words_run(run, hop, copy);

    ck_assert_ptr_nonnull(strstr(got, ", made at "));
    ck_assert_ptr_null(strstr(got, "arrived"));
    ck_assert_ptr_null(strstr(got, "outside"));
}
END_TEST

START_TEST(a_failed_check_alone_is_told_as_such)
{
    AUTO_JSON json_t *run = sample("pass");
    json_t *check = json_array_get(look(run, "checks"), 0);
    AUTO_FREE char *got = NULL;

    json_object_set_new(run, "outcome", json_string("fail"));
    json_object_set_new(check, "status", json_string("failed"));
    json_object_set_new(check, "sentence", json_string("it took too long"));
    got = words_summary(run);
    ck_assert_ptr_nonnull(strstr(got, "No promise was broken, but 1 of "));
    ck_assert_ptr_nonnull(strstr(got, "failed: it took too long."));
}
END_TEST

START_TEST(a_suite_counts_its_skips_in_words)
{
    AUTO_JSON json_t *skip = sample("pass");
    json_t *runs[SAMPLES + 1];
    AUTO_FREE char *got = NULL;
    AUTO_FREE char *path = sample_path("suite.txt");
    AUTO_FREE char *beside = path_of("%s/suite.txt", BUILD_DIR);
    AUTO_FREE char *want = NULL;
    struct err err = {0};

    json_object_set_new(skip, "outcome", json_string("skip"));
    json_object_set_new(skip, "as_expected", json_false());
    json_object_set_new(look(skip, "run"), "name", json_string("link-delay"));
    json_object_set_new(skip, "hops", json_array());
    json_object_del(skip, "load");
    json_array_append_new(look(skip, "reasons"),
                          json_string("the kernel has no netem"));
    for (size_t i = 0; i < SAMPLES; i++)
        runs[i] = sample(samples[i].name);
    runs[SAMPLES] = skip;
    got = report_suite_table((const json_t *const *)runs, SAMPLES + 1, false);
    for (size_t i = 0; i < SAMPLES; i++)
        json_decref(runs[i]);
    ck_assert_int_eq(file_write(beside, got, strlen(got), &err), 0);
    ck_assert_msg(file_read(path, &want, NULL, &err) == 0, "%s", err.text);
    ck_assert_str_eq(got, want);
}
END_TEST

static const struct {
    const char *json, *want;
} seeds[] = {{"42", "42"},
             {"\"18446744073709551615\"", "18446744073709551615"},
             {"-1", "18446744073709551615"}};

START_TEST(a_seed_reads_as_it_is_given)
{
    AUTO_JSON json_t *run = sample("pass");
    AUTO_FREE char *got = NULL;

    json_object_set_new(look(run, "run"), "seed",
                        json_loads(seeds[_i].json, JSON_DECODE_ANY, NULL));
    got = words_seed(run);
    ck_assert_str_eq(got, seeds[_i].want);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, verdicts_read_as_agreed, 0, SAMPLES);
    tcase_add_loop_test(tc, lines_keep_to_the_width, 0, ARRAY_LEN(widths));
    tcase_add_loop_test(tc, colours_change_nothing_but_colour, 0, SAMPLES);
    tcase_add_test(tc, a_run_stopped_at_once_claims_nothing);
    tcase_add_test(tc, a_long_list_says_that_it_was_cut);
    tcase_add_loop_test(tc, figures_are_grouped, 0, ARRAY_LEN(figures));
    tcase_add_loop_test(tc, a_finding_is_laid_to_a_fault_only_by_its_window, 0,
                        ARRAY_LEN(during));
    tcase_add_loop_test(tc, a_seed_reads_as_it_is_given, 0, ARRAY_LEN(seeds));
    tcase_add_test(tc, times_of_a_topic_are_no_arrivals);
    tcase_add_test(tc, a_failed_check_alone_is_told_as_such);
    tcase_add_test(tc, a_suite_counts_its_skips_in_words);
}

SUITE_MAIN("report verdict", fill)
