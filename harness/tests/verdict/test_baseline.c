/* test_baseline.c - steady samples, and the return to steadiness. */
#include <string.h>

#include "base/clk.h"
#include "support/suite.h"
#include "verdict/baseline.h"

enum { SAMPLES = 64, TOPIC = 0, SINK = 1, STATIONS = 2, HOPS = 1 };

static const struct flow_shape shape = {.stations = STATIONS,
                                        .hops = HOPS,
                                        .ends = {[SINK] = true},
                                        .down = {SINK}};

/* Give the samples loads that together have to send so much a second. */
static void send_at(double rate, size_t n, struct sample s[SAMPLES])
{
    for (size_t i = 0; i < n; i++)
        s[i].due_all = s[i].due[0] = rate * (double)i;
}

/* A sample a second; sample i adds rates[i] records at the sink to the sample
 * before, and has the lag lags[i]. The loads have to send 100 a second. */
static size_t samples_of(const int *rates, const int *lags, size_t n,
                         struct sample s[SAMPLES])
{
    memset(s, 0, SAMPLES * sizeof(*s));
    for (size_t i = 0; i <= n; i++) {
        s[i].t_us = (int64_t)(i + 10) * US_PER_S;
        s[i].delivered[TOPIC] = 1000 * i; /* is no end: does not matter */
        if (i > 0)
            s[i].delivered[SINK] =
                s[i - 1].delivered[SINK] + (uint64_t)rates[i - 1];
        s[i].lag[0] = lags && i > 0 ? lags[i - 1] : 0;
    }
    send_at(100, n + 1, s);
    return n + 1;
}

static const struct row {
    const char *what;
    int rates[32];
    int lags[32];
    bool known;
    int64_t window_us;
    double rate;
    int64_t lag;
} rows[] = {
    {"even", {100, 100, 100}, {0}, true, US_PER_S, 100, 0},
    {"within 30 %", {100, 129, 71}, {0}, true, US_PER_S, 100, 0},
    {"the median, not the mean, counts",
     {500, 500, 351},
     {0},
     true,
     US_PER_S,
     1351.0 / 3,
     0},
    {"two alike and a low one", {500, 500, 340}, {0}, false, 0, 0, 0},
    {"one too high", {100, 131, 100}, {0}, false, 0, 0, 0},
    {"one too low", {69, 100, 100}, {0}, false, 0, 0, 0},
    {"nothing comes", {0, 0, 0}, {0}, false, 0, 0, 0},
    {"too few", {100, 100}, {0}, false, 0, 0, 0},
    {"only the last count",
     {7, 9000, 100, 100, 100},
     {0},
     true,
     US_PER_S,
     100,
     0},
    {"in batches every other second",
     {0, 200, 0, 200, 0, 200},
     {0},
     true,
     2 * US_PER_S,
     100,
     0},
    {"in batches, too few of them", {0, 200, 0, 200, 0}, {0}, false, 0, 0, 0},
    {"the highest lag of the windows",
     {50, 100, 100, 100},
     {900, 3, 40, 5},
     true,
     US_PER_S,
     100,
     900},
    {"lag before the windows does not count",
     {50, 50, 100, 100, 100},
     {900, 1, 3, 40, 5},
     true,
     US_PER_S,
     100,
     40},
};

static size_t length_of(const int *rates)
{
    size_t n = 32;

    while (n > 0 && rates[n - 1] == 0)
        n--;
    return n;
}

START_TEST(steady_or_not)
{
    const struct row *r = &rows[_i];
    struct sample s[SAMPLES];
    struct baseline b = {0};
    size_t n = length_of(r->rates);
    bool known;

    n = samples_of(r->rates, r->lags, n ? n : 3, s);
    known = baseline_find(&shape, s, n, &b);
    ck_assert_msg(known == r->known, "%s", r->what);
    ck_assert_msg(b.known == r->known, "%s", r->what);
    if (!known)
        return;
    ck_assert_int_eq(b.window_us, r->window_us);
    ck_assert_double_eq_tol(b.rate[SINK], r->rate, 0.001);
    ck_assert_int_eq(b.lag[0], r->lag);
}
END_TEST

START_TEST(no_samples_are_no_baseline)
{
    struct sample s[SAMPLES] = {0};
    struct baseline b = {0};

    ck_assert(!baseline_find(&shape, s, 0, &b));
    ck_assert(!b.known);
}
END_TEST

static const struct regain {
    const char *what;
    int rates[16], lags[16];
    size_t n;
    int64_t since_s; /* -1: not regained */
} regains[] = {
    {"as before", {100, 100, 100}, {0}, 3, 10},
    {"nine tenths will do", {90, 90, 90}, {0}, 3, 10},
    {"less will not", {90, 90, 89}, {0}, 3, -1},
    {"not yet for long enough", {100, 100}, {0}, 2, -1},
    {"after a pause", {0, 0, 0, 100, 100, 100}, {0}, 6, 13},
    {"catching up is fast, but lag is still there",
     {300, 300, 300},
     {500, 400, 111},
     3,
     -1},
    {"lag within a second of load", {100, 100, 100}, {110, 110, 110}, 3, 10},
    {"lag at the first of the samples counts",
     {100, 100, 100, 100},
     {111, 0, 0, 0},
     4,
     -1},
    {"lag before them does not",
     {100, 100, 100, 100, 100},
     {111, 110, 0, 0, 0},
     5,
     12},
};

START_TEST(regained_or_not)
{
    const struct regain *r = &regains[_i];
    struct baseline b = {.known = true,
                         .window_us = US_PER_S,
                         .rate = {[TOPIC] = 5000, [SINK] = 100},
                         .due = {[SINK] = 100},
                         .fed = {true},
                         .lag = {10}};
    struct sample s[SAMPLES];
    size_t n = samples_of(r->rates, r->lags, r->n, s);
    int64_t got;

    got = baseline_regained(&shape, &b, s, n, 3 * US_PER_S);
    ck_assert_msg(got == (r->since_s < 0 ? -1 : r->since_s * US_PER_S),
                  "%s: %lld", r->what, (long long)got);
}
END_TEST

/* Samples are never a second apart to the microsecond, and the records due at a
 * sample are a double: the lag allowed is a second of load all the same. */
START_TEST(a_second_of_load_is_whole_at_uneven_times)
{
    static const int rates[] = {7, 7, 7};
    struct baseline b = {.known = true,
                         .window_us = US_PER_S,
                         .rate = {[SINK] = 5},
                         .due = {[SINK] = 7},
                         .fed = {true},
                         .lag = {10}};

    for (int64_t late_us = 1; late_us < 20 * US_PER_MS; late_us += 7) {
        for (int lag = 17; lag <= 18; lag++) {
            const int lags[] = {lag, lag, lag};
            struct sample s[SAMPLES];
            size_t n = samples_of(rates, lags, 3, s);

            for (size_t i = 0; i < n; i++) {
                s[i].t_us += (int64_t)i * late_us;
                s[i].due_all = s[i].due[0] = 7.0 * (double)s[i].t_us / US_PER_S;
            }
            ck_assert_int_eq(baseline_regained(&shape, &b, s, n, 3 * US_PER_S),
                             lag == 17 ? s[0].t_us : -1);
        }
    }
}
END_TEST

static const struct replay {
    const char *what;
    int copies[16]; /* so many in each second */
    size_t n;
    int64_t since_s; /* -1: not regained */
} replays[] = {
    {"it goes on", {500, 500, 500}, 3, -1},
    {"it has just ended", {1, 0, 0}, 3, -1},
    {"it pauses for less than the hold", {500, 0, 0, 500}, 4, -1},
    {"it has ended", {500, 0, 0, 0}, 4, 11},
};

/* Records delivered again by a source add to the rate, and show no lag. */
START_TEST(nothing_is_regained_while_a_source_replays)
{
    const struct replay *r = &replays[_i];
    static const int rates[16] = {600, 600, 600, 600};
    struct baseline b = {.known = true,
                         .window_us = US_PER_S,
                         .rate = {[SINK] = 100},
                         .due = {[SINK] = 100},
                         .fed = {true}};
    struct sample s[SAMPLES];
    size_t n = samples_of(rates, NULL, r->n, s);
    int64_t got;

    for (size_t i = 1; i < n; i++)
        s[i].replayed[0] = s[i - 1].replayed[0] + (uint64_t)r->copies[i - 1];
    got = baseline_regained(&shape, &b, s, n, 3 * US_PER_S);
    ck_assert_msg(got == (r->since_s < 0 ? -1 : r->since_s * US_PER_S),
                  "%s: %lld", r->what, (long long)got);
}
END_TEST

/* A sink working in batches is given the length of the windows. */
START_TEST(windows_that_are_longer_than_the_hold)
{
    static const int rates[] = {0, 0, 0, 0, 500, 0, 0, 0, 0, 500};
    struct baseline b = {.known = true,
                         .window_us = 5 * US_PER_S,
                         .rate = {[SINK] = 100},
                         .due = {[SINK] = 100},
                         .fed = {true}};
    struct sample s[SAMPLES];
    size_t n = samples_of(rates, NULL, 10, s);

    ck_assert_int_eq(baseline_regained(&shape, &b, s, n, 3 * US_PER_S),
                     17 * US_PER_S);
    ck_assert_int_eq(baseline_regained(&shape, &b, s, 5, 3 * US_PER_S), -1);
}
END_TEST

START_TEST(a_rate_that_fell_is_noticed)
{
    static const int rates[] = {100, 50, 49};
    struct baseline b = {.known = true,
                         .window_us = US_PER_S,
                         .rate = {[SINK] = 100},
                         .due = {[SINK] = 100}};
    struct sample s[SAMPLES];
    size_t n = samples_of(rates, NULL, 3, s);

    ck_assert(!baseline_dropped(&shape, &b, s, 1));
    ck_assert(!baseline_dropped(&shape, &b, s, n - 1));
    ck_assert(baseline_dropped(&shape, &b, s, n));
}
END_TEST

START_TEST(no_more_is_expected_than_is_sent)
{
    struct baseline high = {.rate = {[TOPIC] = 360, [SINK] = 700},
                            .due = {[TOPIC] = 350, [SINK] = 600}};
    struct baseline low = {.rate = {[TOPIC] = 340, [SINK] = 10},
                           .due = {[TOPIC] = 350, [SINK] = 600}};

    baseline_cap(&high);
    ck_assert_double_eq_tol(high.rate[TOPIC], 350, 0.001);
    ck_assert_double_eq_tol(high.rate[SINK], 600, 0.001);
    baseline_cap(&low);
    ck_assert_double_eq_tol(low.rate[TOPIC], 340, 0.001);
    ck_assert_double_eq_tol(low.rate[SINK], 10, 0.001);
}
END_TEST

static const struct pace {
    const char *what;
    int acknowledged, delivered; /* a second */
    bool keeps_up;
} paces[] = {
    {"all of it", 300, 300, true},
    {"a backlog is worked off", 300, 900, true},
    {"behind, within the windows' own 30 %", 300, 215, true},
    {"behind", 300, 205, false},
    {"the load is slower than it was told to be", 100, 75, true},
    {"and yet too fast", 100, 65, false},
    {"nothing is sent, copies arrive", 0, 100, true},
};

START_TEST(an_even_rate_may_fall_behind)
{
    const struct pace *p = &paces[_i];
    const int rates[] = {p->delivered, p->delivered, p->delivered};
    struct baseline b = {0};
    struct sample s[SAMPLES];
    size_t n = samples_of(rates, NULL, 3, s);

    send_at(300, n, s);
    for (size_t i = 0; i < n; i++)
        s[i].acknowledged = i * (uint64_t)p->acknowledged;
    ck_assert(baseline_find(&shape, s, n, &b));
    ck_assert_msg(baseline_keeps_up(&shape, &b) == p->keeps_up, "%s", p->what);
}
END_TEST

static const struct {
    const char *what;
    int sent, delivered[3]; /* a second */
    enum steadiness is;
    double rate;
} settled[] = {
    {"even, and all arrives", 300, {300, 300, 300}, STEADY, 300},
    {"a backlog is worked off: no more than is sent",
     300,
     {600, 600, 600},
     STEADY,
     300},
    {"even, and too little arrives", 300, {200, 200, 200}, BEHIND, 0},
    {"uneven", 300, {300, 100, 300}, UNEVEN, 0},
};

START_TEST(a_baseline_is_settled_or_lacks_something)
{
    struct baseline b = {.known = true};
    struct sample s[SAMPLES];
    size_t n = samples_of(settled[_i].delivered, NULL, 3, s);
    enum steadiness got;

    send_at(settled[_i].sent, n, s);
    for (size_t i = 0; i < n; i++)
        s[i].acknowledged = i * (uint64_t)settled[_i].sent;
    got = baseline_settle(&shape, s, n, &b);
    ck_assert_msg(got == settled[_i].is, "%s: %d", settled[_i].what, (int)got);
    ck_assert(b.known == (got == STEADY));
    if (b.known)
        ck_assert_double_eq_tol(b.rate[SINK], settled[_i].rate, 0.001);
    else
        ck_assert_str_eq(steadiness_lacks(got),
                         got == BEHIND
                             ? "at least 70 % of what is sent arrives at every "
                               "end"
                             : "three windows within 30 % of their median");
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, steady_or_not, 0, sizeof(rows) / sizeof(rows[0]));
    tcase_add_test(tc, no_samples_are_no_baseline);
    tcase_add_loop_test(tc, a_baseline_is_settled_or_lacks_something, 0,
                        sizeof(settled) / sizeof(settled[0]));
    tcase_add_loop_test(tc, regained_or_not, 0,
                        sizeof(regains) / sizeof(regains[0]));
    tcase_add_test(tc, a_second_of_load_is_whole_at_uneven_times);
    tcase_add_loop_test(tc, nothing_is_regained_while_a_source_replays, 0,
                        sizeof(replays) / sizeof(replays[0]));
    tcase_add_test(tc, windows_that_are_longer_than_the_hold);
    tcase_add_test(tc, a_rate_that_fell_is_noticed);
    tcase_add_test(tc, no_more_is_expected_than_is_sent);
    tcase_add_loop_test(tc, an_even_rate_may_fall_behind, 0,
                        sizeof(paces) / sizeof(paces[0]));
}

SUITE_MAIN("baselines", fill)
