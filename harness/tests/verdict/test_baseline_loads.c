/* test_baseline_loads.c - baselines of loads that begin late or end early. */
#include <string.h>

#include "base/clk.h"
#include "support/suite.h"
#include "verdict/baseline.h"

/* Two flows, each a single hop into an end of its own; and both into the same
 * end. */
enum { A, B, SAMPLES = 32 };

static const struct flow_shape apart = {
    .stations = 2, .hops = 2, .ends = {true, true}, .down = {A, B}};
static const struct flow_shape joined = {
    .stations = 1, .hops = 2, .ends = {true}, .down = {A, A}};

/* A load of `rate` from second `from` to before second `to`. `acknowledged`
 * percent of the records are acknowledged, and `arrives` percent of these
 * arrive. */
struct flow {
    int rate, from, to, acknowledged, arrives;
};

/* A sample a second. The percents hold from second `since` on; before, all
 * records arrive. */
static void play(struct sample s[SAMPLES], const struct flow_shape *shape,
                 const struct flow flows[2], int since)
{
    memset(s, 0, SAMPLES * sizeof(*s));
    for (int i = 0; i < SAMPLES; i++) {
        s[i].t_us = i * US_PER_S;
        if (i == 0)
            continue;
        memcpy(&s[i], &s[i - 1], sizeof(s[i]));
        s[i].t_us = i * US_PER_S;
        for (int h = 0; h < 2; h++) {
            const struct flow *f = &flows[h];
            int rate = i - 1 >= f->from && i - 1 < f->to ? f->rate : 0;
            int acked = rate * (i > since ? f->acknowledged : 100) / 100;
            int came = acked * (i > since ? f->arrives : 100) / 100;

            s[i].due[h] += rate;
            s[i].due_all += rate;
            s[i].acknowledged_for[h] += (uint64_t)acked;
            s[i].acknowledged += (uint64_t)acked;
            s[i].delivered[shape->down[h]] += (uint64_t)came;
            s[i].lag[h] += acked - came;
        }
    }
}

static const struct {
    const char *what;
    const struct flow_shape *shape;
    struct flow flows[2];
    size_t n; /* samples seen */
    enum steadiness is;
    double rate[2], due[2];
} steadies[] = {
    {"of two the second begins later: the first is enough",
     &apart,
     {{100, 0, 99, 100, 100}, {500, 20, 99, 100, 100}},
     4,
     STEADY,
     {100, 0},
     {100, 0}},
    {"the second has just begun: it has no baseline yet",
     &apart,
     {{100, 0, 99, 100, 100}, {500, 5, 99, 100, 100}},
     8,
     STEADY,
     {100, 0},
     {100, 0}},
    {"the second runs long enough",
     &apart,
     {{100, 0, 99, 100, 100}, {500, 5, 99, 100, 100}},
     9,
     STEADY,
     {100, 500},
     {100, 500}},
    {"none has begun",
     &apart,
     {{100, 20, 99, 100, 100}, {500, 20, 99, 100, 100}},
     10,
     UNEVEN,
     {0},
     {0}},
    {"the first has ended: it has no baseline either",
     &apart,
     {{100, 0, 6, 100, 100}, {500, 0, 99, 100, 100}},
     10,
     STEADY,
     {0, 500},
     {0, 500}},
    {"all have ended",
     &apart,
     {{100, 0, 3, 100, 100}, {500, 0, 3, 100, 100}},
     10,
     UNEVEN,
     {0},
     {0}},
    {"into one end, as long as only one of them runs",
     &joined,
     {{100, 0, 99, 100, 100}, {500, 20, 99, 100, 100}},
     6,
     STEADY,
     {100},
     {100}},
    {"into one end, of both",
     &joined,
     {{100, 0, 99, 100, 100}, {500, 2, 99, 100, 100}},
     9,
     STEADY,
     {600},
     {600}},
    {"half of what the running load sends arrives",
     &apart,
     {{100, 0, 99, 100, 50}, {500, 20, 99, 100, 100}},
     6,
     BEHIND,
     {0},
     {0}},
};

START_TEST(steady_goes_by_the_loads_that_run)
{
    struct sample s[SAMPLES];
    struct baseline b = {0};
    enum steadiness got;

    play(s, steadies[_i].shape, steadies[_i].flows, 0);
    got = baseline_settle(steadies[_i].shape, s, steadies[_i].n, &b);
    ck_assert_msg(got == steadies[_i].is, "%s: %d", steadies[_i].what,
                  (int)got);
    for (size_t i = 0; got == STEADY && i < 2; i++) {
        ck_assert_msg(b.rate[i] == steadies[_i].rate[i], "%s: %f",
                      steadies[_i].what, b.rate[i]);
        ck_assert_msg(b.due[i] == steadies[_i].due[i], "%s", steadies[_i].what);
    }
}
END_TEST

static const struct {
    const char *what;
    const struct flow_shape *shape;
    struct flow flows[2];
    int since;
    size_t n;
    bool regained;
} later[] = {
    {"the late end does well",
     &apart,
     {{100, 0, 99, 100, 100}, {500, 8, 99, 100, 100}},
     99,
     20,
     true},
    {"nothing arrives at the late end",
     &apart,
     {{100, 0, 99, 100, 100}, {500, 8, 99, 100, 0}},
     10,
     20,
     false},
    {"the load of the late end hangs",
     &apart,
     {{100, 0, 99, 100, 100}, {500, 8, 99, 0, 100}},
     10,
     20,
     false},
    {"the late end is as slow as the machine",
     &apart,
     {{100, 0, 99, 100, 100}, {500, 8, 99, 80, 100}},
     10,
     20,
     true},
    {"nothing arrives at the first end, though the late one does well",
     &apart,
     {{100, 0, 99, 100, 0}, {500, 8, 99, 100, 100}},
     10,
     20,
     false},
    {"both into one end, of which the late one alone arrives",
     &joined,
     {{100, 0, 99, 100, 0}, {500, 8, 99, 100, 100}},
     10,
     20,
     false},
    {"the late one has not begun",
     &apart,
     {{100, 0, 99, 100, 100}, {500, 30, 99, 100, 100}},
     99,
     20,
     true},
    {"the first load is written: nothing more is expected",
     &apart,
     {{100, 0, 12, 100, 100}, {0, 0, 99, 100, 100}},
     99,
     20,
     true},
    {"of two into one end the smaller is written",
     &joined,
     {{100, 0, 12, 100, 100}, {500, 0, 99, 100, 100}},
     99,
     20,
     true},
    {"and the other one lacks a fifth",
     &joined,
     {{100, 0, 12, 100, 100}, {500, 0, 99, 100, 80}},
     14,
     20,
     false},
};

/* The baseline is taken from the first six samples. */
START_TEST(recovery_goes_by_the_loads_that_run)
{
    struct sample s[SAMPLES];
    struct baseline b = {0};
    int64_t got;

    play(s, later[_i].shape, later[_i].flows, later[_i].since);
    ck_assert_int_eq(baseline_settle(later[_i].shape, s, 6, &b), STEADY);
    got = baseline_regained(later[_i].shape, &b, s, later[_i].n, 3 * US_PER_S);
    ck_assert_msg((got >= 0) == later[_i].regained, "%s: %lld", later[_i].what,
                  (long long)got);
}
END_TEST

/* A backlog of more than a second of load, though every new record arrives. */
START_TEST(a_late_end_that_is_behind_has_not_recovered)
{
    static const struct flow flows[2] = {{100, 0, 99, 100, 100},
                                         {500, 8, 99, 100, 100}};
    struct sample s[SAMPLES];
    struct baseline b = {0};

    play(s, &apart, flows, 99);
    ck_assert_int_eq(baseline_settle(&apart, s, 6, &b), STEADY);
    for (int i = 12; i < SAMPLES; i++)
        s[i].delivered[B] -= 400;
    ck_assert_int_ge(baseline_regained(&apart, &b, s, 20, 3 * US_PER_S), 0);
    for (int i = 12; i < SAMPLES; i++)
        s[i].delivered[B] -= 200;
    ck_assert_int_eq(baseline_regained(&apart, &b, s, 20, 3 * US_PER_S), -1);
}
END_TEST

START_TEST(a_load_that_is_written_is_no_reaction)
{
    static const struct flow flows[2] = {{100, 0, 12, 100, 100},
                                         {0, 0, 0, 0, 0}};
    static const struct flow struck[2] = {{100, 0, 99, 100, 0},
                                          {0, 0, 0, 0, 0}};
    struct sample s[SAMPLES];
    struct baseline b = {0};

    play(s, &apart, flows, 99);
    ck_assert_int_eq(baseline_settle(&apart, s, 6, &b), STEADY);
    for (size_t n = 7; n < SAMPLES; n++)
        ck_assert(!baseline_dropped(&apart, &b, s, n));
    play(s, &apart, struck, 12);
    ck_assert(baseline_dropped(&apart, &b, s, 15));
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, steady_goes_by_the_loads_that_run, 0,
                        sizeof(steadies) / sizeof(steadies[0]));
    tcase_add_loop_test(tc, recovery_goes_by_the_loads_that_run, 0,
                        sizeof(later) / sizeof(later[0]));
    tcase_add_test(tc, a_late_end_that_is_behind_has_not_recovered);
    tcase_add_test(tc, a_load_that_is_written_is_no_reaction);
}

SUITE_MAIN("baselines of several loads", fill)
