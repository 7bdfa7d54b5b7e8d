/* test_verdict.c - the outcome of a run, from run.json. */
#include <stdio.h>
#include <string.h>

#include "base/own.h"
#include "support/suite.h"
#include "verdict/verdict.h"

#define LOAD                                                                   \
    "'load': {'acknowledged': 5000, 'began_us': 1000, 'ended_us': 90000}"
/* Two loads, from 1 to 4 ms and from 6 ms on. */
#define LOADS                                                                  \
    "'load': {'acknowledged': 5000, 'began_us': 1000, 'ended_us': 90000, "     \
    "'each': [{'began_us': 1000, 'ended_us': 4000}, {'began_us': 6000, "       \
    "'ended_us': -1}, {'began_us': -1, 'ended_us': -1}]}"
#define AT(us)                                                                 \
    "{'path': 'timeline[0]', 'kind': 'worker_kill', 'outcome': 'landed', "     \
    "'asked_us': " us ", 'mended_us': 95000}"
#define HOP(status, findings)                                                  \
    "{'name': 'orders -> s -> shop', 'connector': 's', 'status': '" status     \
    "', 'findings': {" findings "}, 'events': {'two owners': {'count': 3, "    \
    "'judged': true}}}"
#define LATE_HOP                                                               \
    "{'name': 'orders -> s -> shop', 'connector': 's', 'status': 'held', "     \
    "'events': {'late FAILED': {'count': 2, 'judged': true}}}"
#define FAILS(kind, n)                                                         \
    "'" kind "': {'records': " n ", 'fails': true}, 'reordered': {'records': " \
    "7, 'fails': false}"
#define CHECK(kind, status)                                                    \
    "{'path': 'expect[0]', 'kind': '" kind "', 'status': '" status             \
    "', 'sentence': 'so it is'}"
#define FAULT(more)                                                            \
    "{'path': 'timeline[0]', 'kind': 'worker_kill', 'outcome': 'landed', "     \
    "'asked_us': 5000, 'mended_us': 6000, 'why_not': ''" more "}"

static const struct row {
    const char *what;
    const char *expected; /* NULL: a pass */
    const char *hops, *checks, *faults;
    const char *load; /* NULL: enough */
    struct verdict_rules rules;
    const char *outcome;
    bool as_expected;
    int exit_code;
    const char *reason; /* the first; NULL: none */
} rows[] = {
    {"all held", NULL, HOP("held", ""), CHECK("order", "held"), FAULT(""),
     .outcome = "pass", .as_expected = true, .exit_code = 0},
    {"a relaxed check holds nobody up", NULL, HOP("held", ""),
     CHECK("order", "relaxed"), "", .outcome = "pass", .as_expected = true},
    {"a hop is broken", NULL, HOP("broken", FAILS("lost", "4")), "", "",
     .outcome = "fail", .exit_code = 1},
    {"a check failed", NULL, HOP("held", ""), CHECK("recovered", "failed"), "",
     .outcome = "fail", .exit_code = 1},
    {"a failure counts more than a doubt", NULL,
     HOP("broken", FAILS("lost", "4")), CHECK("order", "not judged"), "",
     .outcome = "fail", .exit_code = 1,
     .reason = "expect[0]: order: not judged: so it is"},

    {"a fault that did not land", NULL, HOP("held", ""), "",
     "{'path': 'timeline[0]', 'kind': 'worker_kill', 'outcome': 'not landed', "
     "'why_not': 'it lives'}",
     .outcome = "inconclusive", .exit_code = 2,
     .reason = "timeline[0]: worker_kill did not land: it lives"},
    {"a fault whose time never came", NULL, HOP("held", ""), "",
     "{'path': 'timeline[0]', 'kind': 'worker_kill', 'outcome': 'refused'}",
     .outcome = "inconclusive", .exit_code = 2,
     .reason = "timeline[0]: worker_kill did not land: its time never came"},
    {"a fault after the load", NULL, HOP("held", ""), "",
     "{'path': 'timeline[0]', 'kind': 'worker_kill', 'outcome': 'landed', "
     "'asked_us': 90001, 'mended_us': 95000}",
     .outcome = "inconclusive", .exit_code = 2,
     .reason = "timeline[0]: worker_kill struck while no load ran"},
    {"a fault before the load", NULL, HOP("held", ""), "",
     "{'path': 'timeline[0]', 'kind': 'worker_kill', 'outcome': 'landed', "
     "'asked_us': 999, 'mended_us': 95000}",
     .outcome = "inconclusive", .exit_code = 2,
     .reason = "timeline[0]: worker_kill struck while no load ran"},
    {"a fault while the first load ran", NULL, HOP("held", ""), "", AT("4000"),
     .load = LOADS, .outcome = "pass", .as_expected = true},
    {"a fault between two loads", NULL, HOP("held", ""), "", AT("4001"),
     .load = LOADS, .outcome = "inconclusive", .exit_code = 2,
     .reason = "timeline[0]: worker_kill struck while no load ran"},
    {"a fault as the second load begins", NULL, HOP("held", ""), "", AT("6000"),
     .load = LOADS, .outcome = "pass", .as_expected = true},
    {"a fault after all loads", NULL, HOP("held", ""), "", AT("90001"),
     .load = LOADS, .outcome = "inconclusive", .exit_code = 2,
     .reason = "timeline[0]: worker_kill struck while no load ran"},
    {"a fault that was not mended", NULL, HOP("held", ""), "",
     "{'path': 'timeline[0]', 'kind': 'worker_kill', 'outcome': 'landed', "
     "'asked_us': 5000, 'mended_us': -1, 'why_not': 'no proof'}",
     .outcome = "inconclusive", .exit_code = 2,
     .reason = "timeline[0]: worker_kill was not proven mended: no proof"},

    {"too few records", NULL, HOP("held", ""), "", "",
     .load = "'load': {'acknowledged': 999}", .outcome = "inconclusive",
     .exit_code = 2,
     .reason = "too few records to tell: 999 acknowledged, records-min is "
               "1000"},
    {"a hop that nothing went over", NULL,
     HOP("held", "") ", {'name': 'b -> s -> shop', 'connector': 's', 'status': "
                     "'held', 'balance': {'upstream': 0}}",
     "", "", .outcome = "inconclusive", .exit_code = 2,
     .reason = "b -> s -> shop: no record went over it"},
    {"no hop at all", NULL, "", "", "", .outcome = "inconclusive",
     .exit_code = 2, .reason = "no hop was judged"},
    {"a hop that was not judged", NULL, HOP("not judged", ""), "", "",
     .outcome = "inconclusive", .exit_code = 2,
     .reason = "orders -> s -> shop was not judged"},
    {"a check that was not judged", NULL, HOP("held", ""),
     CHECK("lag", "not judged"), "", .outcome = "inconclusive", .exit_code = 2,
     .reason = "expect[0]: lag: not judged: so it is"},

    {"an old run never passes", NULL, HOP("held", ""), "", "",
     .rules = {.verify_only = true}, .outcome = "inconclusive", .exit_code = 2},
    {"an old run may fail", NULL, HOP("broken", FAILS("lost", "4")), "", "",
     .rules = {.verify_only = true}, .outcome = "fail", .exit_code = 1},
    {"an old run is never as expected", "{'is': 'fail'}",
     HOP("broken", FAILS("lost", "4")), "", "", .rules = {.verify_only = true},
     .outcome = "fail", .exit_code = 1},
    {"interrupted", NULL, HOP("held", ""), "", "",
     .rules = {.interrupted = true}, .outcome = "inconclusive", .exit_code = 2,
     .reason = "the run was interrupted"},
    {"a check that was cut short proves nothing", NULL, HOP("held", ""),
     CHECK("tasks_running", "failed"), "", .rules = {.interrupted = true},
     .outcome = "inconclusive", .exit_code = 2,
     .reason = "the run was interrupted"},

    {"nor one of a run that could not go on", NULL, HOP("held", ""),
     CHECK("tasks_running", "failed"), "", .rules = {.cut_short = true},
     .outcome = "inconclusive", .exit_code = 2},
    {"what hops show of half a run counts", NULL,
     HOP("broken", FAILS("lost", "4")), "", "", .rules = {.cut_short = true},
     .outcome = "fail", .exit_code = 1},
    {"an interrupted run is never as expected", "{'is': 'inconclusive'}",
     HOP("not judged", ""), "", "", .rules = {.interrupted = true},
     .outcome = "inconclusive", .exit_code = 2,
     .reason = "the run was interrupted"},

    {"it must fail, and does", "{'is': 'fail'}",
     HOP("broken", FAILS("lost", "4")), "", "", .outcome = "fail",
     .as_expected = true},
    {"it must fail, and passes", "{'is': 'fail'}", HOP("held", ""), "", "",
     .outcome = "pass", .exit_code = 1},
    {"it must fail, and it cannot be told", "{'is': 'fail'}",
     HOP("not judged", ""), "", "", .outcome = "inconclusive", .exit_code = 2,
     .reason = "orders -> s -> shop was not judged"},
    {"it must be inconclusive", "{'is': 'inconclusive'}", HOP("not judged", ""),
     "", "", .outcome = "inconclusive", .as_expected = true,
     .reason = "orders -> s -> shop was not judged"},
    {"exactly that finding", "{'is': 'fail', 'findings': {'lost': 'all'}}",
     HOP("broken", FAILS("lost", "4")), "", "", .outcome = "fail",
     .as_expected = true},
    {"so many of it", "{'is': 'fail', 'findings': {'lost': 4}}",
     HOP("broken", FAILS("lost", "4")), "", "", .outcome = "fail",
     .as_expected = true},
    {"another number of it", "{'is': 'fail', 'findings': {'lost': 5}}",
     HOP("broken", FAILS("lost", "4")), "", "", .outcome = "fail",
     .exit_code = 1},
    {"over two hops together", "{'is': 'fail', 'findings': {'lost': 9}}",
     HOP("broken", FAILS("lost", "4")) "," HOP("broken", FAILS("lost", "5")),
     "", "", .outcome = "fail", .as_expected = true},
    {"spelt as files do",
     "{'is': 'fail', 'findings': {'doubly-accounted': 'some'}}",
     HOP("broken", FAILS("doubly accounted", "4")), "", "", .outcome = "fail",
     .as_expected = true},
    {"an event, spelt as files do",
     "{'is': 'fail', 'findings': {'lost': 4, 'late-failed': 2}}",
     HOP("broken", FAILS("lost", "4")) "," LATE_HOP, "", "", .outcome = "fail",
     .as_expected = true},
    {"another finding", "{'is': 'fail', 'findings': {'duplicate': 'some'}}",
     HOP("broken", FAILS("lost", "4")), "", "", .outcome = "fail",
     .exit_code = 1},
    {"one more finding", "{'is': 'fail', 'findings': {'duplicate': 'some'}}",
     HOP("broken", FAILS("duplicate", "1")) "," HOP("broken",
                                                    FAILS("lost", "1")),
     "", "", .outcome = "fail", .exit_code = 1},
    {"on a second hop only", "{'is': 'fail', 'findings': {'lost': 'some'}}",
     HOP("held", "") "," HOP("broken", FAILS("lost", "1")), "", "",
     .outcome = "fail", .as_expected = true},
    {"an event", "{'is': 'fail', 'findings': {'two-owners': 'some'}}",
     HOP("held", ""), CHECK("single_owner", "failed"), "", .outcome = "fail",
     .as_expected = true},
    {"so many events", "{'is': 'fail', 'findings': {'two-owners': 4}}",
     HOP("held", ""), CHECK("single_owner", "failed"), "", .outcome = "fail",
     .exit_code = 1},
    {"the check that speaks of what is expected",
     "{'is': 'fail', 'findings': {'lost': 'all'}}",
     HOP("broken", FAILS("lost", "4")), CHECK("no_loss", "failed"), "",
     .outcome = "fail", .as_expected = true},
    {"what is expected, but the fault did not land",
     "{'is': 'fail', 'findings': {'lost': 'all'}}",
     HOP("broken", FAILS("lost", "4")), "",
     "{'path': 'timeline[0]', 'kind': 'worker_kill', 'outcome': 'not landed', "
     "'why_not': 'it lives'}",
     .outcome = "fail", .exit_code = 1,
     .reason = "timeline[0]: worker_kill did not land: it lives"},
    {"a check that speaks of something else",
     "{'is': 'fail', 'findings': {'lost': 'all'}}",
     HOP("broken", FAILS("lost", "4")), CHECK("recovered", "failed"), "",
     .outcome = "fail", .exit_code = 1},
};

static json_t *run_of(const struct row *r)
{
    AUTO_FREE char *text = NULL;
    json_error_t why;
    json_t *run;

    ck_assert_int_gt(
        asprintf(&text,
                 "{'expected': %s, 'reasons': [], 'not_judged': [], "
                 "'stations': [], 'hops': [%s], 'checks': [%s], 'faults': "
                 "[%s], %s}",
                 r->expected ? r->expected : "{'is': 'pass', 'findings': null}",
                 r->hops, r->checks, r->faults, r->load ? r->load : LOAD),
        0);
    for (char *p = text; *p; p++)
        if (*p == '\'')
            *p = '"';
    run = json_loads(text, 0, &why);
    ck_assert_msg(run != NULL, "%s at %d: %.300s", why.text, why.position,
                  text);
    return run;
}

START_TEST(it_is)
{
    const struct row *r = &rows[_i];
    AUTO_JSON json_t *run = run_of(r);
    struct verdict_rules rules = r->rules;
    const char *outcome, *reason;
    int exit_code;
    bool as_expected;

    rules.records_min = 1000;
    verdict_settle(run, &rules);
    outcome = json_string_value(json_object_get(run, "outcome"));
    exit_code = (int)json_integer_value(json_object_get(run, "exit_code"));
    as_expected = json_is_true(json_object_get(run, "as_expected"));
    reason =
        json_string_value(json_array_get(json_object_get(run, "reasons"), 0));
    ck_assert_msg(strcmp(outcome, r->outcome) == 0, "%s: %s", r->what, outcome);
    ck_assert_msg(as_expected == r->as_expected, "%s", r->what);
    ck_assert_msg(exit_code == r->exit_code, "%s: %d", r->what, exit_code);
    ck_assert_msg(!reason == !r->reason &&
                      (!reason || strcmp(reason, r->reason) == 0),
                  "%s: %s", r->what, reason ? reason : "no reason");
}
END_TEST

START_TEST(what_was_not_seen_is_listed)
{
    AUTO_JSON json_t *run = json_pack(
        "{s:{s:s}, s:[], s:[], s:{s:i}, s:[], s:[], "
        "s:[{s:s, s:s, s:s, s:{s:{s:b, s:s}}}, "
        "{s:s, s:s, s:s, s:{s:{s:b, s:s}, s:{s:b}}}], "
        "s:[{s:s, s:{s:b, s:s}}, {s:s}]}",
        "expected", "is", "pass", "reasons", "not_judged", "load",
        "acknowledged", 5, "checks", "faults", "hops", "name", "load -> orders",
        "connector", "", "status", "held", "events", "two owners", "judged", 0,
        "why_not", "x", "name", "orders -> s -> shop", "connector", "s",
        "status", "held", "events", "two owners", "judged", 0, "why_not",
        "nobody saw", "silent stall", "judged", 1, "stations", "name", "orders",
        "offsets", "judged", 0, "why_not", "markers", "name", "shop");
    json_t *list;

    ck_assert_ptr_nonnull(run);
    verdict_settle(run, &(struct verdict_rules){.records_min = 1});
    list = json_object_get(run, "not_judged");
    ck_assert_uint_eq(json_array_size(list), 2);
    ck_assert_str_eq(json_string_value(json_array_get(list, 0)),
                     "orders -> s -> shop: two owners: nobody saw");
    ck_assert_str_eq(json_string_value(json_array_get(list, 1)),
                     "orders: offset hole: markers");
    ck_assert_str_eq(json_string_value(json_object_get(run, "outcome")),
                     "pass");
}
END_TEST

/* JSON drops a member with a text that is no UTF-8: the list is then short. */
START_TEST(a_list_that_is_short_is_a_reason)
{
    AUTO_JSON json_t *run =
        json_pack("{s:[], s:[{}], s:[], s:[], s:[]}", "reasons", "stations",
                  "hops", "faults", "checks");
    json_t *reasons = json_object_get(run, "reasons");

    verdict_guard_whole(run, &(struct verdict_whole){.stations = 1});
    ck_assert_uint_eq(json_array_size(reasons), 0);
    verdict_guard_whole(run,
                        &(struct verdict_whole){.stations = 1, .faults = 2});
    ck_assert_uint_eq(json_array_size(reasons), 1);
    ck_assert_str_eq(json_string_value(json_array_get(reasons, 0)),
                     "the evidence is incomplete: 0 of 2 faults: a defect of "
                     "the harness, please report it with the run folder");
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, a_list_that_is_short_is_a_reason);
    tcase_add_loop_test(tc, it_is, 0, sizeof(rows) / sizeof(rows[0]));
    tcase_add_test(tc, what_was_not_seen_is_listed);
}

SUITE_MAIN("verdicts", fill)
