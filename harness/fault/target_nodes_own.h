/* target_nodes_own.h - nodes of the platform as targets. */
#ifndef FAULT_TARGET_NODES_OWN_H
#define FAULT_TARGET_NODES_OWN_H

#include "fault/fault.h"

/* Whether a process runs in the node, as far as the platform can tell. */
bool target_node_runs(const struct field *f, const struct platform_node *n);

/* The thing belongs to the group of workers `group`. */
void target_take_group(struct target *t, const char *group);

/* Into t->name, and a worker's group. */
int target_take_node(struct target *t, const struct platform_node *n);

/* A node of the role and, unless `group` is NULL, of that group of workers,
 * drawn among running nodes. -EAGAIN: none runs. */
int target_draw_node(struct field *f, enum platform_role role,
                     const char *group, struct rng draw, struct target *t,
                     struct err *err);

/* The node of the role and number; NULL: no such node. */
const struct platform_node *target_node_numbered(const struct field *f,
                                                 enum platform_role role,
                                                 int number);

/* The node of the role and number, running or not: another fault may have
 * stopped the node for a while. */
int target_named_node(struct field *f, enum platform_role role, int number,
                      struct target *t, struct err *err);

/* -EAGAIN for `why`: whatever the reason, the next answer may be another. */
int target_not_now(const struct target *t, const struct err *why,
                   struct err *err);

#endif
