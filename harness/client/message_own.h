/* message_own.h - a message of librdkafka as a record of ours. */
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

/* Fills `ret` with what `m` holds, borrowed from `m`. `room`: list the headers
 * there; NULL: leave them out, as librdkafka only parses headers (0.25 us a
 * record) when asked. */
void record_of_message(const rd_kafka_message_t *m, struct header_room *room,
                       struct record *ret);

#endif
