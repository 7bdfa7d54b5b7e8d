/* hop_watch.c - a hop during the drain. */
#include "verdict/hop_watch.h"

#include "base/clk.h"

struct hop_watch hop_watch_begun(int64_t now_us)
{
    return (struct hop_watch){.moved_at_us = now_us, .done_at_us = -1};
}

void hop_watch_note(struct hop_watch *w, const struct hop_glance *g)
{
    if (g->moved != w->moved) {
        w->moved = g->moved;
        w->moved_at_us = g->now_us;
        w->stalled = false;
    }
    if (g->caught_up && g->upstream_settled) {
        if (w->done_at_us < 0)
            w->done_at_us = g->now_us;
        w->stalled = false;
        return;
    }
    w->done_at_us = -1;
    if (g->upstream_settled && g->now_us - w->moved_at_us >= g->stall_us)
        w->stalled = true;
}

bool hop_watch_settled(const struct hop_watch *w)
{
    return w->done_at_us >= 0 || w->stalled;
}

enum held_back hop_watch_held_back(const struct hop_watch *w,
                                   const struct arrival *a)
{
    if (!a->known)
        return HELD_BACK_NOTHING;
    if (a->accepted < a->sent && !a->has_dead_letters)
        return HELD_BACK_SOME;
    if (!w->was_read || w->read_at != w->moved)
        return HELD_BACK_UNREAD;
    return w->lacks ? HELD_BACK_SOME : HELD_BACK_NOTHING;
}

void hop_watch_read(struct hop_watch *w, uint64_t arrived, uint64_t sent)
{
    w->was_read = true;
    w->read_at = w->moved;
    w->lacks = arrived < sent;
}

bool hop_watch_is_still(const struct hop_watch *w, int64_t now_us,
                        int64_t flush_us)
{
    return w->done_at_us >= 0 && now_us - w->moved_at_us >= US_PER_S + flush_us;
}

bool hop_watch_is_calm(const struct hop_watch *w, int64_t now_us,
                       bool holds_back, int64_t stall_us)
{
    return !holds_back || now_us - w->moved_at_us >= stall_us;
}

bool hop_watch_drained(const struct hop_watch *w, bool calm, bool unmended)
{
    return (w->stalled && !unmended) || calm;
}
