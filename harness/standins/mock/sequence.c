/* sequence.c - the sequence check of idempotent producers. */
#include "standins/mock/sequence.h"

#include <stdlib.h>

#include "base/memory.h"
#include "standins/mock/errors.h"

void sequences_done(struct sequences *s)
{
    free(s->by_producer);
    *s = (struct sequences){0};
}

static struct sequence *sequence_of(const struct sequences *s, int64_t producer)
{
    for (size_t i = 0; i < s->len; i++)
        if (s->by_producer[i].producer == producer)
            return &s->by_producer[i];
    return NULL;
}

static const struct appended *newest(const struct sequence *q)
{
    return &q->kept[(q->count - 1) % SEQUENCES_KEPT];
}

/* Kafka's rule (ProducerStateManager): a batch must follow the newest batch of
 * the producer, repeat a batch among the last five exactly, or begin a newer
 * epoch with sequence 0. An unknown producer may start anywhere, because
 * retention may have deleted all earlier batches. */
int16_t sequences_check(const struct sequences *s, const struct batch *b,
                        int64_t *ret_offset)
{
    const struct sequence *q = sequence_of(s, b->producer);
    uint64_t known;

    *ret_offset = -1;
    if (!q)
        return NO_ERROR;
    if (b->epoch < q->epoch)
        return INVALID_PRODUCER_EPOCH;
    if (b->epoch > q->epoch)
        return b->first == 0 ? NO_ERROR : OUT_OF_ORDER_SEQUENCE_NUMBER;
    known = q->count < SEQUENCES_KEPT ? q->count : SEQUENCES_KEPT;
    for (uint64_t i = 0; i < known; i++)
        if (q->kept[i].first == b->first && q->kept[i].last == b->last) {
            *ret_offset = q->kept[i].offset;
            return NO_ERROR;
        }
    if (b->first == (int32_t)(((uint32_t)newest(q)->last + 1) & INT32_MAX))
        return NO_ERROR;
    return b->first <= newest(q)->last ? DUPLICATE_SEQUENCE_NUMBER
                                       : OUT_OF_ORDER_SEQUENCE_NUMBER;
}

void sequences_append(struct sequences *s, const struct batch *b,
                      int64_t offset)
{
    struct sequence *q = sequence_of(s, b->producer);

    if (!q) {
        s->by_producer =
            must_grow(s->by_producer, s->len, &s->cap, sizeof(*s->by_producer));
        q = &s->by_producer[s->len++];
        *q = (struct sequence){.producer = b->producer, .epoch = b->epoch};
    }
    if (q->epoch != b->epoch)
        *q = (struct sequence){.producer = b->producer, .epoch = b->epoch};
    q->kept[q->count++ % SEQUENCES_KEPT] =
        (struct appended){b->first, b->last, offset};
}
