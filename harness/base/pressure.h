/* pressure.h - did this machine have time for those that wanted to work? Who
 * gets none loses sessions and answers late, whatever program he is.
 */
#ifndef BASE_PRESSURE_H
#define BASE_PRESSURE_H

#include <stdbool.h>
#include <stdint.h>

/* For how long of the time since the machine was started tasks waited: some for
 * a processor, all for the disk, all for memory (the kernel's pressure stall
 * information, Documentation/accounting/psi.rst). */
struct pressure {
    bool known; /* false: this kernel does not tell */
    int64_t at_us;
    int64_t cpu_us, disk_us, memory_us;
};

/* As of now, for the whole machine. Any thread. */
struct pressure pressure_now(void);

/* "total" of the line that begins with `kind` ("some", "full") in a file of
 * that form; -1: it has none. Pure. */
int64_t pressure_total(const char *text, const char *kind);

/* The share of the time from one to the other, in ppm: `us` of the first and of
 * the second. */
int64_t pressure_share(const struct pressure *from, const struct pressure *to,
                       int64_t from_us, int64_t to_us);

#endif
