/* hop_watch.h - a hop during the drain: caught up, stalled, or still at work.
 * Pure.
 *
 * A hop has drained when the connector has nothing left to do and has been
 * still for another flush. A hop has stalled when work waits and nothing has
 * moved for the hop's patience (patience.h): waiting longer would change
 * nothing, so absent records are absent, unless a fault not mended may be the
 * cause.
 */
#ifndef VERDICT_HOP_WATCH_H
#define VERDICT_HOP_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct hop_watch {
    uint64_t moved;      /* progress as last seen */
    int64_t moved_at_us; /* when the progress last changed */
    int64_t done_at_us;  /* caught up since; -1: not caught up */
    bool stalled;
    bool was_read; /* the station was read, at progress `read_at` */
    uint64_t read_at;
    bool lacks; /* the reading found fewer records than upstream has */
};

/* A look at the hop. */
struct hop_glance {
    int64_t now_us;
    uint64_t moved; /* changes with progress of any kind */
    bool caught_up;
    bool upstream_settled; /* nothing more will come to the hop */
    int64_t stall_us;      /* the hop's patience */
};

/* A watch beginning now. */
struct hop_watch hop_watch_begun(int64_t now_us);

/* A hop moving again, or with nothing left to do, has not stalled after all. */
void hop_watch_note(struct hop_watch *w, const struct hop_glance *g);

/* Whether a hop will fill the downstream station no more. Before, the next hop
 * cannot have caught up for good. */
bool hop_watch_settled(const struct hop_watch *w);

/* Counts of a sink with a consumer group. A sink may commit first and
 * deliver later: everything is committed, and records are still held back. */
struct arrival {
    bool known;            /* the sink counts accepted deliveries */
    uint64_t accepted;     /* deliveries accepted, copies too */
    uint64_t sent;         /* distinct identities upstream */
    bool has_dead_letters; /* absent records may be dead letters */
};

enum held_back {
    HELD_BACK_NOTHING,
    HELD_BACK_SOME,   /* absent records may still be delivered */
    HELD_BACK_UNREAD, /* counts do not say: read the station, then
                         hop_watch_read() */
};

/* A count includes copies, so a count as high as `sent` proves nothing: the
 * station must be read, once after each move of the hop. */
enum held_back hop_watch_held_back(const struct hop_watch *w,
                                   const struct arrival *a);

/* Note a reading: `arrived` distinct identities in the station and among the
 * dead letters, of `sent`. */
void hop_watch_read(struct hop_watch *w, uint64_t arrived, uint64_t sent);

/* Caught up, and nothing has moved for a second and a flush (0 for the load's
 * own hop): a sink may accept records some time before writing. */
bool hop_watch_is_still(const struct hop_watch *w, int64_t now_us,
                        int64_t flush_us);

/* A still hop is calm; a still hop holding records back is calm once the hop's
 * patience has run out. */
bool hop_watch_is_calm(const struct hop_watch *w, int64_t now_us,
                       bool holds_back, int64_t stall_us);

/* Whether the hop's drain has ended and absent records are lost, not pending.
 * `unmended`: a fault may still be in force and the cause of a stall. */
bool hop_watch_drained(const struct hop_watch *w, bool calm, bool unmended);

#endif
