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

void suite_order(const json_t *needs, struct suite_step *ret)
{
    size_t n = json_array_size(needs), world = 0;
    AUTO_FREE struct place *places = must_calloc(n, sizeof(*places));

    for (size_t i = 0; i < n; i++)
        places[i] = (struct place){first_like(needs, i, false),
                                   first_like(needs, i, true), i};
    qsort(places, n, sizeof(*places), by_place);
    for (size_t i = 0; i < n; i++) {
        bool same = i > 0 && places[i].world == places[i - 1].world;

        world += i > 0 && !same;
        ret[i] = (struct suite_step){
            .at = places[i].at, .world = world, .shared = same};
        if (same)
            ret[i - 1].shared = true;
    }
}
