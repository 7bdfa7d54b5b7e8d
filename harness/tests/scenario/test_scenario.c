/* test_scenario.c - scenario files, one folder each, found at test time.
 * valid/<case> reads without a complaint; invalid/<case>/error holds all
 * complaints, in order, without the path of the file. */
#include "scenario/scenario.h"
#include "support/suite.h"

#include <glob.h>
#include <string.h>

#include "base/file.h"
#include "base/outcome.h"
#include "base/own.h"
#include "scenario/doc.h"

#define CASES SOURCE_DIR "/harness/tests/scenario/"

static glob_t valid, invalid, shipped;

/* The target keys, as handed in by fault/. */
static const char *const targets[] = {"worker", "broker", "connector", "task",
                                      "topic",  "on",     NULL};

/* All complaints about a file, one a line, from the line number on. */
static char *complaints_of(const char *path)
{
    struct scenario s;
    struct doc *d;
    struct err err = {0};
    char *text = path_of("%s", "");

    ck_assert_msg(doc_load(path, NULL, 0, &d, &err) == 0, "%s", err.text);
    scenario_read(d, targets, &s);
    for (size_t i = 0; i < doc_complaints(d); i++) {
        AUTO_FREE char *head = text;

        ck_assert_int_eq(strncmp(doc_complaint(d, i), path, strlen(path)), 0);
        text = path_of("%s%s\n", head, doc_complaint(d, i) + strlen(path) + 1);
    }
    scenario_done(&s);
    doc_free(d);
    return text;
}

START_TEST(a_valid_file_is_read_without_complaint)
{
    AUTO_FREE char *got = complaints_of(valid.gl_pathv[_i]);

    ck_assert_msg(*got == 0, "%s: %s", valid.gl_pathv[_i], got);
}
END_TEST

START_TEST(a_shipped_file_is_read_without_complaint)
{
    AUTO_FREE char *got = complaints_of(shipped.gl_pathv[_i]);

    ck_assert_msg(*got == 0, "%s: %s", shipped.gl_pathv[_i], got);
}
END_TEST

START_TEST(an_invalid_file_gets_all_its_complaints)
{
    const char *path = invalid.gl_pathv[_i];
    AUTO_FREE char *error =
        path_of("%.*serror", (int)(strrchr(path, '/') + 1 - path), path);
    AUTO_FREE char *got = complaints_of(path);
    AUTO_FREE char *want = NULL;
    struct err err = {0};

    ck_assert_msg(file_read(error, &want, NULL, &err) == 0, "%s", err.text);
    ck_assert_msg(strcmp(got, want) == 0, "%s:\ngot\n%swant\n%s", path, got,
                  want);
}
END_TEST

static void read_case(const char *name, const char *const *set, size_t n,
                      struct doc **d, struct scenario *s)
{
    AUTO_FREE char *path = path_of(CASES "valid/%s/scenario.yaml", name);
    struct err err = {0};

    ck_assert_msg(doc_load(path, set, n, d, &err) == 0, "%s", err.text);
    scenario_read(*d, targets, s);
    ck_assert_msg(doc_complaints(*d) == 0, "%s", doc_complaint(*d, 0));
}

START_TEST(every_section_lands_in_its_struct)
{
    struct scenario s;
    struct doc *d;

    read_case("everything", NULL, 0, &d, &s);
    ck_assert_str_eq(s.name, "http-sink-429");
    ck_assert_int_eq(s.guarantee.duplicates_per_disturbance, 2000);
    ck_assert_str_eq(s.platform.kind, "local");
    ck_assert_ptr_null(json_object_get(s.platform.with, "kind"));
    ck_assert_int_eq(
        json_integer_value(json_object_get(s.platform.with, "brokers")), 3);
    ck_assert_uint_eq(s.topics_len, 1);
    ck_assert_int_eq(s.topics[0].partitions, 6);
    ck_assert_str_eq(s.endpoints[0].kind, "http");
    ck_assert_str_eq(s.endpoints[0].path, "endpoints.shop");
    ck_assert_str_eq(s.connectors[0].plugin, "http-sink-specimen");
    ck_assert(!s.connectors[0].is_source);
    ck_assert_str_eq(
        json_string_value(json_object_get(s.connectors[0].config, "http.url")),
        "${shop.url}");
    ck_assert_int_eq(s.loads[0].rate, 2000);
    ck_assert_int_eq(s.loads[0].kind, LOAD_TOPIC);
    ck_assert_int_eq(s.loads[0].acks, -1);
    ck_assert_str_eq(s.loads[0].compression, "none");
    ck_assert_uint_eq(s.flows[0].len, 3);
    ck_assert_str_eq(s.flows[0].names[1], "orders-to-shop");
    ck_assert_int_eq(s.duration_us, 20000000);
    ck_assert(s.has_seed);
    ck_assert_uint_eq(s.seed, 42);
    scenario_done(&s);
    doc_free(d);
}
END_TEST

START_TEST(steps_checks_and_the_verdict_land_in_theirs)
{
    struct scenario s;
    struct doc *d;

    read_case("everything", NULL, 0, &d, &s);
    ck_assert_uint_eq(s.steps_len, 3);
    ck_assert_int_eq(s.steps[0].at_us, 10000000);
    ck_assert_str_eq(s.steps[0].target_key, "on");
    ck_assert_str_eq(s.steps[0].target, "shop");
    ck_assert_int_eq(s.steps[1].at_us, -1);
    ck_assert_str_eq(s.steps[1].after, "10000 delivered");
    ck_assert_str_eq(s.steps[2].path, "timeline[2]");
    ck_assert_str_eq(s.steps[2].target, "leader of orders/0");
    ck_assert_uint_eq(s.checks_len, 4);
    ck_assert_str_eq(s.checks[0].kind, "recovered");
    ck_assert_ptr_nonnull(s.checks[0].with);
    ck_assert_ptr_null(s.checks[2].with);
    ck_assert(s.checks[3].relax);
    ck_assert_str_eq(s.checks[3].kind, "duplicates");
    ck_assert(s.expected.given);
    ck_assert_int_eq(s.expected.is, OUTCOME_FAIL);
    ck_assert_int_eq(s.timeouts.drain_us, 180000000);
    ck_assert_int_eq(s.timeouts.run_us, INT64_C(900000000));
    scenario_done(&s);
    doc_free(d);
}
END_TEST

START_TEST(a_minimal_file_has_the_defaults)
{
    struct scenario s;
    struct doc *d;

    read_case("minimal", NULL, 0, &d, &s);
    ck_assert_int_eq(s.guarantee.delivery, AT_LEAST_ONCE);
    ck_assert_int_eq(s.guarantee.ordering, ORDER_STREAM);
    ck_assert_int_eq(s.guarantee.duplicates_per_disturbance, -1);
    ck_assert_uint_eq(s.topics_len, 1);
    ck_assert_str_eq(s.topics[0].name, "orders");
    ck_assert_int_eq(s.topics[0].partitions, 1);
    ck_assert_int_eq(s.loads[0].rate, 1000);
    ck_assert_int_eq(s.loads[0].idempotence, 1);
    ck_assert_int_eq(s.quiet_us, 5000000);
    ck_assert_int_eq(s.records_min, 1000);
    ck_assert_ptr_null(s.platform.kind);
    ck_assert(!s.has_seed);
    ck_assert(!s.expected.given);
    scenario_done(&s);
    doc_free(d);
}
END_TEST

START_TEST(a_connector_overrides_the_guarantee_only_where_it_says_so)
{
    struct scenario s;
    struct doc *d;
    struct guarantee g;

    read_case("guarantees", NULL, 0, &d, &s);
    g = scenario_guarantee(&s, d, "order-only");
    ck_assert_int_eq(g.delivery, AT_LEAST_ONCE);
    ck_assert_int_eq(g.ordering, ORDER_KEY);
    ck_assert_int_eq(g.duplicates_per_disturbance, 500);
    g = scenario_guarantee(&s, d, "once");
    ck_assert_int_eq(g.delivery, EXACTLY_ONCE);
    ck_assert_int_eq(g.ordering, ORDER_STREAM);
    ck_assert_int_eq(g.once_by, BY_DELIVERIES);
    ck_assert_int_eq(g.duplicates_per_disturbance, -1);
    g = scenario_guarantee(&s, d, "as-all");
    ck_assert_int_eq(g.duplicates_per_disturbance, 500);
    scenario_done(&s);
    doc_free(d);
}
END_TEST

START_TEST(a_connector_knows_its_side_from_the_flow)
{
    struct scenario s;
    struct doc *d;

    read_case("source-and-sink", NULL, 0, &d, &s);
    ck_assert(s.connectors[0].is_source);
    ck_assert(!s.connectors[1].is_source);
    ck_assert_int_eq(s.loads[0].kind, LOAD_FILE);
    ck_assert_int_eq(s.loads[1].kind, LOAD_TOPIC);
    ck_assert_int_eq(s.loads[1].acks, 1);
    ck_assert_str_eq(s.loads[1].compression, "zstd");
    scenario_done(&s);
    doc_free(d);
}
END_TEST

static void fill(TCase *tc)
{
    (void)glob(CASES "valid/*/scenario.yaml", 0, NULL, &valid);
    (void)glob(CASES "invalid/*/scenario.yaml", 0, NULL, &invalid);
    (void)glob(SOURCE_DIR "/scenarios/*/*.yaml", 0, NULL, &shipped);
    tcase_add_loop_test(tc, a_valid_file_is_read_without_complaint, 0,
                        (int)valid.gl_pathc);
    tcase_add_loop_test(tc, a_shipped_file_is_read_without_complaint, 0,
                        (int)shipped.gl_pathc);
    tcase_add_loop_test(tc, an_invalid_file_gets_all_its_complaints, 0,
                        (int)invalid.gl_pathc);
    tcase_add_test(tc, every_section_lands_in_its_struct);
    tcase_add_test(tc, steps_checks_and_the_verdict_land_in_theirs);
    tcase_add_test(tc, a_minimal_file_has_the_defaults);
    tcase_add_test(tc,
                   a_connector_overrides_the_guarantee_only_where_it_says_so);
    tcase_add_test(tc, a_connector_knows_its_side_from_the_flow);
}

SUITE_MAIN("scenario", fill)
