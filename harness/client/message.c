/* message.c - lists the headers of a message of librdkafka. */
#include "client/message_own.h"

#include <stdlib.h>

void headers_of_message(const rd_kafka_message_t *m, struct header_room *room,
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

void header_room_done(struct header_room *room)
{
    free(room->at);
    *room = (struct header_room){0};
}
