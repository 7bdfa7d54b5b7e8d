/* test_isolation.c - what counts as left behind by a run, as a table. */
#include <string.h>

#include "base/look.h"
#include "base/own.h"
#include "support/suite.h"
#include "verdict/isolation.h"

#define OURS                                                                   \
    "\"ours\": {\"topics\": [\"connect-offsets\"], \"groups\": [\"connect\"]}"

static const struct {
    const char *look, *kind, *text; /* kind NULL: nothing is left */
} rows[] = {
    {"{" OURS "}", NULL, NULL},
    {"{" OURS ", \"topics\": [\"__consumer_offsets\", \"connect-offsets\"], "
     "\"groups\": [{\"name\": \"connect\", \"protocol\": \"connect\", "
     "\"members\": 2}], \"connectors\": [], \"offsets\": [], "
     "\"configs\": {\"1\": {}}, \"acls\": [], \"clients\": []}",
     NULL, NULL},
    {"{" OURS ", \"topics\": [\"extra\"]}", "topic", "topic extra is left"},
    {"{" OURS ", \"topics\": [\"_one\"]}", "topic", "topic _one is left"},
    {"{" OURS ", \"topics\": [\"__of_a_plugin\"]}", "topic",
     "topic __of_a_plugin is left"},
    {"{" OURS ", \"groups\": [{\"name\": \"connect-shop\", \"protocol\": "
     "\"consumer\", \"members\": 0}]}",
     "group", "group connect-shop is left, with 0 members"},
    {"{" OURS ", \"groups\": [{\"name\": \"g\", \"protocol\": \"consumer\", "
     "\"members\": 1}]}",
     "group", "group g is left, with 1 member"},
    {"{" OURS ", \"groups\": [{\"name\": \"g\", \"protocol\": \"share\", "
     "\"members\": -1}]}",
     "group", "group g is left"},
    {"{" OURS ", \"connectors\": [\"stranger\"]}", "connector",
     "connector stranger is left"},
    {"{" OURS ", \"offsets\": [{\"connector\": \"files\", \"partition\": "
     "{\"filename\": \"a\"}}]}",
     "source-offset",
     "connector files has left a source offset of {\"filename\":\"a\"}"},
    {"{" OURS ", \"configs\": {\"2\": {\"log.retention.ms\": \"1000\"}}}",
     "broker-config", "broker 2 is left with log.retention.ms=1000"},
    {"{" OURS ", \"configs\": {\"1\": {\"a\": \"1\"}}, "
     "\"configs_before\": {\"1\": {\"a\": \"1\"}}}",
     NULL, NULL},
    {"{" OURS ", \"configs\": {\"1\": {}}, \"configs_before\": {\"1\": "
     "{\"a\": \"1\"}}}",
     "broker-config", "broker 1 is left without a=1"},
    {"{" OURS ", \"configs\": {\"1\": {\"a\": \"2\"}}, "
     "\"configs_before\": {\"1\": {\"a\": \"1\"}}}",
     "broker-config", "broker 1 is left with a=2"},
    {"{" OURS ", \"acls\": [\"User:a may READ all\"]}", "acl",
     "User:a may READ all"},
    {"{" OURS ", \"clients\": [\"10.0.0.9:4711 is connected\"]}", "client",
     "10.0.0.9:4711 is connected"},
    {"{" OURS ", \"nodes\": [\"worker-3 was added\"]}", "node",
     "worker-3 was added"},
    {"{" OURS ", \"faults\": [\"kill worker-1 may be in force\"]}", "fault",
     "kill worker-1 may be in force"},
    {"{" OURS ", \"late\": [\"3 records of an earlier run reached shop\"]}",
     "late", "3 records of an earlier run reached shop"},
    {"{" OURS ", \"unknown\": [\"topics: timed out\"]}", "unknown",
     "topics: timed out"},
};

START_TEST(test_rows)
{
    AUTO_JSON json_t *seen = json_loads(rows[_i].look, 0, NULL);
    AUTO_JSON json_t *left = NULL;

    ck_assert_ptr_nonnull(seen);
    left = isolation_findings(seen);
    ck_assert_uint_eq(json_array_size(left), rows[_i].kind != NULL);
    if (!rows[_i].kind)
        return;
    ck_assert_str_eq(look_text(json_array_get(left, 0), "kind"), rows[_i].kind);
    ck_assert_str_eq(look_text(json_array_get(left, 0), "text"), rows[_i].text);
}
END_TEST

/* A run with named groups of workers is followed by a run with one group: the
 * topics and groups of the ended workers are no finding of the second run. */
START_TEST(workers_of_earlier_runs_stay_ours)
{
    AUTO_JSON json_t *seen = json_loads(
        "{" OURS ", \"topics\": [\"connect-fast-config\", \"extra\"], "
        "\"groups\": [{\"name\": \"workers-fast\", \"protocol\": "
        "\"connect\", \"members\": 0}]}",
        0, NULL);
    AUTO_JSON json_t *earlier =
        json_loads("{\"topics\": [\"connect-offsets\", "
                   "\"connect-fast-config\"], \"groups\": "
                   "[\"workers-fast\"]}",
                   0, NULL);
    json_t *ours = json_object_get(seen, "ours");
    AUTO_JSON json_t *found = NULL;

    ck_assert_ptr_nonnull(earlier);
    isolation_add_ours(ours, NULL);
    ck_assert_uint_eq(json_array_size(look(ours, "topics")), 1);
    isolation_add_ours(ours, earlier);
    ck_assert_uint_eq(json_array_size(look(ours, "topics")), 2);
    ck_assert_uint_eq(json_array_size(look(ours, "groups")), 2);
    found = isolation_findings(seen);
    ck_assert_uint_eq(json_array_size(found), 1);
    ck_assert_str_eq(look_text(json_array_get(found, 0), "text"),
                     "topic extra is left");
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, workers_of_earlier_runs_stay_ours);
    tcase_add_loop_test(tc, test_rows, 0, ARRAY_LEN(rows));
}

SUITE_MAIN("isolation", fill)
