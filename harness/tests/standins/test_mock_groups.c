/* test_mock_groups.c - the coordinator of groups, by requests made by hand. */
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clk.h"
#include "standins/mock/errors.h"
#include "support/ordeal_mock.h"
#include "support/raw_requests.h"
#include "support/suite.h"

static struct ordeal_mock mock;
static int a, b; /* two connections */

static void set_up(void)
{
    ordeal_mock_start(&mock, 1);
    a = broker_dial(mock.brokers[1].client);
    b = broker_dial(mock.brokers[1].client);
    ck_assert_int_eq(topic_make(a, "t", 1, 1), NO_ERROR);
}

static void tear_down(void)
{
    (void)close(a);
    (void)close(b);
    ordeal_mock_end(&mock);
}

static void become_member(int fd, struct membership *m, int session_ms)
{
    join_send(fd, m, session_ms);
    ck_assert_int_eq(joined(fd, m), NO_ERROR);
    ck_assert_int_eq(sync_group(fd, m, "all"), NO_ERROR);
}

START_TEST(a_generation_is_held_together_by_heartbeats)
{
    struct membership one = {.group = "g"};
    struct membership none = {.group = "g", .id = strdup("nobody")};

    become_member(a, &one, 6000);
    ck_assert_int_eq(one.generation, 1);
    ck_assert(one.leads);
    ck_assert_int_eq(heartbeat(a, &one), NO_ERROR);
    ck_assert_int_eq(heartbeat(a, &none), UNKNOWN_MEMBER_ID);
    one.generation++;
    ck_assert_int_eq(heartbeat(a, &one), ILLEGAL_GENERATION);
    free(one.id);
    free(none.id);
}
END_TEST

START_TEST(a_second_member_makes_the_first_join_again)
{
    struct membership one = {.group = "g"}, two = {.group = "g"};
    int64_t began_us;

    become_member(a, &one, 6000);
    join_send(b, &two, 6000);
    began_us = clk_monotonic_us();
    while (heartbeat(a, &one) != REBALANCE_IN_PROGRESS)
        ck_assert_int_lt(clk_monotonic_us() - began_us, 10 * US_PER_S);
    ck_assert_int_eq(commit_offset(a, &one, "t", 5), NO_ERROR);
    join_send(a, &one, 6000);
    ck_assert_int_eq(joined(a, &one), NO_ERROR);
    ck_assert_int_eq(joined(b, &two), NO_ERROR);
    ck_assert_int_eq(one.generation, 2);
    ck_assert_int_eq(two.generation, 2);
    ck_assert(one.leads && !two.leads);
    ck_assert_int_eq(commit_offset(a, &one, "t", 6), REBALANCE_IN_PROGRESS);
    ck_assert_int_eq(sync_group(a, &one, "all"), NO_ERROR);
    ck_assert_int_eq(sync_group(b, &two, ""), NO_ERROR);
    ck_assert_int_eq(commit_offset(b, &two, "t", 7), NO_ERROR);
    ck_assert_int_eq(committed_offset(b, "g", "t"), 7);
    free(one.id);
    free(two.id);
}
END_TEST

/* The oracle depends on fencing: a member taken for dead must not commit any
 * more. */
START_TEST(a_commit_of_a_stale_generation_is_refused)
{
    struct membership one = {.group = "g"}, two = {.group = "g"};
    struct membership stale;

    become_member(a, &one, 300);
    ck_assert_int_eq(commit_offset(a, &one, "t", 5), NO_ERROR);
    join_send(b, &two, 6000);
    /* `one` sends nothing, so its session ends */
    ck_assert_int_eq(joined(b, &two), NO_ERROR);
    ck_assert_int_eq(two.generation, 2);
    ck_assert(two.leads);
    ck_assert_int_eq(sync_group(b, &two, "all"), NO_ERROR);
    ck_assert_int_eq(commit_offset(a, &one, "t", 9), UNKNOWN_MEMBER_ID);
    stale = two;
    stale.generation = 1;
    ck_assert_int_eq(commit_offset(a, &stale, "t", 9), ILLEGAL_GENERATION);
    ck_assert_int_eq(committed_offset(b, "g", "t"), 5);
    free(one.id);
    free(two.id);
}
END_TEST

START_TEST(without_a_member_an_empty_group_alone_takes_commits)
{
    struct membership one = {.group = "g"};
    struct membership nobody = {.group = "g", .generation = -1};
    struct membership fresh = {.group = "other", .generation = 3};

    ck_assert_int_eq(committed_offset(a, "g", "t"), -1);
    ck_assert_int_eq(commit_offset(a, &nobody, "t", 1), NO_ERROR);
    ck_assert_int_eq(commit_offset(a, &nobody, "nosuch", 1),
                     UNKNOWN_TOPIC_OR_PARTITION);
    ck_assert_int_eq(commit_offset(a, &fresh, "t", 1), ILLEGAL_GENERATION);
    become_member(a, &one, 300);
    ck_assert_int_eq(commit_offset(b, &nobody, "t", 2), UNKNOWN_MEMBER_ID);
    ck_assert_int_eq(committed_offset(a, "g", "t"), 1);
    while (commit_offset(b, &nobody, "t", 3) != NO_ERROR)
        continue; /* until the member's session has ended */
    ck_assert_int_eq(committed_offset(a, "g", "t"), 3);
    free(one.id);
}
END_TEST

START_TEST(who_hangs_up_before_the_answer_is_no_member)
{
    struct membership one = {.group = "g"}, gone = {.group = "g"};
    int fd = broker_dial(mock.brokers[1].client);

    become_member(a, &one, 6000);
    join_send(fd, &gone, 6000);
    while (heartbeat(a, &one) != REBALANCE_IN_PROGRESS)
        continue;
    (void)close(fd);
    join_send(a, &one, 6000);
    ck_assert_int_eq(joined(a, &one), NO_ERROR);
    while (one.generation < 2 || sync_group(a, &one, "all") != NO_ERROR) {
        join_send(a, &one, 6000);
        ck_assert_int_eq(joined(a, &one), NO_ERROR);
    }
    free(one.id);
}
END_TEST

static const struct {
    const char *group, *type;
    int32_t session_ms;
    int16_t want;
} wrong[] = {
    {"g", "connect", 6000, INCONSISTENT_GROUP_PROTOCOL},
    {"g", "consumer", 0, INVALID_SESSION_TIMEOUT},
    {"g", "consumer", -1, INVALID_SESSION_TIMEOUT},
    {"", "consumer", 6000, INVALID_GROUP_ID},
};

START_TEST(wrong_joins_are_refused)
{
    struct membership one = {.group = "g"}, got = {0};
    struct writer w = {0};

    become_member(a, &one, 6000);
    put_string(&w, wrong[_i].group);
    put_i32(&w, wrong[_i].session_ms);
    put_i32(&w, 5000);
    put_string(&w, "");
    put_string(&w, wrong[_i].type);
    put_i32(&w, 1);
    put_string(&w, "sessioned");
    put_bytes(&w, "", 0);
    request_send(b, 11, 2, &w);
    writer_done(&w);
    ck_assert_int_eq(joined(b, &got), wrong[_i].want);
    ck_assert_int_eq(heartbeat(a, &one), NO_ERROR);
    free(one.id);
    free(got.id);
}
END_TEST

/* DeleteGroups version 0, of a single group. */
static int16_t delete_group(const char *name)
{
    struct writer w = {0};
    struct answer got;
    int16_t code;

    put_i32(&w, 1);
    put_string(&w, name);
    got = ask(b, 42, 0, &w);
    (void)get_i32(&got.body); /* throttle_time_ms */
    ck_assert_int_eq(get_i32(&got.body), 1);
    (void)get_string(&got.body);
    code = get_i16(&got.body);
    ck_assert(!got.body.bad);
    answer_done(&got);
    return code;
}

START_TEST(a_group_without_members_is_deleted_with_its_offsets)
{
    struct membership one = {.group = "g"};
    struct membership nobody = {.group = "g", .generation = -1};

    ck_assert_int_eq(delete_group("g"), GROUP_ID_NOT_FOUND);
    become_member(a, &one, 300);
    ck_assert_int_eq(commit_offset(a, &one, "t", 5), NO_ERROR);
    ck_assert_int_eq(delete_group("g"), NON_EMPTY_GROUP);
    while (delete_group("g") != NO_ERROR)
        continue; /* until the member's session has ended */
    ck_assert_int_eq(committed_offset(b, "g", "t"), -1);
    ck_assert_int_eq(delete_group("g"), GROUP_ID_NOT_FOUND);
    ck_assert_int_eq(commit_offset(a, &nobody, "t", 1), NO_ERROR);
    ck_assert_int_eq(committed_offset(b, "g", "t"), 1);
    free(one.id);
    one.id = NULL;
    become_member(a, &one, 6000); /* a generation is counted from 1 again */
    ck_assert_int_eq(one.generation, 1);
    free(one.id);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, a_generation_is_held_together_by_heartbeats);
    tcase_add_test(tc, a_second_member_makes_the_first_join_again);
    tcase_add_test(tc, a_commit_of_a_stale_generation_is_refused);
    tcase_add_test(tc, without_a_member_an_empty_group_alone_takes_commits);
    tcase_add_test(tc, a_group_without_members_is_deleted_with_its_offsets);
    tcase_add_test(tc, who_hangs_up_before_the_answer_is_no_member);
    tcase_add_loop_test(tc, wrong_joins_are_refused, 0, ARRAY_LEN(wrong));
}

SUITE_MAIN("ordeal-mock, groups", fill)
