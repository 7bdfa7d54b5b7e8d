/* telling_own.h - the line of a log most likely to tell why a program ended. */
#ifndef PLATFORM_TELLING_OWN_H
#define PLATFORM_TELLING_OWN_H

#include <stdint.h>

/* Look at the log from byte `from` on, at most at the last 256 KiB, and return
 * the last line with an exception; else the last error (of Maven's errors the
 * first, cut down to its core); else the last line with text. At most 300
 * bytes. New, never NULL: "(nothing was logged)" for an empty log. */
char *telling_line(const char *log_path, int64_t from);

#endif
