/* request_log.h - the rows in which ordeal-http logs each request.
 *
 * standins/http writes the log, endpoint/http reads the log; the format is
 * plain data in base, so neither folder has to know the other. The file is
 * a sequence of rows: a `struct request_row`, followed without gaps by method,
 * path, source and body. The file is only appended to, and a row is in the file
 * before its answer is sent: after a SIGKILL the file holds every answer
 * possibly seen by a client.
 *
 * A writer killed within write(2) leaves the first part of a row. A row
 * reaching behind the end of the file is therefore torn, was never answered,
 * and is left out. A complete head with a wrong checksum means that the file
 * was damaged. Byte order is the machine's, since writer and reader run on one
 * machine.
 */
#ifndef BASE_REQUEST_LOG_H
#define BASE_REQUEST_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/crc32c.h"

enum { REQUEST_ROW_MAGIC = 0x6f686c31 };

enum request_flag {
    REQUEST_MISBEHAVED = 1u << 0, /* a behaviour in force chose the answer */
    REQUEST_BODY_CUT = 1u << 1,   /* only the first part of the body is kept */
    REQUEST_RESET = 1u << 2,      /* the connection was reset instead of an
                                     answer: status 200, after the record was
                                     accepted; status 0, before */
};

struct request_row {
    uint32_t magic;
    uint32_t head_crc; /* crc32c() of the struct from tail_crc on */
    uint32_t tail_crc; /* crc32c() of method, path, source and body */
    uint32_t body_len;
    uint64_t number;      /* from 0, counted on over restarts of the server */
    int64_t wall_us;      /* time of the answer, clk_wall_us() */
    int64_t monotonic_us; /* time of the answer, clk_monotonic_us() */
    uint32_t peer;        /* IPv4 address, network byte order, of the client */
    uint32_t local;       /* and the address dialled by the client */
    uint16_t status;      /* HTTP status of the answer */
    uint16_t flags;
    uint16_t method_len;
    uint16_t path_len;
    uint16_t source_len; /* value of the header X-Ordeal-Source */
    uint16_t zero[3];
};

/* Bytes of the whole row, head included. */
static inline uint64_t request_row_len(const struct request_row *r)
{
    return sizeof(*r) + (uint64_t)r->method_len + r->path_len + r->source_len +
           r->body_len;
}

/* Whether the server accepted the record (a status of 2xx). */
static inline bool request_accepted(const struct request_row *r)
{
    return r->status >= 200 && r->status < 300;
}

/* The right value of head_crc. */
static inline uint32_t request_head_crc(const struct request_row *r)
{
    size_t from = offsetof(struct request_row, tail_crc);

    return crc32c(0, (const char *)r + from, sizeof(*r) - from);
}

/* Whether the bytes are the undamaged head of a row. */
static inline bool request_row_valid(const struct request_row *r)
{
    return r->magic == REQUEST_ROW_MAGIC && r->head_crc == request_head_crc(r);
}

#endif
