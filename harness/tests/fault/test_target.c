/* test_target.c - words for targets: the grammar, and the node meant at the
 * moment. */
#include <check.h>

#include "fault/target_kinds_own.h"
#include "fault_step.h"
#include "support/suite.h"

static const struct {
    const struct target_ops *kind;
    const char *words;
    bool right;
} words[] = {
    {NULL, NULL, true},
    {&target_worker, "any", true},
    {&target_worker, "any of slow", true},
    {&target_worker, "any of", false},
    {&target_worker, "any of ", false},
    {&target_worker, "worker-2", true},
    {&target_worker, "running shop", true},
    {&target_worker, "running shop/0", true},
    {&target_worker, "running", false},
    {&target_worker, "running ", false},
    {&target_worker, "running shop/x", false},
    {&target_worker, "running shop/", false},
    {&target_worker, "running /0", false},
    {&target_worker, "leader", false},
    {&target_worker, "worker-0", false},
    {&target_worker, "worker-02", false},
    {&target_worker, "worker-", false},
    {&target_worker, "2", false},
    {&target_worker, "broker-1", false},
    {&target_worker, "Any", false},
    {&target_worker, "", false},
    {&target_worker, NULL, false},
    {&target_broker, "any", true},
    {&target_broker, "broker-2", true},
    {&target_broker, "2", true},
    {&target_broker, "controller", true},
    {&target_broker, "leader of orders/0", true},
    {&target_broker, "coordinator of shop", true},
    {&target_broker, "coordinator of group my group", true},
    {&target_broker, "leader of orders", false},
    {&target_broker, "leader of orders/-1", false},
    {&target_broker, "leader", false},
    {&target_broker, "coordinator of ", false},
    {&target_broker, "coordinator of group ", false},
    {&target_broker, "coordinator of a b", false},
    {&target_broker, "0", false},
    {&target_broker, "99999999999999999999", false},
    {&target_broker, "worker-1", false},
    {&target_connector, "orders-to-shop", true},
    {&target_connector, "any", false},
    {&target_connector, "orders/0", false},
    {&target_task, "orders-to-shop/0", true},
    {&target_task, "orders-to-shop", false},
    {&target_task, "orders-to-shop/a", false},
    {&target_task, "a/0/1", false},
    {&target_topic, "orders.v1", true},
    {&target_topic, "or ders", false},
    {&target_endpoint, "shop", true},
    {&target_endpoint, "any", false},
};

START_TEST(words_are_checked_before_anything_starts)
{
    struct err err = {0};
    int rc = target_check(words[_i].kind, words[_i].words, NULL, &err);

    ck_assert_msg((rc == 0) == words[_i].right, "%s: %d %s", words[_i].words,
                  rc, err.text);
    ck_assert(rc == 0 ||
              (rc == -EINVAL && strstr(err.text, "expected") != NULL) ||
              strstr(err.text, "is not") != NULL);
}
END_TEST

START_TEST(words_that_are_too_long_are_refused)
{
    char text[200];
    struct err err = {0};

    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = 0;
    ck_assert_int_eq(target_check(&target_topic, text, NULL, &err), -EINVAL);
}
END_TEST

static int resolve(const struct target_ops *kind, const char *text,
                   struct target *ret, struct err *err)
{
    struct rng rng = {1};

    *ret = (struct target){0};
    *err = (struct err){0};
    return target_resolve(&w.field, kind, text, &rng, ret, err);
}

/* "any of" draws among the workers of the group alone, and a worker drawn, a
 * connector and a task belong to their group. */
START_TEST(a_group_is_drawn_from_and_kept)
{
    struct target t;
    struct err err;

    world_begin();
    set_group("worker-2", "slow");
    for (uint64_t seed = 0; seed < 8; seed++) {
        struct rng rng = {seed};

        t = (struct target){0};
        err = (struct err){0};
        ck_assert_int_eq(target_resolve(&w.field, &target_worker, "any of slow",
                                        &rng, &t, &err),
                         0);
        ck_assert_str_eq(t.name, "worker-2");
        ck_assert(t.in_group);
        ck_assert_str_eq(t.group, "slow");
    }
    ck_assert_int_eq(resolve(&target_worker, "any of none", &t, &err), -EAGAIN);
    ck_assert_int_eq(resolve(&target_task, "shop/0", &t, &err), 0);
    ck_assert(t.in_group);
    ck_assert_str_eq(t.group, "");
    ck_assert_int_eq(resolve(&target_broker, "broker-1", &t, &err), 0);
    ck_assert(!t.in_group);
    world_end();
}
END_TEST

static const struct {
    const struct target_ops *kind;
    const char *words, *name;
    int task;
} meant[] = {
    {NULL, NULL, "", 0},
    {&target_worker, "worker-2", "worker-2", 0},
    {&target_worker, "running shop", "worker-1", 0},
    {&target_worker, "running shop/0", "worker-2", 0}, /* by name */
    {&target_worker, "running shop/1", "worker-1", 0}, /* by address */
    {&target_broker, "3", "broker-3", 0},
    {&target_broker, "broker-3", "broker-3", 0},
    {&target_broker, "leader of o/0", "broker-2", 0},
    {&target_broker, "controller", "broker-3", 0},
    {&target_broker, "coordinator of shop", "broker-1", 0},
    {&target_broker, "coordinator of grouped", "broker-2", 0},
    {&target_broker, "coordinator of group others", "broker-2", 0},
    {&target_connector, "shop", "shop", 0},
    {&target_task, "shop/1", "shop", 1},
    {&target_topic, "o", "o", 0},
    {&target_endpoint, "till", "till", 0},
};

START_TEST(words_become_a_thing)
{
    struct target t;
    struct err err;

    world_begin();
    ck_assert_msg(resolve(meant[_i].kind, meant[_i].words, &t, &err) == 0,
                  "%s: %s", meant[_i].words, err.text);
    ck_assert_ptr_eq(t.ops, meant[_i].kind);
    ck_assert_str_eq(t.name, meant[_i].name);
    ck_assert_int_eq(t.task, meant[_i].task);
    ck_assert_str_eq(t.words, meant[_i].words ? meant[_i].words : "");
    world_end();
}
END_TEST

static void no_leader(void)
{
    w.leader = -1;
}

static void leader_is_down(void)
{
    w.more[1].status.state = NODE_ENDED;
}

static void no_controller(void)
{
    w.controller = -1;
}

static void no_coordinator(void)
{
    w.coordinator = -1;
}

static void no_connector(void)
{
    w.shop.there = false;
}

static void rebalance(void)
{
    w.shop.restless = true;
}

static void stopped(void)
{
    (void)snprintf(w.shop.target, sizeof(w.shop.target), "STOPPED");
}

static void its_worker_is_down(void)
{
    w.more[place("worker-2")].status.state = NODE_ENDED;
}

static void no_worker_runs(void)
{
    for (size_t i = 3; i < w.n; i++)
        w.more[i].status.state = NODE_STOPPED;
}

static void worker_2_was_removed(void)
{
    w.nodes[place("worker-2")].removed = true;
}

static const struct {
    void (*happens)(void);
    const struct target_ops *kind;
    const char *words;
    int want;
} not_now[] = {
    {no_leader, &target_broker, "leader of o/0", -EAGAIN},
    {leader_is_down, &target_broker, "leader of o/0", -EAGAIN},
    {no_controller, &target_broker, "controller", -EAGAIN},
    {no_coordinator, &target_broker, "coordinator of shop", -EAGAIN},
    {no_connector, &target_worker, "running shop/0", -EAGAIN},
    {rebalance, &target_worker, "running shop/0", -EAGAIN},
    {stopped, &target_worker, "running shop/0", -EAGAIN},
    {its_worker_is_down, &target_worker, "running shop/0", -EAGAIN},
    {no_worker_runs, &target_worker, "any", -EAGAIN},
    {worker_2_was_removed, &target_worker, "running shop/0", -EAGAIN},
    {worker_2_was_removed, &target_worker, "worker-2", -ENOENT},
    {its_worker_is_down, &target_worker, "worker-2", 0}, /* may be down */
    {no_leader, &target_worker, "worker-7", -ENOENT},
    {no_leader, &target_broker, "7", -ENOENT},
    {no_leader, &target_endpoint, "nobody", -ENOENT},
};

START_TEST(what_cannot_be_told_now_is_asked_again)
{
    struct target t;
    struct err err;
    int rc;

    world_begin();
    not_now[_i].happens();
    rc = resolve(not_now[_i].kind, not_now[_i].words, &t, &err);
    ck_assert_msg(rc == not_now[_i].want, "%s: %d %s", not_now[_i].words, rc,
                  err.text);
    ck_assert(rc == 0 || strstr(err.text, not_now[_i].words) != NULL ||
              strstr(err.text, "any") != NULL);
    world_end();
}
END_TEST

START_TEST(any_is_drawn_by_the_seed_among_those_that_run)
{
    bool drawn[3] = {false};
    struct target t, again;
    struct err err = {0};

    world_begin();
    w.more[place("broker-2")].status.state = NODE_ENDED;
    for (uint64_t seed = 0; seed < 40; seed++) {
        struct rng rng = {seed};

        ck_assert_int_eq(
            target_resolve(&w.field, &target_broker, "any", &rng, &t, &err), 0);
        ck_assert_int_eq(
            target_resolve(&w.field, &target_broker, "any", &rng, &again, &err),
            0);
        ck_assert_str_eq(t.name, again.name); /* the same draw again */
        drawn[place(t.name)] = true;
    }
    ck_assert(drawn[0] && !drawn[1] && drawn[2]);
    world_end();
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, a_group_is_drawn_from_and_kept);
    tcase_add_loop_test(tc, words_are_checked_before_anything_starts, 0,
                        ARRAY_LEN(words));
    tcase_add_test(tc, words_that_are_too_long_are_refused);
    tcase_add_loop_test(tc, words_become_a_thing, 0, ARRAY_LEN(meant));
    tcase_add_loop_test(tc, what_cannot_be_told_now_is_asked_again, 0,
                        ARRAY_LEN(not_now));
    tcase_add_test(tc, any_is_drawn_by_the_seed_among_those_that_run);
}

SUITE_MAIN("fault targets", fill)
