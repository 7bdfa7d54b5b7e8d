/* drain_seen.h - whether the drain of a hop is over and absent records are
 * lost. Pure.
 */
#ifndef VERDICT_DRAIN_SEEN_H
#define VERDICT_DRAIN_SEEN_H

#include <stdbool.h>

/* Observations of a hop by the drain and the replay. */
struct drain_seen {
    bool ended;       /* the run's drain was not broken off */
    bool drained;     /* the hop had drained then (hop_watch.h) */
    bool stalled;     /* the hop had stalled then */
    bool unmended;    /* as the drain began: a fault may still be in force */
    bool dead_unread; /* the dead-letter topic exists and could not be read */
    bool part_read;   /* an open transaction hid records of a station of the
                         hop */
    bool came_late;   /* records came into a station of the hop after the drain,
                         during the replay */
    bool read_again;  /* the run ended by itself and is read again: absent
                         records may have been removed since */
};

/* Whether no further record would arrive, and every record in the stations was
 * read: only then is an absent record lost, and not pending. */
bool drain_is_over(const struct drain_seen *d);

#endif
