/* links_own.h - the network of a sandboxed run: a bridge, and two veths a node.
 *
 *   run's namespace                      node's namespace
 *     run0 (bridge) --- n<number>  <--->  eth0      address
 *                       o<number>  <--->  observer  observer_address
 *
 * The bridge has no address, so the engine cannot reach a node by the path that
 * faults touch. All calls use netlink: the keeper's capabilities would not
 * survive an exec of ip(8). The namespace of a node lives as long as its
 * descriptor; closing the descriptor removes both links.
 *
 * For the keeper only, which has one thread and CAP_NET_ADMIN in its user
 * namespace.
 */
#ifndef NODE_LINKS_OWN_H
#define NODE_LINKS_OWN_H

#include "base/attr.h"
#include "base/err.h"
#include "node/addresses_own.h"

struct links {
    int run_netns; /* descriptor of the run's network namespace */
};

/* Make the bridge in the current network namespace of the caller, and set lo
 * up. */
MUST_USE int links_open(struct links *ret, struct err *err);

/* Make the namespace and both links of node `number`. The caller closes
 * *ret_netns, a close-on-exec descriptor. After a failure nothing is left. */
MUST_USE int links_add_node(const struct links *l, unsigned number,
                            int *ret_netns, struct err *err);

/* Give the bridge link of the node with the namespace `netns` one more
 * address. */
MUST_USE int links_add_address(const struct links *l, int netns,
                               const char *address, struct err *err);

#endif
