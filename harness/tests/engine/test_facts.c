/* test_facts.c - patience, holes and disturbances, from plan, configuration and
 * steps. */
#include <stdio.h>
#include <string.h>

#include "base/own.h"
#include "engine/facts_own.h"
#include "support/suite.h"

static struct plan_station stations[] = {{.name = "orders"}, {.name = "shop"}};
static struct connector connector = {.name = "c"};
static struct plan_hop hop = {
    .name = "orders -> c -> shop",
    .connector = &connector,
    .up = 0,
    .down = 1,
    .group = "connect-c",
};
static struct fault_ops ops;
static struct plan_step plan_steps[] = {{.ops = &ops}, {.ops = &ops}};
static struct load_item load;
static struct plan plan;
static struct step_run steps[2];
static struct topic topic;
static struct given given;
static struct facts facts;

static void setup(void)
{
    plan = (struct plan){.groups = {{.name = ""}},
                         .groups_len = 1,
                         .stations = stations,
                         .stations_len = 2,
                         .hops = &hop,
                         .hops_len = 1,
                         .steps = plan_steps,
                         .steps_len = 2,
                         .loads = &load,
                         .loads_len = 1};
    plan.scenario.timeouts.stall_us = US_PER_S;
    load = (struct load_item){.into = "orders"};
    ops = (struct fault_ops){.name = "x"};
    topic = (struct topic){.name = "orders"};
    stations[0].topic = &topic;
    given = (struct given){.plan = &plan};
    memset(steps, 0, sizeof(steps));
    steps[0].mended_us = steps[1].mended_us = -1;
    facts = (struct facts){.timeline = {.steps = steps}, .timeline_made = true};
}

static const struct {
    const char *own; /* cleanup.policy of the topic; NULL: none */
    bool brokers;    /* log.cleanup.policy of the brokers has "compact" */
    bool compacts;
} policies[] = {
    {NULL, false, false},
    {NULL, true, true},
    {"delete", false, false},
    {"delete", true, false},
    {"compact", false, true},
    {"compact,delete", false, true},
    {"delete, compact", false, true},
};

START_TEST(a_topic_compacts_when_its_policy_says_so)
{
    AUTO_JSON json_t *config = json_object();

    setup();
    topic.config = config;
    facts.limits[0].compacts = policies[_i].brokers;
    if (policies[_i].own)
        json_object_set_new(config, "cleanup.policy",
                            json_string(policies[_i].own));
    ck_assert_int_eq(facts_compacts(&given, &facts, 0), policies[_i].compacts);
    ck_assert(!facts_compacts(&given, &facts, 1)); /* no topic */
}
END_TEST

START_TEST(holes_have_causes)
{
    AUTO_JSON json_t *config = json_object();
    struct hole_facts h;

    setup();
    topic.config = config;
    facts.limits[0].exactly_once = "enabled";
    h = facts_holes(&given, &facts, 0);
    ck_assert_ptr_eq(h.config, config);
    ck_assert_str_eq(h.exactly_once, "enabled");
    ck_assert(!h.transactional_load && !h.from_source && !h.compacts);
    load.transaction = 10;
    facts.limits[0].compacts = true;
    h = facts_holes(&given, &facts, 0);
    ck_assert(h.transactional_load && h.compacts);
    load.into = "elsewhere";
    hop.down = 0;
    h = facts_holes(&given, &facts, 0);
    ck_assert(!h.transactional_load && !h.from_source);
    connector.is_source = true;
    ck_assert(facts_holes(&given, &facts, 0).from_source);
    connector.is_source = false;
    hop.down = 1;
}
END_TEST

START_TEST(a_step_disturbs_from_apply_to_the_proof_of_its_revert)
{
    setup();
    ck_assert_uint_eq(facts_disturbances(&given, &facts, 0), 0);
    ck_assert(!facts_disturbed(&given, &facts));
    steps[1].applied = true;
    ck_assert_uint_eq(facts_disturbances(&given, &facts, 0), 1);
    ck_assert(facts_disturbed(&given, &facts));
    steps[1].mended_us = US_PER_S;
    ck_assert_uint_eq(facts_disturbances(&given, &facts, 0), 1);
    ck_assert(!facts_disturbed(&given, &facts));
    facts.timeline_made = false; /* no step was ever made */
    ck_assert_uint_eq(facts_disturbances(&given, &facts, 0), 0);
}
END_TEST

/* The longest of the time-outs in force, 5 s of slack, timeouts.stall at
 * least. */
START_TEST(patience_follows_the_configuration)
{
    AUTO_JSON json_t *config = json_object();

    setup();
    facts.limits[0] = (struct limits){.flush_us = 10 * US_PER_S,
                                      .flush_timeout_us = 5 * US_PER_S,
                                      .worker_session_us = 10 * US_PER_S,
                                      .rebalance_us = 20 * US_PER_S,
                                      .consumer_session_us = 45 * US_PER_S,
                                      .metadata_us = 60 * US_PER_S};
    connector.config = config;
    ck_assert_int_eq(facts_patience(&given, &facts, 0).us, 50 * US_PER_S);
    json_object_set_new(config, "consumer.override.session.timeout.ms",
                        json_string("6000"));
    ck_assert_int_eq(facts_patience(&given, &facts, 0).us, 35 * US_PER_S);
    json_object_set_new(config, "consumer.override.session.timeout.ms",
                        json_integer(40000));
    ck_assert_int_eq(facts_patience(&given, &facts, 0).us, 45 * US_PER_S);
    ops.changes = FAULT_CHANGES_PARTITIONS;
    ck_assert_int_eq(facts_patience(&given, &facts, 0).us, 45 * US_PER_S);
    steps[0].applied = true;
    ck_assert_int_eq(facts_patience(&given, &facts, 0).us, 65 * US_PER_S);
    plan.scenario.timeouts.stall_us = 100 * US_PER_S;
    ck_assert_int_eq(facts_patience(&given, &facts, 0).us, 100 * US_PER_S);
    connector.config = NULL;
}
END_TEST

static const struct platform_node *two_nodes(struct platform *p,
                                             size_t *ret_len)
{
    static const struct platform_node nodes[] = {
        {.name = "broker-1", .role = ROLE_BROKER, .number = 1},
        {.name = "worker-1", .role = ROLE_WORKER, .number = 1},
    };

    (void)p;
    *ret_len = ARRAY_LEN(nodes);
    return nodes;
}

static const char *no_property(struct platform *p, const char *node,
                               const char *key)
{
    (void)p, (void)node, (void)key;
    return NULL;
}

static const char *some_properties(struct platform *p, const char *node,
                                   const char *key)
{
    (void)p;
    if (strcmp(node, "broker-1") == 0)
        return strcmp(key, "log.cleanup.policy") == 0 ? "compact" : NULL;
    if (strcmp(key, "producer.transaction.timeout.ms") == 0)
        return "20000";
    if (strcmp(key, "exactly.once.source.support") == 0)
        return "enabled";
    return strcmp(key, "offset.flush.interval.ms") == 0 ? "1000" : NULL;
}

static const char *of_slow(const void *args)
{
    (void)args;
    return "slow";
}

/* A fault on the workers of one group excuses no hop of another group. */
START_TEST(a_fault_reaches_the_hops_of_its_own_group)
{
    setup();
    plan.groups[0].name = "fast";
    plan.groups[1].name = "slow";
    plan.groups_len = 2;
    connector.connect = "fast";
    facts.limits[0].flush_us = 1;
    facts.limits[1].flush_us = 2;
    ck_assert_int_eq(facts_limits(&given, &facts, 0)->flush_us, 1);
    ck_assert_int_eq(facts_flush_us(&given, &facts), 2);
    steps[0].applied = steps[1].applied = true;
    ck_assert(facts_reaches(&given, &facts, 0, 0)); /* a broker, an endpoint */
    ck_assert_uint_eq(facts_disturbances(&given, &facts, 0), 2);
    steps[0].target = (struct target){.in_group = true, .group = "fast"};
    steps[1].target = (struct target){.in_group = true, .group = "slow"};
    ck_assert(facts_reaches(&given, &facts, 0, 0));
    ck_assert(!facts_reaches(&given, &facts, 1, 0));
    ck_assert_uint_eq(facts_disturbances(&given, &facts, 0), 1);
    connector.connect = "slow";
    ck_assert(!facts_reaches(&given, &facts, 0, 0));
    ck_assert_int_eq(facts_limits(&given, &facts, 0)->flush_us, 2);
    ops.group = of_slow; /* a fault without a target, as worker_add */
    connector.connect = "fast";
    ck_assert(!facts_reaches(&given, &facts, 0, 0));
    connector.connect = NULL;
}
END_TEST

/* Sinks of two clusters in one consumer group share partitions, and connectors
 * between the same stations share records. */
START_TEST(a_fault_reaches_the_hops_that_share_with_the_struck_group)
{
    struct connector slow = {.name = "d", .connect = "slow"};
    struct plan_hop both[] = {
        hop, {.connector = &slow, .up = 2, .down = 3, .group = "connect-d"}};

    setup();
    plan.groups[0].name = "fast";
    plan.groups[1].name = "slow";
    plan.groups_len = 2;
    plan.hops = both;
    plan.hops_len = 2;
    connector.connect = "fast";
    steps[0].target = (struct target){.in_group = true, .group = "slow"};
    ck_assert(facts_reaches(&given, &facts, 0, 1));
    ck_assert(!facts_reaches(&given, &facts, 0, 0));
    both[1].up = both[0].up; /* one topic alone is read by each on its own */
    ck_assert(!facts_reaches(&given, &facts, 0, 0));
    both[1].down = both[0].down;
    ck_assert(facts_reaches(&given, &facts, 0, 0));
    both[1].up = 2;
    ck_assert(!facts_reaches(&given, &facts, 0, 0));
    (void)snprintf(both[1].group, sizeof(both[1].group), "connect-c");
    ck_assert(facts_reaches(&given, &facts, 0, 0));
    facts.limits[0].flush_us = 1;
    facts.limits[1].flush_us = 2;
    ck_assert_int_eq(facts_reach_flush_us(&given, &facts, 0, 0), 2);
    ck_assert_int_eq(facts_reach_flush_us(&given, &facts, 1, 0), 1);
    facts.limits[0].flush_us = 3;
    ck_assert_int_eq(facts_reach_flush_us(&given, &facts, 0, 0), 3);
    both[0].group[0] = both[1].group[0] = '\0'; /* two sources */
    ck_assert(!facts_reaches(&given, &facts, 0, 0));
    connector.connect = NULL;
}
END_TEST

/* Transactions of one source are enough for markers in the topic. */
START_TEST(any_source_with_transactions_explains_holes)
{
    struct connector slow = {.name = "d", .connect = "slow", .is_source = true};
    struct plan_hop both[] = {{.connector = &connector, .up = 1, .down = 0},
                              {.connector = &slow, .up = 1, .down = 0}};

    setup();
    plan.groups[0].name = "fast";
    plan.groups[1].name = "slow";
    plan.groups_len = 2;
    plan.hops = both;
    plan.hops_len = 2;
    connector.connect = "fast";
    connector.is_source = true;
    facts.limits[_i].exactly_once = "enabled";
    facts.limits[1 - _i].exactly_once = "disabled";
    ck_assert_str_eq(facts_holes(&given, &facts, 0).exactly_once, "enabled");
    facts.limits[1 - _i].exactly_once = NULL;
    ck_assert_str_eq(facts_holes(&given, &facts, 0).exactly_once, "enabled");
    connector.connect = NULL;
    connector.is_source = false;
}
END_TEST

START_TEST(limits_are_read_from_the_platform)
{
    struct platform_ops kind = {.list = two_nodes, .property = no_property};
    struct platform platform = {.ops = &kind};
    struct limits l;

    setup();
    limits_read(NULL, "", &l);
    ck_assert_int_eq(l.flush_us, 60 * US_PER_S);
    limits_read(&platform, "", &l);
    ck_assert_int_eq(l.flush_us, 60 * US_PER_S);
    ck_assert_int_eq(limits_open_transaction_us(&l, &plan), 75 * US_PER_S);
    ck_assert(!l.exactly_once && !l.compacts);
    kind.property = some_properties;
    limits_read(&platform, "", &l);
    ck_assert_int_eq(l.flush_us, US_PER_S);
    ck_assert_str_eq(l.exactly_once, "enabled");
    ck_assert(l.compacts);
    ck_assert_int_eq(limits_open_transaction_us(&l, &plan), 35 * US_PER_S);
    load.transaction = 1; /* a client of the harness, with 60 s */
    ck_assert_int_eq(limits_open_transaction_us(&l, &plan), 75 * US_PER_S);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_topic_compacts_when_its_policy_says_so, 0,
                        ARRAY_LEN(policies));
    tcase_add_test(tc, holes_have_causes);
    tcase_add_test(tc, a_step_disturbs_from_apply_to_the_proof_of_its_revert);
    tcase_add_test(tc, patience_follows_the_configuration);
    tcase_add_test(tc, a_fault_reaches_the_hops_of_its_own_group);
    tcase_add_test(tc,
                   a_fault_reaches_the_hops_that_share_with_the_struck_group);
    tcase_add_loop_test(tc, any_source_with_transactions_explains_holes, 0, 2);
    tcase_add_test(tc, limits_are_read_from_the_platform);
}

SUITE_MAIN("facts", fill)
