/* defect_held.c - records held back by a defect. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "standins/worker/defect_own.h"

/* Copy topic, key and value into a single allocation, which starts with the
 * topic. */
static void copy_bytes(struct sink_record *c, const struct sink_record *r)
{
    size_t topic_len = strlen(r->topic) + 1;
    char *bytes = must_malloc(topic_len + r->key_len + r->value_len);

    memcpy(bytes, r->topic, topic_len);
    c->topic = bytes;
    bytes += topic_len;
    if (r->key)
        c->key = memcpy(bytes, r->key, r->key_len);
    bytes += r->key_len;
    if (r->value)
        c->value = memcpy(bytes, r->value, r->value_len);
}

void held_add(struct held *h, const struct sink_record *r)
{
    h->at = must_grow(h->at, h->len, &h->cap, sizeof(*h->at));
    h->at[h->len] = *r;
    /* belongs to the task, which frees the message */
    h->at[h->len].message = NULL;
    copy_bytes(&h->at[h->len++], r);
}

static void free_one(struct sink_record *r)
{
    free((void *)(uintptr_t)r->topic);
}

void held_drop(struct held *h, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free_one(&h->at[i]);
    h->len -= n;
    if (h->len > 0)
        memmove(h->at, h->at + n, h->len * sizeof(*h->at));
}

void held_forget(struct held *h, const char *topic, int32_t partition)
{
    size_t kept = 0;

    for (size_t i = 0; i < h->len; i++)
        if (same_partition(&h->at[i], topic, partition))
            free_one(&h->at[i]);
        else
            h->at[kept++] = h->at[i];
    h->len = kept;
}

int held_deliver(struct defect *d, size_t left, struct err *err)
{
    int rc = 0;

    while (rc == 0 && d->held.len > left) {
        rc = defect_deliver(d, &d->held.at[0], err);
        if (rc == 0)
            held_drop(&d->held, 1);
    }
    return rc;
}

bool held_is_quiet(const struct defect *d)
{
    enum { EMPTY_PUTS = 20 }; /* of 50 ms each (TASK_SLICE_MS) */

    return d->idle >= EMPTY_PUTS;
}

int held_keep(struct defect *d, const struct sink_record *r, struct err *err)
{
    (void)err;
    held_add(&d->held, r);
    return 0;
}

int held_lag(struct defect *d, const struct sink_record *r, size_t n,
             struct err *err)
{
    size_t left = held_is_quiet(d) ? 0 : (size_t)d->settings.every;

    (void)r, (void)n;
    return held_deliver(d, left, err);
}

static int let_overtake(struct defect *d, const struct sink_record *r,
                        struct err *err)
{
    int rc = defect_note(d, &d->held.at[0], "overtaken", err);

    if (rc == 0)
        rc = defect_deliver(d, r, err);
    if (rc == 0)
        rc = held_deliver(d, 0, err);
    return rc;
}

/* Hold back the drawn record. Any later record either passes by, or overtakes
 * the held record (noted, delivered, then the held record), or makes the held
 * record come first. */
int held_overtaken(struct defect *d, const struct sink_record *r,
                   enum overtaking (*is)(const struct sink_record *h,
                                         const struct sink_record *r),
                   struct err *err)
{
    enum overtaking what = PASSES_BY;
    int rc = 0;

    if (d->held.len > 0)
        what = is(&d->held.at[0], r);
    else if (defect_draws(d, r)) {
        held_add(&d->held, r);
        return 0;
    }
    if (what == OVERTAKES)
        return let_overtake(d, r, err);
    if (what == MUST_FOLLOW)
        rc = held_deliver(d, 0, err);
    return rc < 0 ? rc : defect_deliver(d, r, err);
}

int held_give_up(struct defect *d, const struct sink_record *r, size_t n,
                 struct err *err)
{
    (void)r;
    return n == 0 ? held_deliver(d, 0, err) : 0;
}

int held_keeps(struct defect *d, struct sink_position *at, size_t n,
               struct err *err)
{
    (void)err;
    held_lower(&d->held, at, n);
    return 0;
}

void held_lower(const struct held *h, struct sink_position *at, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < h->len; k++)
            if (same_partition(&h->at[k], at[i].topic, at[i].partition) &&
                h->at[k].offset < at[i].next)
                at[i].next = h->at[k].offset;
}
