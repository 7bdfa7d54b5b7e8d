/* slots.c - places connectors and tasks in slots. */
#include "standins/worker/slots.h"

#include "standins/shared/fnv.h"

unsigned slot_of(const char *connector, int task)
{
    return (fnv_hash(connector) + 1U + (unsigned)task) % SLOTS;
}
