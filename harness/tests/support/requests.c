/* requests.c - reads the log of ordeal-http. */
#include "support/requests.h"

#include <check.h>
#include <string.h>

bool request_next(const char *log, size_t len, size_t *at, struct request *ret)
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
