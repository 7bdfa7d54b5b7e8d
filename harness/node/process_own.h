/* process_own.h - facts about processes from /proc, and pidfds. Thread-safe. */
#ifndef NODE_PROCESS_OWN_H
#define NODE_PROCESS_OWN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"

/* Some fields of /proc/PID/stat, as in proc(5). */
struct process_stat {
    pid_t pid;
    char state; /* R S D T t Z X */
    pid_t parent;
    pid_t session;
    uint64_t start_time; /* clock ticks since boot: with the pid, identifies a
                            process for good */
};

/* Parse the text of a /proc/PID/stat, whatever characters the command holds.
 * -EINVAL: the text has another form. */
MUST_USE int process_stat_parse(const char *text, struct process_stat *ret);

/* Read the fields of process `pid`. -ESRCH: no such process. */
MUST_USE int process_stat_of(pid_t pid, struct process_stat *ret);

/* Call `each` for every process shown in /proc; a process ending meanwhile is
 * left out. Returns how often `each` returned true; negative errno without
 * /proc. */
int process_each(bool (*each)(const struct process_stat *p, void *ctx),
                 void *ctx);

/* Open a pidfd of the process, close-on-exec. -1 with errno on failure. */
MUST_USE int process_open(pid_t pid);

/* Send a signal through a pidfd: never reaches another process with a reused
 * pid. 0, or -1 with errno. */
MUST_USE int process_signal(int pidfd, int sig);

#endif
