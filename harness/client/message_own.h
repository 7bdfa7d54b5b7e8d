/* message_own.h - turns a message of librdkafka into a record of ours. */
#ifndef CLIENT_MESSAGE_OWN_H
#define CLIENT_MESSAGE_OWN_H

#include <librdkafka/rdkafka.h>
#include <stddef.h>

#include "base/clk.h"
#include "base/record.h"

/* Room for the headers of one record, used again for the next. Start with all
 * zeroes; header_room_done() frees what grew. */
struct header_room {
    struct record_header *at;
    size_t size;
};
void header_room_done(struct header_room *room);

/* Sets `ret->headers`, in `room`, from the headers of `m`, if any. */
void headers_of_message(const rd_kafka_message_t *m, struct header_room *room,
                        struct record *ret);

/* The types of time stamps have the same numbers on both sides. */
_Static_assert((int)RD_KAFKA_TIMESTAMP_NOT_AVAILABLE == (int)TIME_NONE &&
                   (int)RD_KAFKA_TIMESTAMP_CREATE_TIME == (int)TIME_CREATE &&
                   (int)RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME == (int)TIME_ARRIVAL,
               "types of time stamps");

/* Fills `ret` from `m`; all pointers are borrowed from `m`, and `ret->headers`
 * from `room`. With `room` NULL headers are left out: librdkafka parses the
 * headers of a record only when asked, at 0.25 us a record. Inline, as called
 * for each record read. */
static inline void record_of_message(const rd_kafka_message_t *m,
                                     struct header_room *room,
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
        .time_is = (enum record_time)type,
    };
    if (room)
        headers_of_message(m, room, ret);
}

#endif
