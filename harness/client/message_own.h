/* message_own.h - turns a message of librdkafka into a record of ours. */
#ifndef CLIENT_MESSAGE_OWN_H
#define CLIENT_MESSAGE_OWN_H

#include <librdkafka/rdkafka.h>
#include <stddef.h>

#include "base/record.h"

/* Room for the headers of one record, used again for the next. Start with all
 * zeroes; header_room_done() frees what grew. */
struct header_room {
    struct record_header *at;
    size_t size;
};
void header_room_done(struct header_room *room);

/* Fills `ret` from `m`; all pointers are borrowed from `m`, and `ret->headers`
 * from `room`. With `room` NULL headers are left out: librdkafka parses the
 * headers of a record only when asked, at 0.25 us a record. */
void record_of_message(const rd_kafka_message_t *m, struct header_room *room,
                       struct record *ret);

#endif
