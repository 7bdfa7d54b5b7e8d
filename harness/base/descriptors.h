/* descriptors.h - whether the process has file descriptors enough to observe.
 *
 * A harness unable to open a file or a connection would take its own failure
 * for a failure of the system under test. So a run claims descriptors at the
 * start and checks later whether some are left. Both functions are thread-safe.
 */
#ifndef BASE_DESCRIPTORS_H
#define BASE_DESCRIPTORS_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* Let the process, and every process started from here, have `need` files open:
 * raises the soft limit RLIMIT_NOFILE as far as the hard limit permits.
 * -EMFILE: the hard limit is lower; err names both numbers and ulimit(1) as the
 * remedy. */
MUST_USE int descriptors_claim(uint64_t need, struct err *err);

/* Check that `n` (at most 64) more files could be opened right now. -EMFILE:
 * the limit of the process is reached; -ENFILE: the limit of the machine is.
 * err then says how many of the `n` could be opened. */
MUST_USE int descriptors_left(size_t n, struct err *err);

#endif
