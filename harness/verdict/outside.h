/* outside.h - events done to a run by somebody else, neither by the run's
 * faults nor by the system under test. Pure.
 *
 * After the event nobody can tell copies inside of a disturbance from copies
 * outside, and the run cannot pass.
 */
#ifndef VERDICT_OUTSIDE_H
#define VERDICT_OUTSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A broker or worker after the end of the process. */
struct process_end {
    bool removed;   /* the run took the process away for good */
    bool disturbed; /* a fault is in force, or was not proven mended */
    int wait_status;
};

/* A broker or worker may end by a defect, and then the run must show
 * the defect. But nothing kills itself with SIGKILL: unless a fault did,
 * somebody else did, often the kernel for want of memory. */
bool end_is_foreign(const struct process_end *e);

struct broker_seen {
    bool ended;
    bool comes_back; /* a fault under way will start the broker again */
};

/* Whether the cluster had brokers and has lost all of them for good. A broker
 * running, or brought back by a fault, is enough to wait for. */
bool brokers_are_gone(const struct broker_seen *brokers, size_t n);

/* Whether the wall clock was set, if the run's clock and the wall clock have
 * moved apart by `apart_us` since the run began. NTP may slew the wall clock; a
 * second or more was a step. */
bool clock_is_set(int64_t apart_us);

#endif
