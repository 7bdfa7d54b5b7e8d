/* endpoint_tally.c - a whole station into one tally, over several threads. */
#include <stdlib.h>
#include <unistd.h>

#include "endpoint/endpoint.h"

enum { READERS_MAX = 16 };

/* What one reading thread fills. No partition is read by two of them. */
struct reader {
    struct tally *tally;
    struct offset_walk *walks; /* by partition */
    size_t walks_len;
};

static const struct offset_walk not_walked = {.first = -1, .next = -1};

static void walks_grow(struct offset_walk **walks, size_t *len, size_t to)
{
    if (to <= *len)
        return;
    *walks = realloc(*walks, to * sizeof(**walks));
    if (!*walks)
        abort(); /* as the oracle: a verdict without memory is none */
    while (*len < to)
        (*walks)[(*len)++] = not_walked;
}

static int note(void *ctx, const void *bytes, size_t len,
                const struct place *at)
{
    struct reader *r = ctx;

    tally_record(r->tally, bytes, len, at);
    if (at->partition >= 0) {
        size_t p = (size_t)at->partition;

        walks_grow(&r->walks, &r->walks_len, p + 1);
        offset_walk_note(&r->walks[p], at->offset);
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

/* Put what the readers hold into the first one's. */
static void merge(struct reader *readers, int n)
{
    struct reader *into = &readers[0];

    for (int i = 1; i < n; i++) {
        struct reader *from = &readers[i];

        tally_merge(into->tally, from->tally);
        walks_grow(&into->walks, &into->walks_len, from->walks_len);
        for (size_t p = 0; p < from->walks_len; p++)
            if (from->walks[p].records > 0)
                into->walks[p] = from->walks[p];
        free(from->walks);
    }
}

int endpoint_tally(struct endpoint *e, bool uncommitted,
                   const struct tally_spec *spec, int64_t timeout_us,
                   struct tally **ret, struct offset_walk **ret_walks,
                   size_t *ret_walks_len, struct err *err)
{
    struct reader readers[READERS_MAX] = {0};
    void *ctxs[READERS_MAX];
    int n = readers_of(e);
    int rc;

    for (int i = 0; i < n; i++) {
        readers[i].tally = tally_new(spec);
        ctxs[i] = &readers[i];
    }
    rc = e->ops->read(e, uncommitted, note, ctxs, n, timeout_us, err);
    merge(readers, n);
    if (rc < 0) {
        tally_free(readers[0].tally);
        free(readers[0].walks);
        return rc;
    }
    *ret = readers[0].tally;
    if (ret_walks) {
        *ret_walks = readers[0].walks;
        *ret_walks_len = readers[0].walks_len;
    } else {
        free(readers[0].walks);
    }
    return 0;
}
