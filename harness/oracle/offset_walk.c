/* offset_walk.c - counts holes in the offsets of one partition. */
#include "oracle/hop.h"

void offset_walk_jump(struct offset_walk *w, int64_t offset)
{
    if (w->first < 0)
        w->first = offset;
    if (w->next >= 0 && offset > w->next) {
        w->holes++;
        w->missing += (uint64_t)(offset - w->next);
        if (w->holes == 1) {
            w->first_hole = w->next;
            w->first_hole_len = offset - w->next;
        }
    }
    if (offset >= w->next)
        w->next = offset + 1;
}
