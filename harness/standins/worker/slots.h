/* slots.h - assigns each connector and task to a slot, which is a partition of
 * the group's topic.
 *
 * Kafka's group protocol assigns the partitions to workers, and the worker that
 * holds a slot runs everything in the slot. Pure, and the same in every worker
 * of a group: changing the function would need all workers to restart together.
 */
#ifndef STANDINS_WORKER_SLOTS_H
#define STANDINS_WORKER_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

enum { SLOTS = 32 };

/* The slot (0 to 31) of task 0, 1, ..., or of the connector itself (task -1).
 * Tasks take the slots following their connector's, a slot each. */
unsigned slot_of(const char *connector, int task);

/* Whether a set of slots (bit n: slot n) holds the connector or task. */
static inline bool slots_have(uint32_t slots, const char *connector, int task)
{
    return slots >> slot_of(connector, task) & 1;
}

#endif
