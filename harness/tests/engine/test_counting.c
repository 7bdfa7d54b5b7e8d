/* test_counting.c - the streams, rows and orders by which a station is counted.
 */
#include "base/own.h"
#include "engine/counting_own.h"
#include "support/suite.h"

enum { ORDERS, SHOP, ROWS };

static bool keeps_rows(const void *settings)
{
    (void)settings;
    return true;
}

static const struct endpoint_ops plain, keyed = {.keeps_rows = keeps_rows};
static struct plan_station stations[] = {
    {.name = "orders", .ops = &plain},
    {.name = "shop", .ops = &plain},
    {.name = "rows", .ops = &keyed},
};
static struct load_item loads[] = {
    {.into = "orders", .streams = 2, .first_stream = 1, .size = 100, .keys = 7},
    {.into = "elsewhere", .streams = 3, .first_stream = 3, .size = 200},
};
static uint32_t over_shop[] = {2}, over_rows[] = {1, 4};
static struct plan_hop hops[] = {
    {.up = ORDERS, .down = SHOP, .streams = over_shop, .streams_len = 1},
    {.up = SHOP, .down = ROWS, .streams = over_rows, .streams_len = 2},
    {.up = ORDERS, .down = ROWS},
};
static const struct plan plan = {.stations = stations,
                                 .stations_len = 3,
                                 .loads = loads,
                                 .loads_len = 2,
                                 .hops = hops,
                                 .hops_len = 3};

static const struct {
    size_t station, len;
    uint32_t streams[2];
    bool rows;
} rows[] = {
    {ORDERS, 2, {1, 2}, true}, /* loaded; upstream of a station of rows */
    {SHOP, 1, {2}, true},      /* over a hop; upstream as well */
    {ROWS, 2, {1, 4}, true},
};

START_TEST(a_station_is_counted_by_streams_that_lead_there)
{
    AUTO_FREE struct tally_stream_spec *streams = NULL;
    struct tally_spec s = counting_of(&plan, 9, rows[_i].station, &streams);

    ck_assert_uint_eq(s.run, 9);
    ck_assert_uint_eq(s.streams_len, rows[_i].len);
    for (size_t i = 0; i < s.streams_len; i++) {
        ck_assert_uint_eq(s.streams[i].stream, rows[_i].streams[i]);
        ck_assert_uint_eq(s.streams[i].keys, rows[_i].streams[i] < 3 ? 7 : 0);
    }
    ck_assert(s.rows == rows[_i].rows);
}
END_TEST

START_TEST(rows_are_noted_only_where_rows_are_compared)
{
    AUTO_FREE struct tally_stream_spec *streams = NULL;
    struct tally_spec s;

    stations[ROWS].ops = &plain;
    s = counting_of(&plan, 9, ORDERS, &streams);
    stations[ROWS].ops = &keyed;
    ck_assert(!s.rows);
}
END_TEST

static bool by_key(int64_t first, int64_t second)
{
    AUTO_FREE struct tally_stream_spec *streams = NULL;

    hops[1].guarantee.ordering = first;
    hops[2].guarantee.ordering = second;
    return counting_of(&plan, 9, ROWS, &streams).by_key;
}

START_TEST(order_per_key_needs_every_hop_to_promise_that)
{
    AUTO_FREE struct tally_stream_spec *streams = NULL;

    ck_assert(by_key(ORDER_KEY, ORDER_KEY));
    ck_assert(!by_key(ORDER_KEY, ORDER_STREAM));
    ck_assert(!by_key(ORDER_NONE, ORDER_KEY));
    ck_assert(!counting_of(&plan, 9, ORDERS, &streams).by_key); /* no hop */
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_station_is_counted_by_streams_that_lead_there, 0,
                        ARRAY_LEN(rows));
    tcase_add_test(tc, rows_are_noted_only_where_rows_are_compared);
    tcase_add_test(tc, order_per_key_needs_every_hop_to_promise_that);
}

SUITE_MAIN("counting", fill)
