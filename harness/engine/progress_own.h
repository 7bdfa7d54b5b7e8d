/* progress_own.h - the engine's lines for the live view, one JSON object each.
 *
 * Who looks on may stop reading at any time (Ctrl-Z, Ctrl-S, a pager), and the
 * run must not notice: nothing here waits, but for progress_last(). Lines that
 * find the pipe full are dropped, the journal has what they told. Thread-safe.
 */
#ifndef ENGINE_PROGRESS_OWN_H
#define ENGINE_PROGRESS_OWN_H

#include <jansson.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    pthread_mutex_t lock;
    int fd;             /* -1: nobody looks on */
    char *rest;         /* of a line longer than the room there was; or NULL */
    size_t rest_at;     /* what of it is written */
    uint64_t not_shown; /* lines dropped since the last that was not */
};

/* Makes `fd`, a pipe's end, one that does not wait; -1 is fine. */
void progress_init(struct progress *p, int fd);

/* Leaves the descriptor open: it is the caller's. */
void progress_done(struct progress *p);

/* Send it or drop it; takes `line`. The first one after others were dropped
 * has their number as "not_shown"; those with "live", of which only the newest
 * matters, are not counted. */
void progress_send(struct progress *p, json_t *line);

/* Send it, waiting for room until `timeout_us` from now have passed. */
void progress_last(struct progress *p, json_t *line, int64_t timeout_us);

#endif
