/* baseline.c - whether samples are steady, and whether steady again after a
 * fault. */
#include "verdict/baseline.h"

#include <math.h>

#include "base/clk.h"

enum { WINDOWS = 3, WINDOW_MAX_S = 10 };

static double seconds_of(const struct sample *s, size_t last, size_t k)
{
    return (double)(s[last].t_us - s[last - k].t_us) / US_PER_S;
}

/* Records a second at a station over the `k` samples up to `last`. */
static double rate_over(const struct sample *s, size_t last, size_t k,
                        size_t station)
{
    double dt = seconds_of(s, last, k);
    double dn = (double)s[last].delivered[station] -
                (double)s[last - k].delivered[station];

    return dt > 0 ? dn / dt : 0;
}

/* Records a second due to a station by the loads, over the same samples. */
static double due_over(const struct flow_shape *shape, const struct sample *s,
                       size_t last, size_t k, size_t station)
{
    double n = 0;

    for (size_t h = 0; h < shape->hops; h++)
        if (shape->down[h] == station)
            n += s[last].due[h] - s[last - k].due[h];
    return n > 0 ? n / seconds_of(s, last, k) : 0;
}

/* Acknowledged records a second of the loads to a station, likewise. */
static double acknowledged_over(const struct flow_shape *shape,
                                const struct sample *s, size_t last, size_t k,
                                size_t station)
{
    double n = 0;

    for (size_t h = 0; h < shape->hops; h++)
        if (shape->down[h] == station)
            n += (double)s[last].acknowledged_for[h] -
                 (double)s[last - k].acknowledged_for[h];
    return n / seconds_of(s, last, k);
}

static double median_of_three(const double r[WINDOWS])
{
    double low = r[0] < r[1] ? r[0] : r[1];
    double high = r[0] < r[1] ? r[1] : r[0];

    return r[2] < low ? low : r[2] > high ? high : r[2];
}

/* Whether loads had records due to the station in each window. */
static bool is_fed(const struct flow_shape *shape, const struct sample *s,
                   size_t n, size_t k, size_t station)
{
    for (size_t w = 0; w < WINDOWS; w++)
        if (due_over(shape, s, n - 1 - w * k, k, station) <= 0)
            return false;
    return true;
}

static bool steady_at(const struct sample *s, size_t n, size_t k,
                      size_t station, double *ret_rate)
{
    double r[WINDOWS], median;

    for (size_t w = 0; w < WINDOWS; w++)
        r[w] = rate_over(s, n - 1 - w * k, k, station);
    median = median_of_three(r);
    if (median <= 0)
        return false;
    for (size_t w = 0; w < WINDOWS; w++)
        if (r[w] < 0.7 * median || r[w] > 1.3 * median)
            return false;
    *ret_rate = rate_over(s, n - 1, WINDOWS * k, station);
    return true;
}

/* Take the rates of all fed ends; false: an end is uneven, or no end is fed. */
static bool take_rates(const struct flow_shape *shape, const struct sample *s,
                       size_t n, size_t k, struct baseline *b)
{
    size_t fed = 0;

    for (size_t i = 0; i < shape->stations; i++) {
        if (!shape->ends[i] || !is_fed(shape, s, n, k, i))
            continue;
        if (!steady_at(s, n, k, i, &b->rate[i]))
            return false;
        b->due[i] = due_over(shape, s, n - 1, WINDOWS * k, i);
        fed++;
    }
    return fed > 0;
}

static void take_lags(const struct flow_shape *shape, const struct sample *s,
                      size_t n, size_t k, struct baseline *b)
{
    size_t first = n - 1 - WINDOWS * k;

    for (size_t h = 0; h < shape->hops; h++) {
        b->fed[h] = true;
        for (size_t w = 0; w < WINDOWS; w++)
            b->fed[h] &= s[first + w * k].due[h] < s[first + w * k + k].due[h];
        for (size_t i = first; i < n; i++)
            if (s[i].lag[h] > b->lag[h])
                b->lag[h] = s[i].lag[h];
    }
}

/* The share of the due records acknowledged: on a slow machine a load sends
 * less than its rate. */
static double share_sent(const struct sample *s, size_t n, size_t k)
{
    const struct sample *first = &s[n - 1 - WINDOWS * k], *last = &s[n - 1];
    double due = last->due_all - first->due_all;
    double sent = (double)last->acknowledged - (double)first->acknowledged;

    return due > 0 && sent < due ? sent / due : 1;
}

bool baseline_find(const struct flow_shape *shape, const struct sample *s,
                   size_t n, struct baseline *ret)
{
    for (size_t k = 1; k <= WINDOW_MAX_S && WINDOWS * k < n; k++) {
        struct baseline b = {.known = true, .window_us = (int64_t)k * US_PER_S};

        if (!take_rates(shape, s, n, k, &b))
            continue;
        take_lags(shape, s, n, k, &b);
        b.share = share_sent(s, n, k);
        *ret = b;
        return true;
    }
    return false;
}

void baseline_cap(struct baseline *b)
{
    for (size_t i = 0; i < SAMPLE_STATIONS_MAX; i++)
        if (b->rate[i] > b->due[i])
            b->rate[i] = b->due[i];
}

/* Only the share acknowledged within the windows can have arrived. */
bool baseline_keeps_up(const struct flow_shape *shape, const struct baseline *b)
{
    for (size_t i = 0; i < shape->stations; i++)
        if (shape->ends[i] && b->rate[i] < 0.7 * b->due[i] * b->share)
            return false;
    return true;
}

enum steadiness baseline_settle(const struct flow_shape *shape,
                                const struct sample *s, size_t n,
                                struct baseline *ret)
{
    ret->known = false;
    if (!baseline_find(shape, s, n, ret))
        return UNEVEN;
    if (!baseline_keeps_up(shape, ret)) {
        ret->known = false;
        return BEHIND;
    }
    baseline_cap(ret);
    return STEADY;
}

const char *steadiness_lacks(enum steadiness s)
{
    return s == BEHIND ? "at least 70 % of what is sent arrives at every end"
                       : "three windows within 30 % of their median";
}

/* The rate of an end with a baseline while all is well: the baseline's rate,
 * less the share of the end's loads that has ended since. */
static double expected_at(const struct flow_shape *shape,
                          const struct baseline *b, const struct sample *s,
                          size_t last, size_t k, size_t station)
{
    double due = due_over(shape, s, last, k, station);

    return due < b->due[station] ? b->rate[station] * due / b->due[station]
                                 : b->rate[station];
}

/* Acknowledged records that have not arrived; each copy hides a missing record.
 */
static double backlog_at(const struct flow_shape *shape, const struct sample *s,
                         size_t station)
{
    double n = -(double)s->delivered[station];

    for (size_t h = 0; h < shape->hops; h++)
        if (shape->down[h] == station)
            n += (double)s->acknowledged_for[h];
    return n;
}

/* An end without a baseline, as the load began later. */
static bool keeps_up_since(const struct flow_shape *shape,
                           const struct baseline *b, const struct sample *s,
                           size_t last, size_t k, size_t station)
{
    double due = due_over(shape, s, last, k, station);
    double sent = acknowledged_over(shape, s, last, k, station);

    if (due_over(shape, s, last - k + 1, 1, station) <= 0)
        return true; /* not throughout the window: nothing to go by yet */
    return rate_over(s, last, k, station) >= 0.9 * sent &&
           sent >= 0.7 * due * b->share &&
           backlog_at(shape, &s[last], station) <= due;
}

static bool end_regained(const struct flow_shape *shape,
                         const struct baseline *b, const struct sample *s,
                         size_t last, size_t k, size_t station)
{
    if (b->due[station] <= 0)
        return keeps_up_since(shape, b, s, last, k, station);
    return rate_over(s, last, k, station) >=
           0.9 * expected_at(shape, b, s, last, k, station);
}

/* Rates are taken over the baseline's window if the hold is shorter: a sink
 * working in batches has no rate over less. */
int64_t baseline_regained(const struct flow_shape *shape,
                          const struct baseline *b, const struct sample *s,
                          size_t n, int64_t hold_us)
{
    int64_t window = hold_us > b->window_us ? hold_us : b->window_us;
    size_t k = (size_t)(window / US_PER_S);
    size_t hold = (size_t)(hold_us / US_PER_S);
    int64_t second_of_load;

    if (n <= k)
        return -1;
    for (size_t i = 0; i < shape->stations; i++)
        if (shape->ends[i] && !end_regained(shape, b, s, n - 1, k, i))
            return -1;
    /* rounded: a sum of doubles may stay just below the rate of the loads */
    second_of_load = llround((s[n - 1].due_all - s[n - 1 - hold].due_all) /
                             seconds_of(s, n - 1, hold));
    for (size_t h = 0; h < shape->hops; h++) {
        if (s[n - 1].replayed[h] > s[n - 1 - k].replayed[h])
            return -1;
        for (size_t i = n - 1 - hold; i < n && b->fed[h]; i++)
            if (s[i].lag[h] > b->lag[h] + second_of_load)
                return -1;
    }
    return s[n - 1 - hold].t_us;
}

bool baseline_dropped(const struct flow_shape *shape, const struct baseline *b,
                      const struct sample *s, size_t n)
{
    size_t k = (size_t)(b->window_us / US_PER_S);

    if (k == 0 || n <= k)
        return false;
    for (size_t i = 0; i < shape->stations; i++)
        if (shape->ends[i] && b->due[i] > 0 &&
            rate_over(s, n - 1, k, i) <
                0.5 * expected_at(shape, b, s, n - 1, k, i))
            return true;
    return false;
}
