/* message.c - fills a record of ours from a message of librdkafka. */
#include "client/message_own.h"

#include <stdlib.h>

#include "base/clk.h"

static enum record_time time_of(rd_kafka_timestamp_type_t type)
{
    switch (type) {
    case RD_KAFKA_TIMESTAMP_NOT_AVAILABLE:
        return TIME_NONE;
    case RD_KAFKA_TIMESTAMP_CREATE_TIME:
        return TIME_CREATE;
    case RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME:
        return TIME_ARRIVAL;
    }
    return TIME_NONE;
}

static void list_headers(const rd_kafka_message_t *m, struct header_room *room,
                         struct record *ret)
{
    rd_kafka_headers_t *headers;
    struct record_header h;
    size_t n = 0;

    if (rd_kafka_message_headers(m, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    while (rd_kafka_header_get_all(headers, n, &h.name, &h.value, &h.len) ==
           RD_KAFKA_RESP_ERR_NO_ERROR) {
        if (n == room->size) {
            room->size = n ? 2 * n : 16;
            room->at = realloc(room->at, room->size * sizeof(*room->at));
            if (!room->at)
                abort();
        }
        room->at[n++] = h;
    }
    ret->headers = room->at;
    ret->headers_len = n;
}

void record_of_message(const rd_kafka_message_t *m, struct header_room *room,
                       struct record *ret)
{
    rd_kafka_timestamp_type_t type;
    int64_t ms = rd_kafka_message_timestamp(m, &type);

    *ret = (struct record){
        .value = m->payload,
        .value_len = m->len,
        .key = m->key,
        .key_len = m->key_len,
        .at = {.offset = m->offset,
               .time_us = ms < 0 ? -1 : ms * US_PER_MS,
               .partition = m->partition,
               .node = -1},
        .time_is = time_of(type),
    };
    if (room)
        list_headers(m, room, ret);
}

void header_room_done(struct header_room *room)
{
    free(room->at);
    *room = (struct header_room){0};
}
