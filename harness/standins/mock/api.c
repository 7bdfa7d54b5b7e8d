/* api.c - the table of request types, the parsing of request headers, and the
 * sending of responses. */
#include "standins/mock/api.h"

#include <errno.h>
#include <stdio.h>

#include "standins/mock/api_own.h"
#include "standins/mock/errors.h"

enum {
    API_VERSIONS = 18,
    API_VERSIONS_FLEXIBLE = 3,
    OUT_KEPT = 1 << 20, /* bytes of a response's memory kept for the next */
};

/* Declared here because `table` and the handler name each other. */
static API_HANDLER(api_versions);

/* One row per request type this mock answers: API key, lowest and highest
 * version, handler. Sorted by key, as ApiVersions lists them. Fetch and
 * ListOffsets begin where Kafka 4.0 begins (KIP-896): older versions know no
 * record batches. Produce begins at 0 as in Kafka 4.0, because older librdkafka
 * looks at the lowest version, and refuses older batches instead. */
static const struct api {
    int16_t key, min, max;
    enum handled (*handle)(struct request *q, struct writer *w);
} table[] = {
    {0, 0, 7, api_produce},           {1, 4, 11, api_fetch},
    {2, 1, 5, api_list_offsets},      {3, 0, 4, api_metadata},
    {8, 0, 7, api_offset_commit},     {9, 0, 5, api_offset_fetch},
    {10, 0, 2, api_find_coordinator}, {11, 0, 5, api_join_group},
    {12, 0, 3, api_heartbeat},        {13, 0, 1, api_leave_group},
    {14, 0, 3, api_sync_group},       {15, 0, 2, api_describe_groups},
    {16, 0, 2, api_list_groups},      {18, 0, 3, api_versions},
    {19, 0, 4, api_create_topics},    {20, 0, 3, api_delete_topics},
    {21, 0, 1, api_delete_records},   {22, 0, 1, api_init_producer_id},
    {32, 0, 1, api_describe_configs}, {37, 0, 1, api_create_partitions},
    {42, 0, 1, api_delete_groups},
};

static const struct api *find(int16_t key)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (table[i].key == key)
            return &table[i];
    return NULL;
}

/* Version 3 is a flexible version (KIP-482), but with the response header of
 * version 0 (KIP-511). A request of a newer version gets a response of version
 * 0 with UNSUPPORTED_VERSION and the list of supported versions. */
static enum handled api_versions(struct request *q, struct writer *w)
{
    bool known = q->version <= API_VERSIONS_FLEXIBLE;
    int version = known ? q->version : 0;
    bool flexible = version >= API_VERSIONS_FLEXIBLE;

    put_i16(w, known ? NO_ERROR : UNSUPPORTED_VERSION);
    if (flexible)
        put_uvarint(w, (uint32_t)ARRAY_LEN(table) + 1);
    else
        put_i32(w, (int32_t)ARRAY_LEN(table));
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        put_i16(w, table[i].key);
        put_i16(w, table[i].min);
        put_i16(w, table[i].max);
        if (flexible)
            put_uvarint(w, 0);
    }
    if (version >= 1)
        put_i32(w, 0); /* throttle_time_ms */
    if (flexible)
        put_uvarint(w, 0);
    return HANDLED;
}

/* Parse the request header and find the row of the request type. NULL:
 * malformed, an unknown key, or an unsupported version. ApiVersions of any
 * version passes, because the handler answers unsupported versions itself. */
static const struct api *understand(struct client *c, struct frame *f,
                                    struct request *q)
{
    const struct api *a;
    struct bytes id;

    *q = (struct request){
        .client = c,
        .body = reader_of(f->data, f->len),
    };
    q->key = get_i16(&q->body);
    q->version = get_i16(&q->body);
    q->correlation = get_i32(&q->body);
    id = get_nullable_string(&q->body);
    if (q->body.bad)
        return NULL;
    if (id.data)
        (void)snprintf(q->client_id, sizeof(q->client_id), "%.*s", (int)id.len,
                       (const char *)id.data);
    a = find(q->key);
    if (!a || q->version < a->min ||
        (q->version > a->max && q->key != API_VERSIONS))
        return NULL;
    return a;
}

int api_serve(struct client *c, struct frame *f, struct err *err)
{
    struct writer *w = &c->out;
    struct request q;
    const struct api *a = understand(c, f, &q);
    int rc = -EBADMSG;

    if (!a)
        return err_set(err, rc, "request %d of version %d cannot be served",
                       q.key, q.version);
    w->len = 0;
    put_i32(w, q.correlation);
    switch (a->handle(&q, w)) {
    case HANDLED:
        rc = frame_write(c->fd, w->data, w->len, err);
        break;
    case HANDLED_MUTE:
        rc = 0;
        break;
    case HANDLED_BAD:
        (void)err_set(err, rc, "request %d of version %d is malformed", q.key,
                      q.version);
        break;
    }
    if (w->cap > OUT_KEPT)
        writer_done(w);
    return rc;
}
