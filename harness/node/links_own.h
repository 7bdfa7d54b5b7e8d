/* links_own.h - the network of a sandboxed run: a bridge, and two veths a node.
 *
 *   run's namespace                      node's namespace
 *     run0 (bridge) --- n<number>  <--->  eth0      address
 *                       o<number>  <--->  observer  observer_address
 *
 * The bridge has no address of its own: the engine cannot reach a node by the
 * path that faults touch. Everything is done by netlink, since capabilities
 * would not survive calling ip(8). A node's namespace lives as long as its
 * descriptor; closing that removes both links.
 *
 * For the keeper only: one thread, CAP_NET_ADMIN in its user namespace.
 */
#ifndef NODE_LINKS_OWN_H
#define NODE_LINKS_OWN_H

#include "base/attr.h"
#include "base/err.h"
#include "node/addresses_own.h"

struct links {
    int run_netns; /* descriptor of the run's network namespace */
};

/* Make the bridge in the network namespace that the caller is in, and set lo
 * up there. */
MUST_USE int links_open(struct links *ret, struct err *err);

/* Make namespace and links of node `number`. The caller owns *ret_netns
 * (close-on-exec). On failure nothing is left. */
MUST_USE int links_add_node(const struct links *l, unsigned number,
                            int *ret_netns, struct err *err);

/* A further address on a node's bridge link. */
MUST_USE int links_add_address(const struct links *l, int netns,
                               const char *address, struct err *err);

#endif
