/* log.h - log lines for debugging a run: time, level, actor, text.
 *
 * Lines go to ordeal.log in the run folder, and to the terminal only with
 * --verbose. No verdict depends on the log: evidence is in the journal.
 * client/ routes the log lines of librdkafka here.
 *
 * log_line() is thread-safe. Each line is written by one write(2) to a file
 * opened with O_APPEND, so several processes may share the file. log_open() is
 * called before the process has a second thread.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/attr.h"
#include "base/clk.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Send lines to `fd` from now on (borrowed; -1: nowhere), and lines of at least
 * `echo_level` to `echo_fd` as well (-1: nowhere). `clk` gives their times. */
void log_open(int fd, int echo_fd, enum log_level echo_level,
              const struct clk *clk);

/* Write "  12.345678 I broker-1: text", where `actor` names the process or part
 * concerned. Line ends in the text become blanks; a line longer than 2 kB is
 * cut. */
void log_line(enum log_level level, const char *actor, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

#define log_debug(actor, ...) log_line(LOG_DEBUG, actor, __VA_ARGS__)
#define log_info(actor, ...)  log_line(LOG_INFO, actor, __VA_ARGS__)
#define log_warn(actor, ...)  log_line(LOG_WARN, actor, __VA_ARGS__)
#define log_error(actor, ...) log_line(LOG_ERROR, actor, __VA_ARGS__)

#endif
