/* room.h - room on a disk: is there enough, and some that is kept for the last
 * words of who works there.
 */
#ifndef BASE_ROOM_H
#define BASE_ROOM_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* -ENOSPC, with a sentence: on the disk of `dir` less than `least` bytes are
 * free. `why` ends that sentence ("..., a run needs 32 MiB"). */
MUST_USE int room_left(const char *dir, uint64_t least, const char *why,
                       struct err *err);

/* Take `bytes` of the disk with a file `path` of that size, which was not
 * written: unlink it and they are free. -ENOSPC and others: none is kept, and
 * no file is left. */
MUST_USE int room_keep(const char *path, uint64_t bytes, struct err *err);

#endif
