/* test_hop_gather.c - facts of a run reach the status of hops, and the
 * evidence. */
#include <string.h>

#include "base/own.h"
#include "engine/hop_gather_own.h"
#include "support/suite.h"

static struct plan_station stations[] = {{.name = "orders"}, {.name = "shop"}};
static struct plan_hop hop = {
    .name = "orders -> s -> shop",
    .up = 0,
    .down = 1,
};
static struct hop_judgement seen;
static struct hop_facts hop_seen;
static struct station_facts read_back[2];
static struct plan plan = {
    .stations = stations,
    .stations_len = 2,
    .hops = &hop,
    .hops_len = 1,
    .groups = {{.name = ""}},
    .groups_len = 1,
};
static const struct fault_ops fault;
static struct plan_step plan_step = {.ops = &fault};
static struct run_spec spec = {.plan = &plan};
static struct run run = {.given = {.spec = &spec, .plan = &plan},
                         .facts = {.hops = &hop_seen, .stations = read_back},
                         .results = {.hops = &seen}};

static const struct row {
    const char *what;
    int64_t delivery, ordering;
    uint64_t unordered, reordered, taken, gone;
    const char *status;
    const char *sentence; /* in the first sentence; NULL: no sentence */
} rows[] = {
    {"nothing to say", AT_LEAST_ONCE, ORDER_STREAM, 0, 0, 0, 0, "held", NULL},
    {"order is promised and cannot be judged", AT_LEAST_ONCE, ORDER_STREAM, 3,
     0, 0, 0, "not judged",
     "orders -> s -> shop: reordered: not judged: 3 records come after later "
     "ones of their stream, which comes mixed from several partitions, and "
     "those have no order among each other; the guarantee promises order: "
     "whether it was kept cannot be told"},
    {"by key it is promised as well", EXACTLY_ONCE, ORDER_KEY, 3, 0, 0, 0,
     "not judged", "promises order"},
    {"nobody asked for it", AT_LEAST_ONCE, ORDER_NONE, 3, 0, 0, 0, "held",
     "no order is asked for"},
    {"what is proven goes first", AT_LEAST_ONCE, ORDER_STREAM, 3, 1, 0, 0,
     "broken", "reordered: expected none, got 1"},
    {"the broker may have taken it", AT_LEAST_ONCE, ORDER_STREAM, 0, 0, 4, 0,
     "not judged",
     "orders -> s -> shop: lost: not judged: 4 records are absent, and the "
     "broker may have taken them out of the log before they were seen; the "
     "guarantee promises every record: whether it was kept cannot be told"},
    {"losses are allowed", AT_MOST_ONCE, ORDER_STREAM, 0, 0, 4, 0, "held",
     "losses are allowed"},
    {"copies that went with the log", EXACTLY_ONCE, ORDER_STREAM, 0, 0, 0, 2,
     "not judged",
     "orders -> s -> shop: duplicate: not judged: 2 records were seen to be "
     "while it ran, and the broker has taken them out of the log since; the "
     "guarantee does not allow them"},
};

static bool in_doubt(void)
{
    struct hop_status s;
    bool doubt;

    hop_status_of(&run.given, &run.facts, &run.results, 0, &s);
    doubt = s.findings[FINDING_DUPLICATE].in_doubt;
    hop_status_done(&s);
    return doubt;
}

/* At-least-once allows the same number of copies unseen as seen: a bound for
 * each step applied. */
START_TEST(a_bound_holds_for_what_is_gone_as_well)
{
    struct step_run step = {.applied = true};

    plan.steps = &plan_step;
    plan.steps_len = 1;
    run.facts.timeline = (struct timeline){.steps = &step};
    run.facts.timeline_made = true;
    hop.guarantee = (struct guarantee){.delivery = AT_LEAST_ONCE,
                                       .duplicates_per_disturbance = 10};
    seen = (struct hop_judgement){.judged = true};
    hop_seen = (struct hop_facts){.drained = true};
    seen.result.findings.records[FINDING_DUPLICATE] = 6;
    seen.result.gone[FINDING_DUPLICATE] = 4;
    ck_assert(!in_doubt());
    seen.result.gone[FINDING_DUPLICATE] = 5;
    ck_assert(in_doubt());
    spec.verify_only = true; /* the number of disturbances is not known */
    ck_assert(!in_doubt());
    spec.verify_only = false;
    run.facts.struck = true;
    ck_assert(!in_doubt());
    run.facts.struck = false;
    step.applied = false;
    seen.result.gone[FINDING_DUPLICATE] = 1;
    ck_assert(in_doubt());
}
END_TEST

START_TEST(a_relaxed_check_reaches_the_findings)
{
    struct check_spec relax = {.relax = true};
    struct plan_check check = {.spec = &relax, .ops = check_find("no_loss")};
    struct hop_status s;

    plan.checks = &check;
    plan.checks_len = 1;
    hop.guarantee = (struct guarantee){.delivery = AT_LEAST_ONCE};
    seen = (struct hop_judgement){.judged = true};
    seen.result.findings.records[FINDING_LOST] = 1;
    hop_status_of(&run.given, &run.facts, &run.results, 0, &s);
    ck_assert_int_eq(s.is, HOP_HELD);
    hop_status_done(&s);
    relax.relax = false; /* a check without `relax` relaxes nothing */
    hop_status_of(&run.given, &run.facts, &run.results, 0, &s);
    ck_assert_int_eq(s.is, HOP_BROKEN);
    hop_status_done(&s);
}
END_TEST

/* Each fact that keeps a drain from being over, set alone. */
START_TEST(a_drain_is_over_or_not)
{
    struct drain_seen d;

    hop_seen = (struct hop_facts){.drained = _i != 1};
    read_back[0].part_read = _i == 2;
    read_back[1].part_read = _i == 3;
    read_back[0].came_late = _i == 4;
    read_back[1].came_late = _i == 5;
    if (_i == 6)
        hop_seen.dead_why[0] = '?';
    d = hop_drain_seen(&run.given, &run.facts, 0);
    ck_assert(drain_is_over(&d) == (_i == 0));
    hop.up = SIZE_MAX; /* the load is not read */
    d = hop_drain_seen(&run.given, &run.facts, 0);
    ck_assert(drain_is_over(&d) == (_i == 0 || _i == 2 || _i == 4));
}
END_TEST

START_TEST(a_doubt_is_said)
{
    const struct row *w = &rows[_i];
    AUTO_JSON json_t *o = NULL;
    const char *status, *sentence;

    seen = (struct hop_judgement){.judged = true};
    hop_seen = (struct hop_facts){.drained = true};
    hop.guarantee =
        (struct guarantee){.delivery = w->delivery, .ordering = w->ordering};
    seen.result.unordered = w->unordered;
    seen.result.balance.unjudged = w->taken;
    seen.result.gone[FINDING_DUPLICATE] = w->gone;
    seen.result.findings.records[FINDING_REORDERED] = w->reordered;
    o = hop_evidence(&run.given, &run.facts, &run.results, 0);
    status = json_string_value(json_object_get(o, "status"));
    sentence =
        json_string_value(json_array_get(json_object_get(o, "sentences"), 0));
    ck_assert_msg(strcmp(status, w->status) == 0, "%s: %s", w->what, status);
    ck_assert_msg(!sentence == !w->sentence &&
                      (!sentence || strstr(sentence, w->sentence)),
                  "%s: %s", w->what, sentence ? sentence : "no sentence");
    ck_assert_int_eq(
        json_integer_value(json_object_get(
            json_object_get(json_object_get(o, "findings"), "reordered"),
            "unjudged")),
        (json_int_t)w->unordered);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, a_bound_holds_for_what_is_gone_as_well);
    tcase_add_test(tc, a_relaxed_check_reaches_the_findings);
    tcase_add_loop_test(tc, a_drain_is_over_or_not, 0, 7);
    tcase_add_loop_test(tc, a_doubt_is_said, 0, ARRAY_LEN(rows));
}

SUITE_MAIN("hop_gather", fill)
