/* drain_seen.h - whether the drain of a hop is over, so that absent records are
 * lost. Pure.
 */
#ifndef VERDICT_DRAIN_SEEN_H
#define VERDICT_DRAIN_SEEN_H

#include <stdbool.h>

/* What the drain and the replay saw of a hop. */
struct drain_seen {
    bool ended;       /* the run's drain came to its own end */
    bool drained;     /* the hop had drained then (hop_watch.h) */
    bool stalled;     /* the hop had stalled then */
    bool unmended;    /* as the drain began: a fault may still be in force */
    bool dead_unread; /* its dead-letter topic exists and could not be read */
    bool part_read;   /* an open transaction hid records of a station of the
                         hop */
    bool came_late;   /* records came into a station of the hop after the drain,
                         while it was read */
    bool read_again;  /* the run ended by itself and is read again: what is
                         absent may have been removed since */
};

/* Whether everything that would arrive has arrived, and everything that
 * arrived was read: only then is an absent record lost, and not pending. */
bool drain_is_over(const struct drain_seen *d);

#endif
