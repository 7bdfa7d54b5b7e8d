/* topic_look.c - a topic of any cluster, read as the topic is now. */
#include "engine/topic_look.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clk.h"
#include "base/memory.h"
#include "engine/seen_own.h"
#include "oracle/tally.h"

/* Numbers of a stream may begin anywhere. A number too far below the first
 * number seen, or too far above the highest, cannot be part of the same row. */
enum { NUMBERS_BEFORE = 1 << 24, NUMBERS_AHEAD = 1 << 28 };

/* Records fetched ahead wait here for a single reader that looks for identities
 * in them: more of them than the reader takes within a round trip to a broker
 * would only cost memory. */
enum { QUEUE_MIB = 16 };

/* 14 digits stay below the 48 bits of a sequence. */
static bool is_number(const char *id, int len, uint64_t *ret)
{
    char *end;

    if (len < 1 || len > 14 || id[0] < '0' || id[0] > '9')
        return false;
    *ret = strtoull(id, &end, 10);
    return end == id + len;
}

static void note_number(struct topic_look *l, int stream, uint64_t n,
                        const struct place *at)
{
    struct number_row *r = &l->rows[stream];

    if (r->high == 0)
        r->origin = n > NUMBERS_BEFORE ? n - NUMBERS_BEFORE : 0;
    if (n < r->origin ||
        (r->high > 0 && n - r->origin >= r->high + NUMBERS_AHEAD)) {
        l->facts.far++;
        return;
    }
    n -= r->origin;
    l->facts.numbers_len++;
    r->low = r->high == 0 || n < r->low ? n : r->low;
    r->high = n + 1 > r->high ? n + 1 : r->high;
    tally_identity(l->numbers, (uint32_t)stream + 1, n, at);
}

static int note(void *ctx, const struct record *r)
{
    struct topic_look *l = ctx;
    char id[IDENTITY_MAX];
    uint64_t n;
    int len;

    if (r->at.partition >= l->facts.partitions)
        return -ESTALE; /* added since topic_find() */
    l->facts.records++;
    offset_walk_note(&l->walks[r->at.partition], r->at.offset);
    if (l->facts.by_offset)
        return 0;
    len = locator_find(&l->ask->locator, r, id);
    if (len < 0) {
        l->facts.without++;
        return 0;
    }
    if (is_number(id, len, &n)) {
        note_number(l, l->ask->whole_topic ? 0 : r->at.partition, n, &r->at);
        return 0;
    }
    l->facts.texts_len++;
    l->facts.text_copies += !seen_add(l->texts, id, (size_t)len);
    return 0;
}

int topic_find(const struct topic_ask *ask, int *ret_partitions,
               struct err *err)
{
    struct kafka_admin *admin;
    int rc;

    if (kafka_admin_open(ask->access, &admin, err) < 0)
        return err->code = -EINVAL;
    rc =
        kafka_partitions(admin, ask->topic, ret_partitions, 15 * US_PER_S, err);
    kafka_admin_close(admin);
    return rc == -EINVAL
               ? -EIO
               : rc; /* the cluster's -EINVAL is an error like any other */
}

static struct tally *tally_of(size_t streams)
{
    struct tally_stream_spec *s = must_calloc(streams, sizeof(*s));
    struct tally_spec spec = {.streams = s, .streams_len = streams};
    struct tally *t;

    for (size_t i = 0; i < streams; i++)
        s[i].stream = (uint32_t)i + 1;
    t = tally_new(&spec);
    free(s);
    return t;
}

static void open_look(struct topic_look *l, const struct topic_ask *ask,
                      int partitions)
{
    size_t streams = ask->whole_topic ? 1 : (size_t)partitions;

    *l = (struct topic_look){
        .numbers = tally_of(streams),
        .rows = must_calloc(streams, sizeof(*l->rows)),
        .walks = must_calloc((size_t)partitions, sizeof(*l->walks)),
        .texts = seen_new(),
        .ask = ask,
    };
    for (int p = 0; p < partitions; p++)
        l->walks[p] = (struct offset_walk){.first = -1, .next = -1};
    l->facts = (struct topic_facts){.topic = ask->topic,
                                    .locator = ask->locator.words,
                                    .by_offset = ask->locator.by == BY_OFFSET,
                                    .partitions = partitions,
                                    .numbers = l->numbers,
                                    .rows = l->rows,
                                    .rows_len = streams};
}

/* A single reader reads everything: a text may come again in any partition, and
 * the numbers of a whole topic are a single row. */
int topic_look(const struct topic_ask *ask, int partitions,
               struct topic_look *ret, struct err *err)
{
    void *ctxs[] = {ret};
    const struct kafka_read_spec read = {.topic = ask->topic,
                                         .read_uncommitted = ask->uncommitted,
                                         .readers = 1,
                                         .queue_mib = QUEUE_MIB,
                                         .headers =
                                             ask->locator.by == BY_HEADER,
                                         .each = note,
                                         .ctxs = ctxs,
                                         .timeout_us = ask->timeout_us};
    struct kafka_read_result res = {0};
    int rc;

    open_look(ret, ask, partitions);
    rc = kafka_read_all(ask->access, &read, &res, err);
    if (res.partitions > partitions)
        rc = err_set(err, -ESTALE,
                     "%s: partitions were added since the topic was looked up",
                     ask->topic);
    kafka_read_result_done(&res);
    for (int p = 0; p < partitions; p++) {
        ret->facts.holes += ret->walks[p].holes;
        ret->facts.missing += ret->walks[p].missing;
    }
    return rc;
}

void topic_look_done(struct topic_look *l)
{
    tally_free(l->numbers);
    seen_free(l->texts);
    free(l->rows);
    free(l->walks);
    *l = (struct topic_look){0};
}
