/* log.h - what happened, for whoever debugs a run: actor, time, text.
 *
 * Goes to ordeal.log of the run folder; never to the terminal unless
 * --verbose, and never a verdict: what counts is in the journal.
 * librdkafka's and curl's own logs are routed here by client/.
 * Thread-safe; a line is written by one write(2), so processes may share it.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/attr.h"
#include "base/clk.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* From now on lines go to `fd` (borrowed; -1: nowhere), and from `echo_level`
 * on to `echo_fd` as well (-1: nowhere). Times are those of `clk`. */
void log_open(int fd, int echo_fd, enum log_level echo_level,
              const struct clk *clk);

/* "  12.345678 I broker-1: text". `actor` names who it is about. */
void log_line(enum log_level level, const char *actor, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

#define log_debug(actor, ...) log_line(LOG_DEBUG, actor, __VA_ARGS__)
#define log_info(actor, ...)  log_line(LOG_INFO, actor, __VA_ARGS__)
#define log_warn(actor, ...)  log_line(LOG_WARN, actor, __VA_ARGS__)
#define log_error(actor, ...) log_line(LOG_ERROR, actor, __VA_ARGS__)

#endif
