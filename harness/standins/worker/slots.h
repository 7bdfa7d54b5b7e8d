/* slots.h - which slot of the group's topic holds a connector or task.
 *
 * The partitions of that topic are shared out by Kafka's group protocol; who
 * holds a slot runs what sits in it. Pure; the same in every worker.
 */
#ifndef STANDINS_WORKER_SLOTS_H
#define STANDINS_WORKER_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

enum { SLOTS = 32 };

/* Of task number 0, 1, ... or, with -1, of the connector itself; 0..31. The
 * tasks lie behind their connector, one a slot. */
unsigned slot_of(const char *connector, int task);

/* A set of slots, bit n for slot n. */
static inline bool slots_have(uint32_t slots, const char *connector, int task)
{
    return slots >> slot_of(connector, task) & 1;
}

#endif
