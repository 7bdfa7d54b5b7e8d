/* api.c - the table of requests; taking one apart, sending its answer. */
#include "standins/mock/api.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "standins/mock/errors.h"

enum { API_VERSIONS = 18, API_VERSIONS_FLEXIBLE = 3 };

const struct api api_table[] = {
    {0, 0, 7, api_produce},           {1, 0, 11, api_fetch},
    {2, 0, 5, api_list_offsets},      {3, 0, 4, api_metadata},
    {8, 0, 7, api_offset_commit},     {9, 0, 5, api_offset_fetch},
    {10, 0, 2, api_find_coordinator}, {11, 0, 5, api_join_group},
    {12, 0, 3, api_heartbeat},        {13, 0, 1, api_leave_group},
    {14, 0, 3, api_sync_group},       {15, 0, 2, api_describe_groups},
    {16, 0, 2, api_list_groups},      {18, 0, 3, api_versions},
    {19, 0, 4, api_create_topics},    {22, 0, 1, api_init_producer_id},
    {32, 0, 1, api_describe_configs},
};
const size_t api_table_len = ARRAY_LEN(api_table);

static const struct api *find(int16_t key)
{
    for (size_t i = 0; i < api_table_len; i++)
        if (api_table[i].key == key)
            return &api_table[i];
    return NULL;
}

/* Version 3 is a flexible one (KIP-482), but for the answer's header
 * (KIP-511). To a version that is too new, the answer is one of version 0. */
enum handled api_versions(struct request *q, struct writer *w)
{
    bool known = q->version <= API_VERSIONS_FLEXIBLE;
    int version = known ? q->version : 0;
    bool flexible = version >= API_VERSIONS_FLEXIBLE;

    put_i16(w, known ? NO_ERROR : UNSUPPORTED_VERSION);
    if (flexible)
        put_uvarint(w, (uint32_t)api_table_len + 1);
    else
        put_i32(w, (int32_t)api_table_len);
    for (size_t i = 0; i < api_table_len; i++) {
        put_i16(w, api_table[i].key);
        put_i16(w, api_table[i].min);
        put_i16(w, api_table[i].max);
        if (flexible)
            put_uvarint(w, 0);
    }
    if (version >= 1)
        put_i32(w, 0); /* throttled for */
    if (flexible)
        put_uvarint(w, 0);
    return HANDLED;
}

static const struct api *understand(struct client *c, struct frame *f,
                                    struct request *q)
{
    const struct api *a;
    struct bytes id;

    *q = (struct request){
        .client = c,
        .body = reader_of(f->data, f->len),
        .frame = f->data,
        .frame_len = f->len,
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
    struct writer w = {0};
    struct request q;
    const struct api *a = understand(c, f, &q);
    int rc = -EBADMSG;

    if (!a)
        return err_set(err, rc, "request %d of version %d cannot be served",
                       q.key, q.version);
    put_i32(&w, q.correlation);
    switch (a->handle(&q, &w)) {
    case HANDLED:
        rc = frame_write(c->fd, w.data, w.len, err);
        break;
    case HANDLED_MUTE:
        rc = 0;
        break;
    case HANDLED_BAD:
        (void)err_set(err, rc, "request %d of version %d is malformed", q.key,
                      q.version);
        break;
    }
    writer_done(&w);
    return rc;
}

bool client_gone(void *client)
{
    const struct client *c = client;
    char byte;

    return recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

bool forward(struct request *q)
{
    struct client *c = q->client;
    struct err err = {0};
    struct reader r;

    if (c->log_fd < 0 &&
        loopback_dial(c->cluster->log_port, &c->log_fd, &err) < 0)
        return false;
    if (frame_write(c->log_fd, q->frame, q->frame_len, &err) < 0 ||
        frame_read(c->log_fd, &c->answer, &err) < 0)
        return false;
    r = reader_of(c->answer.data, c->answer.len);
    return get_i32(&r) == q->correlation && !r.bad;
}

int16_t coordinated_here(const struct request *q, struct bytes group)
{
    int number;

    if (group.len <= 0)
        return INVALID_GROUP_ID;
    number = groups_coordinator(q->client->groups, group);
    if (number < 0)
        return COORDINATOR_NOT_AVAILABLE;
    return number == q->client->broker ? NO_ERROR : NOT_COORDINATOR;
}
