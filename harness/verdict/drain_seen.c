/* drain_seen.c - whether the drain of a hop is over. */
#include "verdict/drain_seen.h"

bool drain_is_over(const struct drain_seen *d)
{
    return d->drained && !d->dead_unread && !d->part_read && !d->came_late;
}
