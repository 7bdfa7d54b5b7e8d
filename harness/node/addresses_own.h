/* addresses_own.h - which address is whose, as pure functions of a number.
 *
 *                    sandbox            fallback
 *   node n (1..64)   10.88.0.n /16      127.x.y.n
 *   further m        10.88.1.m /16      127.x.y.(64+m)
 *   observer path    10.89.n.2 /30      the node's own
 *     its run end    10.89.n.1 /30      -
 *
 * The sandbox's networks exist in namespaces of the run only, so they cannot
 * collide with the machine's.
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
    uint8_t x, y; /* of the fallback's 127.x.y.0/24 */
};

/* The address of node number 1..NODES_MAX. */
void address_of_node(const struct addressing *a, unsigned number,
                     char out[NODE_ADDRESS_MAX]);

/* Further address number 1..FURTHER_ADDRESSES_MAX of the whole run. */
void address_further(const struct addressing *a, unsigned number,
                     char out[NODE_ADDRESS_MAX]);

/* Where the engine reaches node `number`, past every fault. */
void address_observed(const struct addressing *a, unsigned number,
                      char out[NODE_ADDRESS_MAX]);

/* The engine's end of that path; sandbox only. */
void address_of_observer(unsigned number, char out[NODE_ADDRESS_MAX]);

#endif
