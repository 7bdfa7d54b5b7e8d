/* test_shape.c - report_check(): the schema of reports/README.md, and
 * contradictions. */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "report/report.h"
#include "report/report_look_own.h"
#include "support/suite.h"

#include "samples.h"

START_TEST(samples_keep_the_contract)
{
    AUTO_JSON json_t *run = sample(samples[_i].name);
    struct err err = {0};

    ck_assert_msg(report_check(run, &err) == 0, "%s: %s", samples[_i].name,
                  err.text);
}
END_TEST

START_TEST(unknown_fields_are_fine)
{
    AUTO_JSON json_t *run = sample("pass");
    struct err err = {0};

    json_object_set_new(run, "weather", json_string("fair"));
    json_object_set_new(look(run, "run"), "mood", json_null());
    ck_assert_int_eq(report_check(run, &err), 0);
}
END_TEST

/* The sample `of`, with the value `json` set at `key` of `in`; `in` is a
 * dotted path, "" for the top, "[0]" for the first item. `json` NULL removes
 * the key. */
static const struct {
    const char *of, *in, *key, *json, *want;
} wrong[] = {
    {"pass", "", "schema", "\"ordeal.run/2\"",
     "schema: expected one of ordeal.run/1, got \"ordeal.run/2\""},
    {"pass", "", "outcome", "\"splendid\"",
     "outcome: expected one of pass|fail|inconclusive|skip, got \"splendid\""},
    {"pass", "", "outcome", NULL, "outcome: expected a text, it is missing"},
    {"pass", "", "hops", "{}", "hops: expected a list, got an object"},
    {"pass", "", "reasons", "[1]",
     "reasons[0]: expected a text, got a whole number"},
    {"pass", "", "phases", "[7]",
     "phases[0]: expected an object, got a whole number"},
    {"pass", "run", "duration_us", "1.5",
     "run.duration_us: expected a whole number, got a fraction"},
    {"pass", "run", "seed", "true",
     "run.seed: expected a text or a whole number, got true or false"},
    {"pass", "load", "refused", "null",
     "load.refused: expected a whole number, it is missing"},
    {"fail", "hops.balance", "lost", NULL,
     "hops[0].balance.lost: expected a whole number, it is missing"},
    {"fail", "hops.guarantee", "delivery", "\"twice\"",
     "hops[0].guarantee.delivery: expected one of "
     "at-most-once|at-least-once|exactly-once, got \"twice\""},
    {"fail", "hops.findings.lost", "fails", "1",
     "hops[0].findings.lost.fails: expected true or false, got a whole number"},
    {"fail", "hops.findings.lost.worst", "first", "\"x\"",
     "hops[0].findings.lost.worst[0].first: expected a whole number, got a "
     "text"},
    {"fail", "faults", "outcome", "\"perhaps\"",
     "faults[0].outcome: expected one of landed|not landed|refused|not due, "
     "got "
     "\"perhaps\""},
    /* Verdicts that are too good. */
    {"pass", "hops", "status", "\"broken\"",
     "outcome: pass, yet hops[0] (orders -> orders-to-shop -> shop) is "
     "broken"},
    {"pass", "hops.balance", "closes", "false",
     "outcome: pass, yet the balance of hops[0] (orders -> orders-to-shop -> "
     "shop) does not close"},
    {"pass", "faults", "outcome", "\"not landed\"",
     "outcome: pass, yet a fault did not land"},
    {"pass", "checks", "status", "\"failed\"",
     "outcome: pass, yet a check failed"},
    {"fail", "", "as_expected", "true",
     "as_expected: true, yet pass was expected and the outcome is fail"},
    {"fail", "", "exit_code", "0", "exit_code: 0, yet not as expected"},
};

/* The object at a dotted path; for a list, its first item. */
static json_t *object_at(json_t *at, const char *path)
{
    AUTO_FREE char *copy = path_of("%s", path);
    char *save = NULL;

    for (char *key = strtok_r(copy, ".", &save); key;
         key = strtok_r(NULL, ".", &save)) {
        at = json_object_get(at, key);
        if (json_is_array(at))
            at = json_array_get(at, 0);
    }
    return at;
}

START_TEST(what_is_wrong_is_named_by_its_path)
{
    AUTO_JSON json_t *run = sample(wrong[_i].of);
    json_t *at = object_at(run, wrong[_i].in);
    struct err err = {0};

    ck_assert_ptr_nonnull(at);
    if (wrong[_i].json)
        json_object_set_new(at, wrong[_i].key,
                            json_loads(wrong[_i].json, JSON_DECODE_ANY, NULL));
    else
        json_object_del(at, wrong[_i].key);
    ck_assert_int_eq(report_check(run, &err), -EINVAL);
    ck_assert_str_eq(err.text, wrong[_i].want);
}
END_TEST

static const struct {
    const char *text;
    int64_t us;
} walls[] = {{"1970-01-01T00:00:00Z", 0},
             {"1970-01-01T00:00:01.5Z", 1500000},
             {"2026-11-20T16:31:07.123Z", 1795192267123000},
             {"2026-11-20T16:31:07+01:00", -1},
             {"yesterday", -1},
             {"", -1}};

START_TEST(wall_times_are_read)
{
    ck_assert_int_eq(wall_read(walls[_i].text), walls[_i].us);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, samples_keep_the_contract, 0, SAMPLES);
    tcase_add_test(tc, unknown_fields_are_fine);
    tcase_add_loop_test(tc, what_is_wrong_is_named_by_its_path, 0,
                        ARRAY_LEN(wrong));
    tcase_add_loop_test(tc, wall_times_are_read, 0, ARRAY_LEN(walls));
}

SUITE_MAIN("report shape", fill)
