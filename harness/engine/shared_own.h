/* shared_own.h - a run in a world that other runs use before and after: the
 * run's own part of logs and data, and everything that must not stay behind.
 * Engine thread.
 */
#ifndef ENGINE_SHARED_OWN_H
#define ENGINE_SHARED_OWN_H

#include "base/attr.h"
#include "base/err.h"
#include "engine/run_state_own.h"

/* shared.c: write work/world.json, which says where the logs of the world's
 * nodes end now. Called when a run begins, and again with the opened platform
 * when workers of an earlier run have ended and none of the run has started. 0
 * for a run with nodes of its own. */
MUST_USE int shared_begin(const struct run *r, struct platform *opened,
                          struct err *err);

/* shared.c: the folders of nodes' data and of nodes' logs: the world's, or
 * below the run's work/. New. */
char *shared_nodes_dir(const struct run_spec *s);
char *shared_logs_dir(const struct run_spec *s);

/* shared.c: copy the part of the nodes' logs written since shared_begin() to
 * work/node.logs/; bring the data of the nodes into work/, by links as far as
 * nobody will write to the files again. Each is done once for a run. */
MUST_USE int shared_take_logs(const char *dir, struct err *err);
MUST_USE int shared_take_data(const char *dir, struct err *err);

/* shared.c: the folder of the logs of the run's nodes, new. NULL: the logs of
 * the world were not copied, or only in part. */
char *shared_own_logs(const char *dir);

/* leave.c: the dynamic configuration of all brokers, {"1": {name: value}}, new.
 * A new cluster has some: Kafka 4 sets min.insync.replicas so. */
MUST_USE int shared_configs(struct run *r, json_t **ret, struct err *err);

/* leave.c: delete the run's connectors, groups and topics, take logs and data,
 * and look at everything that a run can leave behind: results.left. A run with
 * nodes of its own just ends. Observer and sampler have been stopped. */
void run_leave_world(struct run *r);

/* strangers.c: connections to the brokers whose other end is no process of the
 * world's nodes or of the run: [sentence], new. Looks several times, as a
 * connection may close meanwhile. An error: the connections cannot be seen. */
MUST_USE int run_strangers(struct run *r, json_t **ret, struct err *err);

#endif
