/* descriptors.h - are there file descriptors enough to see what goes on? Who
 * cannot open a file or a connection takes it for somebody else's fault.
 */
#ifndef BASE_DESCRIPTORS_H
#define BASE_DESCRIPTORS_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* May this process, and those that it starts, have `need` of them? Raises the
 * soft limit that far where the hard one lets it. -EMFILE, with the remedy. */
MUST_USE int descriptors_claim(uint64_t need, struct err *err);

/* Could `n` (at most 64) more be opened right now? -EMFILE or -ENFILE with a
 * sentence: no. Any thread. */
MUST_USE int descriptors_left(size_t n, struct err *err);

#endif
