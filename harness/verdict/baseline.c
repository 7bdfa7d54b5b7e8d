/* baseline.c - whether samples are steady, and whether steady again after a
 * fault. */
#include "verdict/baseline.h"

#include "base/clk.h"

enum { WINDOWS = 3, WINDOW_MAX_S = 10 };

/* Records a second at a station over the `k` samples up to `last`. */
static double rate_over(const struct sample *s, size_t last, size_t k,
                        size_t station)
{
    double dt = (double)(s[last].t_us - s[last - k].t_us) / US_PER_S;
    double dn = (double)s[last].delivered[station] -
                (double)s[last - k].delivered[station];

    return dt > 0 ? dn / dt : 0;
}

static double median_of_three(const double r[WINDOWS])
{
    double low = r[0] < r[1] ? r[0] : r[1];
    double high = r[0] < r[1] ? r[1] : r[0];

    return r[2] < low ? low : r[2] > high ? high : r[2];
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

bool baseline_find(const struct flow_shape *shape, const struct sample *s,
                   size_t n, struct baseline *ret)
{
    for (size_t k = 1; k <= WINDOW_MAX_S && WINDOWS * k < n; k++) {
        struct baseline b = {.known = true, .window_us = (int64_t)k * US_PER_S};
        bool ok = true;

        for (size_t i = 0; i < shape->stations && ok; i++)
            if (shape->ends[i])
                ok = steady_at(s, n, k, i, &b.rate[i]);
        if (!ok)
            continue;
        for (size_t h = 0; h < shape->hops; h++)
            for (size_t i = n - 1 - WINDOWS * k; i < n; i++)
                if (s[i].lag[h] > b.lag[h])
                    b.lag[h] = s[i].lag[h];
        *ret = b;
        return true;
    }
    return false;
}

void baseline_cap(const struct flow_shape *shape, struct baseline *b)
{
    for (size_t i = 0; i < SAMPLE_STATIONS_MAX; i++)
        if (b->rate[i] > shape->sent[i])
            b->rate[i] = shape->sent[i];
}

/* On a slow machine a load sends less than the configured rate: only the share
 * acknowledged within the windows can have arrived. */
bool baseline_keeps_up(const struct flow_shape *shape, const struct baseline *b,
                       const struct sample *s, size_t n)
{
    size_t k = WINDOWS * (size_t)(b->window_us / US_PER_S);
    double seconds = (double)(s[n - 1].t_us - s[n - 1 - k].t_us) / US_PER_S;
    double acknowledged =
        (double)s[n - 1].acknowledged - (double)s[n - 1 - k].acknowledged;
    double share = acknowledged / seconds / (double)shape->load_rate;

    for (size_t i = 0; i < shape->stations; i++)
        if (shape->ends[i] &&
            b->rate[i] < 0.7 * shape->sent[i] * (share < 1 ? share : 1))
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
    if (!baseline_keeps_up(shape, ret, s, n)) {
        ret->known = false;
        return BEHIND;
    }
    baseline_cap(shape, ret);
    return STEADY;
}

const char *steadiness_lacks(enum steadiness s)
{
    return s == BEHIND ? "at least 70 % of what is sent arrives at every end"
                       : "three windows within 30 % of their median";
}

/* Rates are taken over the baseline's window where the hold is shorter: a sink
 * working in batches has no rate over less. */
int64_t baseline_regained(const struct flow_shape *shape,
                          const struct baseline *b, const struct sample *s,
                          size_t n, int64_t hold_us)
{
    int64_t window = hold_us > b->window_us ? hold_us : b->window_us;
    size_t k = (size_t)(window / US_PER_S);
    size_t hold = (size_t)(hold_us / US_PER_S);

    if (n <= k)
        return -1;
    for (size_t i = 0; i < shape->stations; i++)
        if (shape->ends[i] && rate_over(s, n - 1, k, i) < 0.9 * b->rate[i])
            return -1;
    for (size_t h = 0; h < shape->hops; h++) {
        if (s[n - 1].replayed[h] > s[n - 1 - k].replayed[h])
            return -1;
        for (size_t i = n - 1 - hold; i < n; i++)
            if (s[i].lag[h] > b->lag[h] + shape->load_rate)
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
        if (shape->ends[i] && rate_over(s, n - 1, k, i) < 0.5 * b->rate[i])
            return true;
    return false;
}
