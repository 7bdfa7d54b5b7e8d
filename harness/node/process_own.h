/* process_own.h - processes as the kernel tells of them: /proc and pidfds. */
#ifndef NODE_PROCESS_OWN_H
#define NODE_PROCESS_OWN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"

struct process_stat {
    pid_t pid;
    char state; /* R S D T t Z X, as proc(5) has it */
    pid_t parent;
    pid_t session;
    uint64_t start_time; /* clock ticks since boot: with the pid, an identity */
};

/* Read the text of a /proc/PID/stat. The command in it may hold anything.
 * -EINVAL: it is no such text. */
MUST_USE int process_stat_parse(const char *text, struct process_stat *ret);

/* Of a process. -ESRCH: there is none. */
MUST_USE int process_stat_of(pid_t pid, struct process_stat *ret);

/* Call `each` for every process that /proc shows; those that end meanwhile
 * are left out. Returns how often `each` said true; -errno without /proc. */
int process_each(bool (*each)(const struct process_stat *p, void *ctx),
                 void *ctx);

/* A close-on-exec descriptor that stands for the process, -1 with errno. */
MUST_USE int process_open(pid_t pid);

/* Send a signal through such a descriptor: never reaches a reused pid.
 * 0, or -1 with errno. */
MUST_USE int process_signal(int pidfd, int sig);

#endif
