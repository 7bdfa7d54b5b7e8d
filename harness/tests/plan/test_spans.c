/* test_spans.c - loads that begin late or end before the last fault, and times
 * that do not fit into timeouts.run. */
#include "base/memory.h"
#include "base/own.h"
#include "bound_text.h"
#include "support/suite.h"

#define LOADS(load, steps)                                                     \
    HEAD SINK "topics:\n  orders: {partitions: 4}\n"                           \
              "load: " load "\nflow: orders -> orders-to-shop -> shop\n"       \
              "timeline:\n" steps

#define STEP(more) "  - {fault: worker_kill, worker: any, " more "}\n"

/* No baseline is found in less than 3 s, so `at: 5s` is 8 s at the earliest. */
static const struct {
    const char *text;
    const char *want; /* NULL: no complaint */
} spans[] = {
    {LOADS("{into: orders, rate: 100/s, records: 800}", STEP("at: 5s")), NULL},
    {LOADS("{into: orders, rate: 100/s, records: 799}", STEP("at: 5s")),
     "load.records: 799 records at 100/s are written after 8s, and timeline[0] "
     "strikes after 8s at the earliest: no load would run then"},
    {LOADS("{into: orders, rate: 100/s, records: 500}", STEP("at: 5s")),
     "load.records: 500 records at 100/s are written after 5s, and timeline[0] "
     "strikes after 8s at the earliest"},
    {LOADS("{into: orders, rate: 100/s, from: 3s, records: 500}",
           STEP("at: 5s")),
     "are written after 8s, and timeline[0] strikes after 11s"},
    {LOADS("{into: orders, rate: 100/s, records: 500}",
           STEP("at: 5s") "warm-up: 2s\n"),
     "timeline[0] strikes after 10s"},
    /* the last fault counts, in whatever order the steps stand */
    {LOADS("{into: orders, rate: 100/s, records: 800}",
           STEP("at: 6s") STEP("at: 5s")),
     "timeline[0] strikes after 9s"},
    /* a step strikes no earlier than the step waited for */
    {LOADS("{into: orders, rate: 100/s, records: 800}",
           STEP("at: 4s, for: 2s, label: a") STEP("after: a mended")),
     "timeline[1] strikes after 9s"},
    {LOADS("{into: orders, rate: 100/s, records: 800}",
           STEP("at: 4s, for: 2s, label: a") STEP("after: a landed")),
     NULL},
    {LOADS("{into: orders, rate: 100/s, records: 800}",
           STEP("after: 500 delivered")),
     NULL},
    /* other loads may end as long as a load runs */
    {LOADS("[{into: orders, rate: 10/s, records: 20}, {into: orders}]",
           STEP("at: 50s")),
     NULL},
    {LOADS("[{into: orders, rate: 10/s, records: 900}, {into: orders, rate: "
           "10/s, records: 20}]",
           STEP("at: 99s")),
     "load[0].records: 900 records at 10/s are written after 90s, and "
     "timeline[0] strikes after 102s"},
    /* a number that never comes */
    {LOADS("{into: orders, records: 5000}", STEP("after: 5000 delivered")),
     NULL},
    {LOADS("{into: orders, records: 5000}", STEP("after: 5001 delivered")),
     "timeline[0].after: \"5001 delivered\" never comes: the loads write 5000 "
     "records in all, counted at the ends of the flows"},
    {LOADS("{into: orders, records: 5000}", STEP("after: 5001 acknowledged")),
     "timeline[0].after: \"5001 acknowledged\" never comes: the loads write "
     "5000 records in all"},
    {LOADS("[{into: orders, records: 5000}, {into: orders}]",
           STEP("after: 5001 delivered")),
     NULL},
    {LOADS("[{into: orders, records: 5000}, {into: orders, records: 9}]",
           STEP("after: 5009 delivered")),
     NULL},
    /* timeouts.run, 15m unless given */
    {LOADS("{into: orders}", STEP("at: 14m")), NULL},
    {LOADS("{into: orders}", STEP("at: 2h")),
     "timeline[0].at: the run would last 120.1m at least, from the warm-up to "
     "the quiet phase, and timeouts.run is 15m"},
    {LOADS("{into: orders}", STEP("at: 5s, for: 20m")), "timeline[0].for: the"},
    {LOADS("{into: orders}", STEP("at: 5s") "duration: 20m\n"),
     "duration: the run would last 20.1m at least"},
    {LOADS("{into: orders}", STEP("at: 5s") "warm-up: 1h\n"),
     "warm-up: the run would last 60.3m at least"},
    {LOADS("{into: orders}",
           STEP("at: 5s") "warm-up: 1h\ntimeouts: {run: 2h}\n"),
     NULL},
    {LOADS("{into: orders}", STEP("at: 5s") "timeouts: {run: 18s}\n"),
     "duration: the run would last 18s at least"},
    {LOADS("{into: orders}", STEP("at: 5s") "timeouts: {run: 19s}\n"), NULL},
    {LOADS("{into: orders, rate: 10/s, records: 9000}", STEP("at: 5s")),
     "load.records: 9000 records at 10/s are written after 15m, and "
     "timeouts.run is 15m"},
    {LOADS("{into: orders, records: 10}", "  []\n"), NULL},
    {LOADS("{into: orders, from: 20s}", STEP("at: 5s")), NULL},
};

START_TEST(spans_that_cannot_meet_are_refused)
{
    bind_text(spans[_i].text);
    ck_assert_msg(doc_complaints(doc) == (spans[_i].want != NULL), "%s",
                  doc_complaints(doc) ? doc_complaint(doc, 0) : spans[_i].want);
    if (spans[_i].want)
        ck_assert_msg(strstr(doc_complaint(doc, 0), spans[_i].want) != NULL,
                      "%s", doc_complaint(doc, 0));
    teardown();
}
END_TEST

START_TEST(the_plan_says_when_loads_run)
{
    AUTO_FREE char *text = NULL;

    bound(LOADS("{into: orders, rate: 100/s, from: 1500ms, records: 2040}",
                "  []\n"));
    text = plan_text(&plan, NULL);
    ck_assert_ptr_nonnull(
        strstr(text, "load       into orders: 100/s of 200B, 4 streams, from "
                     "1.5s on, 2040 records in all\n"));
    teardown();
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, spans_that_cannot_meet_are_refused, 0,
                        ARRAY_LEN(spans));
    tcase_add_test(tc, the_plan_says_when_loads_run);
}

SUITE_MAIN("spans of loads", fill)
