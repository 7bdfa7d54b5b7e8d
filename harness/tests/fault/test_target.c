/* Words to targets: the grammar, and who is meant right now. */
#include "step.h"

static const struct {
    enum fault_target kind;
    const char *words;
    bool right;
} words[] = {
    {TARGET_NONE, NULL, true},
    {TARGET_WORKER, "any", true},
    {TARGET_WORKER, "worker-2", true},
    {TARGET_WORKER, "running shop", true},
    {TARGET_WORKER, "running shop/0", true},
    {TARGET_WORKER, "running", false},
    {TARGET_WORKER, "running ", false},
    {TARGET_WORKER, "running shop/x", false},
    {TARGET_WORKER, "running shop/", false},
    {TARGET_WORKER, "running /0", false},
    {TARGET_WORKER, "leader", false},
    {TARGET_WORKER, "worker-0", false},
    {TARGET_WORKER, "worker-02", false},
    {TARGET_WORKER, "worker-", false},
    {TARGET_WORKER, "2", false},
    {TARGET_WORKER, "broker-1", false},
    {TARGET_WORKER, "Any", false},
    {TARGET_WORKER, "", false},
    {TARGET_WORKER, NULL, false},
    {TARGET_BROKER, "any", true},
    {TARGET_BROKER, "broker-2", true},
    {TARGET_BROKER, "2", true},
    {TARGET_BROKER, "controller", true},
    {TARGET_BROKER, "leader of orders/0", true},
    {TARGET_BROKER, "coordinator of shop", true},
    {TARGET_BROKER, "coordinator of group my group", true},
    {TARGET_BROKER, "leader of orders", false},
    {TARGET_BROKER, "leader of orders/-1", false},
    {TARGET_BROKER, "leader", false},
    {TARGET_BROKER, "coordinator of ", false},
    {TARGET_BROKER, "coordinator of group ", false},
    {TARGET_BROKER, "coordinator of a b", false},
    {TARGET_BROKER, "0", false},
    {TARGET_BROKER, "99999999999999999999", false},
    {TARGET_BROKER, "worker-1", false},
    {TARGET_CONNECTOR, "orders-to-shop", true},
    {TARGET_CONNECTOR, "any", false},
    {TARGET_CONNECTOR, "orders/0", false},
    {TARGET_TASK, "orders-to-shop/0", true},
    {TARGET_TASK, "orders-to-shop", false},
    {TARGET_TASK, "orders-to-shop/a", false},
    {TARGET_TASK, "a/0/1", false},
    {TARGET_TOPIC, "orders.v1", true},
    {TARGET_TOPIC, "or ders", false},
    {TARGET_ENDPOINT, "shop", true},
    {TARGET_ENDPOINT, "any", false},
};

START_TEST(words_are_checked_before_anything_starts)
{
    struct err err = {0};
    int rc = target_check(words[_i].kind, words[_i].words, &err);

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
    ck_assert_int_eq(target_check(TARGET_TOPIC, text, &err), -EINVAL);
}
END_TEST

static int resolve(enum fault_target kind, const char *text, struct target *ret,
                   struct err *err)
{
    struct rng rng = {1};

    *ret = (struct target){0};
    *err = (struct err){0};
    return target_resolve(&w.field, kind, text, &rng, ret, err);
}

static const struct {
    enum fault_target kind;
    const char *words, *name;
    int task;
} meant[] = {
    {TARGET_NONE, NULL, "", 0},
    {TARGET_WORKER, "worker-2", "worker-2", 0},
    {TARGET_WORKER, "running shop", "worker-1", 0},
    {TARGET_WORKER, "running shop/0", "worker-2", 0}, /* by its name */
    {TARGET_WORKER, "running shop/1", "worker-1", 0}, /* by its address */
    {TARGET_BROKER, "3", "broker-3", 0},
    {TARGET_BROKER, "broker-3", "broker-3", 0},
    {TARGET_BROKER, "leader of o/0", "broker-2", 0},
    {TARGET_BROKER, "controller", "broker-3", 0},
    {TARGET_BROKER, "coordinator of shop", "broker-1", 0},
    {TARGET_BROKER, "coordinator of grouped", "broker-2", 0},
    {TARGET_BROKER, "coordinator of group others", "broker-2", 0},
    {TARGET_CONNECTOR, "shop", "shop", 0},
    {TARGET_TASK, "shop/1", "shop", 1},
    {TARGET_TOPIC, "o", "o", 0},
    {TARGET_ENDPOINT, "till", "till", 0},
};

START_TEST(words_become_a_thing)
{
    struct target t;
    struct err err;

    world_begin();
    ck_assert_msg(resolve(meant[_i].kind, meant[_i].words, &t, &err) == 0,
                  "%s: %s", meant[_i].words, err.text);
    ck_assert_int_eq(t.kind, meant[_i].kind);
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
    enum fault_target kind;
    const char *words;
    int want;
} not_now[] = {
    {no_leader, TARGET_BROKER, "leader of o/0", -EAGAIN},
    {leader_is_down, TARGET_BROKER, "leader of o/0", -EAGAIN},
    {no_controller, TARGET_BROKER, "controller", -EAGAIN},
    {no_coordinator, TARGET_BROKER, "coordinator of shop", -EAGAIN},
    {no_connector, TARGET_WORKER, "running shop/0", -EAGAIN},
    {rebalance, TARGET_WORKER, "running shop/0", -EAGAIN},
    {stopped, TARGET_WORKER, "running shop/0", -EAGAIN},
    {its_worker_is_down, TARGET_WORKER, "running shop/0", -EAGAIN},
    {no_worker_runs, TARGET_WORKER, "any", -EAGAIN},
    {worker_2_was_removed, TARGET_WORKER, "running shop/0", -EAGAIN},
    {worker_2_was_removed, TARGET_WORKER, "worker-2", -ENOENT},
    {its_worker_is_down, TARGET_WORKER, "worker-2", 0}, /* held by another */
    {no_leader, TARGET_WORKER, "worker-7", -ENOENT},
    {no_leader, TARGET_BROKER, "7", -ENOENT},
    {no_leader, TARGET_ENDPOINT, "nobody", -ENOENT},
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
            target_resolve(&w.field, TARGET_BROKER, "any", &rng, &t, &err), 0);
        ck_assert_int_eq(
            target_resolve(&w.field, TARGET_BROKER, "any", &rng, &again, &err),
            0);
        ck_assert_str_eq(t.name, again.name); /* asking draws nothing new */
        drawn[place(t.name)] = true;
    }
    ck_assert(drawn[0] && !drawn[1] && drawn[2]);
    world_end();
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, words_are_checked_before_anything_starts, 0,
                        ARRAY_LEN(words));
    tcase_add_test(tc, words_that_are_too_long_are_refused);
    tcase_add_loop_test(tc, words_become_a_thing, 0, ARRAY_LEN(meant));
    tcase_add_loop_test(tc, what_cannot_be_told_now_is_asked_again, 0,
                        ARRAY_LEN(not_now));
    tcase_add_test(tc, any_is_drawn_by_the_seed_among_those_that_run);
}

SUITE_MAIN("fault targets", fill)
