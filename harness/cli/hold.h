/* hold.h - a lock on a run folder: one program at a time may work in a
 * folder. */
#ifndef CLI_HOLD_H
#define CLI_HOLD_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* Lock the folder `dir` until *ret_fd is closed here and in every process
 * forked later: a run that was killed holds the lock until its last process
 * has ended. Waits up to `patience_us`, then returns -EBUSY. On a file
 * system without flock(2) the function succeeds without a lock. */
MUST_USE int folder_hold(const char *dir, int64_t patience_us, int *ret_fd,
                         struct err *err);

#endif
