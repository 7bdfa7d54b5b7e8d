/* test_flow_shape.c - the parts of a plan that the baseline is given. */
#include "base/attr.h"
#include "base/clk.h"
#include "engine/flow_shape_own.h"
#include "support/suite.h"

enum { TOPIC, SINK, STATIONS, HOPS = 3 };

/* Two loads into the topic; over two connectors the first goes on to the sink.
 */
static uint32_t streams[] = {1, 2};
static struct load_item loads[] = {{.rate = 300, .first_stream = 1},
                                   {.rate = 50, .first_stream = 2}};
static struct plan_hop hops[HOPS] = {
    {.up = SIZE_MAX, .down = TOPIC, .streams = streams, .streams_len = 2},
    {.up = TOPIC, .down = SINK, .streams = streams, .streams_len = 1},
    {.up = TOPIC, .down = SINK, .streams = streams, .streams_len = 1}};
static const struct plan plan = {.stations_len = STATIONS,
                                 .hops = hops,
                                 .hops_len = HOPS,
                                 .loads = loads,
                                 .loads_len = ARRAY_LEN(loads)};

START_TEST(ends_are_the_plans)
{
    struct flow_shape s = flow_shape_of(&plan);

    ck_assert_uint_eq(s.stations, STATIONS);
    ck_assert_uint_eq(s.hops, HOPS);
    ck_assert(!s.ends[TOPIC]);
    ck_assert(s.ends[SINK]);
    ck_assert_uint_eq(s.down[0], TOPIC);
    ck_assert_uint_eq(s.down[1], SINK);
}
END_TEST

static const struct {
    const char *what;
    struct load_progress at[2]; /* in seconds */
    double all, first, second;  /* records due at 10 s, also by hop */
} dues[] = {
    {"nothing has begun", {{-1, -1, 0}, {-1, -1, 0}}, 0, 0, 0},
    {"both run", {{0, -1, 7}, {0, -1, 5}}, 3500, 3500, 3000},
    {"one begins late", {{0, -1, 7}, {8, -1, 5}}, 3100, 3100, 3000},
    {"one has ended", {{0, 4, 7}, {0, -1, 5}}, 1700, 1700, 1200},
    {"one ends later than this", {{0, 40, 7}, {9, 60, 5}}, 3050, 3050, 3000},
    {"one has only just begun", {{0, 1, 7}, {10, -1, 0}}, 300, 300, 300},
};

START_TEST(loads_have_to_send_while_they_run)
{
    struct load_progress at[2];
    struct sample s = {.t_us = 10 * US_PER_S};

    for (size_t i = 0; i < 2; i++) {
        at[i] = dues[_i].at[i];
        at[i].began_us *= at[i].began_us < 0 ? 1 : US_PER_S;
        at[i].ended_us *= at[i].ended_us < 0 ? 1 : US_PER_S;
    }
    flow_due(&plan, at, &s);
    ck_assert_double_eq_tol(s.due_all, dues[_i].all, 0.001);
    ck_assert_double_eq_tol(s.due[0], dues[_i].first, 0.001);
    ck_assert_double_eq_tol(s.due[1], dues[_i].second, 0.001);
    ck_assert_double_eq_tol(s.due[2], dues[_i].second, 0.001);
    ck_assert_uint_eq(s.acknowledged_for[0],
                      at[0].acknowledged + at[1].acknowledged);
    ck_assert_uint_eq(s.acknowledged_for[1], at[0].acknowledged);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, ends_are_the_plans);
    tcase_add_loop_test(tc, loads_have_to_send_while_they_run, 0,
                        ARRAY_LEN(dues));
}

SUITE_MAIN("flow_shape", fill)
