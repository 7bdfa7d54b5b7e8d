/* fates.c - looking a stream or a sequence up in a ledger view. */
#include "base/fates.h"

#include <stdlib.h>

const char *fate_name(enum fate f)
{
    switch (f) {
    case FATE_ACKNOWLEDGED:
        return "acknowledged";
    case FATE_REFUSED:
        return "refused";
    case FATE_ABORTED:
        return "aborted";
    case FATE_INDETERMINATE:
        return "indeterminate";
    }
    abort(); /* no default: -Wswitch names a forgotten value */
}

const struct ledger_view_stream *ledger_stream(const struct ledger_view *v,
                                               uint32_t stream)
{
    for (size_t i = 0; i < v->streams_len; i++)
        if (v->streams[i].decl.stream == stream)
            return &v->streams[i];
    return NULL;
}

const struct ledger_run *ledger_find(const struct ledger_view_stream *s,
                                     uint64_t seq)
{
    size_t a = 0, b = s->runs_len; /* lower bound: first > seq */

    while (a < b) {
        size_t m = a + (b - a) / 2;

        if (s->runs[m].first > seq)
            b = m;
        else
            a = m + 1;
    }
    if (a == 0 || seq - s->runs[a - 1].first >= s->runs[a - 1].count)
        return NULL;
    return &s->runs[a - 1];
}
