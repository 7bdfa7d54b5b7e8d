/* guarantee.c - whether findings break a declared guarantee. */
#include "verdict/guarantee.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum duplicate_when duplicate_when(const struct window *windows, size_t len,
                                   int64_t time_us, bool of_arrival,
                                   int64_t slack_us)
{
    bool later = false; /* some window ends after time_us */

    for (size_t i = 0; i < len; i++) {
        const struct window *w = &windows[i];
        bool over = w->to_us < time_us && time_us - w->to_us > slack_us;

        if (!over && w->from_us - slack_us <= time_us)
            return DUPLICATE_INSIDE;
        later |= !over;
    }
    return later && !of_arrival ? DUPLICATE_UNKNOWN : DUPLICATE_OUTSIDE;
}

/* An ambiguous copy may be a copy held by upstream as well, so the time of the
 * copy in excess is not known. */
bool duplicates_placed(const struct findings *f, const struct disturbed *d,
                       uint64_t *ret_outside)
{
    uint64_t told = 0;

    *ret_outside = 0;
    if (!d->known)
        return false;
    for (size_t i = 0; i < f->worst_len; i++) {
        const struct finding *w = &f->worst[i];
        int64_t at_us = w->down_first.time_us;
        uint64_t n = w->count - w->ambiguous;
        enum duplicate_when when = DUPLICATE_UNKNOWN;

        if (w->kind != FINDING_DUPLICATE)
            continue;
        if (at_us >= 0)
            when = duplicate_when(d->windows, d->len, at_us - d->began_wall_us,
                                  d->of_arrival, d->slack_us);
        *ret_outside += when == DUPLICATE_OUTSIDE ? n : 0;
        told += when == DUPLICATE_UNKNOWN ? 0 : n;
    }
    return told >= f->records[FINDING_DUPLICATE];
}

static bool duplicates_break(const struct guarantee *g, uint64_t n,
                             const struct duplicates_seen *d, char *why,
                             size_t size)
{
    uint64_t bound = (uint64_t)g->duplicates_per_disturbance * d->disturbances;

    if (g->delivery != AT_LEAST_ONCE) {
        (void)snprintf(why, size, "expected none under %s, got %" PRIu64,
                       delivery_words[g->delivery], n);
        return true;
    }
    if (d->unknown) {
        (void)snprintf(why, size,
                       "%" PRIu64 ", not judged: how often the run had been "
                       "disturbed is not known",
                       n);
        return false;
    }
    if (g->duplicates_per_disturbance >= 0 && n > bound) {
        (void)snprintf(why, size,
                       "expected at most %" PRIu64 " (%" PRId64
                       " for each of %" PRIu64 " disturbances), got %" PRIu64,
                       bound, g->duplicates_per_disturbance, d->disturbances,
                       n);
        return true;
    }
    if (d->disturbances == 0 || d->outside > 0) {
        (void)snprintf(why, size,
                       "expected none outside of a disturbance, got %" PRIu64,
                       d->disturbances == 0 ? n : d->outside);
        return true;
    }
    (void)snprintf(why, size,
                   "%" PRIu64 " within disturbances: at-least-once allows "
                   "them%s",
                   n, d->outside_judged ? "" : " (their times are not known)");
    return false;
}

bool guarantee_breaks(const struct guarantee *g, enum finding_kind kind,
                      uint64_t records, const struct duplicates_seen *d,
                      char *why, size_t size)
{
    if (size > 0)
        why[0] = 0;
    if (records == 0)
        return false;
    (void)snprintf(why, size, "expected none, got %" PRIu64, records);
    switch (kind) {
    case FINDING_LOST:
    case FINDING_UNSEEN:
        return g->delivery != AT_MOST_ONCE;
    case FINDING_DUPLICATE:
        return duplicates_break(g, records, d, why, size);
    case FINDING_REORDERED:
        return g->ordering != ORDER_NONE;
    case FINDING_DOUBLY_ACCOUNTED:
    case FINDING_DIVERGED:
    case FINDING_CORRUPT:
    case FINDING_PHANTOM:
    case FINDING_MISROUTED:
    case FINDING_ALTERED:
    case FINDING_STALE:
    case FINDING_FOREIGN: /* stations of a run are private to the run */
        return true;
    }
    abort(); /* no default: -Wswitch names the kind you forgot */
}

int64_t guarantee_allows(const struct guarantee *g, enum finding_kind kind,
                         const struct duplicates_seen *d)
{
    bool loss = kind == FINDING_LOST || kind == FINDING_UNSEEN;

    if (loss && g->delivery == AT_MOST_ONCE)
        return -1;
    if (kind == FINDING_REORDERED && g->ordering == ORDER_NONE)
        return -1;
    if (kind != FINDING_DUPLICATE || g->delivery != AT_LEAST_ONCE)
        return 0;
    return g->duplicates_per_disturbance < 0
               ? -1
               : g->duplicates_per_disturbance * (int64_t)d->disturbances;
}
