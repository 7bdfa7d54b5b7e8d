/* test_commits.c - commits against deliveries and owners: events and none. */
#include "oracle/commits.h"
#include "support/suite.h"

static const struct {
    const char *name;
    struct commit commits[6];
    struct declared_reset resets[2];
    struct delivery_note deliveries[8];
    struct ownership owners[6];
    size_t commits_len, resets_len, deliveries_len, owners_len;
    uint64_t regressions, ahead, two_owners;
    size_t findings;
} cases[] = {
    {.name = "forward only",
     .commits = {{1, 10, 0}, {2, 10, 0}, {3, 20, 0}},
     .commits_len = 3},
    {.name = "a step back",
     .commits = {{1, 10, 0}, {2, 5, 0}, {3, 20, 0}},
     .commits_len = 3,
     .regressions = 1,
     .findings = 1},
    {.name = "another partition's is no step back",
     .commits = {{1, 10, 0}, {2, 5, 1}, {3, 11, 0}},
     .commits_len = 3},
    {.name = "neighbours are joined",
     .commits = {{1, 10, 0}, {2, 8, 0}, {3, 5, 0}, {4, 9, 0}, {5, 7, 0}},
     .commits_len = 5,
     .regressions = 3,
     .findings = 2},
    {.name = "after a declared reset",
     .commits = {{1, 10, 0}, {4, 0, 0}},
     .commits_len = 2,
     .resets = {{3}},
     .resets_len = 1},
    {.name = "a late commit, then the declared step back",
     .commits = {{1, 10, 0}, {4, 12, 0}, {5, 0, 0}, {6, 3, 0}},
     .commits_len = 4,
     .resets = {{3}},
     .resets_len = 1},
    {.name = "only once after it",
     .commits = {{1, 10, 0}, {4, 2, 0}, {5, 0, 0}},
     .commits_len = 3,
     .resets = {{3}},
     .resets_len = 1,
     .regressions = 1,
     .findings = 1},
    {.name = "a reset that comes later excuses nothing",
     .commits = {{1, 10, 0}, {2, 0, 0}},
     .commits_len = 2,
     .resets = {{3}},
     .resets_len = 1,
     .regressions = 1,
     .findings = 1},
    {.name = "each partition may step back once",
     .commits = {{1, 10, 0}, {1, 10, 1}, {4, 0, 0}, {5, 0, 1}},
     .commits_len = 4,
     .resets = {{3}},
     .resets_len = 1},

    {.name = "delivered, then committed",
     .commits = {{5, 2, 0}},
     .commits_len = 1,
     .deliveries = {{1, 0, 0, -1}, {2, 1, 0, -1}},
     .deliveries_len = 2},
    {.name = "committed before it arrived",
     .commits = {{5, 3, 0}},
     .commits_len = 1,
     .deliveries = {{1, 0, 0, -1}, {6, 1, 0, -1}, {7, 2, 0, -1}},
     .deliveries_len = 3,
     .ahead = 2,
     .findings = 1},
    {.name = "a second delivery is not ahead",
     .commits = {{5, 2, 0}},
     .commits_len = 1,
     .deliveries = {{1, 0, 0, -1}, {2, 1, 0, -1}, {8, 1, 0, -1}},
     .deliveries_len = 3},
    {.name = "the commit itself is the next offset",
     .commits = {{5, 2, 0}},
     .commits_len = 1,
     .deliveries = {{1, 1, 0, -1}, {9, 2, 0, -1}},
     .deliveries_len = 2},
    {.name = "committed ahead, then back",
     .commits = {{3, 5, 0}, {4, 1, 0}},
     .commits_len = 2,
     .deliveries = {{1, 0, 0, -1}, {9, 4, 0, -1}},
     .deliveries_len = 2,
     .regressions = 1,
     .ahead = 1,
     .findings = 2},
    {.name = "another partition's commit is not ahead",
     .commits = {{3, 5, 1}},
     .commits_len = 1,
     .deliveries = {{9, 4, 0, -1}},
     .deliveries_len = 1},

    {.name = "handed over",
     .owners = {{0, 0, 1}, {5, 0, 2}},
     .owners_len = 2,
     .deliveries = {{1, 0, 0, 1}, {6, 1, 0, 2}, {7, 2, 0, 2}},
     .deliveries_len = 3},
    {.name = "the old one goes on",
     .owners = {{0, 0, 1}, {5, 0, 2}},
     .owners_len = 2,
     .deliveries = {{1, 0, 0, 1}, {6, 1, 0, 2}, {7, 1, 0, 1}, {8, 2, 0, 1}},
     .deliveries_len = 4,
     .two_owners = 2,
     .findings = 1},
    {.name = "the old one ends before the new begins",
     .owners = {{0, 0, 1}, {5, 0, 2}},
     .owners_len = 2,
     .deliveries = {{1, 0, 0, 1}, {6, 1, 0, 1}, {7, 1, 0, 2}},
     .deliveries_len = 3},
    {.name = "it was given back",
     .owners = {{0, 0, 1}, {5, 0, 2}, {7, 0, 1}},
     .owners_len = 3,
     .deliveries = {{1, 0, 0, 1}, {6, 1, 0, 2}, {8, 2, 0, 1}},
     .deliveries_len = 3},
    {.name = "the old one goes on, two hands later",
     .owners = {{0, 0, 1}, {5, 0, 2}, {7, 0, 3}},
     .owners_len = 3,
     .deliveries = {{1, 0, 0, 1}, {6, 1, 0, 2}, {8, 2, 0, 1}},
     .deliveries_len = 3,
     .two_owners = 1,
     .findings = 1},
    {.name = "the first owner was not seen",
     .owners = {{5, 0, 2}},
     .owners_len = 1,
     .deliveries = {{1, 0, 0, 1}, {6, 1, 0, 2}, {8, 2, 0, 1}},
     .deliveries_len = 3,
     .two_owners = 1,
     .findings = 1},
    {.name = "another partition has other hands",
     .owners = {{0, 0, 1}, {5, 0, 2}, {0, 1, 1}},
     .owners_len = 3,
     .deliveries = {{1, 0, 0, 1}, {6, 1, 0, 2}, {8, 2, 1, 1}},
     .deliveries_len = 3},
    {.name = "at the very moment of the change",
     .owners = {{0, 0, 1}, {5, 0, 2}},
     .owners_len = 2,
     .deliveries = {{5, 1, 0, 2}, {5, 1, 0, 1}},
     .deliveries_len = 2},
    {.name = "nobody's name is known",
     .owners = {{0, 0, 1}, {5, 0, 2}},
     .owners_len = 2,
     .deliveries = {{6, 1, 0, -1}, {7, 1, 0, -1}},
     .deliveries_len = 2},
};

START_TEST(commits_are_judged)
{
    const struct commit_spec spec = {
        .commits = cases[_i].commits,
        .commits_len = cases[_i].commits_len,
        .resets = cases[_i].resets,
        .resets_len = cases[_i].resets_len,
        .deliveries = cases[_i].deliveries_len ? cases[_i].deliveries : NULL,
        .deliveries_len = cases[_i].deliveries_len,
        .owners = cases[_i].owners_len ? cases[_i].owners : NULL,
        .owners_len = cases[_i].owners_len,
    };
    struct commit_result r;
    const char *name = cases[_i].name;

    commits_judge(&spec, 20, &r);
    ck_assert_msg(r.regressions == cases[_i].regressions, "%s", name);
    ck_assert_msg(r.ahead == cases[_i].ahead, "%s: %d ahead", name,
                  (int)r.ahead);
    ck_assert_msg(r.two_owners == cases[_i].two_owners, "%s: %d", name,
                  (int)r.two_owners);
    ck_assert_msg(r.len == cases[_i].findings, "%s: %zu found", name, r.len);
    commit_result_done(&r);
}
END_TEST

START_TEST(what_cannot_be_seen_is_not_judged)
{
    static const struct delivery_note nameless[] = {{1, 0, 0, -1}};
    static const struct ownership owners[] = {{1, 0, 2}};
    struct commit_spec spec = {0};
    struct commit_result r;

    commits_judge(&spec, 5, &r);
    ck_assert(!r.ahead_judged && !r.owners_judged);
    commit_result_done(&r);
    spec.deliveries = nameless;
    spec.deliveries_len = 1;
    spec.owners = owners;
    spec.owners_len = 1;
    commits_judge(&spec, 5, &r);
    ck_assert(r.ahead_judged && !r.owners_judged);
    commit_result_done(&r);
}
END_TEST

START_TEST(the_worst_are_listed_and_all_are_counted)
{
    static const struct commit commits[] = {{1, 9, 0}, {2, 1, 0}, {3, 9, 0},
                                            {4, 8, 0}, {5, 7, 0}, {6, 6, 0}};
    const struct commit_spec spec = {.commits = commits, .commits_len = 6};
    struct commit_result r;

    commits_judge(&spec, 1, &r);
    ck_assert_uint_eq(r.regressions, 4);
    ck_assert_uint_eq(r.len, 1);
    ck_assert_int_eq(r.at[0].kind, EVENT_OFFSET_REGRESSION);
    ck_assert_int_eq(r.at[0].from, 9);
    ck_assert_int_eq(r.at[0].to, 6);
    ck_assert_int_eq(r.at[0].time_us, 4);
    ck_assert_uint_eq(r.at[0].count, 3);
    commit_result_done(&r);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, commits_are_judged, 0, ARRAY_LEN(cases));
    tcase_add_test(tc, what_cannot_be_seen_is_not_judged);
    tcase_add_test(tc, the_worst_are_listed_and_all_are_counted);
}

SUITE_MAIN("commits", fill)
