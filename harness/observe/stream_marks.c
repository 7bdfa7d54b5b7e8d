/* stream_marks.c - roughly how long ago a stream had gone beyond a sequence. */
#include <stdlib.h>

#include "base/memory.h"
#include "observe/watch.h"

enum { OLD_US = 3 * US_PER_S };

/* How far a stream had come, at three times. At a turn, due every OLD_US,
 * `recent` becomes `old` and `next` becomes `recent`; so `old` is at least
 * OLD_US old, mostly less than twice OLD_US, for a price of three numbers a
 * stream. */
struct stream_mark {
    uint32_t stream;
    uint64_t next; /* highest sequence so far + 1 */
    uint64_t recent, old;
    int64_t turned_us;
};

static struct stream_mark *mark_of(struct stream_marks *m, uint32_t stream,
                                   int64_t now_us)
{
    for (size_t i = 0; i < m->len; i++)
        if (m->at[i].stream == stream)
            return &m->at[i];
    m->at = must_grow(m->at, m->len, &m->cap, sizeof(*m->at));
    m->at[m->len] = (struct stream_mark){.stream = stream, .turned_us = now_us};
    return &m->at[m->len++];
}

static void turn(struct stream_mark *k, int64_t now_us)
{
    int64_t since = now_us - k->turned_us;

    if (since < OLD_US)
        return;
    k->old = since < 2 * OLD_US ? k->recent : k->next;
    k->recent = k->next;
    k->turned_us = now_us;
}

bool stream_marks_note(struct stream_marks *m, uint32_t stream, uint64_t seq,
                       int64_t now_us)
{
    struct stream_mark *k = mark_of(m, stream, now_us);

    turn(k, now_us);
    if (seq >= k->next)
        k->next = seq + 1;
    return seq < k->old;
}

void stream_marks_done(struct stream_marks *m)
{
    free(m->at);
    *m = (struct stream_marks){0};
}
