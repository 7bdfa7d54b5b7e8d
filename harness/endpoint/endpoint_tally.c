/* endpoint_tally.c - a whole station counted in a tally, by several threads. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/stop.h"
#include "endpoint/endpoint.h"

enum {
    READERS_MAX = 16,
    STOP_EVERY = 1024, /* records between two looks whether to stop */
};

/* Filled by a reading thread. Two threads never read the same partition. */
struct reader {
    struct tally *tally;
    struct offset_walks walks; /* by partition */
    uint64_t records;
};

static const struct offset_walk not_walked = {.first = -1, .next = -1};

static void walks_grow(struct offset_walks *w, size_t to)
{
    if (to <= w->len)
        return;
    w->at = must_realloc(w->at, to, sizeof(*w->at));
    while (w->len < to)
        w->at[w->len++] = not_walked;
}

static int note(void *ctx, const struct record *record)
{
    struct reader *r = ctx;

    if (++r->records % STOP_EVERY == 0 && stop_is_due())
        return -EINTR;
    tally_record(r->tally, record);
    if (record->at.partition >= 0) {
        size_t p = (size_t)record->at.partition;

        walks_grow(&r->walks, p + 1);
        offset_walk_note(&r->walks.at[p], record->at.offset);
    }
    return 0;
}

static int readers_of(const struct endpoint *e)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    if (!(e->ops->can & ENDPOINT_READS_PARALLEL) || cores < 1)
        return 1;
    return cores < READERS_MAX ? (int)cores : READERS_MAX;
}

/* Merge the tallies of all readers into the first tally. */
static void merge(struct reader *readers, int n)
{
    struct reader *into = &readers[0];

    for (int i = 1; i < n; i++) {
        struct reader *from = &readers[i];

        tally_merge(into->tally, from->tally);
        walks_grow(&into->walks, from->walks.len);
        for (size_t p = 0; p < from->walks.len; p++)
            if (from->walks.at[p].records > 0)
                into->walks.at[p] = from->walks.at[p];
        free(from->walks.at);
    }
}

int endpoint_tally(struct endpoint *e, bool uncommitted,
                   const struct tally_spec *spec, int64_t timeout_us,
                   struct tally **ret, struct offset_walks *ret_walks,
                   struct err *err)
{
    struct tally_spec own = *spec;
    struct reader readers[READERS_MAX] = {0};
    void *ctxs[READERS_MAX];
    const struct endpoint_read how = {
        .uncommitted = uncommitted,
        .threads = readers_of(e),
        .each = note,
        .ctxs = ctxs,
        .timeout_us = timeout_us,
    };
    bool some;
    int rc;

    own.stamps = e->ops->stamps;
    for (int i = 0; i < how.threads; i++) {
        readers[i].tally = tally_new(&own);
        ctxs[i] = &readers[i];
    }
    rc = e->ops->read(e, &how, err);
    merge(readers, how.threads);
    some = rc == 0 || rc == -EINPROGRESS;
    if (some)
        *ret = readers[0].tally;
    else
        tally_free(readers[0].tally);
    if (some && ret_walks)
        *ret_walks = readers[0].walks;
    else
        free(readers[0].walks.at);
    return rc;
}
