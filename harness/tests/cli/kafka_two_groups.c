/* kafka_two_groups.c - two groups of workers on real Kafka and Connect. */
#include "support/suite.h"
#include "two_groups.h"

START_TEST(each_group_has_a_verdict_of_its_own)
{
    two_groups_run("local");
}
END_TEST

static void add_tests(TCase *tc)
{
    tcase_set_timeout(tc, 300);
    tcase_add_test(tc, each_group_has_a_verdict_of_its_own);
}

SUITE_MAIN("two groups on Kafka", add_tests)
