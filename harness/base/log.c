/* log.c - formats a log line and writes the line at once. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/own.h"
#include "base/secrets.h"

static struct {
    int fd;
    int echo_fd;
    enum log_level echo_level;
    struct clk clk;
} to = {.fd = -1, .echo_fd = -1};

void log_open(int fd, int echo_fd, enum log_level echo_level,
              const struct clk *clk)
{
    to.clk = *clk;
    to.echo_level = echo_level;
    to.echo_fd = echo_fd;
    to.fd = fd;
}

static void emit(int fd, const char *line, size_t len)
{
    /* A full disk must not stop a run because of its log. */
    best_effort(write(fd, line, len));
}

/* Formats into a local buffer and writes once, so lines of several threads and
 * processes never mix. The buffer also bounds the length of a line. */
void log_line(enum log_level level, const char *actor, const char *fmt, ...)
{
    AUTO_FREE char *text = NULL;
    AUTO_FREE char *shown = NULL;
    char line[2048];
    int64_t now;
    va_list ap;
    int at, n;

    if (to.fd < 0 && to.echo_fd < 0)
        return;
    now = clk_now(&to.clk);
    va_start(ap, fmt);
    n = vasprintf(&text, fmt, ap);
    va_end(ap);
    if (n < 0)
        return;
    /* Whole, before the line is cut: half a secret is not found. */
    shown = secrets_shown(text, (size_t)n, NULL);
    at = snprintf(line, sizeof(line) - 1, "%5lld.%06lld %c %s: %s",
                  (long long)(now / US_PER_S), (long long)(now % US_PER_S),
                  "DIWE"[level], actor, shown);
    if (at < 0)
        return;
    if ((size_t)at > sizeof(line) - 2)
        at = sizeof(line) - 2;
    for (int i = 0; i < at; i++)
        if (line[i] == '\n' || line[i] == '\r')
            line[i] = ' ';
    line[at++] = '\n';
    if (to.fd >= 0)
        emit(to.fd, line, (size_t)at);
    if (to.echo_fd >= 0 && level >= to.echo_level)
        emit(to.echo_fd, line, (size_t)at);
}
