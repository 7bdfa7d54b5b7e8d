/* test_topic_evidence.c - the evidence of a topic is a run.json, and names no
 * better verdict than was given. */
#include <string.h>

#include "base/own.h"
#include "engine/topic_look.h"
#include "report/report.h"
#include "support/suite.h"

static const struct kafka_access access_of = {.bootstrap = "here:9092"};
static const struct topic_run folder = {"20261120-163107-verify-orders",
                                        "/r/20261120-163107-verify-orders",
                                        1795192267000000, 250000, NULL};

static const struct row {
    const char *what;
    int numbers[4]; /* -1: no more */
    uint64_t without, texts, copies;
    const char *outcome;
    int exit_code;
    size_t hops;
} rows[] = {
    {"a row", {7, 8, 9, -1}, 0, 0, 0, "pass", 0, 1},
    {"a gap", {7, 9, -1}, 0, 0, 0, "fail", 1, 1},
    {"a text twice, beside a row", {7, 8, -1}, 0, 4, 1, "fail", 1, 2},
    {"a record without", {7, 8, -1}, 1, 0, 0, "inconclusive", 2, 1},
    {"nothing at all", {-1}, 0, 0, 0, "inconclusive", 2, 0},
};

static void look_at(const struct row *w, const struct topic_ask *ask,
                    struct number_row *row, struct topic_look *l)
{
    static const struct tally_stream_spec stream = {1, 0, 0};
    const struct tally_spec spec = {.streams = &stream, .streams_len = 1};

    *l = (struct topic_look){.numbers = tally_new(&spec), .ask = ask};
    *row = (struct number_row){.origin = 100};
    for (int i = 0; w->numbers[i] >= 0; i++) {
        uint64_t n = (uint64_t)w->numbers[i];
        const struct place at = {i, -1, 0, -1};

        row->low = i == 0 ? n : row->low;
        row->high = n + 1;
        l->facts.numbers_len++;
        tally_identity(l->numbers, 1, n, &at);
    }
    l->facts = (struct topic_facts){
        .topic = "orders",
        .locator = "key",
        .partitions = 1,
        .records = l->facts.numbers_len + w->without + w->texts,
        .without = w->without,
        .numbers_len = l->facts.numbers_len,
        .texts_len = w->texts,
        .text_copies = w->copies,
        .numbers = l->numbers,
        .rows = row,
        .rows_len = 1,
    };
}

START_TEST(it_can_be_reported)
{
    const struct row *w = &rows[_i];
    const struct topic_ask ask = {.access = &access_of, .topic = "orders"};
    struct number_row row;
    struct topic_look l;
    struct topic_verdict v;
    AUTO_JSON json_t *run = NULL;
    AUTO_FREE char *text = NULL;
    struct err err = {0};

    look_at(w, &ask, &row, &l);
    topic_judge(&l.facts, &v);
    run = topic_evidence(&l, &v, &folder);
    ck_assert_msg(report_check(run, &err) == 0, "%s: %s", w->what, err.text);
    ck_assert_msg(strcmp(json_string_value(json_object_get(run, "outcome")),
                         w->outcome) == 0 &&
                      strcmp(outcome_name(v.outcome), w->outcome) == 0,
                  "%s: %s", w->what,
                  json_string_value(json_object_get(run, "outcome")));
    ck_assert_int_eq(json_integer_value(json_object_get(run, "exit_code")),
                     w->exit_code);
    ck_assert_uint_eq(json_array_size(json_object_get(run, "hops")), w->hops);
    text = report_verdict(run, false, 80);
    ck_assert_msg(strstr(text, "orders") != NULL, "%s", text);
    topic_verdict_done(&v);
    tally_free(l.numbers);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, it_can_be_reported, 0,
                        sizeof(rows) / sizeof(rows[0]));
}

SUITE_MAIN("topic_evidence", fill)
