/* test_no_stall.c - the check no_stall on series made second by second. */
#include <stdio.h>

#include "base/own.h"
#include "check/ask_check.h"
#include "support/suite.h"

/* From second `from` until the next entry, `up` more records are upstream each
 * second, and `down` more downstream. */
struct pace {
    int from, up, down;
};

struct story {
    const char *what;
    struct pace pace[6];
    int lag_from, lag_to; /* seconds with a lag above 0 after all records
                             arrived: offsets committed late */
    const char *hop;      /* more members of the hop */
    const char *more;     /* more members of the run */
    const char *also;     /* another hop */
    const char *args;
    enum check_status status;
    const char *sentence;
    bool no_lag; /* the platform shows no lag */
};

#define NAME "orders -> s -> shop: "

static const struct story stories[] = {
    {.what = "it keeps up",
     .pace = {{1, 100, 100}},
     .status = CHECK_HELD,
     .sentence = NAME "the longest without a delivery while work waited was "
                      "0us, 30s allowed"},
    {.what = "it pauses for a while",
     .pace = {{1, 100, 100}, {20, 100, 0}, {45, 100, 200}, {70, 0, 0}},
     .status = CHECK_HELD,
     .sentence = NAME "the longest without a delivery while work waited was "
                      "24s, 30s allowed"},
    {.what = "it stands still and goes on later",
     .pace = {{1, 100, 100}, {20, 100, 0}, {60, 0, 1000}, {64, 0, 0}},
     .status = CHECK_FAILED,
     .sentence = NAME "expected a delivery at least every 30s while work "
                      "waited, got none for 39s from 20s on"},
    {.what = "nothing waits, so nothing stalls",
     .pace = {{1, 100, 100}, {20, 0, 0}, {70, 100, 100}},
     .status = CHECK_HELD,
     .sentence = NAME "the longest without a delivery while work waited was "
                      "0us, 30s allowed"},
    {.what = "all has arrived, commits are late",
     .pace = {{1, 100, 100}, {20, 0, 0}},
     .lag_from = 20,
     .lag_to = 80,
     .status = CHECK_HELD,
     .sentence = NAME "the longest without a delivery while work waited was "
                      "0us, 30s allowed"},
    {.what = "all but duplicates may have arrived, commits are late",
     .pace = {{1, 100, 101}, {20, 0, 0}},
     .lag_from = 20,
     .lag_to = 80,
     .hop = "'balance': {'downstream_copies': 30}, ",
     .status = CHECK_NOT_JUDGED,
     .sentence = NAME "nothing was delivered for 60s from 20s on (30s "
                      "allowed), but the lag may have been offsets not yet "
                      "committed"},
    {.what = "what is lost is not waited for",
     .pace = {{1, 100, 99}, {20, 0, 0}},
     .lag_from = 20,
     .lag_to = 80,
     .hop = "'balance': {'lost': 19}, ",
     .status = CHECK_NOT_JUDGED,
     .sentence = NAME "nothing was delivered for 66s from 19s on (30s "
                      "allowed), but the lag may have been offsets not yet "
                      "committed"},
    {.what = "the drain gave it up",
     .pace = {{1, 100, 100}},
     .hop = "'stalled': true, ",
     .status = CHECK_FAILED,
     .sentence = NAME "expected a delivery at least every 30s while work "
                      "waited, got none in the last 30s of the drain"},
    {.what = "silently",
     .pace = {{1, 100, 100}},
     .hop = "'events': {'silent stall': {'count': 1, 'judged': true}}, ",
     .status = CHECK_FAILED,
     .sentence = NAME "expected a delivery at least every 30s while work "
                      "waited, got none in the last 30s of the drain"},
    {.what = "without lag a single load says what waits",
     .pace = {{1, 100, 100}, {20, 100, 0}, {60, 0, 1000}, {64, 0, 0}},
     .no_lag = true,
     .hop = "'upstream_is': 'ledger', ",
     .status = CHECK_FAILED,
     .sentence = NAME "expected a delivery at least every 30s while work "
                      "waited, got none for 39s from 20s on"},
    {.what = "without lag two loads cannot be told apart",
     .pace = {{1, 100, 100}},
     .no_lag = true,
     .hop = "'upstream_is': 'ledger', ",
     .more = "'load_size': 2, ",
     .status = CHECK_NOT_JUDGED,
     .sentence = NAME "whether work waited was not seen while load ran"},
    {.what = "it stands still while another delivers there",
     .pace = {{1, 100, 100}, {20, 100, 20}, {60, 0, 800}, {64, 0, 0}},
     .also = "{'name': 'b -> t -> shop', 'connector': 't', 'upstream': 'b', "
             "'downstream': 'shop'}",
     .args = "{'connector': 's'}",
     .status = CHECK_NOT_JUDGED,
     .sentence = NAME "nothing was delivered for 39s from 20s on (30s "
                      "allowed), but the lag may have been offsets not yet "
                      "committed"},
    {.what = "before the load nothing counts",
     .pace = {{1, 100, 0}, {50, 0, 500}, {59, 100, 100}},
     .more = "'load': {'began_us': 45000000}, ",
     .status = CHECK_HELD,
     .sentence = NAME "the longest without a delivery while work waited was "
                      "4s, 30s allowed"},
};

static char *series_of(const struct story *s)
{
    char *text = NULL;
    size_t len, at = 0;
    FILE *f = open_memstream(&text, &len);
    long up = 0, down = 0;

    ck_assert_ptr_nonnull(f);
    for (int t = 0; t <= 90; t++) {
        long lag = up - down;

        if (t >= s->lag_from && t <= s->lag_to && lag <= 0 && s->lag_to > 0)
            lag = 1;
        (void)fprintf(f,
                      "%s{'t_us': %lld, 'acknowledged': %ld, "
                      "'delivered': {'orders': %ld, 'shop': %ld}",
                      t ? ", " : "", t * 1000000LL, up, up, down);
        if (!s->no_lag)
            (void)fprintf(f, ", 'lag': {'s': %ld}", lag > 0 ? lag : 0);
        (void)fprintf(f, "}");
        while (at + 1 < ARRAY_LEN(s->pace) && s->pace[at + 1].from > 0 &&
               s->pace[at + 1].from <= t + 1)
            at++;
        if (t + 1 >= s->pace[at].from) {
            up += s->pace[at].up;
            down += s->pace[at].down;
        }
    }
    (void)fclose(f);
    return text;
}

START_TEST(standing_still)
{
    const struct story *s = &stories[_i];
    AUTO_FREE char *series = series_of(s);
    AUTO_FREE char *run = NULL;
    struct row row = {s->what, "no_stall", s->args,
                      NULL,    s->status,  s->sentence};

    ck_assert_int_gt(
        asprintf(&run,
                 "{'timeouts': {'stall_us': 30000000}, %s'phases': [{'name': "
                 "'drain', 'to_us': 85000000}], 'hops': [{%s'name': 'orders -> "
                 "s -> shop', 'connector': 's', 'upstream': 'orders', "
                 "'downstream': 'shop'}, %s], 'series': [%s]}",
                 s->more ? s->more : "", s->hop ? s->hop : "",
                 s->also ? s->also : "{'connector': ''}", series),
        0);
    row.run = run;
    hold_row(&row);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, standing_still, 0, ARRAY_LEN(stories));
}

SUITE_MAIN("no stall", fill)
