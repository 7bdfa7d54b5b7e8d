/* sandbox_own.h - namespaces without root, from clone to a finished /etc.
 *
 * One ordinary uid inside is the caller outside: PostgreSQL starts even when
 * the caller is root, and what a node writes belongs to the caller.
 */
#ifndef NODE_SANDBOX_OWN_H
#define NODE_SANDBOX_OWN_H

#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"

enum { SANDBOX_UID = 1000, SANDBOX_GID = 1000 };

/* Of what a sandbox is made: clone(2) and setns(2) flags. IPC is among them
 * because System V shared memory of a killed PostgreSQL would outlive it. */
extern const int sandbox_flags;

/* fork() into new namespaces; the child is PID 1 there. Calls no fork
 * handlers and leaves the thread library's idea of the thread id behind: for
 * children that stay single-threaded, or fork() again. */
pid_t sandbox_fork(void);

/* In that child, first of all: map the one uid and gid onto the caller's, as
 * they were before the fork. */
MUST_USE int sandbox_map(uid_t uid, gid_t gid, struct err *err);

/* In that child: private mounts and a fresh /proc. */
MUST_USE int sandbox_mount(struct err *err);

/* In that child: write passwd, group and hosts below `work_dir`/keeper and
 * bind them over those of /etc. */
MUST_USE int sandbox_name_things(const char *work_dir, struct err *err);

/* For a process of one thread: mounts of its own, by a user namespace where it
 * takes one, in which ids stay what they are. After a failure the process is
 * good for nothing: try in a child first. */
MUST_USE int sandbox_own_mounts(struct err *err);

/* Add a line to the run's hosts, which the engine and `enter` see. */
MUST_USE int sandbox_add_host(const char *work_dir, const char *address,
                              const char *name, struct err *err);

/* Put `path` in the place of /etc/hosts for this mount namespace. */
MUST_USE int sandbox_bind_hosts(const char *path, struct err *err);

#endif
