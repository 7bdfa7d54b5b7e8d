/* suite_order.c - groups the scenarios of a suite by the nodes they need. */
#include "cli/suite_order.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/own.h"

static const json_t *need(const json_t *needs, size_t i, const char *of)
{
    return json_object_get(json_array_get(needs, i), of);
}

/* The first scenario with the same need as scenario i; i itself: none before
 * has the same. */
static size_t first_like(const json_t *needs, size_t i, bool workers_too)
{
    const json_t *brokers = need(needs, i, "brokers");
    const json_t *workers = need(needs, i, "workers");

    for (size_t k = 0; brokers && k < i; k++)
        if (json_equal(need(needs, k, "brokers"), brokers) &&
            (!workers_too || json_equal(need(needs, k, "workers"), workers)))
            return k;
    return i;
}

struct place {
    size_t world, workers, at; /* of the first scenario alike; own */
};

static int compare(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int by_place(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    int c = compare(x->world, y->world);

    c = c ? c : compare(x->workers, y->workers);
    return c ? c : compare(x->at, y->at);
}

/* Number worlds from 0 again, and tell which are shared: `begins[i]` is whether
 * a world begins with step i. */
static size_t number_worlds(struct suite_step *steps, const bool *begins,
                            size_t n)
{
    size_t worlds = 0;

    for (size_t i = 0; i < n; i++) {
        worlds += begins[i];
        steps[i].world = worlds - 1;
        steps[i].shared = !begins[i] || (i + 1 < n && !begins[i + 1]);
    }
    return worlds;
}

void suite_order(const json_t *needs, struct suite_step *ret)
{
    size_t n = json_array_size(needs);
    AUTO_FREE struct place *places = must_calloc(n, sizeof(*places));
    AUTO_FREE bool *begins = must_calloc(n, sizeof(*begins));

    for (size_t i = 0; i < n; i++)
        places[i] = (struct place){first_like(needs, i, false),
                                   first_like(needs, i, true), i};
    qsort(places, n, sizeof(*places), by_place);
    for (size_t i = 0; i < n; i++) {
        ret[i].at = places[i].at;
        begins[i] = i == 0 || places[i].world != places[i - 1].world;
    }
    (void)number_worlds(ret, begins, n);
}

/* The number of steps from `begin` to the end of the world. */
static size_t length_from(const bool *begins, size_t n, size_t begin)
{
    size_t len = 1;

    while (begin + len < n && !begins[begin + len])
        len++;
    return len;
}

size_t suite_spread(struct suite_step *steps, size_t n, size_t jobs)
{
    AUTO_FREE bool *begins = must_calloc(n, sizeof(*begins));
    size_t worlds = 0;

    for (size_t i = 0; i < n; i++) {
        begins[i] = i == 0 || steps[i].world != steps[i - 1].world;
        worlds += begins[i];
    }
    for (; worlds < jobs && worlds < n; worlds++) {
        size_t largest = 0;

        for (size_t i = 1; i < n; i++)
            if (begins[i] &&
                length_from(begins, n, i) > length_from(begins, n, largest))
                largest = i;
        begins[largest + (length_from(begins, n, largest) + 1) / 2] = true;
    }
    return number_worlds(steps, begins, n);
}
