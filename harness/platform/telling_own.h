/* telling_own.h - the one line of a log that tells why something ended. */
#ifndef PLATFORM_TELLING_OWN_H
#define PLATFORM_TELLING_OWN_H

#include <stdint.h>

/* Of the log from byte `from` on (of its last 256 KiB at most): the last line
 * that names an exception, else the last that is an error (of Maven's own the
 * first, down to its core), else the last one that is not empty; cut to 300
 * bytes. New, never NULL: "(nothing was logged)" when there is none. */
char *telling_line(const char *log_path, int64_t from);

#endif
