/* test_flow_shape.c - the parts of a plan that the baseline is given. */
#include "base/attr.h"
#include "engine/flow_shape_own.h"
#include "support/suite.h"

enum { TOPIC, SINK, STATIONS };

/* Two loads into the topic; over two connectors the first goes on to the sink.
 */
START_TEST(rates_and_ends_are_the_plans)
{
    uint32_t streams[] = {1, 2};
    struct load_item loads[] = {{.rate = 300, .first_stream = 1},
                                {.rate = 50, .first_stream = 2}};
    struct plan_hop hops[] = {
        {.up = SIZE_MAX, .down = TOPIC, .streams = streams, .streams_len = 2},
        {.up = TOPIC, .down = SINK, .streams = streams, .streams_len = 1},
        {.up = TOPIC, .down = SINK, .streams = streams, .streams_len = 1}};
    struct plan plan = {.stations_len = STATIONS,
                        .hops = hops,
                        .hops_len = ARRAY_LEN(hops),
                        .loads = loads,
                        .loads_len = ARRAY_LEN(loads)};
    struct flow_shape s = flow_shape_of(&plan);

    ck_assert_uint_eq(s.stations, STATIONS);
    ck_assert_uint_eq(s.hops, ARRAY_LEN(hops));
    ck_assert(!s.ends[TOPIC]);
    ck_assert(s.ends[SINK]);
    ck_assert_double_eq_tol(s.sent[TOPIC], 350, 0.001);
    ck_assert_double_eq_tol(s.sent[SINK], 600, 0.001);
    ck_assert_int_eq(s.load_rate, 350);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, rates_and_ends_are_the_plans);
}

SUITE_MAIN("flow_shape", fill)
