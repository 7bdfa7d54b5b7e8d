/* links.c - makes bridge, veths and addresses by netlink (libnl). */
#include "node/links_own.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/bridge.h>
#include <netlink/route/link/veth.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/own.h"
#include "node/node.h"

static const char bridge_name[] = "run0";

const char *const node_link_names[NODE_LINKS] = {
    [NODE_LINK_BRIDGE] = "eth0",
    [NODE_LINK_OBSERVER] = "observer",
};

static const struct addressing in_sandbox = {.sandboxed = true};

static void own_socket(struct nl_sock **s)
{
    if (*s)
        nl_socket_free(*s);
}

static void own_link(struct rtnl_link **l)
{
    if (*l)
        rtnl_link_put(*l);
}

static void own_rtnl_addr(struct rtnl_addr **a)
{
    if (*a)
        rtnl_addr_put(*a);
}

static void own_nl_addr(struct nl_addr **a)
{
    if (*a)
        nl_addr_put(*a);
}

/* Translate an error of libnl, whose numbers are not errno values: a permission
 * denied becomes -EPERM, every other error -EIO, and the text names the cause.
 */
static int refused(int code, const char *what, struct err *err)
{
    if (code == -NLE_PERM || code == -NLE_NOACCESS)
        return err_set(err, -EPERM, "%s: %s", what, nl_geterror(code));
    return err_set(err, -EIO, "%s: %s", what, nl_geterror(code));
}

static int open_socket(struct nl_sock **ret, struct err *err)
{
    AUTO(own_socket) struct nl_sock *s = must_have(nl_socket_alloc());
    int rc = nl_connect(s, NETLINK_ROUTE);

    if (rc < 0)
        return refused(rc, "netlink", err);
    *ret = TAKE(s);
    return 0;
}

/* Return to the run's network namespace. A keeper left in the namespace of a
 * node would make the next link in the wrong place; to abort, which ends the
 * run, is the lesser evil. */
static void go_back(const struct links *l)
{
    if (setns(l->run_netns, CLONE_NEWNET) < 0)
        abort();
}

/* A netlink socket works in the namespace of its creation, whatever namespace
 * the process enters later. */
static int open_socket_in(const struct links *l, int netns,
                          struct nl_sock **ret, struct err *err)
{
    int rc;

    if (setns(netns, CLONE_NEWNET) < 0)
        return err_errno(err, "enter a network namespace");
    rc = open_socket(ret, err);
    go_back(l);
    return rc;
}

static int set_up(struct nl_sock *s, const char *name, struct err *err)
{
    AUTO(own_link) struct rtnl_link *link = NULL;
    AUTO(own_link) struct rtnl_link *change = rtnl_link_alloc();
    int rc = change ? rtnl_link_get_kernel(s, 0, name, &link) : -NLE_NOMEM;

    if (rc == 0) {
        rtnl_link_set_flags(change, IFF_UP);
        rc = rtnl_link_change(s, link, change, 0);
    }
    if (rc < 0) {
        (void)refused(rc, name, err);
        return err_context(err, "set link up");
    }
    return 0;
}

static int give_address(struct nl_sock *s, const char *name,
                        const char *address, int prefix, struct err *err)
{
    AUTO(own_link) struct rtnl_link *link = NULL;
    AUTO(own_nl_addr) struct nl_addr *local = NULL;
    AUTO(own_rtnl_addr) struct rtnl_addr *a = rtnl_addr_alloc();
    int rc = a ? rtnl_link_get_kernel(s, 0, name, &link) : -NLE_NOMEM;

    if (rc == 0)
        rc = nl_addr_parse(address, AF_INET, &local);
    if (rc == 0) {
        nl_addr_set_prefixlen(local, prefix);
        rtnl_addr_set_ifindex(a, rtnl_link_get_ifindex(link));
        rc = rtnl_addr_set_local(a, local);
    }
    if (rc == 0)
        rc = rtnl_addr_add(s, a, 0);
    if (rc < 0) {
        (void)refused(rc, address, err);
        return err_context(err, "give link %s an address", name);
    }
    return 0;
}

int links_open(struct links *ret, struct err *err)
{
    AUTO(own_socket) struct nl_sock *s = NULL;
    AUTO_FD int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    int rc;

    if (own < 0)
        return err_errno(err, "/proc/self/ns/net");
    rc = open_socket(&s, err);
    if (rc < 0)
        return rc;
    rc = rtnl_link_bridge_add(s, bridge_name);
    if (rc < 0)
        return refused(rc, "make a bridge", err);
    rc = set_up(s, bridge_name, err);
    if (rc == 0)
        rc = set_up(s, "lo", err);
    if (rc < 0)
        return rc;
    *ret = (struct links){.run_netns = own};
    own = -1;
    return 0;
}

/* Make a network namespace held only by the descriptor *ret. */
static int make_namespace(const struct links *l, int *ret, struct err *err)
{
    int fd;

    if (unshare(CLONE_NEWNET) < 0)
        return err_errno(err, "make a network namespace");
    fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        (void)err_errno(err, "/proc/self/ns/net");
    go_back(l);
    *ret = fd;
    return fd < 0 ? err->code : 0;
}

/* A pair of veth links, a virtual cable. */
struct cable {
    const char *here;  /* name in the run's namespace */
    const char *there; /* name in the node's namespace */
    bool bridged;      /* `here` is a port of the bridge */
};

static int lay(struct nl_sock *s, const struct cable *c, int netns,
               struct err *err)
{
    AUTO(own_link) struct rtnl_link *veth = rtnl_link_veth_alloc();
    AUTO(own_link) struct rtnl_link *bridge = NULL;
    AUTO(own_link) struct rtnl_link *peer = NULL;
    int rc = veth ? 0 : -NLE_NOMEM;

    if (rc == 0 && c->bridged)
        rc = rtnl_link_get_kernel(s, 0, bridge_name, &bridge);
    if (rc == 0) {
        peer = rtnl_link_veth_get_peer(veth); /* adds a reference */
        rtnl_link_set_name(veth, c->here);
        rtnl_link_set_name(peer, c->there);
        rtnl_link_set_ns_fd(peer, netns);
        if (bridge)
            rtnl_link_set_master(veth, rtnl_link_get_ifindex(bridge));
        rc = rtnl_link_add(s, veth, NLM_F_CREATE | NLM_F_EXCL);
    }
    if (rc < 0) {
        (void)refused(rc, c->here, err);
        return err_context(err, "make a veth");
    }
    return set_up(s, c->here, err);
}

static int set_up_inside(const struct links *l, int netns, unsigned number,
                         struct err *err)
{
    AUTO(own_socket) struct nl_sock *s = NULL;
    char addresses[NODE_LINKS][NODE_ADDRESS_MAX];
    static const int prefixes[NODE_LINKS] = {
        [NODE_LINK_BRIDGE] = BRIDGE_PREFIX,
        [NODE_LINK_OBSERVER] = OBSERVER_PREFIX,
    };
    int rc = open_socket_in(l, netns, &s, err);

    address_of_node(&in_sandbox, number, addresses[NODE_LINK_BRIDGE]);
    address_observed(&in_sandbox, number, addresses[NODE_LINK_OBSERVER]);
    if (rc == 0)
        rc = set_up(s, "lo", err);
    for (int i = 0; i < NODE_LINKS && rc == 0; i++) {
        rc =
            give_address(s, node_link_names[i], addresses[i], prefixes[i], err);
        if (rc == 0)
            rc = set_up(s, node_link_names[i], err);
    }
    return rc;
}

/* Both ends of a cable are made by one netlink request, the far end directly in
 * the new namespace. On failure closing `netns` removes everything made. */
int links_add_node(const struct links *l, unsigned number, int *ret_netns,
                   struct err *err)
{
    AUTO(own_socket) struct nl_sock *s = NULL;
    AUTO_FD int netns = -1;
    char here[IFNAMSIZ], observer[IFNAMSIZ], address[NODE_ADDRESS_MAX];
    int rc = open_socket(&s, err);

    (void)snprintf(here, sizeof(here), "n%u", number);
    (void)snprintf(observer, sizeof(observer), "o%u", number);
    address_of_observer(number, address);
    if (rc == 0)
        rc = make_namespace(l, &netns, err);
    if (rc == 0)
        rc = lay(s,
                 &(struct cable){here, node_link_names[NODE_LINK_BRIDGE], true},
                 netns, err);
    if (rc == 0)
        rc = lay(s,
                 &(struct cable){observer, node_link_names[NODE_LINK_OBSERVER],
                                 false},
                 netns, err);
    if (rc == 0)
        rc = give_address(s, observer, address, OBSERVER_PREFIX, err);
    if (rc == 0)
        rc = set_up_inside(l, netns, number, err);
    if (rc < 0)
        return rc;
    *ret_netns = netns;
    netns = -1;
    return 0;
}

int links_add_address(const struct links *l, int netns, const char *address,
                      struct err *err)
{
    AUTO(own_socket) struct nl_sock *s = NULL;
    int rc = open_socket_in(l, netns, &s, err);

    if (rc == 0)
        rc = give_address(s, node_link_names[NODE_LINK_BRIDGE], address,
                          BRIDGE_PREFIX, err);
    return rc;
}
