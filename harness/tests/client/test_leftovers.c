/* test_leftovers.c - which listed groups are left, from two lists. */
#include <string.h>

#include "base/look.h"
#include "base/own.h"
#include "client/leftovers_own.h"
#include "support/suite.h"

static struct rd_kafka_group_info described[] = {
    {.group = "sink", .state = "Empty", .protocol_type = "consumer"},
    {.group = "shared", .state = "Dead", .protocol_type = ""},
    {.group = "moving",
     .state = "",
     .protocol_type = "",
     .err = RD_KAFKA_RESP_ERR_NOT_COORDINATOR},
    {.group = "deleted", .state = "Dead", .protocol_type = ""},
};
static const struct rd_kafka_group_list now = {described, 4};

/* DescribeGroups knows classic groups alone: a share group is listed, again and
 * again, and described as dead. */
START_TEST(a_group_listed_twice_is_left_whatever_its_protocol)
{
    const struct rd_kafka_group_list before = {described, 3};
    AUTO_JSON json_t *left = groups_left(&before, &now);
    AUTO_JSON json_t *want = json_pack(
        "[{s:s, s:s, s:i}, {s:s, s:s, s:i}, {s:s, s:s, s:i}]", "name", "sink",
        "protocol", "consumer", "members", 0, "name", "shared", "protocol", "",
        "members", -1, "name", "moving", "protocol", "", "members", -1);

    ck_assert(json_equal(left, want));
}
END_TEST

START_TEST(dead_groups_are_worth_a_second_list)
{
    const struct rd_kafka_group_list first = {described, 1};

    ck_assert(groups_have_dead(&now));
    ck_assert(!groups_have_dead(&first));
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, a_group_listed_twice_is_left_whatever_its_protocol);
    tcase_add_test(tc, dead_groups_are_worth_a_second_list);
}

SUITE_MAIN("leftovers", fill)
