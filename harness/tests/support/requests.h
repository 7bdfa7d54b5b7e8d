/* requests.h - reads the log of ordeal-http, for tests of its clients. */
#ifndef SUPPORT_REQUESTS_H
#define SUPPORT_REQUESTS_H

#include <check.h>
#include <string.h>

#include "base/request_log.h"

struct request {
    struct request_row row;
    const char *source, *body; /* within the log, not NUL-terminated */
};

/* Read the row at *at and advance *at to the next row. false: the end of the
 * log. */
static inline bool request_next(const char *log, size_t len, size_t *at,
                                struct request *ret)
{
    if (*at >= len)
        return false;
    ck_assert_uint_ge(len - *at, sizeof(ret->row));
    memcpy(&ret->row, log + *at, sizeof(ret->row));
    ck_assert(request_row_valid(&ret->row));
    ret->source =
        log + *at + sizeof(ret->row) + ret->row.method_len + ret->row.path_len;
    ret->body = ret->source + ret->row.source_len;
    *at += request_row_len(&ret->row);
    ck_assert_uint_le(*at, len);
    return true;
}

#endif
