/* request_log.h - the rows that ordeal-http writes down of each request.
 *
 * Written by standins/http, read by endpoint/http: plain data here, so that
 * neither has to know the other. A file of rows, one behind the other, each
 * a `struct request_row` and, with no bytes between, method, path, source and
 * body. Append-only; a row is in the file before its answer is sent, so that
 * after a SIGKILL the file holds every answer that a client can have seen.
 *
 * A writer that dies in write(2) leaves the first part of a row. A head that
 * is there in full is therefore right or the file was spoilt; a row that ends
 * behind the end of the file is torn, was never answered, and is left out.
 * Byte order is the machine's: both sides run on the same one.
 */
#ifndef BASE_REQUEST_LOG_H
#define BASE_REQUEST_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/crc32c.h"

enum { REQUEST_ROW_MAGIC = 0x6f686c31 };

enum request_flag {
    REQUEST_MISBEHAVED = 1u << 0, /* answered otherwise, as it was told to */
    REQUEST_BODY_CUT = 1u << 1,   /* body longer than what is kept */
    REQUEST_RESET = 1u << 2,      /* the connection was reset instead of an
                                     answer; status 200: after it was taken, 0:
                                     before */
};

struct request_row {
    uint32_t magic;
    uint32_t head_crc; /* crc32c() of the rest of this struct */
    uint32_t tail_crc; /* crc32c() of method, path, source and body */
    uint32_t body_len;
    uint64_t number;      /* from 0, over all lives of the server */
    int64_t wall_us;      /* when it was answered */
    int64_t monotonic_us; /* the same, clk_monotonic_us() */
    uint32_t peer;        /* IPv4 addresses, network byte order */
    uint32_t local;       /* the address that was dialled */
    uint16_t status;      /* answered */
    uint16_t flags;
    uint16_t method_len;
    uint16_t path_len;
    uint16_t source_len; /* X-Ordeal-Source */
    uint16_t zero[3];
};

/* Bytes of the whole row. */
static inline uint64_t request_row_len(const struct request_row *r)
{
    return sizeof(*r) + (uint64_t)r->method_len + r->path_len + r->source_len +
           r->body_len;
}

/* Was the record taken? */
static inline bool request_accepted(const struct request_row *r)
{
    return r->status >= 200 && r->status < 300;
}

static inline uint32_t request_head_crc(const struct request_row *r)
{
    size_t from = offsetof(struct request_row, tail_crc);

    return crc32c(0, (const char *)r + from, sizeof(*r) - from);
}

/* Is this the head of a row, whole and unspoilt? */
static inline bool request_row_valid(const struct request_row *r)
{
    return r->magic == REQUEST_ROW_MAGIC && r->head_crc == request_head_crc(r);
}

#endif
