/* world.h - a fake world for faults: a platform, Connect, Kafka, a sink.
 *
 * All fakes only store and return state (world_state.h). Platform and sink are
 * tables of functions, like the real kinds. Connect is a thread answering HTTP,
 * so the tests use the real client. The calls to Kafka and the observer used by
 * faults are defined in world.c and linked in place of the real functions. No
 * fake takes time: a change is seen at the second look after the request.
 */
#ifndef TESTS_FAULT_WORLD_H
#define TESTS_FAULT_WORLD_H

#include "fake_connect.h"
#include "world_state.h"

/* The index of a node in w.nodes. */
size_t place(const char *node);

/* Add a running node of the role. */
void add_node(enum platform_role role, int number);

/* Put a worker into a group of workers. */
void set_group(const char *node, const char *group);

/* Make the world w: 3 brokers, 2 workers, the connector "shop" with 2 tasks,
 * and an http endpoint "till". */
void world_begin(void);
void world_end(void);

/* All state a fault may change. Nodes are counted by state, not named, since a
 * worker removed is replaced by another. New. */
json_t *world_now(void);

#endif
