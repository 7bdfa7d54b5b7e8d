/* addresses_own.h - the addresses of a run, as pure functions of a number.
 *
 *                    sandbox            fallback
 *   node n (1..64)   10.88.0.n /16      127.x.y.n
 *   further m        10.88.1.m /16      127.x.y.(64+m)
 *   observer path    10.89.n.2 /30      127.x.y.n
 *     engine's end   10.89.n.1 /30      -
 *
 * In the sandbox both networks exist only in namespaces of the run, so they
 * cannot collide with networks of the machine. In the fallback x and y come
 * from the run's lease (lease_own.h).
 */
#ifndef NODE_ADDRESSES_OWN_H
#define NODE_ADDRESSES_OWN_H

#include <stdbool.h>
#include <stdint.h>

#include "node/node.h"

enum {
    FURTHER_ADDRESSES_MAX = 254 - NODES_MAX,
    BRIDGE_PREFIX = 16,
    OBSERVER_PREFIX = 30,
};

struct addressing {
    bool sandboxed;
    uint8_t x, y; /* of 127.x.y.0/24, fallback only */
};

/* Write the address at which other nodes reach node `number` (1..NODES_MAX). */
void address_of_node(const struct addressing *a, unsigned number,
                     char out[NODE_ADDRESS_MAX]);

/* Write further address `number` (1..FURTHER_ADDRESSES_MAX, counted over all
 * nodes of the run), for nodes with more than one address. */
void address_further(const struct addressing *a, unsigned number,
                     char out[NODE_ADDRESS_MAX]);

/* Write the address at which the engine reaches node `number` by the observer
 * path, which no fault touches. */
void address_observed(const struct addressing *a, unsigned number,
                      char out[NODE_ADDRESS_MAX]);

/* Write the engine's own address on the observer path; sandbox only. */
void address_of_observer(unsigned number, char out[NODE_ADDRESS_MAX]);

#endif
