/* room.h - free space on a disk: checked, and reserved for the evidence.
 *
 * Polling free space can come too late. So a run reserves some space in a file
 * and deletes the file when every writer has stopped: run.json then fits.
 */
#ifndef BASE_ROOM_H
#define BASE_ROOM_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* Check that at least `least` bytes are free on the disk of the folder `dir`
 * (for a user other than root). -ENOSPC: fewer are; `why` ends the sentence in
 * err ("the disk of ... is full: 3 MiB are free, <why>"). */
MUST_USE int room_left(const char *dir, uint64_t least, const char *why,
                       struct err *err);

/* Reserve `bytes` of the disk by a file `path` of that size, allocated but not
 * written (posix_fallocate(3)). unlink(2) of the file frees the space. On an
 * error (-ENOSPC, ...) nothing is reserved and no file is left. */
MUST_USE int room_keep(const char *path, uint64_t bytes, struct err *err);

#endif
