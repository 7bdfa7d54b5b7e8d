/* hold.h - a run folder is one program's at a time. */
#ifndef CLI_HOLD_H
#define CLI_HOLD_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* Hold the folder `dir` as long as *ret_fd, or a copy of it in a process
 * forked from here, is open: a run that was killed holds it until its last
 * process has ended. Waits up to `patience_us` for another; then -EBUSY. On a
 * file system without locks nothing is held. */
MUST_USE int folder_hold(const char *dir, int64_t patience_us, int *ret_fd,
                         struct err *err);

#endif
