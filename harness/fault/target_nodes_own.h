/* target_nodes_own.h - targets that are nodes of the platform. */
#ifndef FAULT_TARGET_NODES_OWN_H
#define FAULT_TARGET_NODES_OWN_H

#include "fault/fault.h"

/* Does a process run in it, as far as the platform can tell? */
bool target_node_runs(const struct field *f, const struct platform_node *n);

/* Into t->name. */
int target_take_node(struct target *t, const struct platform_node *n);

/* One of those of that role that run, drawn. -EAGAIN: none runs. */
int target_draw_node(struct field *f, enum platform_role role, struct rng draw,
                     struct target *t, struct err *err);

/* The node of that role and number, or NULL. */
const struct platform_node *target_node_numbered(const struct field *f,
                                                 enum platform_role role,
                                                 int number);

/* That node, named outright: it may well be down, by a fault that will end. */
int target_named_node(struct field *f, enum platform_role role, int number,
                      struct target *t, struct err *err);

/* -EAGAIN for `why`: whatever the reason, the next answer may be another. */
int target_not_now(const struct target *t, const struct err *why,
                   struct err *err);

#endif
