/* pressure.h - how long tasks had to wait for the machine.
 *
 * On an overloaded machine every program answers late and loses sessions, so
 * the evidence of a run says how much of the time tasks waited.
 */
#ifndef BASE_PRESSURE_H
#define BASE_PRESSURE_H

#include <stdbool.h>
#include <stdint.h>

/* Time since the machine started during which some task waited for a
 * processor ("some"), and during which all tasks waited for the disk or for
 * memory
 * ("full"): the kernel's pressure stall information, as described in
 * Documentation/accounting/psi.rst. */
struct pressure {
    bool known;    /* false: the kernel gives no numbers */
    int64_t at_us; /* when read, by clk_monotonic_us() */
    int64_t cpu_us, disk_us, memory_us;
};

/* Read the numbers now, for the whole machine. Thread-safe. */
struct pressure pressure_now(void);

/* The "total" in microseconds of the line of a pressure file beginning with
 * `kind` ("some", "full"); -1: the text has none. Pure. */
int64_t pressure_total(const char *text, const char *kind);

/* By how much a counter of struct pressure grew between two readings, `from_us`
 * to `to_us`, as a share of the time between the readings in parts per million;
 * at most 1000000. */
int64_t pressure_share(const struct pressure *from, const struct pressure *to,
                       int64_t from_us, int64_t to_us);

#endif
