/* test_readable.c - whether enough was read of a hop and a station, and whether
 * holes among offsets are findings.
 */
#include <string.h>

#include "base/attr.h"
#include "base/own.h"
#include "support/suite.h"
#include "verdict/readable.h"
#include "verdict/station_rules.h"

static const struct hop_row {
    const char *what;
    struct readable_facts f; /* `have_ledger` turned round */
    const char *why;         /* NULL: the hop is readable */
} hops[] = {
    {"both stations were read", {.up_read = true, .down_read = true}, NULL},
    {"no ledger",
     {.have_ledger = true, .up_read = true, .down_read = true},
     "the ledger could not be read"},
    {"no downstream", {.up_read = true}, "shop could not be read"},
    {"no ledger, no downstream",
     {.have_ledger = true},
     "the ledger could not be read"},
    {"no upstream", {.down_read = true}, "orders could not be read"},
    {"upstream is the ledger", {.up_is_ledger = true, .down_read = true}, NULL},
    {"upstream is the ledger, and the ledger is not there",
     {.have_ledger = true, .up_is_ledger = true, .down_read = true},
     "the ledger could not be read"},
    {"the ledger stands for a topic that is gone",
     {.down_read = true,
      .topics_gone = true,
      .up_loads = 2,
      .up_idempotent = 2},
     NULL},
    {"not for one of which a load may have sent copies",
     {.down_read = true,
      .topics_gone = true,
      .up_loads = 2,
      .up_idempotent = 1},
     "orders could not be read"},
    {"not for one that a connector filled",
     {.down_read = true, .topics_gone = true},
     "orders could not be read"},
    {"not for one that is there and was not read",
     {.down_read = true, .up_loads = 1, .up_idempotent = 1},
     "orders could not be read"},
};

START_TEST(a_hop_is_readable_or_names_what_was_not)
{
    struct readable_facts f = hops[_i].f;
    char why[64] = "";
    bool ok;

    f.up = "orders";
    f.down = "shop";
    f.have_ledger = !f.have_ledger;
    ok = hop_is_readable(&f, why, sizeof(why));
    ck_assert_msg(ok == !hops[_i].why, "%s", hops[_i].what);
    ck_assert_msg(strcmp(why, hops[_i].why ? hops[_i].why : "") == 0, "%s: %s",
                  hops[_i].what, why);
}
END_TEST

static const struct hole_row {
    const char *what;
    const char *key; /* of the topic's configuration; NULL: none */
    struct hole_facts f;
    bool judged;
} holes[] = {
    {"nothing takes up offsets", NULL, {0}, true},
    {"a key that takes none", "max.message.bytes", {0}, true},
    {"a policy", "cleanup.policy", {0}, false},
    {"a time", "retention.ms", {0}, false},
    {"a size", "retention.bytes", {0}, false},
    {"brokers that compact", NULL, {.compacts = true}, false},
    {"a load in transactions", NULL, {.transactional_load = true}, false},
    {"a source in transactions",
     NULL,
     {.from_source = true, .exactly_once = "enabled"},
     false},
    {"a source that only prepares for them",
     NULL,
     {.from_source = true, .exactly_once = "preparing"},
     true},
    {"a source on workers that say nothing", NULL, {.from_source = true}, true},
    {"no source, on workers that would",
     NULL,
     {.exactly_once = "enabled"},
     true},
};

START_TEST(a_hole_is_explained_or_a_finding)
{
    AUTO_JSON json_t *config = json_object();
    struct hole_facts f = holes[_i].f;
    const char *why;

    if (holes[_i].key) {
        json_object_set_new(config, holes[_i].key, json_string("1"));
        f.config = config;
    }
    why = holes_unjudged(&f);
    ck_assert_msg(!why == holes[_i].judged, "%s", holes[_i].what);
    if (why)
        ck_assert_str_eq(why, "transaction markers, compaction and retention "
                              "take up offsets too");
}
END_TEST

static const struct reading_row {
    const char *what;
    struct reading_seen seen;
    const char *reading, *early; /* NULL: no sentence */
} readings[] = {
    {"the whole", {.before = 5, .after = 5, .drain_ended = true}, NULL, NULL},
    {"a part",
     {.reading = READ_PART, .why = "a transaction is open"},
     "shop was read in part: a transaction is open",
     NULL},
    {"nothing",
     {.reading = READ_NONE, .why = "no answer"},
     "shop could not be read back: no answer",
     NULL},
    {"records came late",
     {.before = 5, .after = 7, .drain_ended = true},
     NULL,
     "shop: 2 records came after the drain, while it was read"},
    {"no drain had ended", {.before = 5, .after = 7}, NULL, NULL},
    {"how much it had taken was not known",
     {.before = -1, .after = 7, .drain_ended = true},
     NULL,
     NULL},
    {"nor is it now",
     {.before = 5, .after = -1, .drain_ended = true},
     NULL,
     NULL},
};

START_TEST(a_reading_is_the_whole_or_says_why_not)
{
    struct reading_seen s = readings[_i].seen;
    AUTO_JSON json_t *reading = NULL;
    AUTO_JSON json_t *early = NULL;

    s.station = "shop";
    reading = reading_sentence(&s);
    early = early_sentence(&s);
    ck_assert_msg(!reading == !readings[_i].reading, "%s", readings[_i].what);
    ck_assert_msg(!early == !readings[_i].early, "%s", readings[_i].what);
    ck_assert(reading_is_early(&s) == (early != NULL));
    if (reading)
        ck_assert_str_eq(json_string_value(reading), readings[_i].reading);
    if (early)
        ck_assert_str_eq(json_string_value(early), readings[_i].early);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_hop_is_readable_or_names_what_was_not, 0,
                        ARRAY_LEN(hops));
    tcase_add_loop_test(tc, a_hole_is_explained_or_a_finding, 0,
                        ARRAY_LEN(holes));
    tcase_add_loop_test(tc, a_reading_is_the_whole_or_says_why_not, 0,
                        ARRAY_LEN(readings));
}

SUITE_MAIN("readable", fill)
