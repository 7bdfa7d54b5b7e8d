/* sandbox_own.h - namespaces without root, from clone(2) to a finished /etc.
 *
 * One ordinary uid inside is mapped to the uid of the caller outside:
 * PostgreSQL then starts even when the caller is root, and files written by
 * nodes belong to the caller. See user_namespaces(7), pid_namespaces(7).
 */
#ifndef NODE_SANDBOX_OWN_H
#define NODE_SANDBOX_OWN_H

#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"

enum { SANDBOX_UID = 1000, SANDBOX_GID = 1000 };

/* The namespaces of a sandbox, as flags of clone(2) and setns(2). IPC is among
 * the flags since System V shared memory would outlive a killed PostgreSQL. */
extern const int sandbox_flags;

/* fork() into new namespaces; the child is PID 1 there. A plain system call:
 * no fork handlers run, and glibc's cached thread id stays the parent's. So the
 * child must stay single-threaded, or fork() again. */
pid_t sandbox_fork(void);

/* In the child of sandbox_fork(), first of all: map SANDBOX_UID and SANDBOX_GID
 * to `uid` and `gid`, the caller's before the fork. */
MUST_USE int sandbox_map(uid_t uid, gid_t gid, struct err *err);

/* In the child: make mounts private and mount a new /proc. */
MUST_USE int sandbox_mount(struct err *err);

/* In the child: write passwd, group and hosts below `work_dir`/keeper and bind
 * the files over those of /etc. */
MUST_USE int sandbox_name_things(const char *work_dir, struct err *err);

/* Move the calling process, which must have a single thread, into a new mount
 * namespace; without the privilege, through a user namespace in which ids keep
 * their numbers. After a failure the process may be half in a user namespace
 * and unusable: try in a child first. */
MUST_USE int sandbox_own_mounts(struct err *err);

/* Add a line to the run's hosts file, seen by the engine and `ordeal enter`. */
MUST_USE int sandbox_add_host(const char *work_dir, const char *address,
                              const char *name, struct err *err);

/* Bind `path` over /etc/hosts in the current mount namespace. */
MUST_USE int sandbox_bind_hosts(const char *path, struct err *err);

#endif
