/* suite_order.h - which scenarios of a suite share a world, and the order of
 * the runs. Pure.
 */
#ifndef CLI_SUITE_ORDER_H
#define CLI_SUITE_ORDER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* A run of a suite, in the order of the runs. */
struct suite_step {
    size_t at;    /* place of the scenario in the suite */
    size_t world; /* number of the world, from 0, ascending */
    bool shared;  /* another scenario uses the same world */
};

/* Order a suite by needs: `needs` has an item for each scenario, in the order
 * asked for, either null (needs nodes of its own) or
 *
 *   {"brokers": any, "workers": any}
 *
 * Scenarios with equal `brokers` share a world. Worlds come in the order of
 * their first scenario; in a world, scenarios with equal `workers` come one
 * after another, in the order asked for, since other workers have to be started
 * anew. Fills `ret`, with an entry for each item. */
void suite_order(const json_t *needs, struct suite_step *ret);

/* For `jobs` worlds at a time: split the largest world, the first of several,
 * into halves until there are as many worlds as jobs, or as steps. Worlds stay
 * numbered in the order of their steps. Returns how many worlds there are. */
size_t suite_spread(struct suite_step *steps, size_t n, size_t jobs);

#endif
