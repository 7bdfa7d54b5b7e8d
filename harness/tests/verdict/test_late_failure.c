/* test_late_failure.c - a task says FAILED, soon or long after the last record.
 */
#include "base/clk.h"
#include "support/suite.h"
#include "verdict/late_failure.h"

enum { SAMPLES = 10 };

/* A sample a second; a digit: so much has been delivered. */
static const struct row {
    const char *what, *delivered;
    int64_t lag, failed_s; /* -1: never */
    bool others;
    uint64_t late;
    bool judged;
} rows[] = {
    {"nobody failed", "1111111111", 5, -1, false, 0, true},
    {"nobody failed, of several", "1111111111", 5, -1, true, 0, true},
    {"it failed at once", "1233333333", 5, 3, false, 0, true},
    {"just not late", "1233333333", 5, 6, false, 0, true},
    {"late, to the microsecond", "1233333333", 5, 7, false, 1, true},
    {"what came afterwards says nothing", "1233333345", 5, 7, false, 1, true},
    {"no work waited", "1233333333", 0, 9, false, 0, true},
    {"whether work waited was not seen", "1233333333", -1, 9, false, 0, true},
    {"others went on", "1234567899", 5, 7, true, 0, false},
    {"others stood as well", "1233333333", 5, 7, true, 1, true},
};

START_TEST(lateness)
{
    const struct row *r = &rows[_i];
    struct sample samples[SAMPLES] = {0};
    const struct task_failure failure = {r->failed_s * US_PER_S, 77, 2};
    const struct late_failed_spec spec = {
        .samples = samples,
        .samples_len = SAMPLES,
        .hop = 1,
        .down = 2,
        .alone = !r->others,
        .stall_us = 5 * US_PER_S,
        .failures = &failure,
        .failures_len = r->failed_s >= 0,
    };
    struct late_failed got;

    for (int i = 0; i < SAMPLES; i++) {
        samples[i].t_us = i * US_PER_S;
        samples[i].delivered[2] = (uint64_t)(r->delivered[i] - '0');
        samples[i].lag[1] = r->lag;
    }
    late_failed_judge(&spec, &got);
    ck_assert_msg(got.len == r->late && got.judged == r->judged,
                  "%s: expected %d late, judged %d, got %d, %d", r->what,
                  (int)r->late, r->judged, (int)got.len, got.judged);
    if (got.len > 0) {
        ck_assert_int_eq(got.at[0].kind, EVENT_LATE_FAILED);
        ck_assert_int_eq(got.at[0].time_us, 77);
        ck_assert_int_eq(got.at[0].node_a, 2);
    }
    free(got.at);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, lateness, 0, ARRAY_LEN(rows));
}

SUITE_MAIN("late_failed", fill)
