/* drain_own.h - one hop while it is waited for. Pure. */
#ifndef ENGINE_DRAIN_OWN_H
#define ENGINE_DRAIN_OWN_H

#include <stdbool.h>
#include <stdint.h>

struct hop_watch {
    uint64_t moved;      /* what was last seen of its progress */
    int64_t moved_at_us; /* when that changed */
    int64_t done_at_us;  /* caught up since; -1: is not */
    bool stalled;        /* work waits, and nothing has moved for long */
    bool was_read;       /* its station was, when it had moved so far: */
    uint64_t read_at;
    bool lacks; /* and not all was there that is upstream */
};

/* What is seen of it at one time. */
struct hop_glance {
    int64_t now_us;
    uint64_t moved; /* changes whenever it makes progress of any kind */
    bool caught_up;
    bool upstream_settled; /* nothing more will come to it */
    int64_t stall_us;      /* so long without progress is a stall */
};

/* A hop that moves again, or has nothing left to do, has not stalled after
 * all. */
void hop_watch_note(struct hop_watch *w, const struct hop_glance *g);

#endif
