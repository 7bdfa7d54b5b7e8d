/* progress_own.h - the engine's lines for the live view, one JSON object each.
 *
 * The reader of the pipe may stop reading at any time (Ctrl-Z, Ctrl-S, a pager)
 * and the run must not notice: only progress_last() ever waits. A line that
 * finds the pipe full is dropped; the journal holds every event anyway.
 * Thread-safe.
 */
#ifndef ENGINE_PROGRESS_OWN_H
#define ENGINE_PROGRESS_OWN_H

#include <jansson.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    pthread_mutex_t lock;
    int fd;         /* -1: nobody looks on */
    char *rest;     /* rest of a line that did not fit into the pipe; or NULL */
    size_t rest_at; /* bytes of `rest` written so far */
    uint64_t not_shown; /* lines dropped since the last line sent */
};

/* `fd`: the writing end of a pipe, switched to non-blocking; -1: no live view.
 */
void progress_init(struct progress *p, int fd);

/* Leaves `fd` open: the descriptor is the caller's. */
void progress_done(struct progress *p);

/* Send `line` or drop it; takes `line`. The first line sent after dropped lines
 * carries their number as "not_shown". Lines with "live" are not counted: only
 * the newest matters. */
void progress_send(struct progress *p, json_t *line);

/* Send `line`, waiting for room in the pipe for at most `timeout_us`. Takes
 * `line`. */
void progress_last(struct progress *p, json_t *line, int64_t timeout_us);

#endif
