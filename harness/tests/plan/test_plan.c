/* test_plan.c - binding: names to kinds, arguments checked, hops drawn from
 * rows. */
#include <check.h>
#include <errno.h>

#include "base/look.h"
#include "base/own.h"
#include "bound_text.h"
#include "plan/fill.h"
#include "support/suite.h"

/* ---- refusals ----------------------------------------------------------- */

#define DEAD  ", errors.deadletterqueue.topic.name: dlq"
#define TEN   "0123456789"
#define FIFTY TEN TEN TEN TEN TEN
#define DEAD_TOO_LONG                                                          \
    ", errors.deadletterqueue.topic.name: d" FIFTY FIFTY FIFTY FIFTY FIFTY
#define TWO(more_a, more_b)                                                    \
    "endpoints:\n  x: {kind: http}\n  y: {kind: http}\n"                       \
    "connectors:\n"                                                            \
    "  a: {config: {connector.class: a.B" more_a "}}\n"                        \
    "  b: {config: {connector.class: a.B" more_b "}}\n"                        \
    "load: {into: orders}\n"

#define READS(topics)                                                          \
    "endpoints:\n  shop: {kind: http}\n"                                       \
    "connectors:\n  c: {config: {connector.class: a.B, " topics "}}\n"         \
    "load: {into: orders}\nflow: orders -> c -> shop\n"

#define REACHES(setting, down)                                                 \
    "endpoints:\n  shop: {kind: http}\n  written: {kind: file}\n"              \
    "connectors:\n  c: {config: {connector.class: a.B, " setting "}}\n"        \
    "load: {into: orders}\nflow: orders -> c -> " down "\n"

#define AIMED(fault, target)                                                   \
    "endpoints:\n  shop: {kind: http}\n"                                       \
    "connectors:\n  c: {config: {connector.class: a.B, tasks.max: 3}}\n"       \
    "load: {into: orders}\nflow: orders -> c -> shop\n"                        \
    "timeline: [{at: 1s, fault: " fault ", " target                            \
    "}]\ntopics: {orders: {partitions: 2}}\n"

static const struct wrong {
    const char *text;
    const char *want; /* behind "file:" */
} wrongs[] = {
    {"name: x\nplatform: {kind: lokal}\nload: {into: orders}\nflow: orders\n",
     "no platform \"lokal\", did you mean \"local\"?"},
    {HEAD "endpoints:\n  shop: {kind: htp}\n"
          "connectors:\n  s: {config: {connector.class: a.B}}\n"
          "load: {into: orders}\nflow: orders -> s -> shop\n",
     "no endpoint \"htp\", did you mean \"http\"?"},
    {HEAD
     "endpoints:\n  t: {kind: topic}\nload: {into: orders}\nflow: orders\n",
     "endpoints.t: a topic is declared under `topics:`"},
    {HEAD SINK FLOW "timeline:\n  - {at: 1s, fault: worker_kil, worker: any}\n",
     "no fault \"worker_kil\", did you mean \"worker_kill\"?"},
    {HEAD SINK FLOW "timeline:\n  - {at: 1s, fault: zzzzzzzzzzzzzzz}\n",
     "no fault \"zzzzzzzzzzzzzzz\", `ordeal list faults` shows what there is"},
    {HEAD SINK FLOW "expect:\n  - no_los:\n",
     "no check \"no_los\", did you mean \"no_loss\"?"},
    {HEAD SINK FLOW "expect:\n  - relax: balance\n    reason: because\n",
     "balance cannot be relaxed"},
    {HEAD SINK FLOW "expect:\n  - recovered:\n", "\"within\" is missing"},
    {HEAD SINK FLOW "expect:\n  - recovered: {within: 1s, fault: x}\n",
     "fault: \"x\" is no label and no fault of the timeline"},
    {HEAD SINK FLOW "expect:\n  - log_free_of: {pattern: \"a(b\"}\n",
     "pattern: \"a(b\" is no regular expression"},
    {HEAD SINK FLOW "expect:\n  - duplicates: {connector: orders-to-shup}\n",
     "connector: \"orders-to-shup\" is not declared"},
    {HEAD SINK FLOW
     "timeline:\n  - {at: 1s, fault: worker_kill, broker: any, for: 1s}\n",
     "worker_kill is aimed by `worker: ...`, not by `broker: ...`"},
    {HEAD SINK FLOW "timeline:\n  - {at: 1s, fault: worker_kill, for: 1s}\n",
     "worker_kill is aimed by `worker: ...`, add it"},
    {HEAD SINK "topics:\n  orders: {partitions: 4}\n"
               "load: {into: orders, partitions: 5}\n"
               "flow: orders -> orders-to-shop -> shop\n",
     "load.partitions: 5 is more than the 4 partitions of orders"},
    {HEAD SINK "topics:\n  orders: {partitions: 4}\n"
               "load:\n  - {into: orders}\n  - {into: orders, partitions: 5}\n"
               "flow: orders -> orders-to-shop -> shop\n",
     "load[1].partitions: 5 is more than the 4 partitions of orders"},
    {HEAD
     "endpoints:\n  shop: {kind: http}\n"
     "connectors:\n  s: {config: {connector.class: a.B, u: \"${shop.urn}\"}}\n"
     "load: {into: orders}\nflow: orders -> s -> shop\n",
     "connectors.s.config.u: ${shop.urn} is no property of shop (http), it has "
     "url, host, port"},
    {HEAD SINK FLOW
     "timeline:\n  - {at: 1s, fault: connector_reconfigure, connector: "
     "orders-to-shop, with: {set: {http.url: \"${shp.url}\"}}}\n",
     "timeline[0].with.set.http.url: ${shp.url}: no endpoint \"shp\", "
     "did you mean \"shop\""},
    {HEAD
     "topics: {orders: {}}\nendpoints:\n  shop: {kind: http, keyed: true}\n"
     "connectors:\n  s: {config: {connector.class: a.B, topics: orders}}\n"
     "load:\n  - {into: orders, keys: 7}\n  - {into: orders}\n"
     "flow: orders -> s -> shop\n",
     "endpoints.shop.keyed: a load on the way there writes records without "
     "keys, write keys: 100 in the load"},
    {HEAD "endpoints:\n  shop: {kind: http}\n"
          "connectors:\n  s: {config: {connector.class: a.B}}\n"
          "load: {into: shop}\nflow: shop -> s -> orders\n",
     "load.into: endpoint shop (http) cannot be loaded, a file"},
    {HEAD TWO("", "") "flow: [orders -> a -> x, orders -> b -> x]\n",
     "the same records reach x through \"orders -> a -> x\" and through "
     "\"orders -> b -> x\""},
    {HEAD TWO(DEAD, DEAD) "flow: [orders -> a -> x, orders -> b -> y]\n",
     "a and b send the same records to the dead-letter topic dlq"},
    {HEAD TWO(DEAD_TOO_LONG, "") "flow: [orders -> a -> x, orders -> b -> y]\n",
     "connectors.a.config.errors.deadletterqueue.topic: "},
    {HEAD "endpoints:\n  in: {kind: file}\n"
          "connectors:\n  read: {config: {connector.class: a.B}}\n"
          "load: {into: in}\nflow: [in -> read -> t1, in -> read -> t2]\n",
     "read leads from in into t1 and into t2"},
    {HEAD READS("topics: other"),
     ":6:46: connectors.c.config.topics: \"other\" does not name orders, which "
     "flow reads"},
    {HEAD READS("topics: \"orders2, other\""),
     "topics: \"orders2, other\" does not name orders"},
    {HEAD REACHES("http.url: \"${shop.url}\"", "written"),
     ":7:48: connectors.c.config.http.url: \"${shop.url}\" and every other "
     "setting of c leave out written, which flow writes: write "
     "${written.path}"},
    {HEAD REACHES("http.url: \"http://localhost:8080/\"", "shop"),
     "\"http://localhost:8080/\" and every other setting of c leave out shop, "
     "which flow writes: write ${shop.url}"},
    {HEAD AIMED("worker_kill", "worker: worker-9"),
     ":9:49: timeline[0].worker: no worker-9, platform.workers is 2"},
    {HEAD AIMED("broker_kill", "broker: broker-9"),
     "timeline[0].broker: no broker-9, platform.brokers is 3"},
    {HEAD AIMED("broker_kill", "broker: \"4\""), "no broker-4"},
    {HEAD AIMED("broker_kill", "broker: leader of orders/2"),
     "no partition orders/2, topics.orders.partitions is 2, counted from 0"},
    {HEAD AIMED("worker_kill", "worker: running c/3"),
     "no task c/3, tasks.max of c is 3, counted from 0"},
    {HEAD AIMED("task_restart", "task: c/3"), "timeline[0].task: no task c/3"},
};

START_TEST(it_is_refused)
{
    const struct wrong *w = &wrongs[_i];

    bind_text(w->text);
    ck_assert_msg(doc_complaints(doc) == 1, "%d complaints, %s instead of %s",
                  (int)doc_complaints(doc), doc_complaint(doc, 0), w->want);
    ck_assert_msg(strstr(doc_complaint(doc, 0), w->want) != NULL, "%s",
                  doc_complaint(doc, 0));
    teardown();
}
END_TEST

START_TEST(an_unknown_platform_of_the_command_line_is_refused)
{
    const struct plan_overrides over = {.platform = "moon"};

    bind_over(HEAD SINK FLOW, &over);
    ck_assert_uint_eq(doc_complaints(doc), 1);
    ck_assert_ptr_nonnull(
        strstr(doc_complaint(doc, 0), "no platform \"moon\""));
    teardown();
}
END_TEST

/* Arguments for the file's own platform are no mistakes on another platform. */
START_TEST(another_platform_takes_what_it_knows)
{
    const struct plan_overrides over = {.platform = "embedded"};

    bind_over("name: x\n"
              "platform: {kind: local, brokers: 2, kafka: 3.9.2}\n" SINK FLOW,
              &over);
    ck_assert_msg(doc_complaints(doc) == 0, "%s", doc_complaint(doc, 0));
    ck_assert_str_eq(plan.platform->name, "embedded");
    teardown();
    bind_over("name: x\n"
              "platform: {kind: local, brokers: 2, kafak: 3.9.2}\n" SINK FLOW,
              &over);
    ck_assert_uint_eq(doc_complaints(doc), 1);
    teardown();
}
END_TEST

#define ON_EMBEDDED                                                            \
    "name: x\nplatform: {kind: embedded}\n"                                    \
    "topics: {orders: {partitions: 2}}\nendpoints: {shop: {kind: http}}\n"

#define ON_FLOW "flow: orders -> c -> shop\n"

static const struct {
    const char *text, *want; /* NULL: nothing */
} embeddable[] = {
    {ON_EMBEDDED "connectors: {c: {plugin: http-sink, config: "
                 "{connector.class: ordeal.HttpSink, topics: orders}}}\n"
                 "load: {into: orders, rate: 100/s}\n" ON_FLOW,
     NULL},
    {ON_EMBEDDED "connectors: {c: {plugin: camel-http, config: "
                 "{connector.class: ordeal.HttpSink, topics: orders}}}\n"
                 "load: {into: orders, rate: 100/s}\n" ON_FLOW,
     "connectors.c: plugin camel-http: the embedded platform runs no Java"},
    {ON_EMBEDDED "connectors: {c: {config: "
                 "{connector.class: com.example.Sink, topics: orders}}}\n"
                 "load: {into: orders, rate: 100/s}\n" ON_FLOW,
     "connectors.c: connector.class com.example.Sink: the embedded"},
    {ON_EMBEDDED "connectors: {c: {config: "
                 "{connector.class: ordeal.HttpSink, topics: orders}}}\n"
                 "load: {into: orders, rate: 9000/s, size: 1KiB}\n" ON_FLOW,
     NULL},
    {"name: x\nplatform: {kind: embedded}\n"
     "topics: {orders: {partitions: 1100}}\nendpoints: {shop: {kind: http}}\n"
     "connectors: {c: {config: {connector.class: ordeal.HttpSink, topics: "
     "orders}}}\nload: {into: orders, rate: 100/s}\n"
     "timeline: [{at: 1s, fault: topic_add_partitions, topic: orders, with: "
     "{to: 3000}}]\n" ON_FLOW,
     NULL},
    {"name: x\nplatform: {kind: embedded}\n"
     "topics: {orders: {config: {message.timestamp.type: LogAppendTime}}}\n"
     "load: {into: orders, rate: 100/s}\nflow: orders\n",
     "topics.orders: message.timestamp.type=LogAppendTime: the embedded"},
    {"name: x\nplatform: {kind: embedded}\n"
     "topics: {orders: {config: {cleanup.policy: delete, retention.ms: 1}}}\n"
     "load: {into: orders, rate: 100/s}\nflow: orders\n",
     NULL},
    {ON_EMBEDDED "connectors: {c: {config: "
                 "{connector.class: ordeal.HttpSink, topics: orders}}}\n"
                 "load: {into: orders, rate: 100/s, transaction: 10}\n" ON_FLOW,
     "load into orders: the embedded platform has no transactions"},
};

START_TEST(what_the_embedded_platform_cannot_do_is_a_skip)
{
    struct err err = {0};
    int rc;

    bound(embeddable[_i].text);
    rc = plan_able(&plan, &err);
    ck_assert_int_eq(rc, embeddable[_i].want ? -ENOTSUP : 0);
    if (embeddable[_i].want)
        ck_assert_msg(strstr(err.text, embeddable[_i].want) == err.text, "%s",
                      err.text);
    teardown();
}
END_TEST

/* ---- hops ---------------------------------------------------------------- */

static const char *const reachable[] = {
    REACHES("http.url: \"${shop.url}\"", "shop"),
    REACHES("http.url: \"${shop.url}\", copy: \"/mnt/written\"", "written"),
    REACHES("file: /mnt/x", "written"),
    REACHES("http.url: \"http://shop:8080/\"", "shop"),
    REACHES("http.url: \"http://${file:/etc/a:b}/\"", "shop"),
    REACHES("http.url: \"${shop.url}\"", "written") "timeline:\n"
                                                    "  - {at: 1s, fault: "
                                                    "connector_reconfigure, "
                                                    "connector: c, with: {set: "
                                                    "{file: "
                                                    "\"${written.path}\"}}}\n",
};

START_TEST(a_connector_may_reach_its_endpoint_in_other_ways)
{
    char text[600];

    (void)snprintf(text, sizeof(text), HEAD "%s", reachable[_i]);
    bound(text);
    teardown();
}
END_TEST

static const char *const readable[] = {
    READS("topics: \" other , orders \""),
    READS("topics.regex: \"or.*\""),
    READS("topics: \"${file:/etc/names:topics}\""),
    READS("topics: other") "timeline:\n"
                           "  - {at: 1s, fault: connector_reconfigure, "
                           "connector: c, with: {set: {topics: orders}}}\n",
};

START_TEST(a_sink_may_be_told_its_topics_in_other_ways)
{
    char text[600];

    (void)snprintf(text, sizeof(text), HEAD "%s", readable[_i]);
    bound(text);
    teardown();
}
END_TEST

#define GROWS(target, other)                                                   \
    AIMED("worker_kill", target "}, {at: 2s, fault: " other)

/* Targets that exist from the start, or once a fault has added workers,
 * partitions or tasks. */
static const char *const aimable[] = {
    AIMED("worker_kill", "worker: worker-2"),
    AIMED("broker_kill", "broker: broker-3"),
    AIMED("broker_kill", "broker: leader of orders/1"),
    AIMED("broker_kill", "broker: leader of __consumer_offsets/40"),
    AIMED("worker_kill", "worker: running c/2"),
    AIMED("worker_kill", "worker: running c"),
    AIMED("task_restart", "task: c/2"),
    GROWS("worker: worker-3", "worker_add"),
    GROWS("worker: worker-3", "worker_remove, worker: any"),
    GROWS("worker: running c/3", "connector_reconfigure, connector: c, "
                                 "with: {set: {tasks.max: 4}}"),
    AIMED("broker_kill", "broker: leader of orders/2}, {at: 2s, fault: "
                         "topic_add_partitions, topic: orders, with: {to: 4}"),
};

START_TEST(a_step_may_be_aimed_at_what_there_may_be)
{
    char text[600];

    (void)snprintf(text, sizeof(text), HEAD "%s", aimable[_i]);
    bound(text);
    teardown();
}
END_TEST

/* "name(streams)" of each hop, and the upstream that the hop is judged against.
 */
static void hops_text(char *out, size_t size)
{
    size_t at = 0;

    out[0] = 0;
    for (size_t i = 0; i < plan.hops_len; i++) {
        const struct plan_hop *h = &plan.hops[i];

        at += (size_t)snprintf(out + at, size - at, "%s%s(", i ? "; " : "",
                               h->name);
        for (size_t k = 0; k < h->streams_len; k++)
            at += (size_t)snprintf(out + at, size - at, "%s%u", k ? "," : "",
                                   h->streams[k]);
        at += (size_t)snprintf(out + at, size - at, ") %s %s",
                               h->up_is_ledger ? "ledger" : "station",
                               h->group[0] ? h->group : "-");
    }
}

#define FILES                                                                  \
    "endpoints:\n"                                                             \
    "  in: {kind: file}\n"                                                     \
    "  out: {kind: file}\n"                                                    \
    "connectors:\n"                                                            \
    "  read: {config: {connector.class: a.B}}\n"                               \
    "  write: {config: {connector.class: a.B}}\n"

static const struct row {
    const char *what, *text, *want;
} rows[] = {
    {"a topic alone",
     HEAD "load: {into: orders, partitions: 1}\nflow: orders\n",
     "load -> orders(1) ledger -"},
    {"a sink", HEAD SINK FLOW,
     "load -> orders(1,2,3,4) ledger -; "
     "orders -> orders-to-shop -> shop(1,2,3,4) station "
     "connect-orders-to-shop"},
    {"a sink with a group of its own",
     HEAD "endpoints:\n  shop: {kind: http}\n"
          "connectors:\n  to-shop: {config: {connector.class: a.B, "
          "consumer.override.group.id: mine}}\n"
          "load: {into: orders}\nflow: orders -> to-shop -> shop\n",
     "load -> orders(1) ledger -; orders -> to-shop -> shop(1) station mine"},
    {"a file to a file",
     HEAD FILES
     "load: {into: in}\nflow: in -> read -> orders -> write -> out\n",
     "in -> read -> orders(1) ledger -; "
     "orders -> write -> out(1) station connect-write"},
    {"the same in two rows that join",
     HEAD FILES "load: {into: in}\n"
                "flow: [in -> read -> orders, orders -> write -> out]\n",
     "in -> read -> orders(1) ledger -; "
     "orders -> write -> out(1) station connect-write"},
    {"the same, the later row first",
     HEAD FILES "load: {into: in}\n"
                "flow: [orders -> write -> out, in -> read -> orders]\n",
     "orders -> write -> out(1) station connect-write; "
     "in -> read -> orders(1) ledger -"},
    {"two loads that meet in a topic",
     HEAD FILES "topics:\n  orders: {partitions: 2}\n"
                "load:\n  - {into: in}\n  - {into: orders}\n"
                "flow: in -> read -> orders -> write -> out\n",
     "in -> read -> orders(1) ledger -; load -> orders(2,3) ledger -; "
     "orders -> write -> out(1,2,3) station connect-write"},
    {"two sinks with a dead-letter topic each",
     HEAD TWO(DEAD, DEAD "-b") "flow: [orders -> a -> x, orders -> b -> y]\n",
     "load -> orders(1) ledger -; orders -> a -> x(1) station connect-a; "
     "orders -> b -> y(1) station connect-b"},
    {"a sink of two topics",
     HEAD "endpoints:\n  shop: {kind: http}\n"
          "connectors:\n  orders-to-shop: {config: {connector.class: a.B, "
          "topics: \"orders,other\"}}\n"
          "load: [{into: orders}, {into: other}]\n"
          "flow: [orders -> orders-to-shop -> shop, other -> "
          "orders-to-shop -> shop]\n",
     "load -> orders(1) ledger -; orders -> orders-to-shop -> shop(1) station "
     "connect-orders-to-shop; load -> other(2) ledger -; other -> "
     "orders-to-shop -> shop(2) station connect-orders-to-shop"},
    {"two rows from one topic",
     HEAD "endpoints:\n  a: {kind: http}\n  b: {kind: http}\n"
          "connectors:\n  to-a: {config: {connector.class: a.B}}\n"
          "  to-b: {config: {connector.class: a.B}}\n"
          "load: {into: orders}\n"
          "flow: [orders -> to-a -> a, orders -> to-b -> b]\n",
     "load -> orders(1) ledger -; orders -> to-a -> a(1) station connect-to-a; "
     "orders -> to-b -> b(1) station connect-to-b"},
};

START_TEST(hops_are_drawn)
{
    char got[600];

    bound(rows[_i].text);
    hops_text(got, sizeof(got));
    ck_assert_msg(strcmp(got, rows[_i].want) == 0, "%s: %s", rows[_i].what,
                  got);
    teardown();
}
END_TEST

START_TEST(each_hop_has_its_own_guarantee)
{
    bound(HEAD SINK FLOW
          "guarantee: {delivery: at-least-once, duplicates: 20 per "
          "disturbance}\n"
          "guarantees:\n  orders-to-shop: {delivery: at-most-once}\n");
    ck_assert_int_eq(plan.hops[0].guarantee.delivery, EXACTLY_ONCE);
    ck_assert_int_eq(plan.hops[0].guarantee.ordering, ORDER_STREAM);
    ck_assert_int_eq(plan.hops[0].guarantee.duplicates_per_disturbance, -1);
    ck_assert_int_eq(plan.hops[1].guarantee.delivery, AT_MOST_ONCE);
    teardown();
}
END_TEST

/* A producer that may write a record twice cannot promise exactly-once. */
START_TEST(a_careless_load_promises_less)
{
    bound(HEAD "load: {into: orders, idempotence: false}\nflow: orders\n");
    ck_assert_int_eq(plan.hops[0].guarantee.delivery, AT_LEAST_ONCE);
    ck_assert_int_eq(plan.hops[0].guarantee.ordering, ORDER_NONE);
    teardown();
}
END_TEST

START_TEST(stations_are_found_by_name)
{
    bound(HEAD SINK FLOW);
    ck_assert_uint_eq(plan.stations_len, 2);
    ck_assert_str_eq(plan.stations[plan_station_find(&plan, "shop")].ops->name,
                     "http");
    ck_assert_ptr_nonnull(
        plan.stations[plan_station_find(&plan, "orders")].topic);
    ck_assert_uint_eq(plan_station_find(&plan, "nowhere"), SIZE_MAX);
    teardown();
}
END_TEST

START_TEST(a_plugin_is_asked_for_once)
{
    const struct plan_overrides over = {.plugin = "build/mine.zip"};

    bind_over(HEAD FILES "load: {into: in}\n"
                         "flow: in -> read -> orders -> write -> out\n",
              &over);
    ck_assert_msg(doc_complaints(doc) == 0, "%s", doc_complaint(doc, 0));
    ck_assert_uint_eq(plan.plugins_len, 1);
    ck_assert_str_eq(plan.plugins[0], "build/mine.zip");
    teardown();
}
END_TEST

static const char *shop_url(void *ctx, const char *at, size_t len)
{
    (void)ctx;
    return len == 8 && memcmp(at, "shop.url", 8) == 0 ? "http://shop/" : NULL;
}

START_TEST(steps_are_filled_as_configurations_are)
{
    struct err err = {0};
    AUTO_JSON json_t *kept = json_array();
    AUTO_JSON json_t *args = NULL;
    AUTO_JSON json_t *before = NULL;
    AUTO_FREE void *filled = NULL;
    const json_t *set;

    bound(HEAD SINK FLOW
          "timeline:\n  - {at: 1s, fault: connector_reconfigure, connector: "
          "orders-to-shop, with: {set: {http.url: \"${shop.url}x\", "
          "tasks.max: 2, text: \"$${shop.url}\", gone: null}}}\n");
    ck_assert_msg(
        plan_fill_args(&plan, 0, shop_url, NULL, kept, &filled, &err) == 0,
        "%s", err.text);
    args =
        args_json(plan.steps[0].ops->args, plan.steps[0].ops->args_len, filled);
    set = json_object_get(args, "set");
    ck_assert_str_eq(look_text(set, "http.url"), "http://shop/x");
    ck_assert_str_eq(look_text(set, "text"), "${shop.url}");
    ck_assert_int_eq(look_int(set, "tasks.max"), 2);
    ck_assert(json_is_null(json_object_get(set, "gone")));
    before = args_json(plan.steps[0].ops->args, plan.steps[0].ops->args_len,
                       plan.steps[0].args); /* the plan is unchanged */
    ck_assert_str_eq(look_text(json_object_get(before, "set"), "http.url"),
                     "${shop.url}x");
    teardown();
}
END_TEST

START_TEST(what_an_endpoint_cannot_do_is_a_skip)
{
    struct err err = {0};

    bound(HEAD SINK FLOW
          "timeline:\n  - {at: 1s, fault: sink_error, on: shop, for: 1s}\n");
    ck_assert_msg(plan_able(&plan, &err) == 0, "%s", err.text);
    teardown();
    bound(HEAD FILES "load: {into: in}\n"
                     "flow: in -> read -> orders -> write -> out\n"
                     "timeline:\n"
                     "  - {at: 1s, fault: sink_error, on: out, for: 1s}\n");
    ck_assert_int_eq(plan_able(&plan, &err), -ENOTSUP);
    ck_assert_str_eq(err.text, "timeline[0]: endpoint out (file) does not "
                               "support sink_error");
    teardown();
}
END_TEST

START_TEST(the_plan_can_be_read)
{
    static const uint64_t seed = 42;
    AUTO_FREE char *text = NULL;
    AUTO_FREE char *unseeded = NULL;

    bound(HEAD SINK FLOW "timeline:\n"
                         "  - {at: 1s, fault: sink_error, on: shop, for: 2s}\n"
                         "expect:\n"
                         "  - lag: {below: 5}\n"
                         "  - relax: order\n    reason: it is known\n"
                         "verdict: {is: fail}\n");
    text = plan_text(&plan, &seed);
    unseeded = plan_text(&plan, NULL);
    ck_assert_ptr_nonnull(strstr(text, "seed       42\n"));
    ck_assert_ptr_nonnull(strstr(unseeded, "seed       fresh at each run\n"));
    ck_assert_ptr_nonnull(
        strstr(text, "step       at 1s: sink_error on shop for 2s "));
    ck_assert_ptr_nonnull(
        strstr(text, "check      lag {\"below\":5,\"when\":\"end\"}\n"));
    ck_assert_ptr_nonnull(
        strstr(text, "check      relaxed: order (it is known)\n"));
    ck_assert_ptr_nonnull(strstr(text, "expected   fail\n"));
    teardown();
}
END_TEST

START_TEST(every_kind_is_in_the_schema)
{
    size_t n, checks = 0, all;
    AUTO_FREE struct schema_kind *k = plan_schema_kinds(&n);
    AUTO_JSON json_t *schema = scenario_schema(k, n);

    (void)check_all(&all);
    for (size_t i = 0; i < n; i++)
        checks += strcmp(k[i].set, "check") == 0;
    ck_assert_uint_eq(checks, all);
    ck_assert(json_is_object(schema));
}
END_TEST

static void add_tests(TCase *tc)
{
    tcase_add_loop_test(tc, it_is_refused, 0,
                        sizeof(wrongs) / sizeof(wrongs[0]));
    tcase_add_test(tc, an_unknown_platform_of_the_command_line_is_refused);
    tcase_add_test(tc, another_platform_takes_what_it_knows);
    tcase_add_loop_test(tc, what_the_embedded_platform_cannot_do_is_a_skip, 0,
                        ARRAY_LEN(embeddable));
    tcase_add_loop_test(tc, a_connector_may_reach_its_endpoint_in_other_ways, 0,
                        (int)ARRAY_LEN(reachable));
    tcase_add_loop_test(tc, a_sink_may_be_told_its_topics_in_other_ways, 0,
                        sizeof(readable) / sizeof(readable[0]));
    tcase_add_loop_test(tc, a_step_may_be_aimed_at_what_there_may_be, 0,
                        sizeof(aimable) / sizeof(aimable[0]));
    tcase_add_loop_test(tc, hops_are_drawn, 0, sizeof(rows) / sizeof(rows[0]));
    tcase_add_test(tc, each_hop_has_its_own_guarantee);
    tcase_add_test(tc, a_careless_load_promises_less);
    tcase_add_test(tc, stations_are_found_by_name);
    tcase_add_test(tc, a_plugin_is_asked_for_once);
    tcase_add_test(tc, steps_are_filled_as_configurations_are);
    tcase_add_test(tc, what_an_endpoint_cannot_do_is_a_skip);
    tcase_add_test(tc, the_plan_can_be_read);
    tcase_add_test(tc, every_kind_is_in_the_schema);
}

SUITE_MAIN("plans", add_tests)
