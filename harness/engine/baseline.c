/* baseline.c - pure: steady or not, and whether it is so again. */
#include <stdlib.h>
#include <string.h>

#include "engine/sampler_own.h"

enum { WINDOWS = 3, WINDOW_MAX_S = 10 };

/* Records a second at a station over the `k` samples that end at `last`. */
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

bool baseline_find(const struct sample *s, size_t n, const bool *ends,
                   size_t stations, size_t hops, struct baseline *ret)
{
    for (size_t k = 1; k <= WINDOW_MAX_S && WINDOWS * k < n; k++) {
        struct baseline b = {.known = true, .window_us = (int64_t)k * US_PER_S};
        bool ok = true;

        for (size_t i = 0; i < stations && ok; i++)
            if (ends[i])
                ok = steady_at(s, n, k, i, &b.rate[i]);
        if (!ok)
            continue;
        for (size_t h = 0; h < hops; h++)
            for (size_t i = n - 1 - WINDOWS * k; i < n; i++)
                if (s[i].lag[h] > b.lag[h])
                    b.lag[h] = s[i].lag[h];
        *ret = b;
        return true;
    }
    return false;
}

static bool goes_over(const struct load_item *l, const struct plan_hop *h)
{
    for (size_t i = 0; i < h->streams_len; i++)
        if (h->streams[i] == l->first_stream)
            return true;
    return false;
}

/* Records a second that are sent on their way to each station. */
static void rates_sent(const struct plan *plan,
                       double sent[SAMPLE_STATIONS_MAX])
{
    memset(sent, 0, SAMPLE_STATIONS_MAX * sizeof(*sent));
    for (size_t h = 0; h < plan->hops_len; h++)
        for (size_t i = 0; i < plan->loads_len; i++)
            if (plan->hops[h].down < SAMPLE_STATIONS_MAX &&
                goes_over(&plan->loads[i], &plan->hops[h]))
                sent[plan->hops[h].down] += (double)plan->loads[i].rate;
}

void baseline_cap(struct baseline *b, const struct plan *plan)
{
    double sent[SAMPLE_STATIONS_MAX];

    rates_sent(plan, sent);
    for (size_t i = 0; i < SAMPLE_STATIONS_MAX; i++)
        if (b->rate[i] > sent[i])
            b->rate[i] = sent[i];
}

/* A second of what the loads together send. */
static int64_t second_of_load(const struct plan *plan)
{
    int64_t rate = 0;

    for (size_t i = 0; i < plan->loads_len; i++)
        rate += plan->loads[i].rate;
    return rate;
}

bool baseline_keeps_up(const struct baseline *b, const struct sample *s,
                       size_t n, const bool *ends, const struct plan *plan)
{
    size_t k = WINDOWS * (size_t)(b->window_us / US_PER_S);
    double sent[SAMPLE_STATIONS_MAX];
    double seconds = (double)(s[n - 1].t_us - s[n - 1 - k].t_us) / US_PER_S;
    double acknowledged = (double)s[n - 1].load.acknowledged -
                          (double)s[n - 1 - k].load.acknowledged;
    double share = acknowledged / seconds / (double)second_of_load(plan);

    rates_sent(plan, sent);
    for (size_t i = 0; i < plan->stations_len; i++)
        if (ends[i] && b->rate[i] < 0.7 * sent[i] * (share < 1 ? share : 1))
            return false;
    return true;
}

int64_t baseline_regained(const struct sample *s, size_t n, const bool *ends,
                          const struct plan *plan, const struct baseline *b,
                          int64_t hold_us)
{
    int64_t window = hold_us > b->window_us ? hold_us : b->window_us;
    size_t k = (size_t)(window / US_PER_S);
    size_t hold = (size_t)(hold_us / US_PER_S);

    if (n <= k)
        return -1;
    for (size_t i = 0; i < plan->stations_len; i++)
        if (ends[i] && rate_over(s, n - 1, k, i) < 0.9 * b->rate[i])
            return -1;
    for (size_t h = 0; h < plan->hops_len; h++) {
        if (s[n - 1].replayed[h] > s[n - 1 - k].replayed[h])
            return -1;
        for (size_t i = n - 1 - hold; i < n; i++)
            if (s[i].lag[h] > b->lag[h] + second_of_load(plan))
                return -1;
    }
    return s[n - 1 - hold].t_us;
}

bool baseline_dropped(const struct sample *s, size_t n, const bool *ends,
                      const struct plan *plan, const struct baseline *b)
{
    size_t k = (size_t)(b->window_us / US_PER_S);

    if (k == 0 || n <= k)
        return false;
    for (size_t i = 0; i < plan->stations_len; i++)
        if (ends[i] && rate_over(s, n - 1, k, i) < 0.5 * b->rate[i])
            return true;
    return false;
}
