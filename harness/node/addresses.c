/* addresses.c - computes addresses from numbers. */
#include "node/addresses_own.h"

#include <assert.h>
#include <stdio.h>

static void put(char out[NODE_ADDRESS_MAX], const unsigned octet[4])
{
    (void)snprintf(out, NODE_ADDRESS_MAX, "%u.%u.%u.%u", octet[0] & 255,
                   octet[1] & 255, octet[2] & 255, octet[3] & 255);
}

void address_of_node(const struct addressing *a, unsigned number,
                     char out[NODE_ADDRESS_MAX])
{
    assert(number >= 1 && number <= NODES_MAX);
    if (a->sandboxed)
        put(out, (const unsigned[]){10, 88, 0, number});
    else
        put(out, (const unsigned[]){127, a->x, a->y, number});
}

void address_further(const struct addressing *a, unsigned number,
                     char out[NODE_ADDRESS_MAX])
{
    assert(number >= 1 && number <= FURTHER_ADDRESSES_MAX);
    if (a->sandboxed)
        put(out, (const unsigned[]){10, 88, 1, number});
    else
        put(out, (const unsigned[]){127, a->x, a->y, NODES_MAX + number});
}

void address_observed(const struct addressing *a, unsigned number,
                      char out[NODE_ADDRESS_MAX])
{
    if (a->sandboxed)
        put(out, (const unsigned[]){10, 89, number, 2});
    else
        address_of_node(a, number, out);
}

void address_of_observer(unsigned number, char out[NODE_ADDRESS_MAX])
{
    put(out, (const unsigned[]){10, 89, number, 1});
}
